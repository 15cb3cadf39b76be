#include "s3/credential_process.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text_secrets.h"
#include "s3/shell_words.h"
#include "system/child_process.h"
#include "system/environment_variables.h"

namespace tarn::s3 {
namespace {

constexpr int64_t kOutputBytesMax = 1 << 20;
constexpr size_t kSaidBytesMax = 1000;

std::string WhatItSaid(const std::string& error) {
  std::string said = MaskSecrets(error);
  said.resize(said.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
  if (said.empty()) return "it printed nothing";
  if (said.size() > kSaidBytesMax) said = "…" + said.substr(said.size() - kSaidBytesMax);
  return "it printed: " + said;
}

Result<LimitedCredentials> RunAndParse(const std::string& command,
                                       std::chrono::seconds time_limit) {
  ARROW_ASSIGN_OR_RAISE(std::vector<std::string> words, SplitShellWords(command));
  if (words.empty()) return MakeError(ErrorKind::kFailed, "it names no program");
  const std::string program = FindProgram(words[0]);
  if (program.empty()) {
    return MakeError(ErrorKind::kFailed, fmt::format("there is no program {}", words[0]));
  }
  words[0] = program;
  ARROW_ASSIGN_OR_RAISE(const ProgramOutput output,
                        RunProgram({std::move(words), CurrentEnvironment()},
                                   arrow::StopToken::Unstoppable(), {time_limit, kOutputBytesMax}));
  if (!output.succeeded()) {
    return MakeError(ErrorKind::kFailed,
                     fmt::format("{}; {}", output.end, WhatItSaid(output.error)));
  }
  const auto json = nlohmann::json::parse(output.output, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return MakeError(ErrorKind::kFailed, "it wrote no JSON object");
  if (json.value("Version", nlohmann::json()) != 1) {
    return MakeError(ErrorKind::kFailed, "the JSON that it wrote is not of \"Version\": 1");
  }
  return ParseCredentialJson(output.output);
}

}  // namespace

Result<LimitedCredentials> RunCredentialProcess(const std::string& command,
                                                const std::string& profile,
                                                std::chrono::seconds time_limit) {
  auto credentials = RunAndParse(command, time_limit);
  if (credentials.ok()) return credentials;
  return MakeError(ErrorKind::kFailed,
                   fmt::format("The credential_process of AWS profile {} failed: {}", profile,
                               MessageOf(credentials.status())));
}

}  // namespace tarn::s3
