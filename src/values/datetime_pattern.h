#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "values/time_zone.h"

namespace tarn {

/// \brief Dates as text by a pattern of letters: `dd/MM/yyyy`, `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`.
///
/// As Spark's date_format, to_timestamp and JSON options have them, with English names. Long names
/// of time zones (zzzz) are known for UTC alone.
/// Source: Spark's "Datetime Patterns for Formatting and Parsing"; Java's DateTimeFormatter, with
/// parsing strict, but letters of either case.
class DatetimePattern {
 public:
  enum class Use { kFormat, kParse };

  /// \return Invalid when the pattern has what `use` does not know.
  static Result<DatetimePattern> Make(std::string_view pattern, Use use);

  /// \brief What may stand in a pattern, as a hint for one that Make refused.
  static std::string Hint(Use use);

  const std::string& text() const { return text_; }

  /// \brief Whether Format knows the zone's names that the pattern asks for.
  /// \return Invalid for a long name (zzzz) of another zone than UTC
  Status CheckZone(const TimeZone& zone) const;

  /// \brief Days since 1970-01-01 of a text that fits the pattern (Use::kParse) to its last
  /// character. What the pattern does not ask for is of 1970-01-01; a time and zone only have to be
  /// possible ones. \return false when the text does not fit.
  bool ParseDate(std::string_view text, int32_t* days) const;

  /// \brief As ParseDate, the moment in microseconds since 1970-01-01T00:00:00Z, finer fractions
  /// cut off. \param[in] zone of a text that has none
  bool ParseTimestamp(std::string_view text, int64_t* microseconds,
                      const TimeZone& zone = TimeZone::Utc()) const;

  /// \brief As ParseTimestamp, by the clock that the text was written by, its zone left out.
  bool ParseLocal(std::string_view text, int64_t* microseconds) const;

  /// \brief Append the moment as the pattern (Use::kFormat) writes it, by the zone's clocks.
  void Format(int64_t microseconds, std::string* out, const TimeZone& zone = TimeZone::Utc()) const;

 private:
  friend class DatetimeParser;

  /// A run of one pattern letter, or plain text.
  struct Item {
    char letter = 0;  ///< 0: plain text; '[' and ']' enclose what a text may lack
    int width = 0;
    std::string text;
    int digits_after = 0;    ///< of a number: as many are left to the ones that follow directly
    size_t section_end = 0;  ///< of '[': the index of its ']'
  };

  class Reader;

  std::string text_;
  std::vector<Item> items_;
  bool has_era_ = false;
};

/// \brief How a source's text becomes dates and timestamps; null: as Spark casts it.
struct DatetimeFormats {
  std::shared_ptr<const DatetimePattern> date;
  std::shared_ptr<const DatetimePattern> timestamp;
  const TimeZone* zone = &TimeZone::Utc();  ///< of timestamps that say none; never null
};

}  // namespace tarn
