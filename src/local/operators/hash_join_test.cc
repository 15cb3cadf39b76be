#include "local/operators/hash_join.h"

#include <arrow/compute/initialize.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <optional>
#include <random>

#include "local/batch/batches_for_test.h"
#include "local/batch/gather.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/known_functions.h"
#include "plan/node.h"

namespace tarn::local {
namespace {

using Kind = plan::Join::Kind;

class HashJoinTest : public testing::Test {
 protected:
  static constexpr char kLeft[] = "k STRING, x BIGINT";
  static constexpr char kRight[] = "k STRING, y BIGINT";

  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // On k, unless there is nothing to join on.
  static plan::Join On(Kind kind, bool null_safe = false) {
    plan::Join join;
    join.kind = kind;
    join.left_keys = {ColumnOf(kLeft, "k")};
    join.right_keys = {ColumnOf(kRight, "k")};
    join.null_safe = {null_safe};
    return join;
  }

  // Of these columns of the output.
  static SchemaPtr SchemaOf(const plan::Join& join, const Batches& left, const Batches& right,
                            const std::vector<int>& columns) {
    const plan::NodePtr left_node = plan::MakeTableInput(0, left.schema);
    const plan::NodePtr right_node = plan::MakeTableInput(1, right.schema);
    const SchemaPtr all = plan::MakeJoin(left_node, right_node, join)->schema;
    arrow::FieldVector fields;
    for (const int column : columns) fields.push_back(all->field(column));
    return arrow::schema(std::move(fields));
  }

  static std::vector<int> AllColumns(const plan::Join& join, const Batches& left,
                                     const Batches& right) {
    const plan::NodePtr left_node = plan::MakeTableInput(0, left.schema);
    const plan::NodePtr right_node = plan::MakeTableInput(1, right.schema);
    std::vector<int> columns(plan::MakeJoin(left_node, right_node, join)->schema->num_fields());
    std::iota(columns.begin(), columns.end(), 0);
    return columns;
  }

  static Result<std::vector<PieceSinkPtr>> Make(const StageContext& context, const plan::Join& join,
                                                const Batches& left, const Batches& right,
                                                const std::vector<int>& columns,
                                                PieceSinkPtr next) {
    ARROW_ASSIGN_OR_RAISE(const HashJoin made,
                          HashJoin::Make(context, left.schema, right.schema, columns, join,
                                         ExprContext{}, std::move(next)));
    return std::vector<PieceSinkPtr>{made.left, made.right};
  }

  static Batches JoinRows(const plan::Join& join, const Batches& left, const Batches& right) {
    return JoinRows(join, left, right, AllColumns(join, left, right));
  }
  static Batches JoinRows(const plan::Join& join, const Batches& left, const Batches& right,
                          const std::vector<int>& columns,
                          const std::vector<int>& thread_counts = {1, 4}) {
    const MakeStage make = [&](const StageContext& context, PieceSinkPtr next) {
      return Make(context, join, left, right, columns, std::move(next));
    };
    return RunStageInAnyOrder(SchemaOf(join, left, right, columns), make, {left, right},
                              thread_counts);
  }

  // With so much memory, and how much of it went to disk.
  static Batches JoinWithin(int64_t memory_bytes, const plan::Join& join, const Batches& left,
                            const Batches& right, int64_t* spilled_bytes, const Poll& poll = GoOn) {
    MemoryBudget memory(memory_bytes);
    std::shared_ptr<SpillStore> spill;
    const std::vector<int> columns = AllColumns(join, left, right);
    const MakeStage make = [&](StageContext context, PieceSinkPtr next) {
      context.memory = &memory;
      spill = context.spill;
      return Make(context, join, left, right, columns, std::move(next));
    };
    Batches output = RunStage(SchemaOf(join, left, right, columns), make, {left, right}, poll);
    EXPECT_EQ(memory.num_bytes(), 0) << "all is given back";
    *spilled_bytes = spill->bytes_written();
    return output;
  }

