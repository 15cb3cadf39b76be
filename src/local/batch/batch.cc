#include "local/batch/batch.h"

#include <cstdlib>

namespace tarn::local {
namespace {

int64_t BatchRows() {
  const char* const text = std::getenv("TARN_BATCH_ROWS");
  const int64_t num_rows = text == nullptr ? 0 : std::atoll(text);
  return num_rows > 0 ? num_rows : 32 * 1024;
}

}  // namespace

const int64_t kBatchRows = BatchRows();

}  // namespace tarn::local
