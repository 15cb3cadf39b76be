#include "base/error.h"

#include <memory>

#include "base/secret_mask.h"
#include "base/service_code.h"

namespace tarn {
namespace {

constexpr char kDetailType[] = "tarn::ErrorDetail";

class ErrorDetail : public arrow::StatusDetail {
 public:
  ErrorDetail(ErrorKind kind, std::vector<Diagnostic> diagnostics, std::string service_code = "")
      : kind(kind), diagnostics(std::move(diagnostics)), service_code(std::move(service_code)) {}

  const char* type_id() const override { return kDetailType; }
  std::string ToString() const override { return ""; }

  const ErrorKind kind;
  const std::vector<Diagnostic> diagnostics;
  const std::string service_code;
};

arrow::StatusCode CodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kUsage:
    case ErrorKind::kBadInput:
    case ErrorKind::kCheckFailed:
      return arrow::StatusCode::Invalid;
    case ErrorKind::kConflict:
      return arrow::StatusCode::AlreadyExists;
    case ErrorKind::kCancelled:
      return arrow::StatusCode::Cancelled;
    case ErrorKind::kFailed:
      return arrow::StatusCode::UnknownError;
  }
  return arrow::StatusCode::UnknownError;
}

const ErrorDetail* DetailOf(const Status& status) {
  const auto& detail = status.detail();
  if (detail == nullptr || std::string_view(detail->type_id()) != kDetailType) return nullptr;
  return static_cast<const ErrorDetail*>(detail.get());
}

}  // namespace

Status MakeError(ErrorKind kind, std::string message) {
  return MakeServiceError(kind, std::move(message), "");
}

Status MakeServiceError(ErrorKind kind, std::string message, std::string service_code) {
  return {CodeOf(kind), std::move(message),
          std::make_shared<ErrorDetail>(kind, std::vector<Diagnostic>{}, std::move(service_code))};
}

Status MakeError(std::vector<Diagnostic> diagnostics) {
  std::string message;
  for (Diagnostic& diagnostic : diagnostics) {
    for (std::string* text :
         {&diagnostic.file, &diagnostic.subject, &diagnostic.message, &diagnostic.hint}) {
      *text = MaskUriSecrets(*text);
    }
    if (!message.empty()) message += "\n";
    message += Render(diagnostic);
  }
  return {CodeOf(ErrorKind::kBadInput), std::move(message),
          std::make_shared<ErrorDetail>(ErrorKind::kBadInput, std::move(diagnostics))};
}

ErrorKind KindOf(const Status& status) {
  if (const ErrorDetail* detail = DetailOf(status)) return detail->kind;
  return status.IsCancelled() ? ErrorKind::kCancelled : ErrorKind::kFailed;
}

const std::vector<Diagnostic>& DiagnosticsOf(const Status& status) {
  static const std::vector<Diagnostic> kNone;
  const ErrorDetail* detail = DetailOf(status);
  return detail == nullptr ? kNone : detail->diagnostics;
}

std::string_view ServiceCodeOf(const Status& status) {
  const ErrorDetail* detail = DetailOf(status);
  return detail == nullptr ? "" : std::string_view(detail->service_code);
}

std::string MessageOf(const Status& status) { return MaskUriSecrets(status.message()); }

Status WithContext(const Status& status, std::string_view context) {
  if (status.ok()) return status;
  return status.WithMessage(context, ": ", status.message());
}

}  // namespace tarn
