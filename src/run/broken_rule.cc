#include "run/broken_rule.h"

namespace tarn::run {

std::string_view NameOf(BrokenRule::Kind kind) {
  switch (kind) {
    case BrokenRule::Kind::kKeyNotNull:
      return "key_not_null";
    case BrokenRule::Kind::kKeyUnique:
      return "key_unique";
    case BrokenRule::Kind::kCheck:
      return "check";
    case BrokenRule::Kind::kMinRows:
      break;
  }
  return "min_rows";
}

}  // namespace tarn::run
