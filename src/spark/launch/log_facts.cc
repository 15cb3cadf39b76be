#include "spark/launch/log_facts.h"

#include <arrow/util/string.h>
#include <fmt/format.h>

#include <optional>

namespace tarn::spark {
namespace {

// What follows `before` in the line, up to a space, a quote or the line's end.
std::optional<std::string_view> WordAfter(std::string_view line, std::string_view before) {
  const size_t found = line.find(before);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(found + before.size());
  return rest.substr(0, rest.find_first_of(" \"\t"));
}

// The id without the dot or comma of the sentence that it stands in.
std::string Id(std::string_view word) {
  while (word.ends_with('.') || word.ends_with(',')) word.remove_suffix(1);
  return std::string(word);
}

}  // namespace

void LogFacts::Read(std::string_view line) {
  news.clear();
  if (const auto word = WordAfter(line, "Spark Connect server started at: ")) {
    address = *word;
  } else if (const auto word = WordAfter(line, "Connected to Spark cluster with app ID ")) {
    application_id = Id(*word);
    news = fmt::format("the cluster accepted {}", application_id);
  } else {
    ReadNews(line);
    ReadUi(line);
  }
}

void LogFacts::ReadNews(std::string_view line) {
  if (const auto word = WordAfter(line, "Submitted application application_")) {
    application_id = "application_" + Id(*word);
    news = fmt::format("submitted to YARN as {}", application_id);
  } else if (line.find("Application report for application_") != std::string_view::npos) {
    is_accepted_ = line.find("(state: ACCEPTED)") != std::string_view::npos;
  } else if (line.find("has started running.") != std::string_view::npos) {
    news = fmt::format("YARN runs {}", application_id);
  } else if (const size_t reason = line.find("diagnostics: ");
             is_accepted_ && reason != std::string_view::npos) {
    news = fmt::format("{} waits: {}", application_id, line.substr(reason + 13));
  } else if (line.find("Retrying connect to server: ") != std::string_view::npos) {
    news = fmt::format("{} does not answer yet", Id(*WordAfter(line, "to server: ")));
  }
}

void LogFacts::ReadUi(std::string_view line) {
  if (const auto word = WordAfter(line, "tracking URL: http")) {
    ui_url = fmt::format("http{}", *word);
  } else if (line.find(" for SparkUI") != std::string_view::npos) {
    if (const auto word = WordAfter(line, "Start Jetty ")) {
      ui_host_ = word->substr(0, word->rfind(':'));
    }
  } else if (const auto word = WordAfter(line, "Successfully started service 'SparkUI' on port ")) {
    const bool is_any = ui_host_.empty() || ui_host_ == "0.0.0.0";
    ui_url = fmt::format("http://{}:{}", is_any ? "localhost" : ui_host_, Id(*word));
  }
}

}  // namespace tarn::spark
