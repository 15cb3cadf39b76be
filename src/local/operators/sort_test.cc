#include "local/operators/sort.h"

#include <arrow/compute/initialize.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "local/operators/row_number.h"
#include "plan/build_expr.h"

namespace tarn::local {
namespace {

constexpr char kSortColumns[] = "k STRING, x DOUBLE";

class SortTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  static Batches Input() {
    return MakeInput(kSortColumns, {R"([["b", 2.0], ["a", null], ["b", NaN]])",
                                    R"([[null, 1.0], ["a", -1.0], ["b", 2.0]])"});
  }

  static Batches Sorted(const std::vector<plan::SortKey>& keys, const Batches& input) {
    const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
      return std::vector<PieceSinkPtr>{std::make_shared<SortStage>(
          context, input.schema, SortKeys(keys, {}), /*limit=*/std::nullopt, std::move(next))};
    };
    return RunStageInAnyOrder(input.schema, make, {input});
  }

  static Batches Numbered(const plan::RowNumber& row_number, const Batches& input) {
    arrow::FieldVector fields = input.schema->fields();
    fields.push_back(arrow::field("n", arrow::int32(), false));
    const SchemaPtr schema = arrow::schema(fields);
    const MakeStage make = [&](const StageContext& context,
                               PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
      ARROW_ASSIGN_OR_RAISE(auto stage, RowNumberStage::Make(context, schema, row_number,
                                                             ExprContext{}, std::move(next)));
      return std::vector<PieceSinkPtr>{std::move(stage)};
    };
    return RunStageInAnyOrder(schema, make, {input});
  }
};

TEST_F(SortTest, OrdersByEachKeyInItsDirection) {
  ExpectRows(Sorted({{ColumnOf(kSortColumns, "k"), false, true},
                     {ColumnOf(kSortColumns, "x"), true, false}},
                    Input()),
             R"([[null, 1.0], ["a", -1.0], ["a", null], ["b", NaN], ["b", 2.0], ["b", 2.0]])");
  ExpectRows(Sorted({{ColumnOf(kSortColumns, "k"), true, false}}, Input()),
             R"([["b", 2.0], ["b", NaN], ["b", 2.0], ["a", null], ["a", -1.0], [null, 1.0]])");
}

TEST_F(SortTest, NothingToSort) {
  ExpectRows(Sorted({{ColumnOf(kSortColumns, "k")}}, MakeInput(kSortColumns, {})), "[]");
}

TEST_F(SortTest, LargeOutputComesInPieces) {
  std::string rows;
  const int64_t kRows = kBatchRows + 10;
  for (int64_t i = 0; i < kRows; ++i) {
    rows += (i == 0 ? "[[\"a\", " : ", [\"a\", ") + std::to_string(kRows - i) + ".0]";
  }
  const Batches sorted =
      Sorted({{ColumnOf(kSortColumns, "x")}}, MakeInput(kSortColumns, {rows + "]"}));
  const std::vector<BatchPtr>& batches = sorted.batches;
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[0]->num_rows(), kBatchRows);
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*batches[0]->column(1)).Value(0), 1.0);
  EXPECT_EQ(static_cast<const arrow::DoubleArray&>(*batches[1]->column(1)).Value(9), kRows);
}

// Batches of which some are empty, with keys that repeat, NULLs, NaN and nested columns.
constexpr char kManyColumns[] = "k STRING, x DOUBLE, list ARRAY<INT>, id INT";

Batches ManyBatches(int num_batches, int num_rows) {
  std::mt19937 random(7);
  std::vector<std::string> batches;
  int id = 0;
  for (int batch = 0; batch < num_batches; ++batch) {
    std::string rows;
    for (int row = random() % 8 == 0 ? num_rows : 0; row < num_rows; ++row, ++id) {
      const unsigned key = random() % 100, x = random() % 9;
      rows += rows.empty() ? "[" : ",[";
      rows += key == 0 ? "null" : "\"" + std::string(key % 7, 'k') + std::to_string(key) + "\"";
      rows += x == 0 ? ",null" : x == 1 ? ",NaN" : "," + std::to_string(x) + ".5";
      rows += ",[" + std::to_string(id) + ",null]," + std::to_string(id) + "]";
    }
    batches.push_back("[" + rows + "]");
  }
  return MakeInput(kManyColumns, batches);
}

