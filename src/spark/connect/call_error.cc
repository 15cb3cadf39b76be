#include "spark/connect/call_error.h"

#include <fmt/format.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <spark/connect/base.pb.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "spark/connect/server_error_text.h"

namespace tarn::connect {
namespace {

namespace proto = ::spark::connect;
using Details = proto::FetchErrorDetailsResponse;
using grpc::StatusCode;

bool Has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool IsTlsRefusal(const grpc::Status& status) {
  const std::string& text = status.error_message();
  return status.error_code() == StatusCode::UNAVAILABLE &&
         (Has(text, "CERTIFICATE_VERIFY_FAILED") || Has(text, "handshake failed") ||
          Has(text, "Ssl handshake") || Has(text, "is not in peer certificate"));
}

void ReadErrorInfo(const google::rpc::ErrorInfo& error, CallErrorInfo* info) {
  const auto value = [&](const char* key) {
    const auto found = error.metadata().find(key);
    return found == error.metadata().end() ? std::string() : found->second;
  };
  info->error_id = value("errorId");
  info->error_class = value("errorClass");
  info->sql_state = value("sqlState");
  info->stack_trace = value("stackTrace");
  const auto classes = nlohmann::json::parse(value("classes"), nullptr, false);
  if (classes.is_array() && !classes.empty() && classes[0].is_string()) {
    info->exception_class = classes[0].get<std::string>();
  }
}

// The error itself, then its causes. A cycle or a wrong index of the server's ends it.
std::vector<const Details::Error*> ChainOf(const Details* details) {
  std::vector<const Details::Error*> chain;
  if (details == nullptr || !details->has_root_error_idx()) return chain;
  int index = details->root_error_idx();
  while (index >= 0 && index < details->errors_size() &&
         static_cast<int>(chain.size()) < details->errors_size()) {
    chain.push_back(&details->errors(index));
    index = chain.back()->has_cause_idx() ? chain.back()->cause_idx() : -1;
  }
  return chain;
}

std::string StackTraceOf(const std::vector<const Details::Error*>& chain) {
  std::string text;
  for (const auto* error : chain) {
    if (error->stack_trace().empty()) continue;
    const std::string name =
        error->error_type_hierarchy().empty() ? "" : error->error_type_hierarchy(0);
    text += fmt::format("{}{}: {}\n", text.empty() ? "" : "Caused by: ", name, error->message());
    for (const auto& frame : error->stack_trace()) {
      text += fmt::format("\tat {}.{}({}:{})\n", frame.declaring_class(), frame.method_name(),
                          frame.file_name(), frame.line_number());
    }
  }
  return text;
}

void ReadThrowable(const Details::SparkThrowable& throwable, SparkError* error) {
  if (throwable.has_error_class()) error->error_class = throwable.error_class();
  if (throwable.has_sql_state()) error->sql_state = throwable.sql_state();
  error->message_parameters = {throwable.message_parameters().begin(),
                               throwable.message_parameters().end()};
  for (const auto& context : throwable.query_contexts()) {
    error->query_contexts.push_back({context.object_type(), context.object_name(),
                                     context.start_index(), context.stop_index(),
                                     context.fragment()});
  }
}

// So that more can be said in it.
void TrimSentence(std::string* text) {
  while (text->ends_with('.') || text->ends_with(' ')) text->pop_back();
}

bool IsAboutSql(const Details::Error* error) {
  return error->has_spark_throwable() && error->spark_throwable().query_contexts_size() > 0;
}

// The error closest to the cause of which Spark has a class says most; what it was about is said by
// the outermost. But where one has a place in the SQL, those around it, of jobs, tasks and files,
// are left out.
SparkError QueryErrorOf(const grpc::Status& status, const Details* details) {
  const CallErrorInfo info = InfoOf(status);
  SparkError error;
  error.exception_class = info.exception_class;
  auto chain = ChainOf(details);
  error.stack_trace = chain.empty() ? info.stack_trace : StackTraceOf(chain);
  const auto about_sql = std::find_if(chain.begin(), chain.end(), IsAboutSql);
  if (about_sql != chain.end()) chain.erase(chain.begin(), about_sql);
  ErrorText text = ParseErrorText(chain.empty() ? status.error_message() : chain[0]->message());
  error.error_class = text.error_class.empty() ? info.error_class : text.error_class;
  error.sql_state = text.sql_state.empty() ? info.sql_state : text.sql_state;
  error.message = text.message;
  error.line = text.line;
  error.column = text.column;
  if (chain.empty()) {
    if (error.error_class == "TASK_WRITE_FAILED") {  // Spark 3.5, which reports no cause
      TrimSentence(&error.message);
      error.message += "; the log of the Spark server shows why";
    }
    return error;
  }
  if (chain[0]->has_spark_throwable()) ReadThrowable(chain[0]->spark_throwable(), &error);
  for (size_t i = chain.size() - 1; i > 0; --i) {
    const ErrorText cause = ParseErrorText(chain[i]->message());
    const std::string reason = cause.message.substr(0, cause.message.find('\n'));
    if (reason.empty() || Has(error.message, reason)) continue;
    TrimSentence(&error.message);
    error.message += ": " + reason;
    break;
  }
  return error;
}

// "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: Connection refused"
// is gRPC's way to say the last two words.
std::string ReasonOf(const std::string& said) {
  constexpr std::string_view kMark = "last error: ";
  size_t begin = said.find(kMark);
  if (begin == std::string::npos) return said;
  begin += kMark.size();
  for (int i = 0; i < 2; ++i) {  // the code, the address
    const size_t end = said.find(": ", begin);
    if (end == std::string::npos) return said;
    begin = end + 2;
  }
  return said.substr(begin);
}

SparkError TransportErrorOf(const grpc::Status& status, const Endpoint& endpoint, bool was_open) {
  const std::string where = endpoint.ToString();
  const std::string said = ReasonOf(status.error_message());
  const auto make = [](SparkErrorKind kind, std::string message) {
    SparkError error;
    error.kind = kind;
    error.message = std::move(message);
    return error;
  };
  if (IsTlsRefusal(status)) {
    return make(
        SparkErrorKind::kTlsRefused,
        fmt::format(
            "No trusted TLS connection to {} ({}); name the file of its authority's "
            "certificates by SSL_CERT_FILE, or say use_ssl=false when the server has no TLS",
            where, said));
  }
  if (status.error_code() == StatusCode::UNAUTHENTICATED ||
      status.error_code() == StatusCode::PERMISSION_DENIED) {
    return make(SparkErrorKind::kUnauthenticated,
                fmt::format("The Spark server {} refuses {} ({}); check the token's value", where,
                            endpoint.token.empty() ? "calls without a token" : "this token", said));
  }
  if (was_open) {
    return make(
        SparkErrorKind::kServerLost,
        fmt::format("The Spark server {} no longer answers ({}); check its log, and run again",
                    where, said));
  }
  return make(
      SparkErrorKind::kUnreachable,
      fmt::format("No Spark Connect server answers at {} ({}); check the address, that the "
                  "server runs{}",
                  where, said, endpoint.use_tls ? "" : ", and whether it wants use_ssl=true"));
}

}  // namespace

CallErrorInfo InfoOf(const grpc::Status& status) {
  CallErrorInfo info;
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return info;
  }
  for (const auto& detail : details.details()) {
    const std::string_view type = detail.type_url();
    google::rpc::ErrorInfo error;
    google::rpc::RetryInfo retry;
    if (type.ends_with("/google.rpc.ErrorInfo") && error.ParseFromString(detail.value())) {
      ReadErrorInfo(error, &info);
    } else if (type.ends_with("/google.rpc.RetryInfo") && retry.ParseFromString(detail.value())) {
      info.server_pause_ms =
          retry.retry_delay().seconds() * 1000 + retry.retry_delay().nanos() / 1'000'000;
    }
  }
  return info;
}

