#include "engine/table_spec.h"

namespace tarn::engine {
namespace {

lake::Codec CodecOf(pipeline::Compression compression) {
  switch (compression) {
    case pipeline::Compression::kSnappy:
      return lake::Codec::kSnappy;
    case pipeline::Compression::kZstd:
      return lake::Codec::kZstd;
    case pipeline::Compression::kGzip:
      return lake::Codec::kGzip;
    case pipeline::Compression::kNone:
      return lake::Codec::kNone;
  }
  return lake::Codec::kSnappy;
}

// "column" or "column DESC", as the pipeline validated it.
lake::SortColumn SortColumnOf(const std::string& text) {
  const size_t space = text.find(' ');
  const bool descending =
      space != std::string::npos && (text.find_first_of("dD", space) != std::string::npos);
  return {text.substr(0, space), descending};
}

}  // namespace

lake::TableSpec SpecOf(const plan::TablePlan& table) {
  lake::TableSpec spec;
  spec.name = table.table->name;
  spec.schema = table.root->schema;
  spec.partition_by = table.table->partition_by;
  for (const std::string& text : table.table->sort_within) {
    spec.sort_within.push_back(SortColumnOf(text));
  }
  spec.codec = CodecOf(table.table->compression);
  spec.row_group_bytes = table.table->row_group_bytes;
  return spec;
}

}  // namespace tarn::engine
