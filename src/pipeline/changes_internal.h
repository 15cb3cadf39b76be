#pragma once

#include "config/section_reader.h"
#include "pipeline/pipeline.h"

namespace tarn::pipeline {

/// \brief Read the keys by which a table is made of changes, and make `table->changes` of them:
/// none, where neither `mode` nor `history` is given. The table's key and checks become those of
/// the rows that are made.
/// \param[in,out] table has its key already
void ReadChanges(SectionReader* reader, Table* table);

}  // namespace tarn::pipeline
