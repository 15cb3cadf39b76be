#include "session/own_parts.h"

#include "plan/kept_rows.h"
#include "plan/merge.h"

namespace tarn::session {
namespace {

// A state of more files is written anew, as one.
constexpr size_t kStateFilesMax = 16;

const pipeline::Table* AddTable(std::string name, OwnParts* own) {
  auto table = std::make_shared<pipeline::Table>();
  table->name = std::move(name);
  own->names.insert(table->name);
  own->tables.push_back(table);
  return table.get();
}

// \return its index in Plan::sources
int AddFiles(std::string name, std::shared_ptr<arrow::Schema> schema, const storage::Listing& files,
             const OwnPartsTarget& target) {
  auto source = std::make_shared<pipeline::Source>();
  source->name = std::move(name);
  source->format = pipeline::RecordFormat::kParquet;
  source->schema = std::move(schema);
  source->datetime_formats.zone = target.plan->pipeline->dialect.zone;
  target.increment->files[source->name] = files;
  target.own->names.insert(source->name);
  target.own->sources.push_back(source);
  return plan::AddSource(target.plan, *source);
}

plan::KeptTables AddTables(const std::string& table, OwnParts* own) {
  plan::KeptTables tables;
  tables.new_rows = AddTable("new rows of " + table, own);
  tables.changed = AddTable("changed rows of " + table, own);
  tables.state = AddTable("state of " + table, own);
  tables.vanished = AddTable("partitions of " + table, own);
  own->states[tables.state->name] = table;
  return tables;
}

}  // namespace

void LeaveOutOldRows(int table, const storage::Listing& files, const OwnPartsTarget& target) {
  const plan::TablePlan& planned = target.plan->tables[table];
  const std::vector<int> columns = *plan::ColumnsOfDistinct(*target.plan, planned);
  arrow::FieldVector fields;
  for (const int column : columns) {
    fields.push_back(planned.root->schema->field(column)->WithNullable(true));
  }
  const int source = AddFiles("old rows of " + planned.table->name,
                              arrow::schema(std::move(fields)), files, target);
  plan::LeaveOutRows(target.plan, table, source);
}

void KeepState(int table, const OwnPartsTarget& target) {
  const std::string name = target.plan->tables[table].table->name;
  plan::KeepRows(target.plan, table, AddTables(name, target.own));
}

void MergeIntoState(int table, const storage::Listing& state, const OwnPartsTarget& target) {
  const plan::TablePlan& planned = target.plan->tables[table];
  const std::string name = planned.table->name;
  const plan::KeptTables tables = AddTables(name, target.own);
  const bool is_new = state.files.size() >= kStateFilesMax;
  if (!is_new) target.increment->appended.insert(tables.state->name);
  target.own->merged.insert(name);
  const int source =
      AddFiles("old state of " + name, plan::KeptSchema(*target.plan, planned), state, target);
  plan::MergeIntoKept(target.plan, table, tables, source, is_new);
}

}  // namespace tarn::session
