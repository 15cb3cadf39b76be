#include "local/expr/compiled_expr.h"

#include <arrow/compute/initialize.h>
#include <arrow/json/from_string.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "local/batch/batches_for_test.h"
#include "local/batch/encoding.h"
#include "local/batch/gather.h"
#include "local/kernels/kernel.h"
#include "pipeline/ddl.h"
#include "plan/build_expr.h"
#include "plan/functions.h"

namespace tarn::local {
namespace {

using plan::Expr;
using plan::ExprPtr;

class CompiledExprTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(arrow::compute::Initialize().ok()); }

  // The batch that expressions are evaluated over: columns by DDL, rows as JSON.
  void Input(const std::string& ddl, const std::string& rows) {
    auto schema = pipeline::ParseDdl(ddl).ValueOrDie();
    auto rows_type = arrow::struct_(schema->fields());
    auto array = arrow::json::ArrayFromJSONString(rows_type, rows).ValueOrDie();
    batch_ = arrow::RecordBatch::FromStructArray(array).ValueOrDie();
  }

  ExprPtr Column(int index) {
    auto expr = std::make_shared<Expr>();
    expr->kind = Expr::Kind::kColumn;
    expr->column = index;
    expr->type = batch_->schema()->field(index)->type();
    return expr;
  }

  static ExprPtr Literal(const std::string& ddl, const std::string& text) {
    auto expr = std::make_shared<Expr>();
    expr->kind = Expr::Kind::kLiteral;
    expr->type = pipeline::ParseDdlType(ddl).ValueOrDie();
    expr->literal = text == "NULL" ? arrow::MakeNullScalar(expr->type)
                                   : arrow::Scalar::Parse(expr->type, text).ValueOrDie();
    return expr;
  }

  static ExprPtr Call(const std::string& function, std::vector<ExprPtr> args) {
    std::vector<plan::Argument> arguments;
    for (const ExprPtr& arg : args) {
      arguments.push_back({arg->type, true, arg->kind == Expr::Kind::kLiteral});
    }
    auto resolved = plan::ResolveFunction(function, arguments).ValueOrDie();
    auto expr = std::make_shared<Expr>();
    expr->kind = Expr::Kind::kCall;
    expr->function = resolved.function;
    expr->type = resolved.type;
    for (size_t i = 0; i < args.size(); ++i)
      expr->args.push_back(Cast(args[i], resolved.arg_types[i]));
    return expr;
  }

  static ExprPtr Cast(const ExprPtr& value, std::shared_ptr<arrow::DataType> type) {
    if (value->type->Equals(*type)) return value;
    auto expr = std::make_shared<Expr>();
    expr->kind = Expr::Kind::kCast;
    expr->type = std::move(type);
    expr->args = {value};
    return expr;
  }

  static ExprPtr Cast(const ExprPtr& value, const std::string& ddl) {
    return Cast(value, pipeline::ParseDdlType(ddl).ValueOrDie());
  }

  static ExprPtr Case(std::vector<ExprPtr> args) {
    auto expr = std::make_shared<Expr>();
    expr->kind = Expr::Kind::kCase;
    expr->type = args[1]->type;
    expr->args = std::move(args);
    return expr;
  }

  // Values joined by commas, or the error's message. They are the same where texts are codes into
  // a dictionary of fewer values than there are rows.
  std::string Run(const ExprPtr& expr) {
    const BatchPtr repeated =
        Concatenate(batch_->schema(), {batch_, batch_, batch_, batch_}).ValueOrDie();
    const BatchPtr encoded = EncodeForTest({repeated})[0];
    EXPECT_EQ(RunOver(*encoded, expr), RunOver(*repeated, expr));
    return RunOver(*batch_, expr);
  }

  static std::string RunOver(const arrow::RecordBatch& batch, const ExprPtr& expr) {
    auto result = CompiledExpr(expr, {}).Evaluate(batch);
    if (!result.ok()) return result.status().message();
    EXPECT_TRUE((*result)->ValidateFull().ok());
    EXPECT_EQ((*result)->length(), batch.num_rows());
    result = Flatten(*result);
    EXPECT_TRUE((*result)->type()->Equals(*expr->type)) << (*result)->type()->ToString();
    std::string text;
    for (int64_t i = 0; i < (*result)->length(); ++i) {
      if (i > 0) text += ",";
      auto value = (*result)->GetScalar(i).ValueOrDie();
      text += value->is_valid ? value->ToString() : "NULL";
    }
    return text;
  }

  std::shared_ptr<arrow::RecordBatch> batch_;
};

