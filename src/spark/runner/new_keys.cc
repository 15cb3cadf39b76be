#include "spark/runner/new_keys.h"

#include <fmt/format.h>

#include <algorithm>

#include "spark/runner/names.h"
#include "spark/runner/source_view.h"

namespace tarn::spark {
namespace {

// The key's value in the first file that has one.
Result<NewKey> Find(connect::Session* session, const JobSource& source, const std::string& key) {
  connect::ReadSpec spec = JsonFiles(source);
  const std::string column = Quoted(key);
  spec.schema = column + " STRING";
  const auto records = connect::Filter(connect::Read(spec), column + " IS NOT NULL");
  ARROW_ASSIGN_OR_RAISE(const auto found,
                        session->Collect(connect::Project(
                            records, {"min(_metadata.file_path)",
                                      fmt::format("min_by({}, _metadata.file_path)", column)})));
  const auto text = [&](int column) -> Result<std::string> {
    ARROW_ASSIGN_OR_RAISE(const auto scalar, found->column(column)->GetScalar(0));
    return scalar->is_valid ? scalar->ToString() : "";
  };
  ARROW_ASSIGN_OR_RAISE(const std::string path, text(0));
  ARROW_ASSIGN_OR_RAISE(const std::string value, text(1));
  return NewKey{source.name, key, path, value};
}

}  // namespace

Status SendNewKey(connect::Session* session, const JobSource& source, MessageWriter* writer) {
  const auto& known = source.known_keys;
  if (known.empty()) return Status::OK();
  connect::ReadSpec spec = JsonFiles(source);
  spec.options["mode"] = "DROPMALFORMED";
  ARROW_ASSIGN_OR_RAISE(const auto keys, session->Schema(connect::Read(spec)));
  for (const auto& key : keys->fields()) {
    if (std::find(known.begin(), known.end(), key->name()) != known.end()) continue;
    ARROW_ASSIGN_OR_RAISE(NewKey found, Find(session, source, key->name()));
    writer->Send(std::move(found));
    return Status::OK();
  }
  return Status::OK();
}

}  // namespace tarn::spark
