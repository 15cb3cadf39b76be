#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"

namespace tarn::spark {

/// \brief Whether the table's SQL may name columns of the files of `source`.
bool ReadsFilesOf(const pipeline::Source& source, const pipeline::Table& table);

/// \brief The SQL of a table as Spark takes it where columns of files are columns like others:
/// those of the view ViewWithFiles, in the place of each of `sources`; and where the table is made
/// of changes, which its own text gives. Else its own text.
/// \return kBadInput where it takes all columns of such rows and Spark can't leave out these two
Result<std::string> SqlOverFiles(const plan::TablePlan& table,
                                 const std::vector<std::string>& sources,
                                 sql::DoubleQuotes double_quotes);

/// \brief Where the table's own text begins in SqlOverFiles, without sources; in bytes.
int64_t OffsetOfSql(const pipeline::Table& table);

}  // namespace tarn::spark
