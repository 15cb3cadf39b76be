// Operators that divide keys by hash give what a loop over the rows gives, on any number of
// threads.
#include <arrow/compute/initialize.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "local/operators/aggregate_for_test.h"
#include "local/operators/top_row.h"
#include "pipeline/ddl.h"

namespace tarn::local {
namespace {

constexpr char kPartitionedColumns[] =
    "k STRING, n BIGINT, x DOUBLE, t BOOLEAN, id BIGINT NOT NULL";

struct InputRow {
  std::optional<std::string> k;
  std::optional<int64_t> n;
  double x = 0;
  bool t = false;
  int64_t id = 0;
};

using InputKey = std::pair<std::optional<std::string>, std::optional<int64_t>>;

class PartitionedOperatorsTest : public testing::TestWithParam<int> {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // Some batches have one row, some more than a sample has; in some, keys repeat often.
  void MakeRows(int num_keys) {
    input_.schema = pipeline::ParseDdl(kPartitionedColumns).ValueOrDie();
    for (int batch = 0; batch < 16; ++batch) {
      const size_t begin = rows_.size();
      const int num_rows = batch == 0       ? 1500
                           : batch % 5 == 0 ? 1
                                            : 1 + static_cast<int>(random_() % 2600);
      const int num_keys_here = batch % 3 == 1 ? 1 + num_keys / 20 : num_keys;
      for (int i = 0; i < num_rows; ++i) rows_.push_back(MakeRow(num_keys_here));
      input_.batches.push_back(BatchOf(begin));
    }
  }

  Batches input_;
  std::vector<InputRow> rows_;
  std::mt19937 random_{static_cast<unsigned>(GetParam())};

 private:
  InputRow MakeRow(int num_keys) {
    InputRow row;
    const auto key = static_cast<int64_t>(random_() % num_keys);
    if (key % 11 != 0) row.k = "key " + std::to_string(key) + std::string(key % 30, 'k');
    if (key % 7 != 0) row.n = key % 3;
    row.x = static_cast<double>(random_() % 1'000'003) / 7 - 50'000;
    row.t = random_() % 3 > 0;
    row.id = static_cast<int64_t>(rows_.size());
    return row;
  }

