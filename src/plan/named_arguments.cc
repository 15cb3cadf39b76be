#include "plan/named_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "plan/functions.h"

namespace tarn::plan {
namespace {

sql::ExprPtr DefaultOf(const Parameter& parameter, const sql::Location& at) {
  sql::Literal literal;
  if (parameter.default_text != nullptr) {
    literal = {sql::Literal::Kind::kString, parameter.default_text};
  }
  return std::make_shared<const sql::Expr>(sql::Expr{std::move(literal), at});
}

// The index of the parameter that an argument names.
Result<size_t> FindParameter(const Function& function, const std::string& name) {
  std::vector<std::string> names;
  for (const Parameter& parameter : function.parameters) {
    if (parameter.name.empty()) continue;
    if (SameName(parameter.name, name)) return names.size();
    names.emplace_back(parameter.name);
  }
  if (names.empty()) {
    return MakeError(ErrorKind::kBadInput,
                     fmt::format("{} takes no arguments by name", function.name),
                     "pass the arguments in order");
  }
  std::string known = names[0];
  for (size_t i = 1; i < names.size(); ++i) known += ", " + names[i];
  return MakeError(ErrorKind::kBadInput,
                   fmt::format("{} has no argument of this name: {}", function.name, name),
                   DidYouMean(name, names, "its arguments are " + known));
}

}  // namespace

bool HasNamedArguments(const sql::Call& call) {
  return call.name != "struct" &&
         std::any_of(call.arg_names.begin(), call.arg_names.end(),
                     [](const std::string& name) { return !name.empty(); });
}

Result<sql::Call> InOrder(const sql::Call& call, const sql::Location& at) {
  const Function* function = FindFunction(call.name);
  sql::Call ordered = call;
  ordered.arg_names.clear();
  if (function == nullptr) return ordered;  // which is an error of its own
  std::vector<sql::ExprPtr> args;
  bool has_name = false;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& name = call.arg_names[i];
    if (name.empty() && has_name) {
      return MakeError(
          ErrorKind::kBadInput,
          fmt::format("an argument of {} without a name after one that has a name", function->name),
          "put it first, or name it");
    }
    has_name = !name.empty();
    size_t place = i;
    if (has_name) {
      ARROW_ASSIGN_OR_RAISE(place, FindParameter(*function, name));
    }
    if (place >= args.size()) args.resize(place + 1);
    if (args[place] != nullptr) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("{} is given this argument twice: {}", function->name, name),
                       "leave one of them out");
    }
    args[place] = call.args[i];
  }
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] != nullptr) continue;
    const Parameter& parameter = function->parameters[i];
    if (!parameter.is_optional) {
      return MakeError(ErrorKind::kBadInput,
                       fmt::format("{} needs this argument: {}", function->name, parameter.name),
                       fmt::format("write {}", function->signature));
    }
    args[i] = DefaultOf(parameter, at);
  }
  ordered.args = std::move(args);
  return ordered;
}

}  // namespace tarn::plan
