#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace tarn::connect {

/// \brief Why a call failed, as far as what to do next depends on it.
enum class SparkErrorKind {
  kQuery,            ///< Spark refused or failed the work: look at error_class. Invalid.
  kUnreachable,      ///< Nothing answers at this address. IOError.
  kUnauthenticated,  ///< The token is missing or wrong, or may not do this. IOError.
  kTlsRefused,       ///< No TLS, or a certificate that is not trusted. IOError.
  kServerLost,       ///< The server answered before and died, or lost the session. IOError.
  kCancelled,        ///< Stopped by the stop token or by Session::Interrupt. Cancelled.
};

/// \brief A part of a query's text that an error is about.
struct QueryContext {
  std::string object_type;  ///< such as "VIEW"; "" for the query itself
  std::string object_name;  ///< such as the view's name; "" for the query itself
  int start_index = -1;     ///< first character, 0-based, in UTF-16 units; -1 when unknown
  int stop_index = -1;      ///< last character, inclusive
  std::string fragment;     ///< the text between them
};

/// \brief What Spark reported about an error.
struct SparkError {
  SparkErrorKind kind = SparkErrorKind::kQuery;
  std::string error_class{};  ///< such as "TABLE_OR_VIEW_NOT_FOUND"; "" when it has none
  std::string sql_state{};    ///< such as "42P01"; "" when it has none
  std::string message{};      ///< a few sentences or lines, without what other members say
  int line = 0;               ///< 1-based, of the SQL text that was sent; 0 when unknown
  int column = 0;             ///< 1-based, in UTF-16 units; 0 when unknown
  std::map<std::string, std::string> message_parameters{};  ///< by Spark's names of them
  std::vector<QueryContext> query_contexts{};               ///< may be empty
  std::string exception_class{};  ///< of Java, such as "org.apache.spark.sql.AnalysisException"
  std::string stack_trace{};      ///< Java's, for reports; "" when the server does not give it
};

/// \brief A Status of `error`, with the text `[CLASS] message (SQLSTATE …)` as far as it has them.
Status MakeSparkError(SparkError error);

/// \brief What Spark reported, null when `status` is of another making. Lives as long as `status`.
const SparkError* SparkErrorOf(const Status& status);

}  // namespace tarn::connect
