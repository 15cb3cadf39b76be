#include "text/case_mapping.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/stringoptions.h>

#include <algorithm>

#include "base/ascii.h"

namespace tarn::text {
namespace {

icu::StringPiece PieceOf(std::string_view text) {
  return {text.data(), static_cast<int32_t>(text.size())};
}

Status ToStatus(UErrorCode error) {
  if (U_SUCCESS(error)) return Status::OK();
  return Status::OutOfMemory("mapping the case of a text: ", u_errorName(error));
}

Status AppendTitledWord(std::string_view word, std::string* out) {
  // The word as it is, also where its first character is no letter.
  constexpr uint32_t kOptions = U_TITLECASE_WHOLE_STRING | U_TITLECASE_NO_BREAK_ADJUSTMENT;
  icu::StringByteSink<std::string> sink(out);
  UErrorCode error = U_ZERO_ERROR;
  icu::CaseMap::utf8ToTitle("", kOptions, nullptr, PieceOf(word), sink, nullptr, error);
  return ToStatus(error);
}

}  // namespace

Status AppendLower(std::string_view text, std::string* out) {
  if (IsAscii(text)) {
    std::transform(text.begin(), text.end(), std::back_inserter(*out), ToLower);
    return Status::OK();
  }
  icu::StringByteSink<std::string> sink(out);
  UErrorCode error = U_ZERO_ERROR;
  icu::CaseMap::utf8ToLower("", 0, PieceOf(text), sink, nullptr, error);
  return ToStatus(error);
}

Status AppendUpper(std::string_view text, std::string* out) {
  if (IsAscii(text)) {
    std::transform(text.begin(), text.end(), std::back_inserter(*out), ToUpper);
    return Status::OK();
  }
  icu::StringByteSink<std::string> sink(out);
  UErrorCode error = U_ZERO_ERROR;
  icu::CaseMap::utf8ToUpper("", 0, PieceOf(text), sink, nullptr, error);
  return ToStatus(error);
}

Status AppendTitle(std::string_view text, std::string* out) {
  while (true) {
    const size_t length = std::min(text.find(' '), text.size());
    if (length > 0) ARROW_RETURN_NOT_OK(AppendTitledWord(text.substr(0, length), out));
    if (length == text.size()) return Status::OK();
    *out += ' ';
    text.remove_prefix(length + 1);
  }
}

}  // namespace tarn::text