  // Expects the same rows in the same order with all memory, some and none.
  static void ExpectSameWithin(const std::vector<int64_t>& memory_bytes, const plan::Join& join,
                               const Batches& left, const Batches& right) {
    int64_t spilled_bytes = 0;
    const Batches wanted = JoinWithin(MemoryBudget::kNoLimit, join, left, right, &spilled_bytes);
    ASSERT_TRUE(wanted.status.ok()) << wanted.status.ToString();
    EXPECT_EQ(spilled_bytes, 0);
    const BatchPtr wanted_rows = Concatenate(wanted.schema, wanted.batches).ValueOrDie();
    for (const int64_t bytes : memory_bytes) {
      const Batches found = JoinWithin(bytes, join, left, right, &spilled_bytes);
      ASSERT_TRUE(found.status.ok()) << found.status.ToString();
      EXPECT_GT(spilled_bytes, 0);
      const BatchPtr rows = Concatenate(found.schema, found.batches).ValueOrDie();
      ASSERT_TRUE(rows->ValidateFull().ok());
      EXPECT_TRUE(rows->Equals(*wanted_rows, arrow::EqualOptions::Defaults().nans_equal(true)))
          << "memory: " << bytes << ", rows: " << rows->num_rows() << " of "
          << wanted_rows->num_rows();
    }
  }

  // Batches of rows that `row` makes of their numbers, as JSON.
  static Batches MakeMany(const std::string& ddl, int num_batches, int rows_per_batch,
                          const std::function<std::string(int)>& row) {
    std::vector<std::string> batches;
    for (int batch = 0; batch < num_batches; ++batch) {
      std::string& rows = batches.emplace_back("[");
      for (int i = 0; i < rows_per_batch; ++i) {
        rows += (i > 0 ? "," : "") + row(batch * rows_per_batch + i);
      }
      rows += "]";
    }
    return MakeInput(ddl, batches);
  }

  // Two batches on each side; keys that match once, twice, never, and NULL.
  static Batches Joined(const plan::Join& join) {
    return JoinRows(
        join,
        MakeInput(kLeft,
                  {R"([["a", 1], ["b", 2], [null, 3]])", R"([["b", 4], ["z", 5], ["a", 6]])"}),
        MakeInput(kRight, {R"([["b", 10], ["q", 20], ["a", 30]])", R"([[null, 40], ["b", 50]])"}));
  }

  // x < y over the joined columns.
  static plan::ExprPtr Less() {
    return plan::MakePredicate(plan::kLt, {plan::MakeColumn(1, arrow::int64(), true),
                                           plan::MakeColumn(3, arrow::int64(), true)});
  }
};

TEST_F(HashJoinTest, InnerGivesLeftOrderThenRightOrder) {
  ExpectRows(Joined(On(Kind::kInner)), R"([
    ["a", 1, "a", 30], ["b", 2, "b", 10], ["b", 2, "b", 50], ["b", 4, "b", 10], ["b", 4, "b", 50],
    ["a", 6, "a", 30]])");
}

TEST_F(HashJoinTest, LeftKeepsRowsWithoutMatch) {
  ExpectRows(Joined(On(Kind::kLeft)), R"([
    ["a", 1, "a", 30], ["b", 2, "b", 10], ["b", 2, "b", 50], [null, 3, null, null],
    ["b", 4, "b", 10], ["b", 4, "b", 50], ["z", 5, null, null], ["a", 6, "a", 30]])");
}

TEST_F(HashJoinTest, RightAndFullAddUnmatchedRightRowsLast) {
  ExpectRows(Joined(On(Kind::kRight)), R"([
    ["a", 1, "a", 30], ["b", 2, "b", 10], ["b", 2, "b", 50], ["b", 4, "b", 10], ["b", 4, "b", 50],
    ["a", 6, "a", 30], [null, null, "q", 20], [null, null, null, 40]])");
  ExpectRows(Joined(On(Kind::kFull)), R"([
    ["a", 1, "a", 30], ["b", 2, "b", 10], ["b", 2, "b", 50], [null, 3, null, null],
    ["b", 4, "b", 10], ["b", 4, "b", 50], ["z", 5, null, null], ["a", 6, "a", 30],
    [null, null, "q", 20], [null, null, null, 40]])");
}