bool IsPassing(const grpc::Status& status) {
  const std::string& text = status.error_message();
  if (status.error_code() == StatusCode::UNAVAILABLE) return !IsTlsRefusal(status);
  // Another stream took this one's place, or something between us and the server cut it.
  if (status.error_code() == StatusCode::INTERNAL &&
      (Has(text, "INVALID_CURSOR.DISCONNECTED") || Has(text, "RST_STREAM"))) {
    return true;
  }
  return InfoOf(status).server_pause_ms.has_value();
}

bool IsLostOperation(const grpc::Status& status) {
  return Has(status.error_message(), "INVALID_HANDLE.OPERATION_NOT_FOUND") ||
         Has(status.error_message(), "INVALID_HANDLE.SESSION_NOT_FOUND");
}

SparkError ErrorOf(const grpc::Status& status, const Details* details, const Endpoint& endpoint,
                   bool was_open) {
  switch (status.error_code()) {
    case StatusCode::UNAVAILABLE:
    case StatusCode::UNAUTHENTICATED:
    case StatusCode::PERMISSION_DENIED:
    case StatusCode::DEADLINE_EXCEEDED:
    case StatusCode::UNIMPLEMENTED:
      return TransportErrorOf(status, endpoint, was_open);
    default:
      break;
  }
  SparkError error = QueryErrorOf(status, details);
  if (error.error_class == "OPERATION_CANCELED" || error.error_class == "SPARK_JOB_CANCELLED") {
    error.kind = SparkErrorKind::kCancelled;
  } else if (error.error_class.starts_with("INVALID_HANDLE.")) {
    error.kind = SparkErrorKind::kServerLost;
    error.message += "; the server was restarted or ended the session: run again";
  }
  return error;
}

}  // namespace tarn::connect