TEST_F(CompiledExprTest, ArithmeticKeepsNullsAndSlices) {
  Input("a INT, b INT", R"([{"a":9,"b":9},{"a":1,"b":2},{"a":null,"b":2},{"a":7,"b":-3}])");
  EXPECT_EQ(Run(Call("add", {Column(0), Column(1)})), "18,3,NULL,4");
  batch_ = batch_->Slice(1);
  EXPECT_EQ(Run(Call("subtract", {Column(0), Column(1)})), "-1,NULL,10");
  EXPECT_EQ(Run(Call("mod", {Column(0), Column(1)})), "1,NULL,1");
  EXPECT_EQ(Run(Call("add", {Column(0), Literal("INT", "1")})), "2,NULL,8");
  EXPECT_EQ(Run(Call("negate", {Column(1)})), "-2,-2,3");
}

TEST_F(CompiledExprTest, FieldsAreNullWhereTheStructIs) {
  Input("s STRUCT<x: INT, t: STRUCT<y: STRING>>",
        R"([{"s":{"x":1,"t":{"y":"a"}}},{"s":null},{"s":{"x":null,"t":null}},{"s":{"x":4}}])");
  ExprPtr x = plan::MakeField(Column(0), 0);
  ExprPtr y = plan::MakeField(plan::MakeField(Column(0), 1), 0);
  EXPECT_EQ(Run(x), "1,NULL,NULL,4");
  EXPECT_EQ(Run(y), "a,NULL,NULL,NULL");
  batch_ = batch_->Slice(1, 3);
  EXPECT_EQ(Run(x), "NULL,NULL,4");
  // Values below a null struct, as a join's filled-up side may have, are not to be seen.
  auto values = arrow::json::ArrayFromJSONString(arrow::int32(), "[7,8]").ValueOrDie();
  auto hidden = arrow::StructArray::Make({values}, {arrow::field("x", arrow::int32())},
                                         arrow::Buffer::FromString("\x01"), 1)
                    .ValueOrDie();
  batch_ =
      arrow::RecordBatch::Make(arrow::schema({arrow::field("s", hidden->type())}), 2, {hidden});
  EXPECT_EQ(Run(plan::MakeField(Column(0), 0)), "7,NULL");
  EXPECT_EQ(Run(plan::MakeField(Literal("STRUCT<x: INT>", "NULL"), 0)), "NULL,NULL");
}

TEST_F(CompiledExprTest, OverflowAndDivisionByZeroAreErrors) {
  Input("a INT, b INT", R"([{"a":2147483647,"b":0}])");
  EXPECT_THAT(Run(Call("add", {Column(0), Literal("INT", "1")})),
              testing::HasSubstr("ARITHMETIC_OVERFLOW"));
  EXPECT_THAT(Run(Call("divide", {Column(0), Column(1)})), testing::HasSubstr("DIVIDE_BY_ZERO"));
  EXPECT_THAT(Run(Call("mod", {Column(0), Column(1)})), testing::HasSubstr("REMAINDER_BY_ZERO"));
  const CompiledExpr mod(Call("mod", {Column(0), Column(1)}), {});
  EXPECT_EQ(KindOf(mod.Evaluate(*batch_).status()), ErrorKind::kBadInput);
}

TEST_F(CompiledExprTest, CaseEvaluatesABranchOnlyWhereItIsTaken) {
  Input("a INT, b INT", R"([{"a":6,"b":0},{"a":6,"b":2},{"a":6,"b":null},{"a":6,"b":3}])");
  ExprPtr quotient = Call("divide", {Column(0), Column(1)});
  ExprPtr not_zero = Call("ne", {Column(1), Literal("INT", "0")});
  EXPECT_EQ(Run(Case({not_zero, quotient})), "NULL,3,NULL,2");
  EXPECT_EQ(Run(Case({not_zero, quotient, Literal("DOUBLE", "-1")})), "-1,3,-1,2");
  EXPECT_EQ(Run(Call("if", {not_zero, quotient, Literal("DOUBLE", "-1")})), "-1,3,-1,2");
  ExprPtr large = Call("gt", {quotient, Literal("DOUBLE", "2")});
  EXPECT_EQ(Run(Call("and", {not_zero, large})), "false,true,NULL,false");
  ExprPtr zero = Call("eq", {Column(1), Literal("INT", "0")});
  EXPECT_EQ(Run(Call("or", {zero, large})), "true,true,NULL,false");
  EXPECT_EQ(Run(Call("coalesce",
                     {Call("nullif", {Column(1), Literal("INT", "0")}), Literal("INT", "7")})),
            "7,2,7,3");
}