TEST_F(HashJoinTest, NullSafeKeysMatchNulls) {
  ExpectRows(Joined(On(Kind::kInner, /*null_safe=*/true)), R"([
    ["a", 1, "a", 30], ["b", 2, "b", 10], ["b", 2, "b", 50], [null, 3, null, 40],
    ["b", 4, "b", 10], ["b", 4, "b", 50], ["a", 6, "a", 30]])");
}

TEST_F(HashJoinTest, ResidualDecidesWhatMatches) {
  plan::Join join = On(Kind::kFull);
  join.residual =
      plan::MakePredicate(plan::kLt, {plan::MakeColumn(3, arrow::int64(), true),
                                      plan::MakeLiteral(arrow::MakeScalar(int64_t{40}))});
  ExpectRows(Joined(join), R"([
    ["a", 1, "a", 30], ["b", 2, "b", 10], [null, 3, null, null], ["b", 4, "b", 10],
    ["z", 5, null, null], ["a", 6, "a", 30],
    [null, null, "q", 20], [null, null, null, 40], [null, null, "b", 50]])");
}

TEST_F(HashJoinTest, WithoutKeysEveryPairIsACandidate) {
  plan::Join join;
  join.kind = Kind::kLeft;
  join.residual = Less();
  ExpectRows(JoinRows(join, MakeInput(kLeft, {R"([["a", 1], ["b", 9], ["c", null]])"}),
                      MakeInput(kRight, {R"([["p", 0], ["q", 2], ["r", 3]])"})),
             R"([["a", 1, "q", 2], ["a", 1, "r", 3], ["b", 9, null, null],
                 ["c", null, null, null]])");
}

TEST_F(HashJoinTest, SemiAntiAndMarkAskForMatches) {
  ExpectRows(Joined(On(Kind::kLeftSemi)), R"([["a", 1], ["b", 2], ["b", 4], ["a", 6]])");
  ExpectRows(Joined(On(Kind::kLeftAnti)), R"([[null, 3], ["z", 5]])");
  ExpectRows(Joined(On(Kind::kLeftMark)), R"([
    ["a", 1, true], ["b", 2, true], [null, 3, false], ["b", 4, true], ["z", 5, false],
    ["a", 6, true]])");
  ExpectRows(Joined(On(Kind::kLeftSemi, /*null_safe=*/true)),
             R"([["a", 1], ["b", 2], [null, 3], ["b", 4], ["a", 6]])");
}

TEST_F(HashJoinTest, RightSemiAndAntiAskItOfTheSideThatIsHeld) {
  ExpectRows(Joined(On(Kind::kRightSemi)), R"([["b", 10], ["a", 30], ["b", 50]])");
  ExpectRows(Joined(On(Kind::kRightAnti)), R"([["q", 20], [null, 40]])");
  plan::Join join = On(Kind::kRightSemi);
  join.residual =
      plan::MakePredicate(plan::kLt, {plan::MakeColumn(3, arrow::int64(), true),
                                      plan::MakeLiteral(arrow::MakeScalar(int64_t{40}))});
  ExpectRows(Joined(join), R"([["b", 10], ["a", 30]])");
  const Batches left = MakeInput(kLeft, {R"([["a", 1]])"});
  const Batches right = MakeInput(kRight, {R"([["a", 2], ["b", 3]])"});
  ExpectRows(JoinRows(On(Kind::kRightSemi), left, right, {1}), "[[2]]");
  ExpectRows(JoinRows(On(Kind::kRightAnti), MakeInput(kLeft, {}), right),
             R"([["a", 2], ["b", 3]])");
}

TEST_F(HashJoinTest, AResidualDecidesWhatMatchesOfThemToo) {
  plan::Join join = On(Kind::kLeftSemi);
  // Of b, 10 is less than 40, and 50 is not; of a, 30 is.
  join.residual = plan::MakePredicate(plan::kLt, {plan::MakeLiteral(arrow::MakeScalar(int64_t{40})),
                                                  plan::MakeColumn(3, arrow::int64(), true)});
  ExpectRows(Joined(join), R"([["b", 2], ["b", 4]])");
  join.kind = Kind::kLeftAnti;
  ExpectRows(Joined(join), R"([["a", 1], [null, 3], ["z", 5], ["a", 6]])");
  join.kind = Kind::kLeftMark;
  ExpectRows(Joined(join), R"([
    ["a", 1, false], ["b", 2, true], [null, 3, false], ["b", 4, true], ["z", 5, false],
    ["a", 6, false]])");
}

