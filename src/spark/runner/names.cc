#include "spark/runner/names.h"

namespace tarn::spark {

std::string Quoted(const std::string& name) {
  std::string quoted = "`";
  for (const char character : name) {
    if (character == '`') quoted += '`';
    quoted += character;
  }
  return quoted + "`";
}

std::vector<std::string> Quoted(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(Quoted(name));
  return quoted;
}

}  // namespace tarn::spark
