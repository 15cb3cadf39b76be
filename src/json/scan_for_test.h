#pragma once

#include <arrow/api.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "json/flat_for_test.h"
#include "json/scanner.h"

namespace tarn::json {

/// \brief Options that output all fields.
inline ScanOptions Options(std::vector<std::shared_ptr<arrow::Field>> fields) {
  ScanOptions options;
  options.schema = arrow::schema(std::move(fields));
  for (int i = 0; i < options.schema->num_fields(); ++i) options.output.push_back(i);
  return options;
}

/// \brief A copy of a block that starts `misalignment` bytes after an address that the widest
/// vectors are aligned to, and ends where its allocation does: a sanitizer sees any access past it.
class BlockAt {
 public:
  static constexpr size_t kAlignment = 64;

  BlockAt(std::string_view block, size_t misalignment)
      : memory_(new (std::align_val_t(kAlignment)) char[misalignment + block.size()]),
        block_(memory_.get() + misalignment, block.size()) {
    std::copy(block.begin(), block.end(), memory_.get() + misalignment);
  }

  std::string_view block() const { return block_; }

 private:
  struct Delete {
    void operator()(char* memory) const { operator delete[](memory, std::align_val_t(kAlignment)); }
  };
  std::unique_ptr<char[], Delete> memory_;
  std::string_view block_;
};

/// \brief Whether two scans found the same, down to the texts of errors. Columns may be
/// dictionaries.
inline bool IsSame(const ScanResult& a, const ScanResult& b) {
  const auto same_record = [](const BadRecord& x, const BadRecord& y) {
    return x.block == y.block && x.byte_offset == y.byte_offset && x.num_bytes == y.num_bytes &&
           x.line == y.line && x.error_offset == y.error_offset && x.reason == y.reason;
  };
  return Flat(*a.batch)->Equals(*Flat(*b.batch),
                                arrow::EqualOptions().nans_equal(true).signed_zeros_equal(false)) &&
         a.num_records == b.num_records &&
         std::equal(a.bad_records.begin(), a.bad_records.end(), b.bad_records.begin(),
                    b.bad_records.end(), same_record);
}

/// \brief What a new scanner finds in a block, scanned where it lies.
inline ScanResult ScanOnce(const ScanOptions& options, std::string_view block) {
  return Scanner::Make(options).ValueOrDie()->Scan(block).ValueOrDie();
}

/// \brief The same options for a scanner whose columns of text are dictionaries.
inline ScanOptions WithDictionaries(ScanOptions options) {
  options.dictionaries = true;
  return options;
}

/// \brief What a new scanner finds in a block. It is scanned with dictionaries too on the way, and
/// short ones, most of those in tests, at every fifth alignment, which have all remainders of 8;
/// without lines, a scanner makes a copy of its own.
inline ScanResult ScanOrDie(const ScanOptions& options, std::string_view block) {
  constexpr size_t kShortBytesMax = 256;
  constexpr size_t kStep = 5;
  auto scanner = Scanner::Make(options).ValueOrDie();
  ScanResult result = scanner->Scan(block).ValueOrDie();
  const bool is_same_encoded = IsSame(ScanOnce(WithDictionaries(options), block), result);
  EXPECT_TRUE(is_same_encoded) << "with dictionaries: " << block.substr(0, kShortBytesMax);
  if (options.framing != Framing::kLines || block.size() > kShortBytesMax) return result;
  for (size_t i = 0; i < BlockAt::kAlignment; i += kStep) {
    const BlockAt copy(block, i);
    const bool is_same = IsSame(scanner->Scan(copy.block()).ValueOrDie(), result);
    EXPECT_TRUE(is_same) << "at alignment " << i << ": " << block;
    if (!is_same) break;
  }
  return result;
}

/// \brief Each row as text, its values between '|', "null" for null.
inline std::vector<std::string> RowsOf(const arrow::RecordBatch& batch) {
  std::vector<std::string> rows;
  for (int64_t row = 0; row < batch.num_rows(); ++row) {
    std::string text;
    for (int column = 0; column < batch.num_columns(); ++column) {
      const auto scalar = batch.column(column)->GetScalar(row).ValueOrDie();
      if (column > 0) text += '|';
      text += scalar->is_valid ? scalar->ToString() : "null";
    }
    rows.push_back(std::move(text));
  }
  return rows;
}

inline std::vector<std::string> RowsOf(const ScanResult& result) { return RowsOf(*result.batch); }

}  // namespace tarn::json