// As x [NOT] IN (…): with a NULL on either side it is unknown, unless there is no other side.
TEST_F(HashJoinTest, NullAwareOnesCountNullAsAMatch) {
  plan::Join join = On(Kind::kLeftAnti);
  join.null_aware = true;
  const Batches left = MakeInput(kLeft, {R"([["a", 1], [null, 2]])", R"([["b", 3]])"});
  const auto anti = [&](const std::vector<std::string>& right) {
    return JoinRows(join, left, MakeInput(kRight, right));
  };
  ExpectRows(anti({R"([["a", 1], ["c", 2]])"}), R"([["b", 3]])");
  ExpectRows(anti({R"([["a", 1]])", R"([[null, 2]])"}), "[]");
  ExpectRows(anti({}), R"([["a", 1], [null, 2], ["b", 3]])");
  join.kind = Kind::kLeftMark;
  ExpectRows(anti({R"([["a", 1]])"}), R"([["a", 1, true], [null, 2, true], ["b", 3, false]])");
  ExpectRows(anti({R"([["q", 1], [null, 1]])"}),
             R"([["a", 1, true], [null, 2, true], ["b", 3, true]])");
  ExpectRows(anti({}), R"([["a", 1, false], [null, 2, false], ["b", 3, false]])");
}

TEST_F(HashJoinTest, ColumnsOfAMarkJoinMayBeLeftOut) {
  const Batches left = MakeInput(kLeft, {R"([["a", 1], ["b", 2]])"});
  const Batches right = MakeInput(kRight, {R"([["b", 3]])"});
  ExpectRows(JoinRows(On(Kind::kLeftMark), left, right, {1}), "[[1], [2]]");
  ExpectRows(JoinRows(On(Kind::kLeftMark), left, right, {2}), "[[false], [true]]");
  ExpectRows(JoinRows(On(Kind::kLeftSemi), left, right, {1}), "[[2]]");
}

TEST_F(HashJoinTest, SingleFailsWhereARowHasSeveralMatches) {
  const Batches left = MakeInput(kLeft, {R"([["a", 1], ["z", 2], ["b", 3]])"});
  const auto single = [&](const std::string& rows) {
    return JoinRows(On(Kind::kLeftSingle), left, MakeInput(kRight, {rows}));
  };
  ExpectRows(single(R"([["a", 10], ["q", 20], ["q", 30]])"), R"([
    ["a", 1, "a", 10], ["z", 2, null, null], ["b", 3, null, null]])");
  const Batches failed = single(R"([["b", 10], ["a", 20], ["b", 30]])");
  EXPECT_THAT(failed.status.message(), testing::HasSubstr("SCALAR_SUBQUERY_TOO_MANY_ROWS"));

  plan::Join all;
  all.kind = Kind::kLeftSingle;
  const Batches none = MakeInput(kLeft, {});
  const std::string two = R"([["b", 10], ["a", 20]])";
  EXPECT_FALSE(JoinRows(all, none, MakeInput(kRight, {two})).status.ok());
  ExpectRows(JoinRows(all, left, MakeInput(kRight, {R"([["b", 10]])"})), R"([
    ["a", 1, "b", 10], ["z", 2, "b", 10], ["b", 3, "b", 10]])");
}

TEST_F(HashJoinTest, SingleSeesMatchesOfSeveralChunksOnDisk) {
  const auto row = [](int number) { return fmt::format("[\"a\", {}]", number); };
  int64_t spilled_bytes = 0;
  const Batches left = MakeInput(kLeft, {R"([["a", 1]])"});
  const Batches output = JoinWithin(/*memory_bytes=*/0, On(Kind::kLeftSingle), left,
                                    MakeMany(kRight, 3, 1, row), &spilled_bytes);
  EXPECT_GT(spilled_bytes, 0);
  EXPECT_THAT(output.status.message(), testing::HasSubstr("SCALAR_SUBQUERY_TOO_MANY_ROWS"));
}

