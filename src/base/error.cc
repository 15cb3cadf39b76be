#include "base/error.h"

#include <memory>

#include "base/secret_mask.h"
#include "base/service_code.h"

namespace tarn {
namespace {

constexpr char kDetailType[] = "tarn::ErrorDetail";

class ErrorDetail : public arrow::StatusDetail {
 public:
  ErrorDetail(ErrorKind kind, ErrorText text, std::vector<Diagnostic> diagnostics,
              std::string service_code = "")
      : kind(kind),
        text(std::move(text)),
        diagnostics(std::move(diagnostics)),
        service_code(std::move(service_code)) {}

  const char* type_id() const override { return kDetailType; }
  std::string ToString() const override { return ""; }

  const ErrorKind kind;
  const ErrorText text;  // of the first diagnostic, where there are some
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

// "file: line 88, byte 17: ", as far as it is known.
std::string PlacePrefix(const ErrorPlace& place) {
  std::string text = place.file;
  if (place.line > 0) text += ": line " + std::to_string(place.line);
  if (place.byte_offset >= 0) text += ", byte " + std::to_string(place.byte_offset);
  return text.empty() ? "" : text + ": ";
}

ErrorText TextOf(const Diagnostic& diagnostic) {
  const std::string& subject = diagnostic.subject;
  return {subject.empty() ? diagnostic.message : subject + ": " + diagnostic.message,
          diagnostic.hint,
          {diagnostic.file, diagnostic.line, diagnostic.column}};
}

}  // namespace

Status MakeError(ErrorKind kind, std::string message, std::string hint) {
  return MakeError(kind, ErrorText{std::move(message), std::move(hint)});
}

Status MakeError(ErrorKind kind, ErrorText text) {
  return MakeServiceError(kind, std::move(text), "");
}

Status MakeServiceError(ErrorKind kind, ErrorText text, std::string service_code) {
  std::string message = PlacePrefix(text.place) + text.message;
  return {CodeOf(kind), std::move(message),
          std::make_shared<ErrorDetail>(kind, std::move(text), std::vector<Diagnostic>{},
                                        std::move(service_code))};
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
  ErrorText text = TextOf(diagnostics.front());
  return {
      CodeOf(ErrorKind::kBadInput), std::move(message),
      std::make_shared<ErrorDetail>(ErrorKind::kBadInput, std::move(text), std::move(diagnostics))};
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

std::string HintOf(const Status& status) {
  const ErrorDetail* detail = DetailOf(status);
  const bool has_hint = detail != nullptr && detail->diagnostics.empty();
  return has_hint ? MaskUriSecrets(detail->text.hint) : "";
}

std::string Render(const Status& status) {
  const std::string hint = HintOf(status);
  return MessageOf(status) + (hint.empty() ? "" : "\n  hint: " + hint);
}

ErrorText TextOf(const Status& status) {
  const ErrorDetail* detail = DetailOf(status);
  if (detail == nullptr) return {MessageOf(status)};
  ErrorText text = detail->text;
  for (std::string* part : {&text.message, &text.hint, &text.place.file}) {
    *part = MaskUriSecrets(*part);
  }
  return text;
}

Status WithContext(const Status& status, std::string_view context) {
  if (status.ok()) return status;
  const Status with_context = status.WithMessage(context, ": ", status.message());
  const ErrorDetail* detail = DetailOf(status);
  if (detail == nullptr) return with_context;
  ErrorText text = detail->text;
  text.message = std::string(context) + ": " + text.message;
  return with_context.WithDetail(std::make_shared<ErrorDetail>(
      detail->kind, std::move(text), detail->diagnostics, detail->service_code));
}

}  // namespace tarn
