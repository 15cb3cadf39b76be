#include "local/keys/batch_candidates.h"

#include <algorithm>
#include <numeric>

#include "local/batch/encoding.h"
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

// The codes of the rows' keys, where a key is one text of a dictionary that is hardly larger than
// the batch; null: it is not.
std::shared_ptr<arrow::Int32Array> CodesOfKeys(const EncodedKeys& keys, int64_t* num_codes) {
  if (keys.columns().size() != 1 || !IsDictionary(*keys.columns()[0])) return nullptr;
  constexpr int64_t kCodesPerRowMax = 4;
  *num_codes = DictionaryOf(*keys.columns()[0])->length();
  if (*num_codes > kCodesPerRowMax * keys.num_rows()) return nullptr;
  return CodesOf(*keys.columns()[0]);
}

// The first rows of keys, and the best of each.
class FirstAndBest {
 public:
  FirstAndBest(const RowKeys& order, size_t num_rows) : order_(order), best_(num_rows) {}

  size_t num_keys() const { return first_.size(); }
  const std::vector<int64_t>& first() const { return first_; }
  /// Of a row that is first.
  int64_t best(int64_t row) const { return best_[row]; }

  /// \param[in] key number of the row's; the next one for a new key
  void Add(int64_t row, size_t key) {
    if (key == first_.size()) {
      first_.push_back(row);
      best_[row] = row;
    } else if (order_.row(row) < order_.row(best_[first_[key]])) {
      best_[first_[key]] = row;
    }
  }

 private:
  const RowKeys& order_;
  std::vector<int64_t> first_;  // by key
  std::vector<int64_t> best_;   // by row
};

void AddByCode(const arrow::Int32Array& codes, int64_t num_codes, FirstAndBest* rows) {
  constexpr int32_t kNew = -1;
  std::vector<int32_t> numbers(static_cast<size_t>(num_codes) + 1, kNew);  // of NULL, then by code
  for (int64_t row = 0; row < codes.length(); ++row) {
    int32_t& number = numbers[codes.IsNull(row) ? 0 : codes.Value(row) + 1];
    if (number == kNew) number = static_cast<int32_t>(rows->num_keys());
    rows->Add(row, static_cast<size_t>(number));
  }
}

}  // namespace

Result<BatchCandidates> BatchCandidates::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types, const EncodedKeys& keys,
    const RowKeys& order) {
  BatchCandidates candidates;
  const auto num_rows = static_cast<size_t>(keys.num_rows());
  FirstAndBest found(order, num_rows);
  int64_t num_codes = 0;
  if (const auto codes = CodesOfKeys(keys, &num_codes)) {
    AddByCode(*codes, num_codes, &found);
  } else {
    std::vector<int64_t> rows(num_rows);
    std::iota(rows.begin(), rows.end(), 0);
    const std::span<const int64_t> all(rows);
    const auto sample = all.subspan(0, std::min(num_rows, kSampleRows));
    ARROW_ASSIGN_OR_RAISE(const auto table, KeyTable::Make(types));
    const auto add = [&](std::span<const int64_t> some) -> Status {
      ARROW_ASSIGN_OR_RAISE(const auto numbers, table->Insert(keys, some));
      for (size_t i = 0; i < some.size(); ++i) {
        found.Add(some[i], numbers->Value(static_cast<int64_t>(i)));
      }
      return Status::OK();
    };
    ARROW_RETURN_NOT_OK(add(sample));
    if (RepeatSeldom(num_rows, sample.size(), found.num_keys())) {
      candidates.first_ = KeyPartitions(keys);
      return candidates;
    }
    ARROW_RETURN_NOT_OK(add(all.subspan(sample.size())));
  }
  candidates.first_ = KeyPartitions(keys, found.first());
  for (const int64_t row : candidates.first_.rows()) candidates.best_.push_back(found.best(row));
  return candidates;
}

}  // namespace tarn::local
