#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/printable_text.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/error_text.h"
#include "cli/json_document.h"
#include "cli/pipeline_loading.h"
#include "values/spark_text.h"

namespace tarn::cli {
namespace {

using Json = nlohmann::ordered_json;

// "2018-11-21 23:30:07", UTC, to the second; "" where it is not known.
std::string TimeText(int64_t modified_ns) {
  constexpr int64_t kNanosPerMicro = 1000;
  constexpr size_t kToTheSecond = 19;
  return modified_ns == 0
             ? ""
             : SparkTimestampText(modified_ns / kNanosPerMicro).substr(0, kToTheSecond);
}

std::string CountsText(const session::SourceFiles& files) {
  std::string text = fmt::format("{}: {} as before, {} new", files.source,
                                 FormatCount(files.num_same, "file"), FormatCount(files.num_new));
  if (files.num_changed > 0) text += fmt::format(", {} changed", FormatCount(files.num_changed));
  if (files.num_gone > 0) text += fmt::format(", {} gone", FormatCount(files.num_gone));
  return text + "\n";
}

// Line by line: there may be a million.
Status PrintFiles(const std::vector<std::string>& sources, session::Session* session,
                  std::ostream& out) {
  constexpr std::string_view kLine = "{:8} {:>15}  {:19}  {:23}  {}\n";
  bool has_header = false;
  const auto print = [&](const std::string&, const ledger::ConsumedFile& file,
                         ledger::FileFate fate) {
    if (!std::exchange(has_header, true)) {
      out << fmt::format(kLine, "state", "bytes", "modified (UTC)", "read by run", "file");
    }
    out << fmt::format(kLine, ledger::NameOf(fate), FormatCount(file.listed.size_bytes),
                       TimeText(file.listed.modified_ns), Printable(file.run_id),
                       Printable(file.listed.path));
    return out.good() ? Status::OK() : Status::IOError("standard output is closed");
  };
  ARROW_ASSIGN_OR_RAISE(const auto all, session->Files(sources, print));
  if (has_header) out << "\n";
  for (const session::SourceFiles& files : all) out << CountsText(files);
  return Status::OK();
}

Result<std::string> FilesJson(const std::vector<std::string>& sources, session::Session* session) {
  Json by_source = Json::object();
  const auto add = [&](const std::string& source, const ledger::ConsumedFile& file,
                       ledger::FileFate fate) {
    Json item = {{"path", file.listed.path},
                 {"bytes", file.listed.size_bytes},
                 {"modified", TimeText(file.listed.modified_ns)},
                 {"state", ledger::NameOf(fate)}};
    if (!file.run_id.empty()) item["run_id"] = file.run_id;
    if (!file.listed.etag.empty()) item["etag"] = file.listed.etag;
    by_source[source].push_back(std::move(item));
    return Status::OK();
  };
  ARROW_ASSIGN_OR_RAISE(const auto all, session->Files(sources, add));
  Json array = Json::array();
  for (const session::SourceFiles& files : all) {
    array.push_back({{"source", files.source},
                     {"same", files.num_same},
                     {"new", files.num_new},
                     {"changed", files.num_changed},
                     {"gone", files.num_gone},
                     {"files", by_source.value(files.source, Json::array())}});
  }
  return Document("files", {{"sources", std::move(array)}});
}

}  // namespace

Status ListFiles(const FilesArguments& arguments, const Console& console) {
  ARROW_ASSIGN_OR_RAISE(const auto named, TakePipeline(arguments.sources, false));
  const auto& [folder, sources] = named;
  ARROW_ASSIGN_OR_RAISE(const auto session, OpenSession(folder, &console.err));
  if (!arguments.json) return PrintFiles(sources, session.get(), console.out.stream());
  ARROW_ASSIGN_OR_RAISE(const std::string text, FilesJson(sources, session.get()));
  console.out.stream() << text;
  return Status::OK();
}

}  // namespace tarn::cli