TEST_F(HashJoinTest, EmptySides) {
  const std::vector<std::string> one = {R"([["a", 1]])"};
  ExpectRows(JoinRows(On(Kind::kInner), MakeInput(kLeft, one), MakeInput(kRight, {})), "[]");
  ExpectRows(JoinRows(On(Kind::kLeft), MakeInput(kLeft, one), MakeInput(kRight, {})),
             R"([["a", 1, null, null]])");
  ExpectRows(JoinRows(On(Kind::kFull), MakeInput(kLeft, {}), MakeInput(kRight, one)),
             R"([[null, null, "a", 1]])");
  plan::Join pairs;
  pairs.kind = Kind::kLeft;
  ExpectRows(JoinRows(pairs, MakeInput(kLeft, one), MakeInput(kRight, {})),
             R"([["a", 1, null, null]])");
}

TEST_F(HashJoinTest, FloatKeysAreEqualAsInSpark) {
  const std::string ddl = "d DOUBLE";
  plan::Join join;
  join.left_keys = {ColumnOf(ddl, "d")};
  join.right_keys = {ColumnOf(ddl, "d")};
  join.null_safe = {false};
  // The values themselves are kept.
  ExpectRows(JoinRows(join, MakeInput(ddl, {"[[-0.0], [NaN], [1.5]]"}),
                      MakeInput(ddl, {"[[0.0], [NaN], [2.5]]"})),
             "[[-0.0, 0.0], [NaN, NaN]]");
}

TEST_F(HashJoinTest, SeveralKeysMustAllMatch) {
  plan::Join join = On(Kind::kInner);
  join.left_keys.push_back(ColumnOf(kLeft, "x"));
  join.right_keys.push_back(ColumnOf(kRight, "y"));
  join.null_safe = {true, false};
  ExpectRows(JoinRows(join, MakeInput(kLeft, {R"([["a", 1], [null, 2], [null, null]])"}),
                      MakeInput(kRight, {R"([["a", 2], [null, 2], [null, null], ["a", 1]])"})),
             R"([["a", 1, "a", 1], [null, 2, null, 2]])");
}

TEST_F(HashJoinTest, AnErrorOfTheRightSideComesFirst) {
  Batches left = MakeInput(kLeft, {R"([["a", 1]])"}), right = MakeInput(kRight, {R"([["a", 2]])"});
  left.status = Status::Invalid("left");
  EXPECT_EQ(JoinRows(On(Kind::kLeft), left, right).status.message(), "left");
  right.status = Status::Invalid("right");
  EXPECT_EQ(JoinRows(On(Kind::kLeft), left, right).status.message(), "right");
  EXPECT_EQ(JoinRows(On(Kind::kInner), MakeInput(kLeft, {}), right).status.message(), "right");
}

// One left row with more matches than fit in a batch; whether it matched is remembered between
// them.
TEST_F(HashJoinTest, MatchesOfOneRowSpanBatches) {
  const int64_t num_right = 2 * kBatchRows + 5;
  std::string right = "[";
  for (int64_t i = 0; i < num_right; ++i) {
    right += (i == 0 ? "[\"a\", " : ", [\"a\", ") + std::to_string(i) + "]";
  }
  right += "]";
  const std::string left = R"([["a", 0], ["a", 65540], ["b", 0]])";
  plan::Join join = On(Kind::kLeft);
  join.residual = Less();
  const Batches joined = JoinRows(join, MakeInput(kLeft, {left}), MakeInput(kRight, {right}));
  const std::vector<BatchPtr>& batches = joined.batches;
  EXPECT_GT(batches.size(), 2u);
  int64_t next = 1;
  const BatchPtr rows = Concatenate(joined.schema, batches).ValueOrDie();
  // x = 0 passes all but y = 0; 65540 is the last y, so nothing passes; "b" has no key to match.
  ASSERT_EQ(rows->num_rows(), num_right - 1 + 2);
  const auto& y = static_cast<const arrow::Int64Array&>(*rows->column(3));
  for (int64_t row = 0; row < num_right - 1; ++row) ASSERT_EQ(y.Value(row), next++);
  EXPECT_TRUE(y.IsNull(num_right - 1));
  EXPECT_TRUE(y.IsNull(num_right));
}

