#include "session/table_inputs.h"

namespace tarn::session {
namespace {

void AddInputs(const plan::Plan& plan, const std::string& name, std::set<std::string>* names) {
  if (!names->insert(name).second) return;
  for (const plan::TablePlan& table : plan.tables) {
    if (table.table->name != name) continue;
    for (const std::string& input : table.table->inputs) AddInputs(plan, input, names);
  }
}

}  // namespace

std::set<std::string> InputsOf(const plan::Plan& plan, const std::string& table) {
  std::set<std::string> names;
  AddInputs(plan, table, &names);
  return names;
}

}  // namespace tarn::session