TEST_F(CompiledExprTest, NoRowsNoError) {
  Input("a INT", "[]");
  EXPECT_EQ(Run(Call("divide", {Literal("INT", "1"), Literal("INT", "0")})), "");
}

TEST_F(CompiledExprTest, NaNIsGreatestAndEqualsItself) {
  Input("a DOUBLE, b DOUBLE",
        R"([{"a":NaN,"b":NaN},{"a":NaN,"b":1},{"a":-0.0,"b":0.0},{"a":null,"b":1}])");
  EXPECT_EQ(Run(Call("eq", {Column(0), Column(1)})), "true,false,true,NULL");
  EXPECT_EQ(Run(Call("gt", {Column(0), Column(1)})), "false,true,false,NULL");
  EXPECT_EQ(Run(Call("null_safe_eq", {Column(0), Column(1)})), "true,false,true,false");
  EXPECT_EQ(Run(Call("greatest", {Column(0), Column(1)})), "nan,nan,-0,1");
}

TEST_F(CompiledExprTest, CalendarPartsBeforeAndAfter1970) {
  Input("at TIMESTAMP",
        R"([{"at":"2018-11-21 21:56:47.796"},{"at":"1969-12-31 23:59:59.999"},{"at":null}])");
  EXPECT_EQ(Run(Call("year", {Column(0)})), "2018,1969,NULL");
  EXPECT_EQ(Run(Call("weekofyear", {Column(0)})), "47,1,NULL");
  EXPECT_EQ(Run(Call("dayofweek", {Column(0)})), "4,4,NULL");
  EXPECT_EQ(Run(Call("hour", {Column(0)})), "21,23,NULL");
  EXPECT_EQ(Run(Call("second", {Column(0)})), "47,59,NULL");
  EXPECT_EQ(Run(Call("unix_millis", {Column(0)})), "1542837407796,-1,NULL");
}

TEST_F(CompiledExprTest, CastsFromText) {
  Input("s STRING", R"([{"s":" 12 "},{"s":"-7"},{"s":null}])");
  EXPECT_EQ(Run(Cast(Column(0), "INT")), "12,-7,NULL");
  EXPECT_EQ(Run(Cast(Column(0), "DOUBLE")), "12,-7,NULL");
  EXPECT_EQ(Run(Cast(Column(0), "DECIMAL(4,1)")), "12.0,-7.0,NULL");
  Input("s STRING", R"([{"s":"12x"}])");
  for (const char* type : {"INT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN", "DECIMAL(4,1)"}) {
    EXPECT_THAT(Run(Cast(Column(0), type)),
                testing::HasSubstr("CAST_INVALID_INPUT: '12x' is not a"));
  }
  Input("s STRING", R"([{"s":"128"}])");
  EXPECT_THAT(Run(Cast(Column(0), "TINYINT")), testing::HasSubstr("CAST_INVALID_INPUT"));
}

TEST_F(CompiledExprTest, ErrorsTellTheValuesOfTheFirstRowThatFails) {
  Input("a INT, b INT, s STRING",
        R"([{"a":6,"b":3,"s":"1"},{"a":null,"b":0,"s":"1"},{"a":7,"b":0,"s":"1"},
            {"a":8,"b":0,"s":"x"}])");
  EXPECT_THAT(Run(Call("divide", {Column(0), Column(1)})),
              testing::HasSubstr("DIVIDE_BY_ZERO: division by zero (7, 0)"));
  EXPECT_THAT(Run(Call("mod", {Literal("INT", "5"), Column(1)})),
              testing::HasSubstr("REMAINDER_BY_ZERO: division by zero (0)"));
  // The first row, though the text is cast first.
  EXPECT_THAT(Run(Call("divide", {Cast(Column(2), "DOUBLE"), Column(1)})),
              testing::HasSubstr("DIVIDE_BY_ZERO: division by zero (1.0, 0)"));
  EXPECT_THAT(Run(Cast(Column(2), "INT")),
              testing::HasSubstr("CAST_INVALID_INPUT: 'x' is not a INT\n"));
}

