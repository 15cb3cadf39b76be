#include <fmt/format.h>

#include "base/ascii.h"
#include "base/did_you_mean.h"
#include "base/lower_ascii.h"
#include "cli/commands.h"
#include "cli/table_text.h"
#include "plan/functions.h"

namespace tarn::cli {
namespace {

Status UnknownFunction(const std::string& name) {
  std::vector<std::string> names;
  for (const plan::FunctionName& known : plan::ListFunctions()) names.emplace_back(known.name);
  return MakeError(ErrorKind::kUsage, "no such function: " + name,
                   DidYouMean(LowerAscii(name), names, "`tarn functions` lists all"));
}

std::string HelpOf(const plan::FunctionName& known) {
  const plan::Function& function = *known.function;
  if (known.name == function.name) return std::string(function.help);
  return fmt::format("the same as {}: {}", function.name, function.help);
}

}  // namespace

Status ListFunctions(const FunctionsArguments& arguments, const Console& console) {
  TextTable table({{"name"}, {"signature"}, {"meaning"}});
  bool is_found = arguments.name.empty();
  std::string example;
  for (const plan::FunctionName& known : plan::ListFunctions()) {
    if (!arguments.name.empty() && !SameName(known.name, arguments.name)) continue;
    is_found = true;
    table.AddRow(
        {{std::string(known.name)}, {std::string(known.function->signature)}, {HelpOf(known)}});
    if (!arguments.name.empty()) example = ExampleOf(known);
  }
  if (!is_found) return UnknownFunction(arguments.name);
  TextTable::Layout layout;
  if (console.out.is_terminal()) layout.width = console.out.Width();
  console.out.stream() << table.Render(layout, console.out).text;
  if (!example.empty()) console.out.stream() << "\nexample: " << example << "\n";
  return Status::OK();
}

}  // namespace tarn::cli
