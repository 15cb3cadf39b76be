#include "local/spill/spilled_part.h"

#include <iterator>
#include <utility>

namespace tarn::local {

Result<std::vector<SpilledPart>> PartsOf(SpilledPartitions* partitions, int level) {
  ARROW_RETURN_NOT_OK(partitions->Flush());
  std::vector<SpilledPart> parts;
  for (int i = 0; i < SpilledPartitions::kNumPartitions; ++i) {
    SpilledRows& rows = partitions->partition(i);
    if (rows.num_rows() > 0) parts.push_back({std::move(rows), level});
  }
  return parts;
}

// Depth first: what is left of a part is worked off before the next one leaves more.
Status ProcessParts(
    std::vector<SpilledPart> parts, const Poll& poll, MemoryGrant* grant,
    const std::function<Result<std::vector<SpilledPart>>(const SpilledPart& part)>& process) {
  while (!parts.empty()) {
    ARROW_RETURN_NOT_OK(poll());
    const SpilledPart part = std::move(parts.back());
    parts.pop_back();
    ARROW_ASSIGN_OR_RAISE(std::vector<SpilledPart> left, process(part));
    grant->Set(0);
    parts.insert(parts.end(), std::make_move_iterator(left.begin()),
                 std::make_move_iterator(left.end()));
  }
  return Status::OK();
}

}  // namespace tarn::local