TEST_F(CompiledExprTest, ErrorsInsideOfTryAesDecryptAreNull) {
  Input("a ARRAY<STRING>, i INT", R"([{"a":["348FF37EBDE05B7880BA339068FBDA5E"],"i":1},
      {"a":["348FF37EBDE05B7880BA339068FBDA5E"],"i":2},
      {"a":["348FF37EBDE05B7880BA339068FBDA5E"],"i":1},
      {"a":[],"i":0}])");
  const ExprPtr bytes = Call("unhex", {Call("element_at", {Column(0), Column(1)})});
  const ExprPtr key = Literal("STRING", "0000111122223333"), mode = Literal("STRING", "ECB");
  EXPECT_EQ(Run(Call("is_null", {Call("try_aes_decrypt", {bytes, key, mode})})),
            "false,true,false,true");
  EXPECT_THAT(Run(Call("aes_decrypt", {bytes, key, mode})),
              testing::HasSubstr("INVALID_ARRAY_INDEX_IN_ELEMENT_AT"));
}

TEST_F(CompiledExprTest, LongNamesOfZonesAreKnownForUtcAlone) {
  Input("at TIMESTAMP", R"([{"at":"2018-11-21 21:56:47.796"}])");
  const ExprPtr named = Call("date_format", {Column(0), Literal("STRING", "zzzz")});
  EXPECT_EQ(Run(named), "Coordinated Universal Time");
  ExprContext context;
  context.zone = TimeZone::Find("Europe/Berlin");
  EXPECT_THAT(CompiledExpr(named, context).Evaluate(*batch_).status().message(),
              testing::HasSubstr("the long name of Europe/Berlin is not known here"));
}

TEST_F(CompiledExprTest, CastsOfNumbers) {
  Input("d DOUBLE", R"([{"d":1.9},{"d":-1.9},{"d":null}])");
  EXPECT_EQ(Run(Cast(Column(0), "INT")), "1,-1,NULL");
  EXPECT_EQ(Run(Cast(Column(0), "DECIMAL(3,0)")), "2,-2,NULL");
  Input("d DOUBLE", R"([{"d":9.3e18}])");
  EXPECT_THAT(Run(Cast(Column(0), "BIGINT")), testing::HasSubstr("CAST_OVERFLOW"));
  Input("d DOUBLE", R"([{"d":NaN}])");
  EXPECT_THAT(Run(Cast(Column(0), "INT")), testing::HasSubstr("CAST_OVERFLOW"));
}

TEST_F(CompiledExprTest, TextKeepsNullsAndSlices) {
  Input("a INT, s STRING",
        R"([{"a":0,"s":"x"},{"a":-2147483648,"s":null},{"a":null,"s":"é"},{"a":7,"s":""}])");
  batch_ = batch_->Slice(1);
  EXPECT_EQ(Run(Cast(Column(0), "STRING")), "-2147483648,NULL,7");
  EXPECT_EQ(Run(Call("concat", {Column(0), Column(1)})), "NULL,NULL,7");
  EXPECT_EQ(Run(Call("concat_ws", {Literal("STRING", "-"), Column(0), Column(1), Column(1)})),
            "-2147483648,é-é,7--");
  EXPECT_EQ(Run(Call("concat_ws", {Column(1), Column(0), Column(0)})), "NULL,,77");
  EXPECT_EQ(Run(Call("upper", {Column(1)})), "NULL,É,");
}

TEST_F(CompiledExprTest, NumbersWithoutADecimalAreNull) {
  Input("d DOUBLE", R"([{"d":NaN},{"d":Inf},{"d":1e-300},{"d":2.5}])");
  EXPECT_EQ(Run(Cast(Column(0), "DECIMAL(3,1)")), "NULL,NULL,0.0,2.5");
  Input("d DOUBLE", R"([{"d":1e300}])");
  EXPECT_THAT(Run(Cast(Column(0), "DECIMAL(3,1)")),
              testing::HasSubstr("NUMERIC_VALUE_OUT_OF_RANGE"));
}

TEST_F(CompiledExprTest, DatePatternsOutsideOfTheSupportedAreErrors) {
  Input("at TIMESTAMP", R"([{"at":"2018-11-21 21:56:47.796"}])");
  for (const char* pattern : {"w", "ddd", "HHH", "aa", "yyyy]", "yyyy#MM", "B", "yyyy'T"}) {
    EXPECT_THAT(Run(Call("date_format", {Column(0), Literal("STRING", pattern)})),
                testing::HasSubstr("INVALID_DATETIME_PATTERN"))
        << pattern;
  }
}

TEST_F(CompiledExprTest, FilterRowsTakesNullForFalse) {
  Input("a INT", R"([{"a":1},{"a":null},{"a":3}])");
  const CompiledExpr some(Call("gt", {Column(0), Literal("INT", "1")}), {});
  EXPECT_EQ(FilterRows(some, *batch_, batch_).ValueOrDie()->num_rows(), 1);
  const CompiledExpr all(Call("ne", {Literal("INT", "1"), Literal("INT", "2")}), {});
  EXPECT_EQ(FilterRows(all, *batch_, batch_).ValueOrDie().get(), batch_.get());
}

