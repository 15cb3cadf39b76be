#include "text/java_character_class.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/ascii.h"
#include "base/lower_ascii.h"

namespace tarn::text {
namespace {

icu::UnicodeSet SetOf(const std::string& pattern) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeSet set(icu::UnicodeString::fromUTF8(pattern), error);
  if (U_FAILURE(error)) set.clear();
  return set;
}

// POSIX's classes, of ASCII; and of Unicode, as the flag U has them.
struct PosixClass {
  const char* ascii;
  const char* unicode;
};

const PosixClass* FindPosix(const std::string& name) {
  static const std::map<std::string, PosixClass> kClasses = {
      {"lower", {"[a-z]", "[\\p{Lowercase}]"}},
      {"upper", {"[A-Z]", "[\\p{Uppercase}]"}},
      {"ascii", {"[\\u0000-\\u007F]", "[\\u0000-\\u007F]"}},
      {"alpha", {"[A-Za-z]", "[\\p{Alphabetic}]"}},
      {"digit", {"[0-9]", "[\\p{Nd}]"}},
      {"alnum", {"[0-9A-Za-z]", "[\\p{Alphabetic}\\p{Nd}]"}},
      {"punct", {"[!-/\\:-@\\[-`\\{-~]", "[\\p{P}]"}},
      {"graph", {"[!-~]", "[^\\p{White_Space}\\p{Cc}\\p{Cs}\\p{Cn}]"}},
      {"print", {"[\\ -~]", "[[^\\p{White_Space}\\p{Cc}\\p{Cs}\\p{Cn}]\\p{Zs}]"}},
      {"blank", {"[\\ \\t]", "[\\p{Zs}\\t]"}},
      {"cntrl", {"[\\u0000-\\u001F\\u007F]", "[\\p{Cc}]"}},
      {"xdigit", {"[0-9A-Fa-f]", "[\\p{Nd}\\p{Hex_Digit}]"}},
      {"space", {"[\\ \\t\\n\\u000B\\f\\r]", "[\\p{White_Space}]"}},
  };
  const auto found = kClasses.find(name);
  return found == kClasses.end() ? nullptr : &found->second;
}

// Methods of java.lang.Character as properties.
const char* FindJavaMethod(const std::string& name) {
  static const std::map<std::string, const char*> kMethods = {
      {"javaLowerCase", "[\\p{Lowercase}]"},
      {"javaUpperCase", "[\\p{Uppercase}]"},
      {"javaAlphabetic", "[\\p{Alphabetic}]"},
      {"javaIdeographic", "[\\p{Ideographic}]"},
      {"javaTitleCase", "[\\p{Lt}]"},
      {"javaDigit", "[\\p{Nd}]"},
      {"javaDefined", "[^\\p{Cn}]"},
      {"javaLetter", "[\\p{L}]"},
      {"javaLetterOrDigit", "[\\p{L}\\p{Nd}]"},
      {"javaSpaceChar", "[\\p{Z}]"},
      {"javaISOControl", "[\\u0000-\\u001F\\u007F-\\u009F]"},
      {"javaWhitespace", "[[\\p{Z}-[\\u00A0\\u2007\\u202F]]\\u0009-\\u000D\\u001C-\\u001F]"},
  };
  const auto found = kMethods.find(name);
  return found == kMethods.end() ? nullptr : found->second;
}

// The property that ICU knows by this text: "Lu", "Script=Latin".
bool FindProperty(const std::string& text, icu::UnicodeSet* set) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeSet found(icu::UnicodeString::fromUTF8("[\\p{" + text + "}]"), error);
  if (U_FAILURE(error)) return false;
  *set = found;
  return true;
}

bool IsCategory(const std::string& name) {
  static constexpr std::string_view kCategories[] = {
      "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd", "Nl",
      "No", "P",  "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S",  "Sm", "Sc", "Sk",
      "So", "Z",  "Zs", "Zl", "Zp", "C",  "Cc", "Cf", "Cs", "Co", "Cn", "LC"};
  return std::find(std::begin(kCategories), std::end(kCategories), name) != std::end(kCategories);
}

// name=value: a script, a block or a category.
bool FindValue(const std::string& name, const std::string& value, icu::UnicodeSet* set) {
  const std::string key = LowerAscii(name);
  if (key == "sc" || key == "script") return FindProperty("Script=" + value, set);
  if (key == "blk" || key == "block") return FindProperty("Block=" + value, set);
  const bool is_category = key == "gc" || key == "general_category";
  return is_category && FindProperty("General_Category=" + value, set);
}

