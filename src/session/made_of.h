#pragma once

#include <map>
#include <string>

#include "pipeline/pipeline.h"

namespace tarn::session {

/// \brief Digests, by the name of what is digested: "its SQL", "source events", …
using MadeOf = std::map<std::string, std::string>;

/// \brief By table what its rows follow from beside the files of its sources: where two runs have
/// the same, of the same files, they give the same rows. For the ledger (docs/adr/0026).
///
/// Comments of the SQL do not count, nor how files are laid out, nor tarn's version, but for
/// changes of tarn itself that give other rows.
std::map<std::string, MadeOf> WhatTablesAreMadeOf(const pipeline::Pipeline& pipeline);

/// \brief The name of something that differs; "": all is the same.
std::string FirstDifference(const MadeOf& before, const MadeOf& now);

}  // namespace tarn::session
