#include "spark/runner/names.h"

#include "values/backticks.h"

namespace tarn::spark {

std::string Quoted(const std::string& name) { return InBackticks(name); }

std::vector<std::string> Quoted(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(Quoted(name));
  return quoted;
}

}  // namespace tarn::spark