constexpr Kind kAllKinds[] = {Kind::kInner, Kind::kLeft, Kind::kRight, Kind::kFull};
constexpr Kind kExistenceKinds[] = {Kind::kLeftSemi, Kind::kLeftAnti, Kind::kLeftMark,
                                    Kind::kRightSemi, Kind::kRightAnti};

// Each row has its number as its value.
using Keys = std::vector<std::optional<int>>;

std::string RowOf(const Keys& keys, int row) {
  const std::string key = keys[row].has_value() ? fmt::format("\"{}\"", *keys[row]) : "null";
  return fmt::format("[{}, {}]", key, row);
}

// The rows of a join on equal keys, whose left number is less than the right one's if `less`: every
// pair is compared. `columns`: those of the output, as JSON.
std::string RowsByComparison(Kind kind, bool less, const Keys& left, const Keys& right,
                             const std::vector<int>& columns) {
  std::string rows = "[";
  const auto add = [&](int left_row, int right_row) {
    std::string row;
    for (const int column : columns) {
      const int number = column < 2 ? left_row : right_row;
      const Keys& keys = column < 2 ? left : right;
      std::string value = "null";
      if (number >= 0 && column % 2 == 1) value = std::to_string(number);
      if (number >= 0 && column % 2 == 0 && keys[number].has_value()) {
        value = fmt::format("\"{}\"", *keys[number]);
      }
      row += (row.empty() ? "" : ", ") + value;
    }
    rows += (rows.size() == 1 ? "[" : ", [") + row + "]";
  };
  std::vector<bool> right_matched(right.size());
  for (int i = 0; i < std::ssize(left); ++i) {
    bool matched = false;
    for (int j = 0; j < std::ssize(right); ++j) {
      const bool matches = left[i].has_value() && left[i] == right[j] && (!less || i < j);
      if (!matches) continue;
      add(i, j);
      matched = right_matched[j] = true;
    }
    if (!matched && (kind == Kind::kLeft || kind == Kind::kFull)) add(i, -1);
  }
  for (int j = 0; j < std::ssize(right); ++j) {
    if (!right_matched[j] && (kind == Kind::kRight || kind == Kind::kFull)) add(-1, j);
  }
  return rows + "]";
}

// Right keys that are all different, that repeat one after the other, and that repeat anywhere;
// outputs that leave columns out.
TEST_F(HashJoinTest, GivesTheRowsOfComparingEveryPair) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same rows each time
  const std::vector<std::function<int(int)>> patterns = {
      [](int row) { return row; }, [](int row) { return row / 3; },
      [&](int) { return static_cast<int>(random() % 30); }};
  for (size_t pattern = 0; pattern < patterns.size(); ++pattern) {
    Keys left, right;
    for (int i = 0; i < 150; ++i) {
      left.emplace_back();
      if (random() % 9 > 0) left.back() = static_cast<int>(random() % 120);
    }
    for (int i = 0; i < 90; ++i) right.emplace_back(patterns[pattern](i));
    if (pattern > 0) right[20] = right[21] = std::nullopt;
    const Batches left_rows = MakeMany(kLeft, 3, 50, [&](int row) { return RowOf(left, row); });
    const Batches right_rows = MakeMany(kRight, 3, 30, [&](int row) { return RowOf(right, row); });
    for (const Kind kind : kAllKinds) {
      for (const bool less : {false, true}) {
        const std::vector<int> all = {0, 1, 2, 3};
        std::vector<std::vector<int>> choices = {all};
        if (pattern == 2) choices.insert(choices.end(), {{1, 3}, {0}, {2}, {3}});
        for (const std::vector<int>& columns : choices) {
          SCOPED_TRACE(fmt::format("pattern {}, kind {}, residual {}, columns {}", pattern,
                                   static_cast<int>(kind), less, fmt::join(columns, " ")));
          plan::Join join = On(kind);
          if (less) join.residual = Less();
          // Which rows there are does not depend on the columns that are left out.
          const std::vector<int> thread_counts =
              columns == all ? std::vector{1, 4} : std::vector{4};
          ExpectRows(JoinRows(join, left_rows, right_rows, columns, thread_counts),
                     RowsByComparison(kind, less, left, right, columns));
        }
      }
    }
  }
}

