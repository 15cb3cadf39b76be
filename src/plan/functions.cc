#include "plan/functions.h"

#include <fmt/format.h>

#include <map>

#include "base/diagnostic.h"
#include "base/did_you_mean.h"
#include "pipeline/ddl.h"
#include "plan/function_table_internal.h"

namespace tarn::plan {
namespace {

struct Entry {
  const FunctionRow* row;
  FunctionKind kind;
};

const std::map<std::string, Entry, std::less<>>& Entries() {
  static const auto* kEntries = [] {
    auto* entries = new std::map<std::string, Entry, std::less<>>();
    auto add = [&](std::span<const FunctionRow> rows, FunctionKind kind) {
      for (const FunctionRow& row : rows) {
        for (const std::string& name : row.names) entries->emplace(name, Entry{&row, kind});
      }
    };
    add(OperatorRows(), FunctionKind::kScalar);
    add(ConditionalRows(), FunctionKind::kScalar);
    add(NumberRows(), FunctionKind::kScalar);
    add(StringRows(), FunctionKind::kScalar);
    add(DateRows(), FunctionKind::kScalar);
    add(AggregateRows(), FunctionKind::kAggregate);
    static const FunctionRow kRowNumber{{"row_number"},
                                        "row_number() OVER (PARTITION BY … ORDER BY …)",
                                        "1 for the first row of each partition, 2 for the next, …",
                                        0,
                                        0,
                                        Takes({}, arrow::int32())};
    add(std::span(&kRowNumber, 1), FunctionKind::kWindow);
    return entries;
  }();
  return *kEntries;
}

std::string Plural(int count) { return fmt::format("{} argument{}", count, count == 1 ? "" : "s"); }

Status CheckArgumentCount(const FunctionRow& row, size_t num_args) {
  int count = static_cast<int>(num_args);
  if (count >= row.num_args_min && count <= row.num_args_max) return Status::OK();
  std::string wanted;
  if (row.num_args_min == row.num_args_max) {
    wanted = Plural(row.num_args_min);
  } else if (row.num_args_max == kVariadic) {
    wanted = fmt::format("at least {}", Plural(row.num_args_min));
  } else {
    wanted = fmt::format("{} to {}", row.num_args_min, Plural(row.num_args_max));
  }
  return Status::Invalid("wrong number of arguments: ", row.names[0], " takes ", wanted, ", not ",
                         count, "\nwrite ", row.signature);
}

// What to write for functions that are known from elsewhere.
std::string UnknownFunctionHint(const std::string& name) {
  static const std::map<std::string, std::string, std::less<>> kInstead = {
      {"isnull", "write x IS NULL"},
      {"isnotnull", "write x IS NOT NULL"},
      {"to_number", "write CAST(x AS DECIMAL(p, s))"},
      {"to_char", "write date_format(x, format), or CAST(x AS STRING)"},
      {"string", "write CAST(x AS STRING)"},
      {"int", "write CAST(x AS INT)"},
      {"bigint", "write CAST(x AS BIGINT)"},
      {"double", "write CAST(x AS DOUBLE)"},
      {"date", "write CAST(x AS DATE)"},
      {"timestamp", "write CAST(x AS TIMESTAMP)"},
  };
  if (const auto instead = kInstead.find(name); instead != kInstead.end()) return instead->second;
  std::vector<std::string> names;
  for (const auto& [known, entry] : Entries()) {
    // Those of operators are not called.
    if (entry.row->signature.starts_with(entry.row->names[0] + "(")) names.push_back(known);
  }
  return DidYouMean(name, names, "docs/functions.md lists the functions there are");
}

}  // namespace

std::optional<FunctionKind> FindFunction(const std::string& name) {
  auto found = Entries().find(name);
  if (found == Entries().end()) return std::nullopt;
  return found->second.kind;
}

Result<ResolvedFunction> ResolveFunction(const std::string& name, const Arguments& args) {
  auto found = Entries().find(name);
  if (found == Entries().end()) {
    return Status::Invalid("unknown function: ", name, "\n", UnknownFunctionHint(name));
  }
  const auto& [row, kind] = found->second;
  ARROW_RETURN_NOT_OK(CheckArgumentCount(*row, args.size()));
  Result<ResolvedFunction> resolved = row->resolve(args);
  if (!resolved.ok()) {
    return Status::Invalid(resolved.status().message(), ": ", name, "\nwrite ", row->signature);
  }
  resolved->name = row->names[0];
  resolved->kind = kind;
  return resolved;
}

std::vector<FunctionHelp> ListFunctions() {
  std::vector<FunctionHelp> functions;
  for (const auto& [name, entry] : Entries()) {
    const FunctionRow& row = *entry.row;
    std::string help = name == row.names[0] ? row.help : "the same as " + row.names[0];
    functions.push_back({name, entry.kind, row.signature, std::move(help)});
  }
  return functions;
}

bool AnyNullable(const Arguments& args) {
  return std::any_of(args.begin(), args.end(), [](const Argument& arg) { return arg.nullable; });
}

Status WrongType(size_t position, const arrow::DataType& type, const std::string& wanted) {
  return Status::Invalid("argument ", position + 1, " is ", pipeline::DdlOf(type), ", not ",
                         wanted);
}

Status CheckHasOrder(const arrow::DataType& type) {
  if (IsOrderable(type)) return Status::OK();
  return Status::Invalid("values of type ", pipeline::DdlOf(type), " cannot be compared");
}

Result<TypePtr> CommonTypeOfAll(const Arguments& args, size_t begin) {
  TypePtr common = arrow::null();
  for (size_t i = begin; i < args.size(); ++i) {
    TypePtr wider = CommonType(common, args[i].type);
    if (wider == nullptr) {
      return Status::Invalid("no common type of ", pipeline::DdlOf(*common), " and ",
                             pipeline::DdlOf(*args[i].type), "; cast one of them");
    }
    common = wider;
  }
  return common;
}

Resolver Takes(std::vector<TypePtr> types, TypePtr result) {
  return [types = std::move(types),
          result = std::move(result)](const Arguments& args) -> Result<ResolvedFunction> {
    for (size_t i = 0; i < args.size(); ++i) {
      if (!CanCastImplicitly(*args[i].type, *types[i])) {
        return WrongType(i, *args[i].type, pipeline::DdlOf(*types[i]));
      }
    }
    ResolvedFunction function;
    function.arg_types.assign(types.begin(), types.begin() + static_cast<int64_t>(args.size()));
    function.type = result;
    function.nullable = AnyNullable(args);
    return function;
  };
}

Resolver TakesOnly(size_t position, bool (*fits)(const arrow::DataType&), std::string wanted,
                   Resolver resolver) {
  return [=](const Arguments& args) -> Result<ResolvedFunction> {
    const arrow::DataType& type = *args[position].type;
    if (type.id() != arrow::Type::NA && !fits(type)) return WrongType(position, type, wanted);
    return resolver(args);
  };
}

Resolver TakesAll(TypePtr type, TypePtr result) {
  return [type = std::move(type),
          result = std::move(result)](const Arguments& args) -> Result<ResolvedFunction> {
    return Takes(std::vector<TypePtr>(args.size(), type), result)(args);
  };
}

Resolver MaybeNull(Resolver resolver) {
  return [resolver = std::move(resolver)](const Arguments& args) -> Result<ResolvedFunction> {
    ARROW_ASSIGN_OR_RAISE(ResolvedFunction function, resolver(args));
    function.nullable = true;
    return function;
  };
}

}  // namespace tarn::plan
