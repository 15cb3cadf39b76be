#include "infer/sample.h"

#include <algorithm>
#include <cmath>

namespace tarn::infer {
namespace {

// Files that a sample has at least and at most, if there are so many.
constexpr size_t kFilesMin = 64;
constexpr size_t kFilesMax = 1000;

// `count` of `num_files` indices, evenly spread.
std::vector<size_t> Spread(size_t num_files, size_t count) {
  std::vector<size_t> indices;
  for (size_t i = 0; i < count; ++i) {
    indices.push_back(count == 1 ? 0 : i * (num_files - 1) / (count - 1));
  }
  return indices;
}

int64_t DivideUp(int64_t a, size_t b) {
  return (a + static_cast<int64_t>(b) - 1) / static_cast<int64_t>(b);
}

}  // namespace

Sample ChooseSample(const std::vector<storage::ObjectInfo>& files, const Extent& extent) {
  const size_t num_files = files.size();
  Sample sample;
  if (extent.whole || num_files == 0) {
    sample.files = Spread(num_files, num_files);
    return sample;
  }
  if (extent.num_records.has_value()) {
    const auto wanted = static_cast<size_t>(std::max<int64_t>(*extent.num_records, 1));
    sample.files = Spread(num_files, std::min(num_files, wanted));
    sample.num_records_per_file = DivideUp(*extent.num_records, sample.files.size());
    return sample;
  }
  int64_t total = 0;
  for (const storage::ObjectInfo& file : files) total += file.size_bytes;
  int64_t budget = extent.num_bytes;
  size_t wanted = 0;
  if (extent.share.has_value()) {
    budget = static_cast<int64_t>(std::ceil(*extent.share * static_cast<double>(total)));
    wanted = static_cast<size_t>(std::ceil(*extent.share * static_cast<double>(num_files)));
    wanted = std::max(wanted, kFilesMin);
  } else {
    const int64_t mean = std::max<int64_t>(total / static_cast<int64_t>(num_files), 1);
    wanted = std::clamp(static_cast<size_t>(budget / mean), kFilesMin, kFilesMax);
  }
  sample.files = Spread(num_files, std::min(num_files, wanted));
  sample.num_bytes_per_file = std::max<int64_t>(DivideUp(budget, sample.files.size()), 1);
  return sample;
}

}  // namespace tarn::infer
