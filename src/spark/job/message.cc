#include "spark/job/message.h"

#include <nlohmann/json.hpp>

namespace tarn {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SampleValue, column, text, is_null)

}  // namespace tarn

namespace tarn::spark {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Waiting, what)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Connected, spark_version, application_id, ui_url, history_url)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Warning, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StageTasks, stage, num_tasks, num_done, num_bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TaskProgress, subject, stages)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StageTime, stage, num_tasks, seconds, num_bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SourceRead, source, num_records, num_bad_records, stages,
                                   has_more_new_keys)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(BadRecord, source, path, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NewKey, source, key, path, value, num_records)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TableRows, table, num_bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RowsDropped, table)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TableDone, table, num_rows, seconds, stages, is_sent)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CheckBroken, table, rule, check, num_rows, sample)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PlanText, table, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Failed, kind, message, table, sql_begin, fragment, hint)

namespace {

void to_json(nlohmann::json& json, const Finished&) { json = nlohmann::json::object(); }
void from_json(const nlohmann::json&, Finished&) {}

// The message's name in JSON, by its place in the variant.
constexpr const char* kNames[] = {"waiting",      "connected",  "warning",      "tasks",
                                  "source_read",  "bad_record", "new_key",      "table_rows",
                                  "rows_dropped", "table_done", "check_broken", "plan",
                                  "finished",     "failed"};
static_assert(std::size(kNames) == std::variant_size_v<Message>);

template <size_t I = 0>
Result<Message> Read(const nlohmann::json& document, const std::string& name) {
  if constexpr (I == std::variant_size_v<Message>) {
    return Status::Invalid("not a message of tarn-spark: ", name);
  } else {
    if (name != kNames[I]) return Read<I + 1>(document, name);
    std::variant_alternative_t<I, Message> message;
    from_json(document, message);
    return message;
  }
}

}  // namespace

std::string ToJson(const Message& message) {
  nlohmann::json document;
  std::visit([&](const auto& content) { to_json(document, content); }, message);
  document["type"] = kNames[message.index()];
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Message> MessageFromJson(const std::string& json) {
  try {
    const auto document = nlohmann::json::parse(json);
    return Read(document, document.at("type").get<std::string>());
  } catch (const nlohmann::json::exception& error) {
    return Status::Invalid("not a message of tarn-spark: ", error.what());
  }
}

}  // namespace tarn::spark
