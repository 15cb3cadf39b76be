#include "spark/connect/channel.h"

#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>

namespace tarn::connect {
namespace {

constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// Pauses are RetryPolicy's to say: gRPC's own must not outlast them.
constexpr int kReconnectPauseMs = 50;
constexpr int kConnectTimeoutMs = 10'000;

// "": the system's authorities, which gRPC finds by itself.
std::string CaFileOf(const std::string& ca_file) {
  if (!ca_file.empty()) return ca_file;
  const char* variable = std::getenv("SSL_CERT_FILE");
  return variable == nullptr ? "" : variable;
}

Status ReadCertificates(const std::string& path, std::string* text) {
  std::ifstream file(path, std::ios::binary);
  text->assign(std::istreambuf_iterator<char>(file), {});
  if (file && text->find("-----BEGIN CERTIFICATE-----") != std::string::npos) return Status::OK();
  return MakeError(ErrorKind::kUsage,
                   fmt::format("no certificates in PEM form can be read from the authorities' file "
                               "`{}`: check its path",
                               path));
}

// What gRPC would print stands in our errors too. Its own variable brings it back.
void KeepGrpcQuiet() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (std::getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function([](gpr_log_func_args*) {});
  });
}

grpc::ChannelArguments MakeArguments(const Endpoint& endpoint) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetUserAgentPrefix(endpoint.user_agent);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectPauseMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectPauseMs);
  // Despite its name also the time that connecting and the TLS handshake may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  // Of a name server that does not answer.
  arguments.SetInt(GRPC_ARG_DNS_ARES_QUERY_TIMEOUT_MS, kConnectTimeoutMs);
  // Else sessions in one process would share what they know of a server's connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // No proxy reaches this machine's own loopback.
  if (endpoint.is_loopback()) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

}  // namespace

Result<std::shared_ptr<grpc::Channel>> MakeChannel(const Endpoint& endpoint,
                                                   const std::string& ca_file) {
  KeepGrpcQuiet();
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (endpoint.use_tls) {
    grpc::SslCredentialsOptions options;
    const std::string path = CaFileOf(ca_file);
    if (!path.empty()) ARROW_RETURN_NOT_OK(ReadCertificates(path, &options.pem_root_certs));
    credentials = grpc::SslCredentials(options);
  }
  const std::string target = endpoint.socket_path.empty()
                                 ? endpoint.ToString().substr(std::string_view("sc://").size())
                                 : "unix:" + endpoint.socket_path;
  return grpc::CreateCustomChannel(target, credentials, MakeArguments(endpoint));
}

}  // namespace tarn::connect
