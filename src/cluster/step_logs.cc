#include "cluster/step_logs.h"

#include <arrow/util/compression.h>

#include "base/text_secrets.h"

namespace tarn::cluster {
namespace {

Result<std::string> Unpack(const std::string& packed) {
  ARROW_ASSIGN_OR_RAISE(const auto codec, arrow::util::Codec::Create(arrow::Compression::GZIP));
  ARROW_ASSIGN_OR_RAISE(const auto decompressor, codec->MakeDecompressor());
  std::string text;
  std::string piece(1 << 16, '\0');
  size_t position = 0;
  while (position < packed.size()) {
    ARROW_ASSIGN_OR_RAISE(
        const auto result,
        decompressor->Decompress(static_cast<int64_t>(packed.size() - position),
                                 reinterpret_cast<const uint8_t*>(packed.data()) + position,
                                 static_cast<int64_t>(piece.size()),
                                 reinterpret_cast<uint8_t*>(piece.data())));
    text.append(piece, 0, static_cast<size_t>(result.bytes_written));
    position += static_cast<size_t>(result.bytes_read);
    if (decompressor->IsFinished()) {
      // One more part may follow: EMR appends to its logs so.
      ARROW_RETURN_NOT_OK(decompressor->Reset());
    } else if (result.bytes_read == 0 && result.bytes_written == 0) {
      break;  // cut short: what there is
    }
  }
  return text;
}

}  // namespace

std::string LogObjectUri(const Cluster& cluster, std::string_view name) {
  return fmt::format("{}{}{}/{}", cluster.log_uri, cluster.log_uri.ends_with('/') ? "" : "/",
                     cluster.id, name);
}

Result<std::string> ReadObject(const AwsCli& aws, const std::string& uri) {
  Result<std::string> content = aws.Call({"s3", "cp", uri, "-", "--no-progress"});
  if (!content.ok()) {
    const std::string message = MessageOf(content.status());
    if (message.find("(404)") != std::string::npos ||
        message.find("NoSuchKey") != std::string::npos)
      return "";
    return content.status();
  }
  return uri.ends_with(".gz") ? Unpack(*content) : content;
}

Result<std::string> StepLog(const AwsCli& aws, const Cluster& cluster, const std::string& step,
                            const std::string& name) {
  if (cluster.log_uri.empty()) {
    return MakeError(ErrorKind::kBadInput, fmt::format("Cluster {} keeps no logs", cluster.id),
                     "set log_uri in cluster.toml before it is created");
  }
  ARROW_ASSIGN_OR_RAISE(
      const std::string text,
      ReadObject(aws, LogObjectUri(cluster, fmt::format("steps/{}/{}.gz", step, name))));
  return MaskSecrets(text);
}

std::string Tail(const std::string& text, size_t num_lines) {
  size_t begin = text.size();
  if (begin > 0 && text.back() == '\n') --begin;
  while (begin > 0) {
    const size_t newline = text.rfind('\n', begin - 1);
    if (newline == std::string::npos) return text;
    if (--num_lines == 0) return text.substr(newline + 1);
    begin = newline;
  }
  return text;
}

}  // namespace tarn::cluster
