#include "plan/functions.h"

#include <fmt/format.h>

#include <map>

#include "base/ascii.h"
#include "base/diagnostic.h"
#include "base/did_you_mean.h"
#include "pipeline/ddl.h"
#include "plan/functions/family_internal.h"
#include "plan/functions/refused_internal.h"
#include "rows/row_key.h"

namespace tarn::plan {
namespace {

const std::map<std::string_view, const Function*>& FunctionsByName() {
  static const auto* kByName = [] {
    auto* by_name = new std::map<std::string_view, const Function*>();
    for (auto family : {LazyFunctions(),       RewrittenFunctions(),
                        ComparisonFunctions(), ArithmeticFunctions(),
                        BitFunctions(),        NumberFunctions(),
                        CurveFunctions(),      DigitFunctions(),
                        HashFunctions(),       CipherFunctions(),
                        UrlFunctions(),        AssertionFunctions(),
                        StringFunctions(),     PatternFunctions(),
                        RegexFunctions(),      EncodingFunctions(),
                        WordFunctions(),       NumberFormatFunctions(),
                        DateFunctions(),       DateFormatFunctions(),
                        IntervalFunctions(),   TimestampFunctions(),
                        TimeFunctions(),       TimeWindowFunctions(),
                        ArrayFunctions(),      MapFunctions(),
                        LambdaFunctions(),     JsonFunctions(),
                        CsvFunctions(),        AggregateFunctions(),
                        StatisticFunctions(),  OrderedAggregateFunctions(),
                        WindowFunctions(),     GeneratorFunctions()}) {
      for (const Function& function : family) {
        by_name->emplace(function.name, &function);
        for (std::string_view alias : function.aliases) {
          if (!alias.empty()) by_name->emplace(alias, &function);
        }
      }
    }
    return by_name;
  }();
  return *kByName;
}

std::string Plural(int count) { return fmt::format("{} argument{}", count, count == 1 ? "" : "s"); }

// The name that may be meant.
std::string UnknownFunctionHint(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, function] : FunctionsByName()) {
    const std::string begin = std::string(function->name) + "(";
    if (function->signature.starts_with(begin)) names.emplace_back(known);
  }
  return DidYouMean(name, names, "docs/functions.md lists the functions there are");
}

Status UnknownFunction(const std::string& name) {
  if (const RefusedFunction* refused = FindRefusedFunction(name)) {
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("{} is not supported: {}", name, refused->reason),
                     std::string(refused->hint));
  }
  return MakeError(ErrorKind::kBadInput, "unknown function: " + name, UnknownFunctionHint(name));
}

}  // namespace

const Function* FindFunction(std::string_view name) {
  auto found = FunctionsByName().find(name);
  return found == FunctionsByName().end() ? nullptr : found->second;
}

Status CheckArgumentCount(const Function& function, size_t num_args) {
  int count = static_cast<int>(num_args);
  if (count >= function.num_args.min && count <= function.num_args.max) return Status::OK();
  std::string wanted;
  if (function.num_args.min == function.num_args.max) {
    wanted = Plural(function.num_args.min);
  } else if (function.num_args.max == Function::kVariadic) {
    wanted = fmt::format("at least {}", Plural(function.num_args.min));
  } else {
    wanted = fmt::format("{} to {}", function.num_args.min, Plural(function.num_args.max));
  }
  return MakeError(
      ErrorKind::kBadInput,
      fmt::format("wrong number of arguments: {} takes {}, not {}", function.name, wanted, count),
      fmt::format("write {}", function.signature));
}

Status DoesNotFit(const Function& function, const std::string& name, const Status& reason) {
  return MakeError(ErrorKind::kBadInput, reason.message() + ": " + name,
                   fmt::format("write {}", function.signature));
}

Result<ResolvedFunction> ResolveFunction(const std::string& name, const Arguments& args) {
  const Function* function = FindFunction(name);
  if (function == nullptr) return UnknownFunction(name);
  ARROW_RETURN_NOT_OK(CheckArgumentCount(*function, args.size()));
  Result<ResolvedFunction> resolved = function->resolve(args);
  if (!resolved.ok()) return DoesNotFit(*function, name, resolved.status());
  resolved->function = function;
  if (function->traits.nullability != Nullability::kResolved) {
    resolved->nullable = IsNullable(function->traits.nullability, AnyNullable(args));
  }
  return resolved;
}

std::string ExampleOf(const FunctionName& known) {
  const std::string call = std::string(known.function->name) + "(";
  std::string example(known.function->example);
  for (size_t at = example.find(call); at != std::string::npos; at = example.find(call, at + 1)) {
    if (at > 0 && IsWordByte(example[at - 1])) continue;
    example.replace(at, call.size() - 1, known.name);
  }
  return example;
}

std::vector<FunctionName> ListFunctions() {
  std::vector<FunctionName> names;
  for (const auto& [name, function] : FunctionsByName()) names.push_back({name, function});
  return names;
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

Status CheckIsGroupable(const arrow::DataType& type) {
  return IsGroupable(type) ? Status::OK() : CheckHasOrder(type);
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

Result<ResolvedFunction> FirstOfCommonType(const Arguments& args) {
  ResolvedFunction function;
  ARROW_ASSIGN_OR_RAISE(function.type, CommonTypeOfAll(args));
  function.arg_types.assign(args.size(), function.type);
  function.nullable =
      std::all_of(args.begin(), args.end(), [](const Argument& arg) { return arg.nullable; });
  return function;
}

Result<ResolvedFunction> TakeTypes(const Arguments& args, std::vector<TypePtr> types,
                                   TypePtr result) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (!CanCastImplicitly(*args[i].type, *types[i])) {
      return WrongType(i, *args[i].type, pipeline::DdlOf(*types[i]));
    }
  }
  ResolvedFunction function;
  types.resize(args.size());
  function.arg_types = std::move(types);
  function.type = std::move(result);
  return function;
}

Status CheckArgument(const Arguments& args, size_t position, bool (*fits)(const arrow::DataType&),
                     const std::string& wanted) {
  const arrow::DataType& type = *args[position].type;
  if (type.id() == arrow::Type::NA || fits(type)) return Status::OK();
  return WrongType(position, type, wanted);
}

}  // namespace tarn::plan
