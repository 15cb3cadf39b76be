#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace tarn {

/// \brief A whole number of so many bytes.
struct FormatInteger {
  int64_t value = 0;
  int num_bytes = 8;
};

/// \brief What java.util.Formatter takes: nothing is NULL; a DOUBLE or FLOAT has its text for `%s`
/// beside it; a STRING is its text, and so is every other value, but it has no hash for `%h`.
struct FormatNull {};
struct FormatFloat {
  double value = 0;
  std::string text;
  int num_bytes = 8;
};
struct FormatOther {
  std::string text;
};
using FormatValue =
    std::variant<FormatNull, bool, FormatInteger, FormatFloat, FormatOther, std::string>;

/// \brief What formats do with texts that is not done here.
struct FormatFunctions {
  /// Appends a text in capitals: `%S`.
  Status (*append_upper)(std::string_view text, std::string* out) = nullptr;
  /// What Java's hashCode gives for a STRING: `%h`.
  int32_t (*hash)(std::string_view text) = nullptr;
};

/// \brief A format of java.util.Formatter, as printf has it: `%-5s|%05.1f`.
class JavaFormat {
 public:
  /// \return Invalid with what is wrong, or not supported: %a, %t
  static Result<JavaFormat> Make(std::string_view format);

  /// \return Invalid where a value is missing, or not of the kind that its place asks for
  Status Append(const std::vector<FormatValue>& values, const FormatFunctions& functions,
                std::string* out) const;

 private:
  struct Part {
    std::string text;     ///< before the value
    char conversion = 0;  ///< lower case; 0: no value
    bool is_upper = false;
    std::string flags;
    int width = 0;
    int precision = -1;  ///< negative: not given
    int index = 0;       ///< of the value from 1; 0: the next one, -1: the one before
  };

  static Status ReadPart(std::string_view format, size_t* at, Part* part);
  static Result<std::string> TextOf(const Part& part, const FormatValue& value,
                                    const FormatFunctions& functions);
  static std::string IntegerText(const Part& part, const FormatInteger& integer);
  static std::string FloatText(const Part& part, double number);
  static std::string WithSign(const Part& part, bool is_negative, std::string digits);

  std::vector<Part> parts_;
};

}  // namespace tarn
