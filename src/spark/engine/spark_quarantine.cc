#include "spark/engine/spark_quarantine.h"

#include <fmt/format.h>

#include "s3/uri.h"

namespace tarn::spark {
namespace {

constexpr size_t kFirstOnes = 10;
constexpr size_t kRecordsAtOnce = 1024;

}  // namespace

Status Quarantine::Add(const BadRecord& record) {
  const std::string path = PathOfUri(record.path);
  ARROW_ASSIGN_OR_RAISE(const std::string reason, reason_.Of(record.text));
  if (source_.on_bad_record == pipeline::OnBadRecord::kFail) {
    constexpr size_t kShown = 200;
    return engine::BadRecordError({path}, reason + ": " + record.text.substr(0, kShown));
  }
  ++num_bad_;
  if (num_first_ones_ < kFirstOnes) {
    ++num_first_ones_;
    first_ones_ += fmt::format("\n  {}: {}", path, reason);
  }
  // Spark reports neither line nor offset.
  waiting_.push_back({path, 0, 0, reason, record.text});
  return waiting_.size() < kRecordsAtOnce ? Status::OK() : PutAway();
}

Status Quarantine::PutAway() {
  if (transaction_ == nullptr) waiting_.clear();
  if (waiting_.empty()) return Status::OK();
  if (writer_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(writer_, transaction_->NewQuarantine(source_.name));
  }
  ARROW_ASSIGN_OR_RAISE(const auto batch, lake::ToRecordBatch(waiting_));
  waiting_.clear();
  return writer_->Write(batch);
}

Status Quarantine::Finish(const SourceRead& read) {
  // Before the limit ends the run: a run that fails keeps them as well.
  ARROW_RETURN_NOT_OK(Close());
  const engine::BadRecordCount count{before_.num_records + read.num_records,
                                     before_.num_bad + read.num_bad_records};
  return engine::CheckBadRecordLimit(source_, count, /*is_all=*/true, [&] { return first_ones_; });
}

Status Quarantine::Close() {
  if (is_closed_) return Status::OK();
  is_closed_ = true;
  ARROW_RETURN_NOT_OK(PutAway());
  return writer_ == nullptr ? Status::OK() : writer_->Close().status();
}

std::string PathOfUri(const std::string& uri) {
  const size_t scheme = uri.find(':');
  if (scheme == std::string::npos) return uri;
  const std::string decoded = s3::PercentDecode(uri);
  if (uri.starts_with("s3")) return "s3" + decoded.substr(scheme);
  if (!uri.starts_with("file:")) return decoded;
  // `file:/path` and `file:///path`
  return decoded.substr(decoded.find_first_not_of('/', scheme + 1) - 1);
}

}  // namespace tarn::spark