TEST_F(HashJoinTest, RowsWithoutColumnsAreCounted) {
  const Batches rows = JoinRows(On(Kind::kInner), MakeInput(kLeft, {R"([["a", 1], ["b", 2]])"}),
                                MakeInput(kRight, {R"([["b", 1], ["b", 2], ["c", 3]])"}), {});
  ASSERT_TRUE(rows.status.ok()) << rows.status.ToString();
  int64_t num_rows = 0;
  for (const BatchPtr& batch : rows.batches) num_rows += batch->num_rows();
  EXPECT_EQ(num_rows, 2);
}

// Keys that match once, often and never, NULL and NaN among them; nested columns.
TEST_F(HashJoinTest, WhatDoesNotFitInMemoryGivesTheSameRowsInTheSameOrder) {
  const std::string ddl = "d DOUBLE, s STRING, n STRUCT<a: INT, l: ARRAY<STRING>>";
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same rows each time
  const auto row = [&](int number) {
    const int key = static_cast<int>(random() % 400);
    const std::string d = key < 40 ? "null" : key < 45 ? "NaN" : std::to_string(key);
    return "[" + d + ", " + (random() % 9 == 0 ? "null" : "\"s" + std::to_string(key % 2) + "\"") +
           ", " +
           (number % 7 == 0 ? "null"
                            : "{\"a\": " + std::to_string(number) + ", \"l\": [\"" +
                                  std::string(number % 90, 'l') + "\", null]}") +
           "]";
  };
  const Batches left = MakeMany(ddl, 20, 80, row), right = MakeMany(ddl, 30, 50, row);
  plan::Join join;
  join.left_keys = join.right_keys = {ColumnOf(ddl, "d"), ColumnOf(ddl, "s")};
  for (const Kind kind : kAllKinds) {
    for (const bool null_safe : {false, true}) {
      SCOPED_TRACE(testing::Message() << static_cast<int>(kind) << " " << null_safe);
      join.kind = kind;
      join.null_safe = {null_safe, false};
      ExpectSameWithin({0, 64 << 10}, join, left, right);
    }
  }
}

// One partition of several chunks, which left rows match in all, some or none.
TEST_F(HashJoinTest, APartitionThatDoesNotFitInMemoryIsJoinedInParts) {
  const Batches left = MakeMany(kLeft, 5, 4, [](int number) {
    return number % 5 == 4 ? std::string("[\"a\", null]")
                           : "[\"a\", " + std::to_string(number * number * 5) + "]";
  });
  const Batches right = MakeMany(kRight, 40, 50, [](int number) {
    return "[\"a" + std::string(1000, static_cast<char>('a' + number % 26)) + "\", " +
           (number % 40 == 9 ? "null" : std::to_string(1990 - number)) + "]";
  });
  for (const Kind kind : kAllKinds) {
    SCOPED_TRACE(static_cast<int>(kind));
    plan::Join join;
    join.kind = kind;
    join.residual = Less();
    ExpectSameWithin({0, 800 << 10}, join, left, right);
  }
}

TEST_F(HashJoinTest, OneKeyThatDoesNotFitInMemory) {
  const auto of = [](int num_batches, size_t length) {
    return MakeMany(kLeft, num_batches, 20, [length](int number) {
      return "[\"" + std::string(length, 'k') + "\", " + std::to_string(number) + "]";
    });
  };
  for (const Kind kind : kAllKinds) {
    ExpectSameWithin({0}, On(kind), of(2, 3000), of(30, 3000));
    ExpectSameWithin({0}, On(kind), of(2, 10), of(30, 3000));
  }
}

