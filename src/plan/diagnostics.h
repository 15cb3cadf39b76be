#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "sql/text.h"

namespace tarn::plan {

/// \brief Collects the errors of a whole pipeline; the same error at the same place is kept once.
class Diagnostics {
 public:
  /// \param[in] hint what to do next; may be empty
  void Add(const sql::Location& at, std::string message, std::string hint = "");

  /// \brief Message and hint of an error such as ResolveFunction gives.
  void Add(const sql::Location& at, const Status& error);

  void Add(Diagnostic diagnostic);

  bool empty() const { return diagnostics_.empty(); }
  size_t size() const { return diagnostics_.size(); }

  /// \brief OK without errors; else kBadInput with all of them.
  Status ToStatus() const;

 private:
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace tarn::plan