// Has `make` put out the same with a budget, of which it holds a part in memory.
void ExpectSameWithin(int64_t memory_bytes, const Batches& wanted, const MakeStage& make,
                      const Batches& input) {
  MemoryBudget memory(memory_bytes);
  std::shared_ptr<SpillStore> spill;
  const Batches found = RunStage(wanted.schema,
                                 [&](StageContext context, PieceSinkPtr next) {
                                   context.memory = &memory;
                                   spill = context.spill;
                                   return make(context, std::move(next));
                                 },
                                 {input});
  ASSERT_TRUE(found.status.ok()) << found.status.ToString();
  EXPECT_GT(spill->bytes_written(), 0);
  EXPECT_EQ(memory.num_bytes(), 0);
  const auto options = arrow::EqualOptions::Defaults().nans_equal(true);
  EXPECT_TRUE((*Concatenate(wanted.schema, found.batches))
                  ->Equals(**Concatenate(wanted.schema, wanted.batches), options))
      << memory_bytes;
}

TEST_F(SortTest, SortsMoreThanThereIsMemoryFor) {
  const Batches input = ManyBatches(/*num_batches=*/200, /*num_rows=*/100);
  const std::vector<plan::SortKey> keys = {{ColumnOf(kManyColumns, "k"), true, false},
                                           {ColumnOf(kManyColumns, "x"), false, true}};
  const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
    return std::vector<PieceSinkPtr>{std::make_shared<SortStage>(
        context, input.schema, SortKeys(keys, {}), /*limit=*/std::nullopt, std::move(next))};
  };
  const Batches sorted = RunStageInAnyOrder(input.schema, make, {input});
  for (const int64_t memory_bytes : {64 << 10, 512 << 10, 2 << 20}) {
    ExpectSameWithin(memory_bytes, sorted, make, input);
  }
}

TEST_F(SortTest, AnErrorIsTheSameWithoutMemory) {
  Batches input = Input();
  input.status = Status::Invalid("after them");
  EXPECT_EQ(Sorted({{ColumnOf(kSortColumns, "k")}}, input).status.message(), "after them");
}

TEST_F(SortTest, RowNumbersKeepTheInputsOrder) {
  plan::RowNumber row_number;
  row_number.partition_by = {ColumnOf(kSortColumns, "k")};
  row_number.order_by = {{ColumnOf(kSortColumns, "x"), true, false}};
  ExpectRows(Numbered(row_number, Input()),
             R"([["b", 2.0, 2], ["a", null, 2], ["b", NaN, 1], [null, 1.0, 1], ["a", -1.0, 1],
                 ["b", 2.0, 3]])");
  row_number.partition_by.clear();
  ExpectRows(Numbered(row_number, Input()),
             R"([["b", 2.0, 2], ["a", null, 6], ["b", NaN, 1], [null, 1.0, 4], ["a", -1.0, 5],
                 ["b", 2.0, 3]])");
  ExpectRows(Numbered(row_number, MakeInput(kSortColumns, {})), "[]");
}

