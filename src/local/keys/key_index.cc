#include "local/keys/key_index.h"

#include <algorithm>
#include <string>

namespace tarn::local {
namespace {

constexpr size_t kSlotsMin = 64;

// Whose slots are fetched before they are needed.
constexpr int64_t kRowsAhead = 32;

// A key's number and half of its hash, so that few keys are compared that are not equal.
struct Slot {
  uint32_t tag = 0;
  uint32_t number = KeyIndex::kNone;
};

uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

// Keys that are words, by number.
template <int kNumWords>
class PackedStore {
 public:
  bool Has(uint32_t number, const EncodedKeys& keys, int64_t row) const {
    const uint64_t* words = &words_[number * size_t{kNumWords}];
    return std::equal(words, words + kNumWords, keys.packed().words(row)) &&
           (nulls_.empty() ? 0 : nulls_[number]) == keys.packed().nulls(row);
  }
  // The next number's.
  void Add(const EncodedKeys& keys, int64_t row) {
    const uint64_t* words = keys.packed().words(row);
    const uint32_t nulls = keys.packed().nulls(row);
    if (nulls != 0) nulls_.resize(words_.size() / kNumWords, 0);
    words_.insert(words_.end(), words, words + kNumWords);
    if (nulls != 0 || !nulls_.empty()) nulls_.push_back(nulls);
  }

  static bool HasRuns(const EncodedKeys& keys) { return keys.packed().has_runs(); }
  static bool AreEqual(const EncodedKeys& keys, int64_t row, int64_t other) {
    const uint64_t* words = keys.packed().words(row);
    return std::equal(words, words + kNumWords, keys.packed().words(other)) &&
           keys.packed().nulls(row) == keys.packed().nulls(other);
  }

  int64_t num_bytes() const {
    return static_cast<int64_t>(words_.capacity() * sizeof(uint64_t) +
                                nulls_.capacity() * sizeof(uint32_t));
  }

 private:
  std::vector<uint64_t> words_;
  std::vector<uint32_t> nulls_;  // empty: there are none
};

// Keys that are bytes, by number.
class BytesStore {
 public:
  bool Has(uint32_t number, const EncodedKeys& keys, int64_t row) const {
    return keys.HasBytes(row, bytes_.data() + begins_[number]);
  }
  void Add(const EncodedKeys& keys, int64_t row) {
    begins_.push_back(bytes_.size());
    keys.AppendBytes(row, &bytes_);
  }

  static bool HasRuns(const EncodedKeys&) { return false; }
  static bool AreEqual(const EncodedKeys&, int64_t, int64_t) { return false; }

  int64_t num_bytes() const {
    return static_cast<int64_t>(bytes_.capacity() + begins_.capacity() * sizeof(size_t));
  }

 private:
  std::string bytes_;
  std::vector<size_t> begins_;  // in bytes_
};

// `Store` holds the keys.
template <class Store>
class HashIndex : public KeyIndex {
 public:
  HashIndex() : slots_(kSlotsMin) {}

  Status Insert(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers,
                std::vector<int64_t>* new_rows) override {
    const bool has_runs = Store::HasRuns(keys);
    for (int64_t i = 0; i < rows.size(); ++i) {
      FetchAhead(keys, rows, i);
      const int64_t row = rows[i];
      if (has_runs && i > 0 && Store::AreEqual(keys, row, rows[i - 1])) {
        numbers[i] = numbers[i - 1];
        continue;
      }
      Slot& slot = slots_[FindSlot(keys, row)];
      numbers[i] = slot.number;
      if (slot.number != kNone) continue;
      if (num_keys_ == kKeysMax) {
        return Status::CapacityError("There are more than ", kKeysMax, " distinct keys");
      }
      numbers[i] = num_keys_;
      slot = {TagOf(keys.hash(row)), num_keys_++};
      store_.Add(keys, row);
      new_rows->push_back(row);
      if (2 * static_cast<size_t>(num_keys_) > slots_.size()) Grow();
    }
    return Status::OK();
  }

  void Find(const EncodedKeys& keys, const RowSelection& rows, uint32_t* numbers) const override {
    const bool has_runs = Store::HasRuns(keys);
    for (int64_t i = 0; i < rows.size(); ++i) {
      FetchAhead(keys, rows, i);
      const bool is_same = has_runs && i > 0 && Store::AreEqual(keys, rows[i], rows[i - 1]);
      numbers[i] = is_same ? numbers[i - 1] : slots_[FindSlot(keys, rows[i])].number;
    }
  }

  uint32_t num_keys() const override { return num_keys_; }
  int64_t num_bytes() const override {
    return static_cast<int64_t>(slots_.capacity() * sizeof(Slot)) + store_.num_bytes();
  }

 private:
  void FetchAhead(const EncodedKeys& keys, const RowSelection& rows, int64_t i) const {
    if (i + kRowsAhead >= rows.size()) return;
    __builtin_prefetch(&slots_[TagOf(keys.hash(rows[i + kRowsAhead])) & (slots_.size() - 1)]);
  }

  // Where the row's key is, or is to be.
  size_t FindSlot(const EncodedKeys& keys, int64_t row) const {
    const size_t mask = slots_.size() - 1;
    const uint32_t tag = TagOf(keys.hash(row));
    for (size_t place = tag & mask;; place = (place + 1) & mask) {
      const Slot& slot = slots_[place];
      if (slot.number == kNone) return place;
      if (slot.tag == tag && store_.Has(slot.number, keys, row)) return place;
    }
  }

  // From the first slot on: those of neighbours stay near each other.
  void Grow() {
    std::vector<Slot> grown(2 * slots_.size());
    const size_t mask = grown.size() - 1;
    for (const Slot& slot : slots_) {
      if (slot.number == kNone) continue;
      size_t place = slot.tag & mask;
      while (grown[place].number != kNone) place = (place + 1) & mask;
      grown[place] = slot;
    }
    slots_ = std::move(grown);
  }

  Store store_;
  std::vector<Slot> slots_;  // a power of two, at most half of them taken
  uint32_t num_keys_ = 0;
};

}  // namespace

std::unique_ptr<KeyIndex> KeyIndex::Make(
    const std::vector<std::shared_ptr<arrow::DataType>>& types) {
  static_assert(PackedKeys::kWordsMax == 2);
  switch (PackedKeys::NumWords(types)) {
    case 1:
      return std::make_unique<HashIndex<PackedStore<1>>>();
    case 2:
      return std::make_unique<HashIndex<PackedStore<2>>>();
    default:
      return std::make_unique<HashIndex<BytesStore>>();
  }
}

}  // namespace tarn::local
