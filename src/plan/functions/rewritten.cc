#include "base/ascii.h"
#include "pipeline/ddl.h"
#include "plan/functions/family_internal.h"
#include "plan/resolve_call.h"
#include "values/interval.h"

// Functions that are another way to write an expression, which is what the binder puts in their
// place.
namespace tarn::plan {
namespace {

using Args = std::vector<ExprPtr>;

ExprPtr Literal(std::shared_ptr<arrow::Scalar> value, const sql::Location& at) {
  return MakeLiteral(std::move(value), at);
}

ExprPtr Zero(const sql::Location& at) {
  return Literal(std::make_shared<arrow::Int32Scalar>(0), at);
}

TypePtr TenDigits() { return arrow::decimal128(10, 0); }

template <typename TypeOf, TypeOf kType>
Result<ExprPtr> Convert(const Args& args, const sql::Location& at) {
  const TypePtr type = kType();
  if (!CanCast(*args[0]->type, *type)) {
    return WrongType(0, *args[0]->type, "a value that can be cast to " + pipeline::DdlOf(*type));
  }
  auto cast = std::make_shared<Expr>(*CastTo(args[0], type, at));
  cast->is_cast = IsLiteral(*cast);
  return cast;
}

template <auto kType>
constexpr Function Conversion(std::string_view name, std::string_view signature,
                              std::string_view help, std::string_view example) {
  return {.name = name,
          .signature = signature,
          .help = help,
          .example = example,
          .num_args = {1, 1},
          .rewrite = Convert<decltype(kType), kType>};
}

Result<ExprPtr> IsNotNull(const Args& args, const sql::Location& at) {
  ARROW_ASSIGN_OR_RAISE(const ExprPtr is_null, ResolveCall("is_null", args, at));
  return ResolveCall("not", {is_null}, at);
}

Result<ExprPtr> NullIfZero(const Args& args, const sql::Location& at) {
  ARROW_ASSIGN_OR_RAISE(const ExprPtr is_zero, ResolveCall("eq", {args[0], Zero(at)}, at));
  const ExprPtr null = Literal(std::make_shared<arrow::NullScalar>(), at);
  return ResolveCall("if", {is_zero, null, args[0]}, at);
}

Result<ExprPtr> ZeroIfNull(const Args& args, const sql::Location& at) {
  return ResolveCall("coalesce", {args[0], Zero(at)}, at);
}

// The second one is not evaluated where the first one is a number.
Result<ExprPtr> NaNvl(const Args& args, const sql::Location& at) {
  const auto is_float = [](const ExprPtr& arg) { return arg->type->id() == arrow::Type::FLOAT; };
  const bool all_float = std::all_of(args.begin(), args.end(), is_float);
  const TypePtr type = all_float ? TypePtr(arrow::float32()) : TypePtr(arrow::float64());
  for (size_t i = 0; i < args.size(); ++i) {
    if (!CanCastImplicitly(*args[i]->type, *type)) return WrongType(i, *args[i]->type, "a DOUBLE");
  }
  const ExprPtr value = CastTo(args[0], type);
  ARROW_ASSIGN_OR_RAISE(const ExprPtr is_nan, ResolveCall("isnan", {value}, at));
  return ResolveCall("if", {is_nan, CastTo(args[1], type), value}, at);
}

// As Spark writes it: small letters, but for the names of fields.
std::string TypeText(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::NA:
      return "void";
    case arrow::Type::LIST:
      return "array<" + TypeText(*type.field(0)->type()) + ">";
    case arrow::Type::MAP: {
      const auto& map = static_cast<const arrow::MapType&>(type);
      return "map<" + TypeText(*map.key_type()) + "," + TypeText(*map.item_type()) + ">";
    }
    case arrow::Type::STRUCT: {
      std::string text = "struct<";
      for (int i = 0; i < type.num_fields(); ++i) {
        if (i > 0) text += ",";
        text += type.field(i)->name() + ":" + TypeText(*type.field(i)->type());
      }
      return text + ">";
    }
    default: {
      std::string text = pipeline::DdlOf(type);
      for (char& c : text) c = ToLower(c);
      return text;
    }
  }
}

// The value is not evaluated.
Result<ExprPtr> TypeOf(const Args& args, const sql::Location& at) {
  return Literal(std::make_shared<arrow::StringScalar>(TypeText(*args[0]->type)), at);
}

// Of a text, whatever it is: all compare by their bytes. The value is not evaluated.
Result<ExprPtr> Collation(const Args& args, const sql::Location& at) {
  const arrow::DataType& type = *args[0]->type;
  if (type.id() != arrow::Type::STRING && type.id() != arrow::Type::NA) {
    return WrongType(0, type, "STRING");
  }
  return Literal(std::make_shared<arrow::StringScalar>("SYSTEM.BUILTIN.UTF8_BINARY"), at);
}

// +x: text is read as a DOUBLE.
Result<ExprPtr> Positive(const Args& args, const sql::Location& at) {
  const TypePtr& from = args[0]->type;
  const bool is_same = IsNumeric(*from) || IsInterval(*from) || IsCalendarInterval(*from);
  const TypePtr type = is_same ? from : TypePtr(arrow::float64());
  if (!CanCastImplicitly(*from, *type)) return WrongType(0, *from, "a number or an interval");
  return CastTo(args[0], type, at);
}

// Of rows that no file has. The binder knows those of files.
Result<ExprPtr> NoInputFile(const Args&, const sql::Location& at) {
  return Literal(std::make_shared<arrow::StringScalar>(""), at);
}

constexpr Function kRewrittenFunctions[] = {
    Conversion<arrow::boolean>("boolean", "boolean(x)", "CAST(x AS BOOLEAN)", "boolean('yes')"),
    Conversion<arrow::int8>("tinyint", "tinyint(x)", "CAST(x AS TINYINT)", "tinyint('12')"),
    Conversion<arrow::int16>("smallint", "smallint(x)", "CAST(x AS SMALLINT)", "smallint('1200')"),
    Conversion<arrow::int32>("int", "int(x)", "CAST(x AS INT)", "int(2.9)"),
    Conversion<arrow::int64>("bigint", "bigint(x)", "CAST(x AS BIGINT)", "bigint('9000000000')"),
    Conversion<arrow::float32>("float", "float(x)", "CAST(x AS FLOAT)", "float('1.5')"),
    Conversion<arrow::float64>("double", "double(x)", "CAST(x AS DOUBLE)", "double('1e3')"),
    Conversion<TenDigits>("decimal", "decimal(x)", "CAST(x AS DECIMAL)", "decimal('12.5')"),
    Conversion<arrow::date32>("date", "date(x)", "CAST(x AS DATE)", "date('2024-02-29')"),
    Conversion<TimeOfDay::Get>("time", "time(x)", "CAST(x AS TIME)", "time('12:30:15.5')"),
    Conversion<Timestamp::Get>("timestamp", "timestamp(x)", "CAST(x AS TIMESTAMP)",
                               "timestamp('2024-02-29 12:30:00')"),
    Conversion<arrow::binary>("binary", "binary(x)", "CAST(x AS BINARY)", "binary('tarn')"),
    Conversion<arrow::utf8>("string", "string(x)", "CAST(x AS STRING)",
                            "string(DATE '2024-02-29')"),
    {.name = "isnotnull",
     .signature = "isnotnull(x)",
     .help = "x IS NOT NULL",
     .example = "isnotnull('tarn')",
     .num_args = {1, 1},
     .rewrite = IsNotNull},
    {.name = "nullifzero",
     .signature = "nullifzero(x)",
     .help = "NULL when x is 0, else x",
     .example = "nullifzero(0)",
     .num_args = {1, 1},
     .rewrite = NullIfZero},
    {.name = "zeroifnull",
     .signature = "zeroifnull(x)",
     .help = "0 when x is NULL, else x",
     .example = "zeroifnull(nullif(5, 5))",
     .num_args = {1, 1},
     .rewrite = ZeroIfNull},
    {.name = "nanvl",
     .signature = "nanvl(a, b)",
     .help = "b when a is NaN, else a",
     .example = "nanvl(double('NaN'), 0)",
     .num_args = {2, 2},
     .rewrite = NaNvl},
    {.name = "typeof",
     .signature = "typeof(x)",
     .help = "the name of x's type in DDL, in small letters",
     .example = "typeof(map('price', 9.99))",
     .num_args = {1, 1},
     .rewrite = TypeOf},
    {.name = "collation",
     .signature = "collation(STRING)",
     .help = "what the text compares by: always SYSTEM.BUILTIN.UTF8_BINARY, its bytes",
     .example = "collation('Lake')",
     .num_args = {1, 1},
     .rewrite = Collation},
    {.name = "positive",
     .signature = "+x or positive(x)",
     .help = "x, a number or an INTERVAL; a text read as a DOUBLE",
     .example = "positive('2.5')",
     .num_args = {1, 1},
     .rewrite = Positive},
    {.name = "input_file_name",
     .signature = "input_file_name()",
     .help = "the URI of the file that the row of a source is from; '' without FROM",
     .example = "input_file_name()",
     .num_args = {0, 0},
     .rewrite = NoInputFile},
};

}  // namespace

std::span<const Function> RewrittenFunctions() { return kRewrittenFunctions; }

}  // namespace tarn::plan
