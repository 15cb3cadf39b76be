#include "plan/diagnostics.h"

namespace tarn::plan {

void Diagnostics::Add(const sql::Location& at, std::string message, std::string hint) {
  Add(sql::MakeDiagnostic(at, std::move(message), std::move(hint)));
}

void Diagnostics::Add(const sql::Location& at, const Status& error) {
  ErrorText text = TextOf(error);
  Add(at, std::move(text.message), std::move(text.hint));
}

void Diagnostics::Add(Diagnostic diagnostic) {
  auto is_same = [&](const Diagnostic& other) {
    return other.file == diagnostic.file && other.line == diagnostic.line &&
           other.column == diagnostic.column && other.subject == diagnostic.subject &&
           other.message == diagnostic.message;
  };
  if (std::any_of(diagnostics_.begin(), diagnostics_.end(), is_same)) return;
  diagnostics_.push_back(std::move(diagnostic));
}

Status Diagnostics::ToStatus() const {
  return diagnostics_.empty() ? Status::OK() : MakeError(diagnostics_);
}

}  // namespace tarn::plan