TEST_F(CompiledExprTest, FilterRowsKeepsDictionaries) {
  Input("s STRING", R"([{"s":"a"},{"s":null},{"s":"b"},{"s":"a"}])");
  const CompiledExpr is_a(Call("eq", {Column(0), Literal("STRING", "a")}), {});
  const BatchPtr encoded = EncodeForTest({batch_})[0];
  const BatchPtr kept = FilterRows(is_a, *encoded, encoded).ValueOrDie();
  EXPECT_TRUE(IsDictionary(*kept->column(0)));
  ExpectArray(**Flatten(kept->column(0)), R"(["a","a"])");
}

TEST_F(CompiledExprTest, AColumnKeepsItsDictionary) {
  Input("s STRING", R"([{"s":"a"},{"s":null},{"s":"a"}])");
  const BatchPtr encoded = EncodeForTest({batch_})[0];
  EXPECT_EQ(CompiledExpr(Column(0), {}).Evaluate(*encoded).ValueOrDie(), encoded->column(0));
}

// Of two values that are no numbers, the first in the order of rows is reported, whatever their
// order in the dictionary; one that no row has is none.
TEST_F(CompiledExprTest, ErrorsOfValuesAreThoseOfRows) {
  Input("s STRING", R"([{"s":"1"},{"s":"later"},{"s":"2"}])");
  const BatchPtr before = batch_;
  Input("s STRING",
        R"([{"s":"2"},{"s":"1"},{"s":"sooner"},{"s":"later"},{"s":"2"},{"s":"2"},{"s":"2"}])");
  const BatchPtr encoded = EncodeForTest({before, batch_})[1];
  const CompiledExpr number(Cast(Column(0), "INT"), {});
  EXPECT_THAT(number.Evaluate(*encoded).status().message(), testing::HasSubstr("'sooner'"));
  const BatchPtr good = EncodeForTest({before, batch_->Slice(4)})[1];
  EXPECT_TRUE(number.Evaluate(*good).ok());
}

TEST_F(CompiledExprTest, ConstantsThatFailDoSoOnlyWhereARowNeedsThem) {
  Input("k BOOLEAN", R"([{"k":true},{"k":false}])");
  const ExprPtr failing = Call("divide", {Literal("INT", "1"), Literal("INT", "0")});
  const ExprPtr one = Literal("DOUBLE", "1");
  const ExprPtr yes = Literal("BOOLEAN", "true"), no = Literal("BOOLEAN", "false");
  EXPECT_THAT(Run(failing), testing::HasSubstr("DIVIDE_BY_ZERO"));
  EXPECT_THAT(Run(Case({Column(0), failing, one})), testing::HasSubstr("DIVIDE_BY_ZERO"));
  // Never needed, whether that is known before the first row or not.
  EXPECT_EQ(Run(Case({yes, one, failing})), "1,1");
  EXPECT_EQ(Run(Case({no, failing, one})), "1,1");
  EXPECT_EQ(Run(Call("if", {Call("is_null", {Column(0)}), failing, one})), "1,1");
  EXPECT_EQ(Run(Call("coalesce", {one, failing})), "1,1");
  EXPECT_EQ(Run(Call("nvl2", {one, one, failing})), "1,1");
  const ExprPtr comparison = Call("gt", {failing, one});
  EXPECT_EQ(Run(Call("and", {no, comparison})), "false,false");
  EXPECT_EQ(Run(Call("or", {Call("not", {Call("is_null", {Column(0)})}), comparison})),
            "true,true");
  EXPECT_THAT(Run(Call("and", {Column(0), comparison})), testing::HasSubstr("DIVIDE_BY_ZERO"));
}