  BatchPtr BatchOf(size_t begin) const {
    arrow::StringBuilder k;
    arrow::Int64Builder n, id;
    arrow::DoubleBuilder x;
    arrow::BooleanBuilder t;
    arrow::Status status;
    for (size_t i = begin; i < rows_.size(); ++i) {
      const InputRow& row = rows_[i];
      status &= row.k.has_value() ? k.Append(*row.k) : k.AppendNull();
      status &= row.n.has_value() ? n.Append(*row.n) : n.AppendNull();
      status &= x.Append(row.x) & t.Append(row.t) & id.Append(row.id);
    }
    EXPECT_TRUE(status.ok());
    return arrow::RecordBatch::Make(
        input_.schema, static_cast<int64_t>(rows_.size() - begin),
        {k.Finish().ValueOrDie(), n.Finish().ValueOrDie(), x.Finish().ValueOrDie(),
         t.Finish().ValueOrDie(), id.Finish().ValueOrDie()});
  }
};

// Many and few keys.
INSTANTIATE_TEST_SUITE_P(Keys, PartitionedOperatorsTest, testing::Values(3, 60, 9000));

const std::vector<int> kThreadCounts = {1, 3, 64};

TEST_P(PartitionedOperatorsTest, TopRow) {
  MakeRows(GetParam());
  plan::TopRow top_row;
  top_row.partition_by = {ColumnOf(kPartitionedColumns, "k"), ColumnOf(kPartitionedColumns, "n")};
  top_row.order_by = {{ColumnOf(kPartitionedColumns, "t"), /*descending=*/true}};
  const Batches output = RunStageInAnyOrder(
      input_.schema,
      [&](const StageContext& context, PieceSinkPtr next) -> Result<std::vector<PieceSinkPtr>> {
        ARROW_ASSIGN_OR_RAISE(auto stage, TopRowStage::Make(context, input_.schema, top_row,
                                                            ExprContext{}, std::move(next)));
        return std::vector<PieceSinkPtr>{std::move(stage)};
      },
      {input_}, kThreadCounts);

  std::vector<int64_t> wanted;
  std::map<InputKey, size_t> places;
  for (const InputRow& row : rows_) {
    const auto [place, is_new] = places.try_emplace({row.k, row.n}, wanted.size());
    if (is_new) {
      wanted.push_back(row.id);
    } else if (int64_t& best = wanted[place->second]; row.t && !rows_[best].t) {
      best = row.id;
    }
  }
  ASSERT_TRUE(output.status.ok()) << output.status.ToString();
  const BatchPtr found = Concatenate(output.schema, output.batches).ValueOrDie();
  ASSERT_EQ(found->num_rows(), static_cast<int64_t>(wanted.size()));
  const auto& ids = static_cast<const arrow::Int64Array&>(*found->column(4));
  for (size_t i = 0; i < wanted.size(); ++i) ASSERT_EQ(ids.Value(i), wanted[i]) << i;
}

TEST_P(PartitionedOperatorsTest, Aggregate) {
  MakeRows(GetParam());
  plan::AggregateCall filtered = AggregateCallOf(kPartitionedColumns, "sum", {"x"}, "DOUBLE");
  filtered.filter = ColumnOf(kPartitionedColumns, "t");
  plan::AggregateCall distinct = AggregateCallOf(kPartitionedColumns, "count", {"t"}, "BIGINT");
  distinct.distinct = true;
  const Batches output = RunAggregate(
      kPartitionedColumns, {"k", "n"},
      {AggregateCallOf(kPartitionedColumns, "count", {}, "BIGINT"),
       AggregateCallOf(kPartitionedColumns, "sum", {"x"}, "DOUBLE"), filtered,
       AggregateCallOf(kPartitionedColumns, "max_by", {"id", "t"}, "BIGINT"), distinct},
      input_, kThreadCounts);

  struct Group {
    InputKey key;
    int64_t count = 0;
    double sum = 0;
    std::optional<double> filtered;
    int64_t last_id = 0;  // of the greatest t, the last
    bool has_true = false;
    std::set<bool> distinct;
  };
  std::vector<Group> wanted;
  std::map<InputKey, size_t> places;
  for (const InputRow& row : rows_) {
    const InputKey key = {row.k, row.n};
    const auto [place, is_new] = places.try_emplace(key, wanted.size());
    if (is_new) wanted.emplace_back().key = key;
    Group& group = wanted[place->second];
    ++group.count;
    group.sum += row.x;
    if (row.t) group.filtered = group.filtered.value_or(0) + row.x;
    if (row.t || !group.has_true) group.last_id = row.id;
    group.has_true = group.has_true || row.t;
    group.distinct.insert(row.t);
  }
  ASSERT_TRUE(output.status.ok()) << output.status.ToString();
  const BatchPtr found = Concatenate(output.schema, output.batches).ValueOrDie();
  ASSERT_EQ(found->num_rows(), static_cast<int64_t>(wanted.size()));
  const auto int_at = [&](int column, size_t row) {
    return static_cast<const arrow::Int64Array&>(*found->column(column)).Value(row);
  };
  const auto bits_at = [&](int column, size_t row) {
    return std::bit_cast<int64_t>(
        static_cast<const arrow::DoubleArray&>(*found->column(column)).Value(row));
  };
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Group& group = wanted[i];
    const auto& k = static_cast<const arrow::StringArray&>(*found->column(0));
    ASSERT_EQ(k.IsNull(i) ? std::nullopt : std::optional(k.GetString(i)), group.key.first) << i;
    ASSERT_EQ(found->column(1)->IsNull(i), !group.key.second.has_value());
    ASSERT_EQ(int_at(2, i), group.count);
    ASSERT_EQ(bits_at(3, i), std::bit_cast<int64_t>(group.sum));
    ASSERT_EQ(found->column(4)->IsNull(i), !group.filtered.has_value());
    if (group.filtered.has_value()) {
      ASSERT_EQ(bits_at(4, i), std::bit_cast<int64_t>(*group.filtered));
    }
    ASSERT_EQ(int_at(5, i), group.last_id);
    ASSERT_EQ(int_at(6, i), static_cast<int64_t>(group.distinct.size()));
  }
}

TEST_P(PartitionedOperatorsTest, Distinct) {
  MakeRows(GetParam());
  const Batches output = RunAggregate(kPartitionedColumns, {"n", "k"}, {}, input_, kThreadCounts);
  std::vector<InputKey> wanted;
  std::set<InputKey> seen;
  for (const InputRow& row : rows_) {
    if (seen.insert({row.k, row.n}).second) wanted.emplace_back(row.k, row.n);
  }
  ASSERT_TRUE(output.status.ok()) << output.status.ToString();
  const BatchPtr found = Concatenate(output.schema, output.batches).ValueOrDie();
  ASSERT_EQ(found->num_rows(), static_cast<int64_t>(wanted.size()));
  const auto& k = static_cast<const arrow::StringArray&>(*found->column(1));
  for (size_t i = 0; i < wanted.size(); ++i) {
    ASSERT_EQ(k.IsNull(i) ? std::nullopt : std::optional(k.GetString(i)), wanted[i].first) << i;
    ASSERT_EQ(found->column(0)->IsNull(i), !wanted[i].second.has_value()) << i;
  }
}

}  // namespace
}  // namespace tarn::local
