#include "local/keys/batch_candidates.h"

#include <algorithm>
#include <numeric>

#include "local/keys/key_table.h"

namespace tarn::local {
namespace {

// By which it is judged whether keys repeat.
constexpr size_t kSampleRows = 1024;

// Whether of `num_rows` rows hardly half would be left, if their keys come as evenly as those of a
// sample.
bool RepeatSeldom(size_t num_rows, size_t num_sampled, size_t num_keys) {
  const size_t num_repeated = num_sampled - num_keys;
  return 2 * num_repeated < num_sampled && num_repeated * num_rows < num_sampled * num_sampled;
}

}  // namespace

Result<BatchCandidates> BatchCandidates::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types, const EncodedKeys& keys,
    const RowKeys& order) {
  BatchCandidates candidates;
  std::vector<int64_t> rows(static_cast<size_t>(keys.num_rows()));
  std::iota(rows.begin(), rows.end(), 0);
  const std::span<const int64_t> all(rows);
  const auto sample = all.subspan(0, std::min(rows.size(), kSampleRows));
  ARROW_ASSIGN_OR_RAISE(const auto table, KeyTable::Make(types));
  std::vector<int64_t> first;             // by key: its first row
  std::vector<int64_t> best(all.size());  // by row, of those that are first: the candidate
  const auto add = [&](std::span<const int64_t> some) -> Status {
    ARROW_ASSIGN_OR_RAISE(const auto numbers, table->Insert(keys, some));
    for (size_t i = 0; i < some.size(); ++i) {
      const uint32_t key = numbers->Value(static_cast<int64_t>(i));
      if (key == first.size()) {
        first.push_back(some[i]);
        best[some[i]] = some[i];
      } else if (order.row(some[i]) < order.row(best[first[key]])) {
        best[first[key]] = some[i];
      }
    }
    return Status::OK();
  };
  ARROW_RETURN_NOT_OK(add(sample));
  if (RepeatSeldom(rows.size(), sample.size(), first.size())) {
    candidates.first_ = KeyPartitions(keys);
    return candidates;
  }
  ARROW_RETURN_NOT_OK(add(all.subspan(sample.size())));
  candidates.first_ = KeyPartitions(keys, first);
  for (const int64_t row : candidates.first_.rows()) candidates.best_.push_back(best[row]);
  return candidates;
}

}  // namespace tarn::local
