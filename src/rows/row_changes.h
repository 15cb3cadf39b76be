#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <vector>

namespace tarn {

/// \brief Mark the rows of `values` whose value differs from that of the row before.
///
/// Two that are not marked are equal, bit for bit, or both null. Of types whose values are not
/// compared cheaply, all rows are marked. Codes into a dictionary, which has no value twice, are
/// compared as they are.
/// \param[in,out] changes one byte per row, set to 1 where there is a change; row 0 is one always
void MarkChanges(const arrow::Array& values, std::vector<uint8_t>* changes);

}  // namespace tarn
