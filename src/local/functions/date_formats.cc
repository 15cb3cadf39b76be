#include "base/calendar.h"
#include "base/datetime_pattern.h"
#include "local/functions/column_view_internal.h"

// Dates as text by a pattern of letters, as Java's DateTimeFormatter has them: yyyy-MM-dd
// HH:mm:ss.SSS.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

// A pattern that is read again only when another one comes.
class PatternCache {
 public:
  PatternCache(const KernelContext& context, DatetimePattern::Use use)
      : context_(context), use_(use) {}

  // Null after an error, which status() then has.
  const DatetimePattern* Find(Text text) {
    if (!status_.ok()) return nullptr;
    if (!pattern_.has_value() || text != pattern_->text()) {
      auto pattern = DatetimePattern::Make(text, use_);
      if (!pattern.ok()) {
        status_ = context_.Error("INVALID_DATETIME_PATTERN", MessageOf(pattern.status()),
                                 DatetimePattern::Hint(use_));
        return nullptr;
      }
      pattern_ = *std::move(pattern);
    }
    return &*pattern_;
  }
  const Status& status() const { return status_; }

 private:
  const KernelContext& context_;
  const DatetimePattern::Use use_;
  std::optional<DatetimePattern> pattern_;
  Status status_;
};

Result<Datum> FormatMicros(const KernelContext& context, const Args& args) {
  PatternCache patterns(context, DatetimePattern::Use::kFormat);
  auto append = [&](int64_t micros, Text pattern_text, std::string* out) {
    const DatetimePattern* pattern = patterns.Find(pattern_text);
    if (pattern != nullptr) pattern->Format(micros, out);
  };
  ARROW_ASSIGN_OR_RAISE(Datum text, (MapToString<int64_t, Text>(context, args, append)));
  ARROW_RETURN_NOT_OK(patterns.status());
  return text;
}

// The second argument, or Spark's default.
Datum PatternOf(const Args& args) {
  if (args.size() == 2) return args[1];
  return Datum(std::make_shared<arrow::StringScalar>("yyyy-MM-dd HH:mm:ss"));
}

Result<Datum> FromUnixTime(const KernelContext& context, const Args& args) {
  KernelContext micros_context = context;
  plan::Expr call = *context.call;
  call.type = arrow::int64();
  micros_context.call = &call;
  ARROW_ASSIGN_OR_RAISE(Datum micros,
                        (Map<int64_t, int64_t>(micros_context, {args[0]}, [](int64_t seconds) {
                          return seconds * kMicrosPerSecond;
                        })));
  return FormatMicros(context, {micros, PatternOf(args)});
}

// to_timestamp and its like with a format; what was no text, the argument's cast read.
template <typename T, int64_t kMicrosPerUnit>
Result<Datum> ParseText(const KernelContext& context, const Args& args) {
  if (args[0].type()->id() != arrow::Type::STRING) return args[0];
  PatternCache patterns(context, DatetimePattern::Use::kParse);
  auto result = MapChecked<T, Text, Text>(
      context, args,
      [&](Text text, Text pattern_text, T* out) {
        const DatetimePattern* pattern = patterns.Find(pattern_text);
        int64_t micros = 0;
        if (pattern == nullptr || !pattern->ParseTimestamp(text, &micros)) return false;
        *out = static_cast<T>(FloorDivide(micros, kMicrosPerUnit));
        return true;
      },
      [&](Text text, Text pattern) {
        if (!patterns.status().ok()) return patterns.status();
        return context.Error(
            "CANNOT_PARSE_TIMESTAMP",
            fmt::format("the text does not fit the pattern '{}': '{}'", pattern, text));
      });
  return result;
}

// Unlike unix_seconds, it cuts the fraction off: before 1970 that is upwards.
Result<Datum> UnixTimestamp(const KernelContext& context, const Args& args) {
  ARROW_ASSIGN_OR_RAISE(Datum moments,
                        (ParseText<int64_t, 1>(context, {args[0], PatternOf(args)})));
  return Map<int64_t, int64_t>(context, {moments},
                               [](int64_t micros) { return micros / kMicrosPerSecond; });
}

}  // namespace

std::span<const NamedKernel> DateFormatKernels() {
  static constexpr NamedKernel kKernels[] = {
      {"date_format", FormatMicros},
      {"from_unixtime", FromUnixTime},
      {"to_date", ParseText<int32_t, kMicrosPerDay>},
      {"to_timestamp", ParseText<int64_t, 1>},
      {"unix_timestamp", UnixTimestamp},
  };
  return kKernels;
}

}  // namespace tarn::local
