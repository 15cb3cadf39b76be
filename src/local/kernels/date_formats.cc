#include "local/kernels/column_view_internal.h"
#include "values/calendar.h"
#include "values/datetime_pattern.h"

// Dates as text by a pattern of letters, as Java's DateTimeFormatter has them: yyyy-MM-dd
// HH:mm:ss.SSS.
namespace tarn::local {
namespace {

using arrow::Datum;
using Args = std::vector<Datum>;
using Text = std::string_view;

using Use = DatetimePattern::Use;

constexpr char kDefaultPattern[] = "yyyy-MM-dd HH:mm:ss";

Result<DatetimePattern> ParsePattern(const KernelContext& context, Text text, Use use) {
  auto pattern = DatetimePattern::Make(text, use);
  if (pattern.ok()) return pattern;
  return context.Error("INVALID_DATETIME_PATTERN", MessageOf(pattern.status()),
                       DatetimePattern::Hint(use));
}

struct PreparedPattern : KernelState {
  explicit PreparedPattern(DatetimePattern made) : pattern(std::move(made)) {}
  const DatetimePattern pattern;
};

// The second argument is the pattern; without one it is Spark's default.
template <Use kUse>
Result<std::unique_ptr<KernelState>> PreparePattern(const KernelContext& context,
                                                    const std::vector<ScalarPtr>& constants) {
  // What is no text is not parsed.
  const bool is_text = context.call->args[0]->type->id() == arrow::Type::STRING;
  if (kUse == Use::kParse && !is_text) return nullptr;
  Text text = kDefaultPattern;
  if (constants.size() == 2) {
    if (constants[1] == nullptr || !constants[1]->is_valid) return nullptr;
    text = static_cast<const arrow::StringScalar&>(*constants[1]).view();
  }
  ARROW_ASSIGN_OR_RAISE(DatetimePattern pattern, ParsePattern(context, text, kUse));
  return std::make_unique<PreparedPattern>(std::move(pattern));
}

// The patterns of a call's rows: the prepared one, or one that is read again only when another one
// comes.
class Patterns {
 public:
  Patterns(const KernelContext& context, Use use) : context_(context), use_(use) {
    if (context.state == nullptr) return;
    current_ = &static_cast<const PreparedPattern&>(*context.state).pattern;
    is_prepared_ = true;
  }

  // Null after an error, which status() then has.
  const DatetimePattern* Find(Text text) {
    if (is_prepared_ || (current_ != nullptr && text == current_->text())) return current_;
    if (!status_.ok()) return nullptr;
    auto pattern = ParsePattern(context_, text, use_);
    status_ = pattern.status();
    if (!status_.ok()) return nullptr;
    parsed_ = *std::move(pattern);
    current_ = &*parsed_;
    return current_;
  }
  const Status& status() const { return status_; }

 private:
  const KernelContext& context_;
  const Use use_;
  bool is_prepared_ = false;
  std::optional<DatetimePattern> parsed_;
  const DatetimePattern* current_ = nullptr;
  Status status_;
};

Result<Datum> FormatMicros(const KernelContext& context, const Args& args) {
  Patterns patterns(context, Use::kFormat);
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
  return Datum(std::make_shared<arrow::StringScalar>(kDefaultPattern));
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
  Patterns patterns(context, Use::kParse);
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
      {"date_format", FormatMicros, PreparePattern<Use::kFormat>},
      {"from_unixtime", FromUnixTime, PreparePattern<Use::kFormat>},
      {"to_date", ParseText<int32_t, kMicrosPerDay>, PreparePattern<Use::kParse>},
      {"to_timestamp", ParseText<int64_t, 1>, PreparePattern<Use::kParse>},
      {"unix_timestamp", UnixTimestamp, PreparePattern<Use::kParse>},
  };
  return kKernels;
}

}  // namespace tarn::local