// Those before the rows' errors are put out, wherever the rows are.
TEST_F(HashJoinTest, AnErrorOfTheResidualIsThatOfTheFirstPair) {
  plan::Join join;
  join.kind = Kind::kFull;
  join.left_keys = {ColumnOf(kLeft, "x")};
  join.right_keys = {ColumnOf(kRight, "y")};
  join.null_safe = {false};
  join.residual = plan::MakePredicate(
      plan::kLt, {plan::CastTo(plan::MakeColumn(0, arrow::utf8(), true), arrow::int64()),
                  plan::CastTo(plan::MakeColumn(2, arrow::utf8(), true), arrow::int64())});
  const auto number = [](int row) {
    return "[\"" + std::to_string(row) + "\", " + std::to_string(row) + "]";
  };
  // The left row 100 is only an error with the second right row of its key.
  const Batches right = MakeMany(kRight, 4, 100, [&](int row) {
    return row == 399 ? std::string("[\"bad right\", 100]") : number(row);
  });
  Batches left = MakeMany(kLeft, 3, 50, [&](int row) {
    return row < 110 ? number(row)
                     : "[\"bad left " + std::to_string(row) + "\", " + std::to_string(row) + "]";
  });
  EXPECT_THAT(JoinRows(join, left, right).status.message(), testing::HasSubstr("bad right"));
  left.status = Status::Invalid("after all");
  EXPECT_THAT(JoinRows(join, left, right).status.message(), testing::HasSubstr("bad right"));
  const Batches good = MakeMany(kRight, 4, 100, number);
  EXPECT_THAT(JoinRows(join, left, good).status.message(), testing::HasSubstr("bad left 110"));
  left.batches.resize(2);
  const Batches ended = JoinRows(join, left, good);
  EXPECT_EQ(ended.status.message(), "after all");

  left = MakeMany(kLeft, 1, 150, [&](int row) { return row < 110 ? number(row) : "[\"bad\", 1]"; });
  for (const int64_t memory : {MemoryBudget::kNoLimit, int64_t{0}}) {
    int64_t spilled_bytes = 0;
    const Batches output = JoinWithin(memory, join, left, good, &spilled_bytes);
    const BatchPtr rows = Concatenate(output.schema, output.batches).ValueOrDie();
    EXPECT_EQ(rows->num_rows(), 110) << "none is less than itself: unmatched";
    EXPECT_EQ(rows->column(2)->null_count(), 110);
  }
}

TEST_F(HashJoinTest, JoinsThatAskForMatchesAreTheSameOnDisk) {
  const auto key = [](int row) {
    return row % 11 == 0 ? std::string("[null, 1]")
                         : fmt::format("[\"{}\", {}]", row * 7 % 40, row % 13);
  };
  const Batches left = MakeMany(kLeft, 5, 40, key);
  const Batches right = MakeMany(kRight, 6, 10, [&](int row) { return key(row * 3 + 1); });
  for (const Kind kind : kExistenceKinds) {
    for (const bool less : {false, true}) {
      plan::Join join = On(kind);
      if (less) join.residual = Less();
      ExpectSameWithin({0, 5'000}, join, left, right);
    }
    if (kind != Kind::kLeftAnti && kind != Kind::kLeftMark) continue;
    plan::Join null_aware = On(kind);
    null_aware.null_aware = true;
    ExpectSameWithin({0}, null_aware, left, right);
  }
}

TEST_F(HashJoinTest, StopsWhereverItIsWhenItSpills) {
  const Batches left = MakeMany(kLeft, 3, 2, [](int) { return "[\"a\", 1]"; });
  const Batches right = MakeMany(kRight, 3, 2, [](int) { return "[\"a\", 1]"; });
  int num_polls_max = 0;
  for (bool is_done = false; !is_done; ++num_polls_max) {
    ASSERT_LT(num_polls_max, 200);
    int num_polls = 0;
    int64_t spilled_bytes = 0;
    const Batches output = JoinWithin(
        /*memory_bytes=*/0, On(Kind::kFull), left, right, &spilled_bytes,
        [&] { return ++num_polls <= num_polls_max ? Status::OK() : Status::Cancelled("now"); });
    is_done = output.status.ok();
    if (!is_done) EXPECT_TRUE(output.status.IsCancelled()) << output.status.ToString();
  }
  EXPECT_GT(num_polls_max, 20);
}

}  // namespace
}  // namespace tarn::local
