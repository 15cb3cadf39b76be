#pragma once

#include <string>
#include <vector>

/// Names of what a job adds to the session beside its sources and tables; no pipeline may use them
/// (pipeline::IsTableName).
namespace tarn::spark {

/// \brief A name as Spark's SQL takes it whatever it holds.
std::string Quoted(const std::string& name);
std::vector<std::string> Quoted(const std::vector<std::string>& names);

/// \brief The records of a source, bad ones too.
inline std::string RecordsOf(const std::string& source) { return "_tarn_records_" + source; }

/// \brief The files that were written of a table.
inline std::string FilesOf(const std::string& table) { return "_tarn_files_" + table; }

}  // namespace tarn::spark
