#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace tarn::json {

/// \brief A text with some bytes changed, removed, inserted or repeated by chance.
inline std::string Mutated(std::string text, std::mt19937* random) {
  static const std::string kBytes =
      "{}[]\",:\\/0123456789.eE+-truefalsn u\t\r \x01\x7F\x80\xC2\xED\xF0\xFF";
  const auto below = [&](size_t bound) { return (*random)() % bound; };
  for (size_t n = 1 + below(3); n > 0 && !text.empty(); --n) {
    const size_t at = below(text.size());
    const char byte = kBytes[below(kBytes.size())];
    switch (below(4)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1 + below(3));
        break;
      case 2:
        text.insert(at, 1, byte);
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(12)));
    }
  }
  return text;
}

}  // namespace tarn::json