TEST_F(CompiledExprTest, PatternsMadeOfConstantsAreThePatterns) {
  Input("s STRING", R"([{"s":"ab"},{"s":"Xb"},{"s":null}])");
  const ExprPtr pattern = Call("concat", {Literal("STRING", "a"), Literal("STRING", "%")});
  EXPECT_EQ(Run(Call("like", {Column(0), pattern})), "true,false,NULL");
  EXPECT_EQ(Run(Call("ilike", {Column(0), Literal("STRING", "x%")})), "false,true,NULL");
  EXPECT_EQ(Run(Call("ilike", {Column(0), Column(0)})), "true,true,NULL");
  EXPECT_EQ(Run(Call("like", {Column(0), Literal("STRING", "NULL")})), "NULL,NULL,NULL");
  EXPECT_EQ(Run(Call("rlike", {Column(0), Literal("STRING", "^a")})), "true,false,NULL");
  EXPECT_EQ(Run(Call("rlike", {Column(0), Literal("STRING", "NULL")})), "NULL,NULL,NULL");
  const ExprPtr bad = Call("concat", {Literal("STRING", "a"), Literal("STRING", "\\x")});
  EXPECT_THAT(Run(Call("like", {Column(0), bad})), testing::HasSubstr("ESC_IN_THE_MIDDLE"));
  // An error of the constant comes before that of the pattern made of it.
  Input("d TIMESTAMP", R"([{"d":"2018-11-21 21:56:47"}])");
  EXPECT_THAT(Run(Call("date_format",
                       {Column(0), Cast(Call("divide", {Literal("INT", "1"), Literal("INT", "0")}),
                                        "STRING")})),
              testing::HasSubstr("DIVIDE_BY_ZERO"));
}

TEST_F(CompiledExprTest, TheMomentIsThatOfTheRun) {
  Input("a INT", R"([{"a":1},{"a":2}])");
  const auto text = [&](const std::string& function, int64_t now_micros) {
    const CompiledExpr expr(Cast(Call(function, {}), "STRING"), {now_micros});
    return expr.Evaluate(*batch_).ValueOrDie()->GetScalar(1).ValueOrDie()->ToString();
  };
  EXPECT_EQ(text("current_timestamp", 1542837407796000), "2018-11-21 21:56:47.796");
  EXPECT_EQ(text("current_date", 1542837407796000), "2018-11-21");
  EXPECT_EQ(text("current_timestamp", -1), "1969-12-31 23:59:59.999999");
}

TEST_F(CompiledExprTest, ArgumentsAfterANullAreNotEvaluated) {
  Input("i INT, s STRING", R"([{"i":null,"s":"x"},{"i":4,"s":"2"},{"i":null,"s":"3"}])");
  const ExprPtr i = Column(0), number = Cast(Column(1), "INT"), one = Literal("INT", "1");
  EXPECT_EQ(Run(Call("add", {i, number})), "NULL,6,NULL");
  EXPECT_EQ(Run(Call("lt", {i, number})), "NULL,false,NULL");
  EXPECT_EQ(Run(Call("make_date", {one, i, number})), "NULL,0001-04-02,NULL");
  EXPECT_EQ(Run(Call("make_date", {i, one, number})), "NULL,0004-01-02,NULL");
  EXPECT_EQ(Run(Call("lpad", {Cast(i, "STRING"), number, Cast(number, "STRING")})), "NULL,24,NULL");
  EXPECT_EQ(Run(Call("add", {one, Call("multiply", {i, Call("add", {one, number})})})),
            "NULL,13,NULL");
  EXPECT_EQ(Run(Call("add", {Literal("INT", "NULL"), number})), "NULL,NULL,NULL");
  const ExprPtr failing = Call("mod", {one, Literal("INT", "0")});
  EXPECT_EQ(Run(Call("add", {Literal("INT", "NULL"), failing})), "NULL,NULL,NULL");
  batch_ = batch_->Slice(1);
  EXPECT_EQ(Run(Call("add", {i, number})), "6,NULL");
  EXPECT_THAT(Run(Call("add", {i, failing})), testing::HasSubstr("REMAINDER_BY_ZERO"));
}

TEST_F(CompiledExprTest, ArgumentsBeforeANullAreEvaluated) {
  Input("i INT, s STRING", R"([{"i":null,"s":"x"},{"i":4,"s":"2"}])");
  const ExprPtr i = Column(0), number = Cast(Column(1), "INT");
  EXPECT_THAT(Run(Call("add", {number, i})), testing::HasSubstr("CAST_INVALID_INPUT"));
  EXPECT_THAT(Run(Call("make_date", {number, i, i})), testing::HasSubstr("CAST_INVALID_INPUT"));
  // A divisor comes before its dividend, and so do the characters to trim before the text.
  for (const char* function : {"divide", "mod", "pmod", "div"}) {
    EXPECT_THAT(Run(Call(function, {i, number})), testing::HasSubstr("CAST_INVALID_INPUT"));
    EXPECT_THAT(Run(Call(function, {number, i})), testing::StartsWith("NULL,")) << function;
  }
  const ExprPtr text = Cast(i, "STRING"), digits = Cast(number, "STRING");
  EXPECT_EQ(Run(Call("trim", {digits, text})), "NULL,4");
  EXPECT_THAT(Run(Call("trim", {text, digits})), testing::HasSubstr("CAST_INVALID_INPUT"));
  // These need all of their arguments.
  EXPECT_THAT(Run(Call("null_safe_eq", {i, number})), testing::HasSubstr("CAST_INVALID_INPUT"));
  EXPECT_THAT(Run(Call("greatest", {i, number})), testing::HasSubstr("CAST_INVALID_INPUT"));
  EXPECT_THAT(Run(Call("concat_ws", {text, digits})), testing::HasSubstr("CAST_INVALID_INPUT"));
}

