#include "json/record/shorten.h"

namespace tarn::json {

std::string ShortJsonText(const Value& value) {
  const std::string text = Shorten(value.text(), kShownBytesMax);
  return value.is_string() ? '"' + text + '"' : text;
}

}  // namespace tarn::json
