#pragma once

#include <arrow/array/array_dict.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace tarn::lake {

/// \brief A dictionary to which batches add as they come, as a scanner has it: all of them share
/// its memory, and see the part of it that was there when they ended.
class GrowingDictionary {
 public:
  /// \brief Codes of a batch's column, whose rows have texts or are null.
  std::shared_ptr<arrow::Array> CodesOf(const arrow::BinaryArray& texts) {
    arrow::Int32Builder codes;
    for (int64_t row = 0; row < texts.length(); ++row) {
      if (texts.IsNull(row)) {
        EXPECT_TRUE(codes.AppendNull().ok());
        continue;
      }
      const auto next = static_cast<int32_t>(codes_.size());
      const auto [found, is_new] = codes_.try_emplace(texts.GetString(row), next);
      if (is_new) {
        EXPECT_TRUE(values_.Append(texts.GetView(row)).ok());
      }
      EXPECT_TRUE(codes.Append(found->second).ok());
    }
    return codes.Finish().ValueOrDie();
  }
  int64_t length() const { return values_.length(); }
  std::shared_ptr<arrow::Array> Finish() { return values_.Finish().ValueOrDie(); }

 private:
  arrow::StringBuilder values_;
  std::unordered_map<std::string, int32_t> codes_;
};

/// \brief The same batches, in which most columns of text are codes into one of two dictionaries,
/// by chance, and some stay as they are.
inline arrow::RecordBatchVector WithDictionaries(const arrow::RecordBatchVector& batches,
                                                 std::mt19937* random) {
  std::vector<arrow::ArrayVector> columns;
  for (const auto& batch : batches) columns.push_back(batch->columns());
  for (int column = 0; column < batches.front()->num_columns(); ++column) {
    if (batches.front()->column(column)->type_id() != arrow::Type::STRING) continue;
    struct Coded {
      size_t batch, dictionary;
      std::shared_ptr<arrow::Array> codes;
      int64_t length;
    };
    std::array<GrowingDictionary, 2> dictionaries;
    std::vector<Coded> all;
    for (size_t batch = 0; batch < batches.size(); ++batch) {
      const size_t chosen = (*random)() % 3;
      if (chosen == dictionaries.size()) continue;
      const auto& texts = static_cast<const arrow::BinaryArray&>(*batches[batch]->column(column));
      auto codes = dictionaries[chosen].CodesOf(texts);
      all.push_back({batch, chosen, std::move(codes), dictionaries[chosen].length()});
    }
    const arrow::ArrayVector values = {dictionaries[0].Finish(), dictionaries[1].Finish()};
    for (const Coded& coded : all) {
      columns[coded.batch][static_cast<size_t>(column)] =
          arrow::DictionaryArray::FromArrays(arrow::dictionary(arrow::int32(), arrow::utf8()),
                                             coded.codes,
                                             values[coded.dictionary]->Slice(0, coded.length))
              .ValueOrDie();
    }
  }
  arrow::RecordBatchVector coded;
  for (size_t batch = 0; batch < batches.size(); ++batch) {
    coded.push_back(arrow::RecordBatch::Make(batches[batch]->schema(), batches[batch]->num_rows(),
                                             std::move(columns[batch])));
  }
  return coded;
}

}  // namespace tarn::lake