TEST_F(CompiledExprTest, ListsAreSearchedUpToTheValue) {
  Input("i INT, s STRING",
        R"([{"i":7,"s":"x"},{"i":8,"s":"8"},{"i":null,"s":"y"},{"i":9,"s":"1"}])");
  const ExprPtr i = Column(0), number = Cast(Column(1), "INT");
  const ExprPtr seven = Literal("INT", "7"), none = Literal("INT", "NULL");
  EXPECT_EQ(Run(Call("in", {i, seven, number})), "true,true,NULL,false");
  EXPECT_EQ(Run(Call("in", {i, none, seven, number})), "true,true,NULL,NULL");
  EXPECT_EQ(Run(Call("in", {none, number})), "NULL,NULL,NULL,NULL");
  EXPECT_THAT(Run(Call("in", {i, number, seven})), testing::HasSubstr("CAST_INVALID_INPUT"));
  batch_ = batch_->Slice(1);
  EXPECT_EQ(Run(Call("nullif", {i, number})), "NULL,NULL,9");
  EXPECT_EQ(Run(Call("in", {i, number})), "true,NULL,false");
}

// Makes expressions of INT columns 0 and 1, and of column 2, a STRING that is no number now and
// then.
class RandomExprs : public CompiledExprTest {
 protected:
  int Below(int limit) { return static_cast<int>(random_() % limit); }

  ExprPtr Random(int depth) {
    if (depth == 0 || Below(6) == 0) return RandomLeaf();
    const auto arg = [this, depth] { return Random(depth - 1); };
    switch (Below(9)) {
      case 0:
        return Call("if", {Call("in", {arg(), arg(), arg()}), arg(), arg()});
      case 1:
        return Call("nullif", {arg(), arg()});
      case 2:
        return Call("coalesce", {arg(), arg()});
      case 3:
        return Call("greatest", {arg(), arg()});
      case 4:
        return Call("year", {Call("make_date", {arg(), arg(), arg()})});
      case 5:
        return Case({Call("and", {Call("lt", {arg(), arg()}), Call("eq", {arg(), arg()})}), arg()});
      default:
        return Call(std::array{"add", "subtract", "mod"}[Below(3)], {arg(), arg()});
    }
  }

  // Each row for itself: there, an argument is evaluated or it is not.
  std::string RunRowByRow(const ExprPtr& expr) {
    const auto all = batch_;
    std::string text;
    for (int64_t row = 0; row < all->num_rows(); ++row) {
      batch_ = all->Slice(row, 1);
      const std::string value = Run(expr);
      text = value.size() > 20 ? "error" : text + (row > 0 ? "," : "") + value;
      if (text == "error") break;
    }
    batch_ = all;
    return text;
  }

 private:
  ExprPtr RandomLeaf() {
    switch (Below(6)) {
      case 0:
        return Literal("INT", std::array{"0", "1", "2", "NULL"}[Below(4)]);
      case 1:
        return Cast(Column(2), "INT");
      default:
        return Column(Below(2));
    }
  }

  std::mt19937 random_{20181121};
};

TEST_F(RandomExprs, AreEvaluatedAsRowByRow) {
  int num_values = 0;
  for (int i = 0; i < 500; ++i) {
    std::string rows;
    for (int row = 0; row < 6; ++row) {
      const auto number = [this] { return std::array{"null", "0", "1", "2", "null"}[Below(5)]; };
      rows += fmt::format("{}{{\"a\":{},\"b\":{},\"s\":{}}}", row > 0 ? "," : "", number(),
                          number(), std::array{"\"x\"", "\"1\"", "\"2\"", "null"}[Below(4)]);
    }
    Input("a INT, b INT, s STRING", "[" + rows + "]");
    const ExprPtr expr = Random(4);
    const std::string expected = RunRowByRow(expr);
    const std::string value = Run(expr);
    if (expected == "error") {
      EXPECT_THAT(value, testing::ContainsRegex("[A-Z]+_[A-Z]+"))
          << plan::ToString(*expr, *batch_->schema());
    } else {
      EXPECT_EQ(value, expected) << plan::ToString(*expr, *batch_->schema()) << " of " << rows;
      ++num_values;
    }
  }
  EXPECT_GT(num_values, 70);
}

