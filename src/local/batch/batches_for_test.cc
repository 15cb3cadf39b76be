#include "local/batch/batches_for_test.h"

#include <arrow/json/from_string.h>
#include <gtest/gtest.h>

#include <string>
#include <unordered_map>

#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"

namespace tarn::local {
namespace {

// Has one task push each piece of an input, the last one first when it says so.
void Submit(const Batches& input, const PieceSinkPtr& sink, bool backwards, Scheduler* scheduler) {
  const auto submit = [&](Scheduler::Task task) {
    scheduler->Submit(Scheduler::Priority::kDeliver, std::move(task));
  };
  auto num_pieces = static_cast<int64_t>(input.batches.size());
  if (!input.status.ok()) ++num_pieces;
  if (!backwards) submit([=] { sink->SetNumPieces(num_pieces); });
  for (int64_t i = 0; i < num_pieces; ++i) {
    const int64_t number = backwards ? num_pieces - 1 - i : i;
    const bool is_error = number == static_cast<int64_t>(input.batches.size());
    Result<BatchPtr> part =
        is_error ? Result<BatchPtr>(input.status) : Result<BatchPtr>(input.batches[number]);
    submit([=] {
      sink->Push(number, part);
      sink->Complete(number);
    });
  }
  if (backwards) submit([=] { sink->SetNumPieces(num_pieces); });
}

Batches Run(const SchemaPtr& schema, const MakeStage& make, const std::vector<Batches>& inputs,
            const Poll& poll, bool backwards, int num_threads,
            int64_t memory_bytes = MemoryBudget::kNoLimit) {
  Scheduler scheduler;
  Backlog backlog;
  MemoryBudget memory(memory_bytes);
  const auto spill = std::make_shared<SpillStore>(testing::TempDir());
  NodeMeter meter, output_meter;
  auto output = std::make_shared<Collector>(StageContext{&scheduler, &backlog, &output_meter});
  const auto sinks = make({&scheduler, &backlog, &meter, poll, &memory, spill}, output);
  if (!sinks.ok()) return {schema, {}, sinks.status()};
  for (size_t i = 0; i < inputs.size(); ++i) {
    const size_t input = backwards ? inputs.size() - 1 - i : i;
    Submit(inputs[input], (*sinks)[input], backwards, &scheduler);
  }
  EXPECT_TRUE(scheduler.Run(num_threads).ok());
  EXPECT_TRUE(output->is_finished());
  return {schema, output->batches(), output->status()};
}

// All rows, flat.
BatchPtr RowsOf(const Batches& output) {
  return FlattenBatch(Concatenate(output.schema, output.batches).ValueOrDie()).ValueOrDie();
}

// `rows`: those of `b`; null where it ends with an error.
bool AreSame(const Batches& a, const Batches& b, const BatchPtr& rows) {
  if (a.status != b.status) return false;
  if (rows == nullptr) return true;
  return RowsOf(a)->Equals(*rows, arrow::EqualOptions::Defaults().nans_equal(true));
}

// How batches hold texts, as scanners give them.
enum class Layout {
  kFlat,
  kOneDictionary,
  kMixed,  // those of two scanners by turns, one of which gave it up after its first batch
};

std::vector<BatchPtr> InLayout(const std::vector<BatchPtr>& batches, Layout layout) {
  if (layout == Layout::kFlat) return batches;
  if (layout == Layout::kOneDictionary) return EncodeForTest(batches);
  std::vector<BatchPtr> by_scanner[2];
  for (size_t i = 0; i < batches.size(); ++i) by_scanner[i % 2].push_back(batches[i]);
  for (auto& of_scanner : by_scanner) of_scanner = EncodeForTest(of_scanner);
  std::vector<BatchPtr> mixed;
  for (size_t i = 0; i < batches.size(); ++i) {
    const bool is_flat = i % 2 == 1 && i > 1;
    mixed.push_back(is_flat ? batches[i] : by_scanner[i % 2][i / 2]);
  }
  return mixed;
}

std::vector<Batches> InLayout(std::vector<Batches> inputs, Layout layout) {
  for (Batches& input : inputs) input.batches = InLayout(input.batches, layout);
  return inputs;
}

BatchPtr BatchOf(const SchemaPtr& schema, const std::string& rows) {
  auto array =
      arrow::json::ArrayFromJSONString(arrow::struct_(schema->fields()), rows).ValueOrDie();
  auto batch = arrow::RecordBatch::FromStructArray(array).ValueOrDie();
  return arrow::RecordBatch::Make(schema, batch->num_rows(), batch->columns());
}

// The column of all batches, as codes into one dictionary, of which each shows what is known so
// far.
arrow::ArrayVector EncodeColumn(const arrow::ArrayVector& chunks) {
  arrow::StringBuilder builder;
  const std::string unused = "no row has this";
  std::unordered_map<std::string, int32_t> known = {{unused, 0}};
  EXPECT_TRUE(builder.Append(unused).ok());
  arrow::ArrayVector codes;
  std::vector<int64_t> lengths;
  for (const auto& chunk : chunks) {
    const auto& texts = static_cast<const arrow::StringArray&>(*chunk);
    arrow::Int32Builder numbers;
    for (int64_t row = 0; row < texts.length(); ++row) {
      if (texts.IsNull(row)) {
        EXPECT_TRUE(numbers.AppendNull().ok());
        continue;
      }
      const auto [code, is_new] =
          known.emplace(texts.GetString(row), static_cast<int32_t>(known.size()));
      if (is_new) {
        EXPECT_TRUE(builder.Append(code->first).ok());
      }
      EXPECT_TRUE(numbers.Append(code->second).ok());
    }
    codes.push_back(numbers.Finish().ValueOrDie());
    lengths.push_back(std::ssize(known));
  }
  const auto dictionary = builder.Finish().ValueOrDie();
  const auto type = arrow::dictionary(arrow::int32(), arrow::utf8());
  arrow::ArrayVector encoded;
  for (size_t i = 0; i < chunks.size(); ++i) {
    encoded.push_back(
        std::make_shared<arrow::DictionaryArray>(type, codes[i], dictionary->Slice(0, lengths[i])));
  }
  return encoded;
}

}  // namespace

std::vector<BatchPtr> EncodeForTest(const std::vector<BatchPtr>& batches) {
  if (batches.empty()) return {};
  const SchemaPtr schema = batches[0]->schema();
  std::vector<arrow::ArrayVector> columns(batches.size());
  for (int i = 0; i < schema->num_fields(); ++i) {
    arrow::ArrayVector chunks;
    for (const BatchPtr& batch : batches) chunks.push_back(batch->column(i));
    if (schema->field(i)->type()->id() == arrow::Type::STRING) chunks = EncodeColumn(chunks);
    for (size_t batch = 0; batch < batches.size(); ++batch) {
      columns[batch].push_back(chunks[batch]);
    }
  }
  std::vector<BatchPtr> encoded;
  for (size_t i = 0; i < batches.size(); ++i) {
    encoded.push_back(arrow::RecordBatch::Make(schema, batches[i]->num_rows(), columns[i]));
  }
  return encoded;
}

// Columns are as the schema says, or codes of its texts.
Status Collector::Consume(BatchPtr batch) {
  for (int i = 0; i < batch->num_columns(); ++i) {
    const arrow::DataType& logical = *batch->schema()->field(i)->type();
    const arrow::DataType& physical = *batch->column_data(i)->type;
    EXPECT_TRUE(physical.Equals(logical) ||
                (logical.id() == arrow::Type::STRING && physical.id() == arrow::Type::DICTIONARY))
        << physical << " for " << logical;
    EXPECT_EQ(batch->column_data(i)->length, batch->num_rows());
  }
  batches_.push_back(std::move(batch));
  return Status::OK();
}

void Collector::Finish(Status status) {
  EXPECT_FALSE(is_finished_);
  is_finished_ = true;
  status_ = std::move(status);
}

BatchPtr MakeBatch(const std::string& ddl, const std::string& rows) {
  return BatchOf(pipeline::ParseDdl(ddl).ValueOrDie(), rows);
}

Batches MakeInput(const std::string& ddl, const std::vector<std::string>& batches) {
  Batches input;
  input.schema = pipeline::ParseDdl(ddl).ValueOrDie();
  for (const std::string& rows : batches) input.batches.push_back(MakeBatch(ddl, rows));
  return input;
}

Batches RunStage(const SchemaPtr& schema, const MakeStage& make, const std::vector<Batches>& inputs,
                 const Poll& poll) {
  return Run(schema, make, inputs, poll, /*backwards=*/false, /*num_threads=*/1);
}

Batches RunStageInAnyOrder(const SchemaPtr& schema, const MakeStage& make,
                           const std::vector<Batches>& inputs,
                           const std::vector<int>& thread_counts) {
  const Batches output = RunStage(schema, make, inputs);
  const BatchPtr rows = output.status.ok() ? RowsOf(output) : nullptr;
  for (const Layout layout : {Layout::kFlat, Layout::kOneDictionary, Layout::kMixed}) {
    const std::vector<Batches> laid_out = InLayout(inputs, layout);
    for (const bool backwards : {false, true}) {
      for (size_t i = 0; i < thread_counts.size(); ++i) {
        // By turns, so that any three of the four settings meet in all ways.
        const bool has_memory = (static_cast<size_t>(layout) + (backwards ? 1 : 0) + i) % 2 == 1;
        const int64_t memory_bytes = has_memory ? MemoryBudget::kNoLimit : 0;
        const Batches found =
            Run(schema, make, laid_out, GoOn, backwards, thread_counts[i], memory_bytes);
        EXPECT_TRUE(AreSame(found, output, rows))
            << "layout: " << static_cast<int>(layout) << ", backwards: " << backwards
            << ", threads: " << thread_counts[i] << ", memory: " << memory_bytes;
      }
    }
  }
  return output;
}

plan::ExprPtr ColumnOf(const std::string& ddl, const std::string& name) {
  auto schema = pipeline::ParseDdl(ddl).ValueOrDie();
  return plan::MakeColumn(*schema, schema->GetFieldIndex(name));
}

void ExpectRows(const Batches& output, const std::string& rows) {
  ASSERT_TRUE(output.status.ok()) << output.status.ToString();
  const BatchPtr found = RowsOf(output);
  ASSERT_TRUE(found->ValidateFull().ok()) << found->ValidateFull().ToString();
  const BatchPtr wanted = BatchOf(output.schema, rows);
  const auto options = arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false);
  EXPECT_TRUE(found->Equals(*wanted, options))
      << "found: " << found->ToString() << "\nwanted: " << wanted->ToString();
}

void ExpectArray(const arrow::Array& found, const std::string& values) {
  ASSERT_TRUE(found.ValidateFull().ok()) << found.ValidateFull().ToString();
  auto wanted = arrow::json::ArrayFromJSONString(found.type(), values).ValueOrDie();
  const auto options = arrow::EqualOptions::Defaults().nans_equal(true).signed_zeros_equal(false);
  EXPECT_TRUE(found.Equals(*wanted, options))
      << "found: " << found.ToString() << "\nwanted: " << wanted->ToString();
}

}  // namespace tarn::local