bool Find(const std::string& name, bool unicode, icu::UnicodeSet* set) {
  if (const size_t equals = name.find('='); equals != std::string::npos) {
    return FindValue(name.substr(0, equals), name.substr(equals + 1), set);
  }
  const PosixClass* posix = FindPosix(LowerAscii(name));
  if (name.starts_with("In")) return FindProperty("Block=" + name.substr(2), set);
  if (name.starts_with("Is")) {
    const std::string rest = name.substr(2);
    if (const PosixClass* is_posix = FindPosix(LowerAscii(rest)); is_posix != nullptr) {
      *set = SetOf(is_posix->unicode);
      return true;
    }
    return FindProperty(rest, set) || FindProperty("Script=" + rest, set);
  }
  // Without the flag, Java minds the case of these names.
  const bool is_named = posix != nullptr && (unicode || name == "ASCII" || name == "XDigit" ||
                                             LowerAscii(name.substr(1)) == name.substr(1));
  if (is_named && (unicode || (name[0] >= 'A' && name[0] <= 'Z'))) {
    *set = SetOf(unicode ? posix->unicode : posix->ascii);
    return true;
  }
  if (const char* method = FindJavaMethod(name); method != nullptr) {
    *set = SetOf(method);
    return true;
  }
  if (name == "L1") {
    *set = icu::UnicodeSet(0, 0xFF);
    return true;
  }
  if (name == "all") {
    *set = icu::UnicodeSet(0, 0x10FFFF);
    return true;
  }
  return IsCategory(name) && FindProperty(name, set);
}

}  // namespace

std::unique_ptr<icu::UnicodeSet> PredefinedClass(char letter, bool unicode) {
  const char* pattern = nullptr;
  switch (ToLower(letter)) {
    case 'd':
      pattern = unicode ? "[\\p{Nd}]" : "[0-9]";
      break;
    case 'w':
      pattern = unicode ? "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200C\\u200D]" : "[0-9A-Za-z_]";
      break;
    case 's':
      pattern = unicode ? "[\\p{White_Space}]" : "[\\ \\t\\n\\u000B\\f\\r]";
      break;
    case 'h':
      pattern = "[\\ \\t\\u00A0\\u1680\\u180E\\u2000-\\u200A\\u202F\\u205F\\u3000]";
      break;
    case 'v':
      pattern = "[\\n\\u000B\\f\\r\\u0085\\u2028\\u2029]";
      break;
    default:
      return nullptr;
  }
  auto set = std::make_unique<icu::UnicodeSet>(SetOf(pattern));
  if (letter >= 'A' && letter <= 'Z') set->complement();
  return set;
}

Result<icu::UnicodeSet> PropertyClass(const std::string& name, bool unicode) {
  icu::UnicodeSet set;
  if (name.empty() || !Find(name, unicode, &set)) {
    return Status::Invalid("unknown character property: ", name);
  }
  return set;
}

void AddOtherCases(bool unicode, icu::UnicodeSet* set) {
  if (unicode) {
    set->closeOver(USET_CASE_INSENSITIVE);
    set->removeAllStrings();
    return;
  }
  for (char lower = 'a'; lower <= 'z'; ++lower) {
    const char upper = ToUpper(lower);
    if (set->contains(lower)) set->add(upper);
    if (set->contains(upper)) set->add(lower);
  }
}

std::string ClassText(const icu::UnicodeSet& set, bool for_re2) {
  icu::UnicodeSet shown(set);
  if (for_re2) shown.remove(0xD800, 0xDFFF);
  // No engine takes an empty class: a character that is none of all.
  if (shown.isEmpty()) return "[^\\x{0}-\\x{10FFFF}]";
  std::string text = "[";
  for (int32_t i = 0; i < shown.getRangeCount(); ++i) {
    const UChar32 first = shown.getRangeStart(i);
    const UChar32 last = shown.getRangeEnd(i);
    text += fmt::format("\\x{{{:x}}}", static_cast<uint32_t>(first));
    if (last != first) text += fmt::format("-\\x{{{:x}}}", static_cast<uint32_t>(last));
  }
  return text + "]";
}

}  // namespace tarn::text
