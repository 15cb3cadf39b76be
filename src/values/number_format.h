#pragma once

#include <arrow/util/decimal.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace tarn {

/// \brief A format of Spark's to_number and to_char: `S$99,999.00`.
class NumberFormat {
 public:
  /// \param[in] format in any case
  /// \return Invalid with Spark's error class and what is wrong
  static Result<NumberFormat> Make(std::string_view format);

  /// Of the DECIMAL that holds all its numbers.
  int precision() const { return num_whole_ + num_fraction_; }
  int scale() const { return num_fraction_; }

  /// \brief The number, of this scale, that `text` stands for; none when it is not of the format.
  std::optional<arrow::Decimal128> Parse(std::string_view text) const;

  /// \brief Append a number, with `#` for its digits where it has more than the format.
  void Append(const arrow::Decimal128& number, int scale, std::string* out) const;

 private:
  struct Token {
    enum class Kind {
      kDigits,     ///< `count` of them, spaces where there are fewer
      kAllDigits,  ///< as kDigits, with zeros
      kComma,
      kPoint,
      kDollar,
      kSign,          ///< + or -
      kMinus,         ///< - or a space
      kBracketOpen,   ///< < of a negative number
      kBracketClose,  ///< >
    };
    Kind kind;
    int count = 0;
  };

  Status Read(std::string_view format);
  Status Check(std::string_view format) const;
  size_t ParseDigits(size_t token, size_t end, std::string_view text, size_t at, bool is_fraction,
                     std::string* digits) const;
  size_t EndOfDigits(size_t token) const;

  std::vector<Token> tokens_;
  int num_whole_ = 0;
  int num_fraction_ = 0;
};

}  // namespace tarn