// A value that no function refuses.
std::shared_ptr<arrow::Scalar> Sample(const std::shared_ptr<arrow::DataType>& type) {
  if (type->id() == arrow::Type::STRING) return arrow::MakeScalar("1");
  return arrow::MakeScalar(arrow::int32(), 1)
      .ValueOrDie()
      ->CastTo(type)
      .ValueOr(arrow::MakeNullScalar(type));
}

TEST_F(CompiledExprTest, NullInNullOutIsWhatKernelsDo) {
  for (const auto& [name, function] : plan::ListFunctions()) {
    if (function->kind != plan::FunctionKind::kScalar || function->traits.lazy) continue;
    if (function->resolve == nullptr || name == "raise_error" || name == "assert_true") {
      continue;
    }
    bool null_in_null_out = true;
    // The escape of LIKE is a literal; more arguments make another expression of decode.
    const bool takes_two = name == "like" || name == "ilike" || function->rewrite != nullptr;
    const int num_args =
        takes_two ? 2 : std::min(function->num_args.max, std::max(function->num_args.min, 3));
    const auto resolve = [num_args, function = function](const auto& type) {
      return plan::ResolveFunction(std::string(function->name),
                                   plan::Arguments(num_args, {type, true, true}));
    };
    auto resolved = resolve(arrow::int32());
    if (!resolved.ok()) resolved = resolve(arrow::null());
    if (!resolved.ok()) continue;  // patterns and digits, which are literals
    plan::Expr call;
    call.type = resolved->type;
    for (int null = 0; null < num_args; ++null) {
      std::vector<arrow::Datum> args;
      call.args.clear();
      for (int i = 0; i < num_args; ++i) {
        const auto& type = resolved->arg_types[i];
        call.args.push_back(plan::MakeColumn(i, type, true, {}));
        args.emplace_back(i == null ? arrow::MakeNullScalar(type) : Sample(type));
      }
      const auto value = FindKernel(*function).call({.num_rows = 1, .call = &call}, args);
      ASSERT_TRUE(value.ok()) << name << ": " << value.status();
      null_in_null_out = null_in_null_out && value->null_count() == 1;
    }
    EXPECT_EQ(null_in_null_out, function->traits.null_in_null_out) << name;
  }
}

TEST_F(CompiledExprTest, EveryLazyFunctionIsKnown) {
  Input("k BOOLEAN", R"([{"k":true}])");
  for (const auto& [name, function] : plan::ListFunctions()) {
    if (!function->traits.lazy || function->lambda_arguments != 0) continue;
    std::vector<ExprPtr> args(std::max(function->num_args.min, 2), Column(0));
    EXPECT_EQ(Run(Call(std::string(name), args)), "true") << name;
  }
}

TEST(FindKernel, EveryKernelIsThatOfAFunction) {
  for (auto family :
       {ArithmeticKernels(), ComparisonKernels(),  BitKernels(),          NumberKernels(),
        CurveKernels(),      DigitKernels(),       HashKernels(),         UrlKernels(),
        AssertionKernels(),  StringKernels(),      PatternKernels(),      RegexKernels(),
        EncodingKernels(),   WordKernels(),        NumberFormatKernels(), DateKernels(),
        DateFormatKernels(), IntervalKernels(),    TimestampKernels(),    TimeKernels(),
        ArrayKernels(),      ArrayAccessKernels(), ArraySetKernels(),     MapKernels(),
        SequenceKernels(),   JsonKernels(),        FromJsonKernels(),     ToJsonKernels(),
        CsvKernels()}) {
    for (const NamedKernel& named : family) {
      const plan::Function* function = plan::FindFunction(named.name);
      ASSERT_NE(function, nullptr) << named.name;
      EXPECT_EQ(FindKernel(*function).call, named.call) << named.name;
    }
  }
}

TEST(FindKernel, EveryScalarFunctionHasAKernel) {
  for (const auto& [name, function] : plan::ListFunctions()) {
    if (function->kind != plan::FunctionKind::kScalar) continue;
    const bool has_none = function->traits.lazy || function->resolve == nullptr;
    EXPECT_EQ(FindKernel(*function).call == nullptr, has_none) << name;
  }
}

}  // namespace
}  // namespace tarn::local
