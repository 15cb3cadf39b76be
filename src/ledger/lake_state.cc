#include "ledger/lake_state.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "lake/ledger_folders.h"
#include "lake/read_rows.h"
#include "ledger/ledger_error.h"

namespace tarn::ledger {
namespace {

using Json = nlohmann::ordered_json;

// Of the ledger as a whole, its parts included. Newer ones are not read.
constexpr int64_t kFormat = 1;

constexpr char kSource[] = "source";
constexpr char kTable[] = "table";

// A row for each source and each table, which is JSON: their members are few, and may become more.
std::shared_ptr<arrow::Schema> StateSchema() {
  return arrow::schema({arrow::field("format", arrow::int64()), arrow::field("kind", arrow::utf8()),
                        arrow::field("name", arrow::utf8()), arrow::field("state", arrow::utf8())});
}

std::string JsonOf(const SourceState& source) {
  return Json{{"version", source.version},
              {"base", source.base},
              {"records", source.num_records},
              {"bad_records", source.num_bad_records},
              {"files", source.num_files}}
      .dump();
}

std::string JsonOf(const TableState& table) {
  Json json{{"run_id", table.run_id},   {"rows", table.num_rows},     {"files", table.num_files},
            {"bytes", table.num_bytes}, {"versions", table.versions}, {"made_of", table.made_of}};
  if (table.kept) {
    json["kept"] = {{"format", table.kept->format},
                    {"meaning", table.kept->meaning},
                    {"files", table.kept->num_files},
                    {"bytes", table.kept->num_bytes}};
  }
  return json.dump();
}

// Throws nlohmann::json's exceptions, as the next one.
SourceState SourceOf(const Json& json) {
  SourceState source;
  json.at("version").get_to(source.version);
  json.at("base").get_to(source.base);
  json.at("records").get_to(source.num_records);
  json.at("bad_records").get_to(source.num_bad_records);
  json.at("files").get_to(source.num_files);
  return source;
}

TableState TableOf(const Json& json) {
  TableState table;
  json.at("run_id").get_to(table.run_id);
  json.at("rows").get_to(table.num_rows);
  json.at("files").get_to(table.num_files);
  json.at("bytes").get_to(table.num_bytes);
  json.at("versions").get_to(table.versions);
  json.at("made_of").get_to(table.made_of);
  if (const auto found = json.find("kept"); found != json.end()) {
    KeptState& kept = table.kept.emplace();
    found->at("format").get_to(kept.format);
    found->at("meaning").get_to(kept.meaning);
    found->at("files").get_to(kept.num_files);
    found->at("bytes").get_to(kept.num_bytes);
  }
  return table;
}

class StateRows {
 public:
  Status Add(const char* kind, const std::string& name, const std::string& state) {
    ARROW_RETURN_NOT_OK(format_.Append(kFormat));
    ARROW_RETURN_NOT_OK(kind_.Append(kind));
    ARROW_RETURN_NOT_OK(name_.Append(name));
    return state_.Append(state);
  }

  Result<std::shared_ptr<arrow::RecordBatch>> Finish() {
    const int64_t num_rows = format_.length();
    arrow::ArrayVector columns(4);
    ARROW_RETURN_NOT_OK(format_.Finish(&columns[0]));
    ARROW_RETURN_NOT_OK(kind_.Finish(&columns[1]));
    ARROW_RETURN_NOT_OK(name_.Finish(&columns[2]));
    ARROW_RETURN_NOT_OK(state_.Finish(&columns[3]));
    return arrow::RecordBatch::Make(StateSchema(), num_rows, std::move(columns));
  }

 private:
  arrow::Int64Builder format_;
  arrow::StringBuilder kind_;
  arrow::StringBuilder name_;
  arrow::StringBuilder state_;
};

// \return Invalid with what is wrong
Status AddRow(const std::string& kind, const std::string& name, const std::string& text,
              LakeState* state) {
  try {
    const Json json = Json::parse(text);
    if (kind == kSource) {
      state->sources[name] = SourceOf(json);
    } else if (kind == kTable) {
      state->tables[name] = TableOf(json);
    } else {
      return Status::Invalid("a row is of no known kind");
    }
  } catch (const Json::exception& error) {
    return Status::Invalid(error.what());
  }
  return Status::OK();
}

Status AddRows(const arrow::RecordBatch& batch, const std::string& path, LakeState* state) {
  const auto& format = static_cast<const arrow::Int64Array&>(*batch.column(0));
  const auto text = [&](int column, int64_t row) {
    return static_cast<const arrow::StringArray&>(*batch.column(column)).GetString(row);
  };
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    if (format.IsNull(row)) return DamagedError("a row has no format", path);
    if (format.Value(row) > kFormat) {
      return DamagedError(
          fmt::format("or a newer tarn wrote it, in format {}, which this one does not know",
                      format.Value(row)),
          path);
    }
    const Status added = AddRow(text(1, row), text(2, row), text(3, row), state);
    if (!added.ok()) return DamagedError(added.message(), path);
  }
  return Status::OK();
}

}  // namespace

Result<std::optional<LakeState>> ReadLakeState(const std::shared_ptr<storage::Storage>& storage,
                                               const std::string& lake_root) {
  constexpr int64_t kBatchRows = 1024;
  const std::string folder = lake_root + "/" + lake::LedgerFolderOfTables();
  ARROW_ASSIGN_OR_RAISE(const auto parts,
                        storage->List(storage::EscapeGlob(folder) + "/*.parquet"));
  if (parts.empty()) return std::nullopt;
  // A commit adds the new one before it removes the old one.
  if (parts.size() > 1) {
    return MakeError(
        ErrorKind::kConflict,
        "The lake's ledger is being replaced by a run, or is there twice; try again: " + folder,
        "if no run is at work, `tarn run --full` computes all tables anew, and the "
        "ledger with them");
  }
  const std::string& path = parts.front().path;
  lake::RowsWanted wanted;
  wanted.schema = StateSchema();
  wanted.batch_rows = kBatchRows;
  LakeState state;
  Status added;
  const auto take = [&](const std::shared_ptr<arrow::RecordBatch>& batch) {
    return added = AddRows(*batch, path, &state);
  };
  const Status read = lake::ReadRows(storage, parts.front(), wanted, take);
  ARROW_RETURN_NOT_OK(added);
  if (!read.ok()) return ReadingError(read, path);
  return state;
}

Status WriteLakeState(const LakeState& state, lake::Transaction* transaction) {
  lake::TableSpec spec;
  spec.name = lake::LedgerFolderOfTables();
  spec.schema = StateSchema();
  spec.codec = lake::Codec::kZstd;
  ARROW_ASSIGN_OR_RAISE(auto writer, transaction->NewLedgerPart(std::move(spec)));
  StateRows rows;
  for (const auto& [name, source] : state.sources) {
    ARROW_RETURN_NOT_OK(rows.Add(kSource, name, JsonOf(source)));
  }
  for (const auto& [name, table] : state.tables) {
    ARROW_RETURN_NOT_OK(rows.Add(kTable, name, JsonOf(table)));
  }
  ARROW_ASSIGN_OR_RAISE(const auto batch, rows.Finish());
  ARROW_RETURN_NOT_OK(writer->Write(batch));
  return writer->Close().status();
}

}  // namespace tarn::ledger
