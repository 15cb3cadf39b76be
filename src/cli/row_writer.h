#pragma once

#include <memory>
#include <string>

#include "cli/row_format.h"
#include "cli/terminal.h"
#include "session/query.h"
#include "values/time_zone.h"

namespace tarn::cli {

/// \brief Prints rows as text: every format but kParquet and kArrow.
/// \param[in] stream borrowed; what stands in values goes there as it is
/// \param[in] terminal of kTable: gives styles and width
/// \param[in] zone whose clocks a TIMESTAMP shows; JSON has UTC, and says so
/// \param[in] csv_option of kTable: what gives the rows that it leaves out, as the user writes it
std::unique_ptr<session::RowSink> MakeTextWriter(RowFormat format, std::ostream* stream,
                                                 const Terminal* terminal,
                                                 const TimeZone& zone = TimeZone::Utc(),
                                                 std::string csv_option = "--format csv");

/// \brief Writes rows into a file, which has its name once all is in it; a file of that name is
/// replaced.
/// \param[in] zone as MakeTextWriter has it
/// \return kFailed when it can't be made
Result<std::unique_ptr<session::RowSink>> MakeFileWriter(RowFormat format, const std::string& path,
                                                         const TimeZone& zone = TimeZone::Utc());

/// \brief The format that a file's name says: `.csv`, `.json`, `.ndjson` or `.jsonl`, `.md`,
/// `.parquet`, `.arrow`; else kTable.
RowFormat FormatOfPath(const std::string& path);

}  // namespace tarn::cli
