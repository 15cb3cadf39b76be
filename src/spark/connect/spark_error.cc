#include "spark/connect/spark_error.h"

#include <fmt/format.h>

#include <memory>

namespace tarn::connect {
namespace {

constexpr char kDetailType[] = "tarn::connect::SparkError";

class SparkErrorDetail : public arrow::StatusDetail {
 public:
  explicit SparkErrorDetail(SparkError error) : error(std::move(error)) {}

  const char* type_id() const override { return kDetailType; }
  std::string ToString() const override { return ""; }

  const SparkError error;
};

arrow::StatusCode CodeOf(SparkErrorKind kind) {
  switch (kind) {
    case SparkErrorKind::kQuery:
      return arrow::StatusCode::Invalid;
    case SparkErrorKind::kCancelled:
      return arrow::StatusCode::Cancelled;
    case SparkErrorKind::kUnreachable:
    case SparkErrorKind::kUnauthenticated:
    case SparkErrorKind::kTlsRefused:
    case SparkErrorKind::kServerLost:
      return arrow::StatusCode::IOError;
  }
  return arrow::StatusCode::UnknownError;
}

std::string TextOf(const SparkError& error) {
  std::string text = error.message;
  if (!error.error_class.empty()) text = fmt::format("[{}] {}", error.error_class, text);
  if (!error.sql_state.empty()) text += fmt::format(" (SQLSTATE {})", error.sql_state);
  return text;
}

}  // namespace

Status MakeSparkError(SparkError error) {
  const arrow::StatusCode code = CodeOf(error.kind);
  std::string text = TextOf(error);
  return {code, std::move(text), std::make_shared<SparkErrorDetail>(std::move(error))};
}

const SparkError* SparkErrorOf(const Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::string_view(detail->type_id()) != kDetailType) return nullptr;
  return &static_cast<const SparkErrorDetail*>(detail.get())->error;
}

}  // namespace tarn::connect
