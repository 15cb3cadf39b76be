#pragma once

#include <arrow/array/array_binary.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"

namespace tarn::lake {

/// \brief One dictionary for a column of text of which each part comes with its own: it grows by
/// the texts that it has not, so that what is known of its codes serves all parts.
///
/// Threads: any number at once.
class SharedDictionary {
 public:
  /// Above these it begins anew, with the texts of the part alone.
  static constexpr size_t kEntriesMax = 8192;
  static constexpr size_t kTextBytesMax = size_t{1} << 20;

  /// \brief What the texts of a part are in the dictionary.
  struct Codes {
    std::shared_ptr<arrow::StringArray> dictionary;  ///< no NULL, and no value twice
    std::vector<int32_t> code_of;                    ///< by place among the part's texts
  };

  /// \brief The codes of `texts`, some of which may be the same.
  /// \param[in] texts UTF-8
  Result<Codes> CodesOf(const std::vector<std::string_view>& texts);

 private:
  bool FindAll(const std::vector<std::string_view>& texts, std::vector<int32_t>* codes) const;
  Status Grow(const std::vector<std::string_view>& texts);

  std::mutex mutex_;
  std::shared_ptr<arrow::StringArray> dictionary_;       // null before the first part
  std::unordered_map<std::string_view, int32_t> codes_;  // of its values, which own the text
};

}  // namespace tarn::lake
