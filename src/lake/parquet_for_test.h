#pragma once

#include <arrow/io/memory.h>
#include <arrow/table.h>
#include <gtest/gtest.h>
#include <parquet/arrow/writer.h>

#include <string>

#include "lake/table_for_test.h"

namespace tarn::lake {

/// \brief A Parquet file of some rows of one column, as another program writes it.
inline std::string ForeignParquet(int64_t num_rows) {
  const auto schema = arrow::schema({arrow::field("a", arrow::int32())});
  std::string rows;
  for (int64_t row = 0; row < num_rows; ++row) rows += row == 0 ? "[1]" : ",[1]";
  const auto table = arrow::Table::FromRecordBatches({Batch(schema, "[" + rows + "]")});
  auto sink = arrow::io::BufferOutputStream::Create().ValueOrDie();
  EXPECT_TRUE(
      parquet::arrow::WriteTable(**table, arrow::default_memory_pool(), sink, 1 << 20).ok());
  return sink->Finish().ValueOrDie()->ToString();
}

}  // namespace tarn::lake
