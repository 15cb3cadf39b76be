#include "pipeline/rescued_column.h"

namespace tarn::pipeline {

void AddRescuedColumn(Source* source) {
  arrow::FieldVector fields = source->schema->fields();
  fields.push_back(arrow::field(kRescuedColumn, arrow::utf8()));
  source->schema = arrow::schema(std::move(fields));
}

int RescuedColumnOf(const Source& source) {
  return source.on_bad_type == OnBadType::kRescue ? source.schema->num_fields() - 1 : -1;
}

std::shared_ptr<arrow::Schema> SchemaOfFiles(const Source& source) {
  const int rescued = RescuedColumnOf(source);
  if (rescued < 0) return source.schema;
  arrow::FieldVector fields = source.schema->fields();
  fields.pop_back();
  return arrow::schema(std::move(fields));
}

}  // namespace tarn::pipeline