// The numbers, by the definition: a row's place among those of its partition.
std::string NumbersOf(const BatchPtr& rows, const std::vector<std::string>& partition_of) {
  const auto& x = static_cast<const arrow::DoubleArray&>(*rows->column(1));
  const auto comes_before = [&](int64_t a, int64_t b) {  // x descending, NULL last, NaN first
    const auto rank = [&](int64_t row) {
      return x.IsNull(row) ? -1.0 : std::isnan(x.Value(row)) ? 100.0 : x.Value(row);
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : a < b;
  };
  std::map<std::string, std::vector<int64_t>> partitions;
  for (int64_t row = 0; row < rows->num_rows(); ++row) {
    partitions[partition_of[row]].push_back(row);
  }
  std::vector<int> numbers(rows->num_rows());
  for (auto& [name, members] : partitions) {
    std::sort(members.begin(), members.end(), comes_before);
    for (size_t i = 0; i < members.size(); ++i) numbers[members[i]] = static_cast<int>(i) + 1;
  }
  std::string json;
  for (const int number : numbers) json += (json.empty() ? "[" : ",") + std::to_string(number);
  return json + "]";
}

// In many partitions, and in a single one.
TEST_F(SortTest, NumbersMoreRowsThanThereIsMemoryFor) {
  const Batches input = ManyBatches(/*num_batches=*/200, /*num_rows=*/100);
  const BatchPtr rows = Concatenate(input.schema, input.batches).ValueOrDie();
  arrow::FieldVector fields = input.schema->fields();
  fields.push_back(arrow::field("n", arrow::int32(), false));
  const SchemaPtr schema = arrow::schema(fields);
  for (const bool is_partitioned : {true, false}) {
    plan::RowNumber row_number;
    std::vector<std::string> partition_of(rows->num_rows());
    if (is_partitioned) {
      row_number.partition_by = {ColumnOf(kManyColumns, "k")};
      for (int64_t row = 0; row < rows->num_rows(); ++row) {
        partition_of[row] = rows->column(0)->GetScalar(row).ValueOrDie()->ToString();
      }
    }
    row_number.order_by = {{ColumnOf(kManyColumns, "x"), true, false}};
    const Batches numbered = Numbered(row_number, input);
    const BatchPtr found = Concatenate(schema, numbered.batches).ValueOrDie();
    ExpectArray(*found->column(4), NumbersOf(rows, partition_of));
    const MakeStage make = [&](const StageContext& context,
                               PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
      ARROW_ASSIGN_OR_RAISE(auto stage, RowNumberStage::Make(context, schema, row_number,
                                                             ExprContext{}, std::move(next)));
      return std::vector<PieceSinkPtr>{std::move(stage)};
    };
    for (const int64_t memory_bytes : {64 << 10, 512 << 10, 1 << 20}) {
      ExpectSameWithin(memory_bytes, numbered, make, input);
    }
  }
}

MakeStage SortOf(const std::vector<plan::SortKey>& keys, std::optional<int64_t> limit,
                 const SchemaPtr& schema) {
  return [=](const StageContext& context, PieceSinkPtr next) {
    return std::vector<PieceSinkPtr>{
        std::make_shared<SortStage>(context, schema, SortKeys(keys, {}), limit, std::move(next))};
  };
}

MakeStage NumberingOf(const plan::RowNumber& row_number, const SchemaPtr& schema) {
  return [=](const StageContext& context, PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
    ARROW_ASSIGN_OR_RAISE(auto stage, RowNumberStage::Make(context, schema, row_number,
                                                           ExprContext{}, std::move(next)));
    return std::vector<PieceSinkPtr>{std::move(stage)};
  };
}

void ExpectEqualRows(const Batches& found, const BatchPtr& wanted) {
  ASSERT_TRUE(found.status.ok()) << found.status.ToString();
  const BatchPtr rows = Concatenate(wanted->schema(), found.batches).ValueOrDie();
  EXPECT_TRUE(rows->Equals(*wanted, arrow::EqualOptions::Defaults().nans_equal(true)));
}

// By keys of which many are equal, and by one that makes each row come before all earlier ones.
TEST_F(SortTest, ALimitKeepsTheFirstRows) {
  const Batches input = ManyBatches(/*num_batches=*/30, /*num_rows=*/400);
  const std::vector<std::vector<plan::SortKey>> orders = {
      {{ColumnOf(kManyColumns, "k"), true, false}, {ColumnOf(kManyColumns, "x"), false, true}},
      {{ColumnOf(kManyColumns, "id"), true, false}}};
  for (const std::vector<plan::SortKey>& keys : orders) {
    const BatchPtr sorted =
        Concatenate(
            input.schema,
            RunStage(input.schema, SortOf(keys, std::nullopt, input.schema), {input}).batches)
            .ValueOrDie();
    ASSERT_GT(sorted->num_rows(), 7000);
    for (const int64_t limit : {1, 300, 1000, 1'000'000}) {
      SCOPED_TRACE(limit);
      ExpectEqualRows(RunStageInAnyOrder(input.schema, SortOf(keys, limit, input.schema), {input}),
                      sorted->Slice(0, limit));
    }
  }
}

// By partition, of which the first rows come last.
TEST_F(SortTest, ALimitKeepsTheFirstRowsOfEachPartition) {
  const Batches input = ManyBatches(/*num_batches=*/30, /*num_rows=*/400);
  arrow::FieldVector fields = input.schema->fields();
  fields.push_back(arrow::field("n", arrow::int32(), false));
  const SchemaPtr schema = arrow::schema(fields);
  for (const bool is_partitioned : {true, false}) {
    for (const char* order : {"x", "id"}) {
      plan::RowNumber row_number;
      if (is_partitioned) row_number.partition_by = {ColumnOf(kManyColumns, "k")};
      row_number.order_by = {{ColumnOf(kManyColumns, order), true, false}};
      const BatchPtr all =
          Concatenate(schema, RunStage(schema, NumberingOf(row_number, schema), {input}).batches)
              .ValueOrDie();
      ASSERT_GT(all->num_rows(), 7000);
      for (const int64_t limit : {1, 20, 1'000'000}) {
        SCOPED_TRACE(limit);
        arrow::Int64Builder wanted;
        for (int64_t row = 0; row < all->num_rows(); ++row) {
          const auto& numbers = static_cast<const arrow::Int32Array&>(*all->column(4));
          if (numbers.Value(row) <= limit) ASSERT_TRUE(wanted.Append(row).ok());
        }
        row_number.limit = limit;
        ExpectEqualRows(RunStageInAnyOrder(schema, NumberingOf(row_number, schema), {input}),
                        TakeRows(all, wanted.Finish().ValueOrDie()).ValueOrDie());
      }
    }
  }
}

// What is held is as many rows as are wanted, and not as many as there are.
TEST_F(SortTest, ALimitBoundsWhatIsHeld) {
  const Batches input = ManyBatches(/*num_batches=*/200, /*num_rows=*/1000);
  arrow::FieldVector fields = input.schema->fields();
  fields.push_back(arrow::field("n", arrow::int32(), false));
  const SchemaPtr numbered = arrow::schema(fields);
  const auto peak = [&](const SchemaPtr& schema, const MakeStage& make) {
    MemoryBudget memory;
    const Batches found = RunStage(schema,
                                   [&](StageContext context, PieceSinkPtr next) {
                                     context.memory = &memory;
                                     return make(context, std::move(next));
                                   },
                                   {input});
    EXPECT_TRUE(found.status.ok());
    return memory.peak_bytes();
  };
  plan::RowNumber row_number;
  row_number.partition_by = {ColumnOf(kManyColumns, "k")};
  row_number.order_by = {{ColumnOf(kManyColumns, "id"), true, false}};
  const std::vector<plan::SortKey>& keys = row_number.order_by;
  EXPECT_GT(peak(input.schema, SortOf(keys, std::nullopt, input.schema)),
            2 * peak(input.schema, SortOf(keys, 10, input.schema)));
  const int64_t all = peak(numbered, NumberingOf(row_number, numbered));
  row_number.limit = 2;
  EXPECT_GT(all, 2 * peak(numbered, NumberingOf(row_number, numbered)));
}

// What fails for an earlier batch is reported, whichever of the keys it is.
TEST_F(SortTest, TheFirstErrorOfKeysIsReported) {
  constexpr char kTexts[] = "p STRING, o STRING";
  const Batches input = MakeInput(
      kTexts, {R"([["1", "2"]])", R"([["1", "of order"]])", R"([["of partition", "1"]])"});
  plan::RowNumber row_number;
  row_number.partition_by = {plan::CastTo(ColumnOf(kTexts, "p"), arrow::int32())};
  row_number.order_by = {{plan::CastTo(ColumnOf(kTexts, "o"), arrow::int32())}};
  EXPECT_THAT(Numbered(row_number, input).status.message(), testing::HasSubstr("of order"));
}

}  // namespace
}  // namespace tarn::local
