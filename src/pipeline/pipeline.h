#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bucket_settings.h"
#include "base/error.h"
#include "base/period.h"
#include "base/record_format.h"
#include "pipeline/ddl.h"
#include "sql/ast.h"
#include "sql/token_list.h"
#include "values/csv_line.h"
#include "values/datetime_pattern.h"
#include "values/time_zone.h"

namespace tarn::pipeline {

using tarn::RecordFormat;

/// What becomes of a record that is not valid JSON or CSV, or does not fit the schema.
enum class OnBadRecord {
  kQuarantine,  ///< kept with its reason in the lake's `_tarn/quarantine`
  kDrop,        ///< counted
  kFail,        ///< the run fails
};

/// What a value that does not fit its column's type means.
enum class OnBadType {
  kBadRecord,  ///< the record is bad
  kRescue,     ///< it is NULL, and kept as it is written in the column `_rescued`
};

/// What a key that the schema does not name means.
enum class OnNewField {
  kReport,
  kFail,
  kIgnore,
  kAdd,  ///< it is a column from the run on that finds it; what can be none is reported
};

/// How many bad records a source may have before the run fails.
struct BadRecordLimit {
  std::optional<int64_t> num_records;  ///< none: no such limit, as of `share`
  std::optional<double> share;         ///< of all records, 0 to 1
};

/// What a record may have in bytes when nothing else is said.
constexpr int64_t kRecordBytesMax = 128'000'000;

/// \brief How lines of CSV are read, as by Spark's options of these names.
struct CsvFormat {
  CsvSyntax syntax;
  bool header = false;     ///< the first line of each file has the columns' names
  std::string null_value;  ///< the text that is NULL, as a field without any text always is
};

/// \brief Raw data: where it is and what shape it has.
struct Source {
  std::string name;
  /// Of files that a query names by their path, which is its name then: sql::NamedTable::format.
  std::string files_format{};
  std::vector<std::string> paths;  ///< globs, absolute or a URI: already joined to the lake's input
  Period period;                   ///< that files are of, by the dates in their paths
  RecordFormat format = RecordFormat::kAuto;
  CsvFormat csv;  ///< with kCsv
  /// From Spark DDL: columns by JSON key, or by a Parquet column's name; of CSV all, in their
  /// order. With OnBadType::kRescue one more at the end: see pipeline/rescued_column.h. With
  /// OnNewField::kAdd also the fields that runs have found, once a session has opened it.
  std::shared_ptr<arrow::Schema> schema;
  std::shared_ptr<arrow::Schema> declared;  ///< of `schema`, what tarn.toml has
  DatetimeFormats datetime_formats;  ///< of its dates and timestamps
  OnBadRecord on_bad_record = OnBadRecord::kQuarantine;
  BadRecordLimit max_bad_records;  ///< neither: fails when more than half of the records are bad
  OnBadType on_bad_type = OnBadType::kBadRecord;
  OnNewField on_new_field = OnNewField::kReport;
  int64_t record_bytes_max = kRecordBytesMax;  ///< a longer record is bad
  std::string toml_file;                       ///< for errors about its files
  int toml_line = 0;                           ///< of its path; 0 when the command line gives it
};

enum class Compression { kSnappy, kZstd, kGzip, kNone };

/// \brief A rule that a table's rows must keep.
struct Check {
  sql::ExprPtr expression;  ///< over the table's own columns; a row fails when it is false
  std::string text;         ///< `expression` as it is written
};

/// \brief How the engine on Spark lays out a table's files; nothing set: as Spark finds good.
struct SparkLayout {
  std::optional<int64_t> repartition;           ///< parts to shuffle the rows into
  std::optional<int64_t> coalesce;              ///< parts at most, without a shuffle
  std::optional<int64_t> max_records_per_file;  ///< further rows go into another file
};

/// \brief How a table is made of its query's rows where each of them is a change of the row that
/// its key names (docs/adr/0029).
struct Changes {
  enum class Into {
    kRows,     ///< mode = "merge": of each key the last row, where that is no delete
    kHistory,  ///< history = "scd2": of each key its versions, with the time that each was valid
  };
  Into into = Into::kRows;
  std::vector<std::string> key;  ///< columns of the query; at least one
  /// Columns of the query, at least one, by which changes of a key follow each other; NULLs come
  /// first. The first one is that which valid_from and valid_to of a history are of.
  std::vector<std::string> order_by;
  std::string op{};                    ///< the column that tells deletes; "": there are none
  std::vector<std::string> deletes{};  ///< its values, as text, that do
};

/// The columns that a history has behind those of its query.
constexpr const char* kValidFrom = "valid_from";
constexpr const char* kValidTo = "valid_to";
constexpr const char* kIsCurrent = "is_current";

/// \brief What a run of a period, by since and until, replaces of a table.
enum class Replace {
  kTable,       ///< all of it
  kPartitions,  ///< the partitions that the run has rows of; the others stay
};

/// \brief One table of the star schema: its SELECT and how it is stored.
struct Table {
  std::string name;
  std::shared_ptr<const sql::Text> text;  ///< of its .sql file
  sql::QueryPtr query;                    ///< of `text`
  std::vector<std::string> inputs;        ///< sources and tables that the query reads
  bool is_view = false;                   ///< computed for the tables that read it, and not written
  /// Its rows go to who asked for them, and are not written: names of columns may repeat, and a
  /// column may be without a type.
  bool is_result = false;
  std::vector<std::string> partition_by;  ///< columns, in path order; empty: not partitioned
  Replace replace = Replace::kTable;      ///< kPartitions: it has partition_by
  std::vector<std::string> sort_within;   ///< "column" or "column DESC", within each file
  std::optional<Changes> changes;         ///< none: the query's rows are the table's
  /// Unique and not null together; of a history with valid_from.
  std::vector<std::string> key;
  std::vector<Check> checks;
  std::optional<int64_t> min_rows;  ///< with fewer, the run fails; none: any number
  bool allow_empty = false;         ///< a run may leave a table without rows that had some
  Compression compression = Compression::kSnappy;
  int64_t row_group_bytes = 128 << 20;  ///< uncompressed
  SparkLayout spark_layout;
  std::string toml_file;  ///< for diagnostics about the settings above
  int toml_line = 0;      ///< of the table's section; 0 when it has none
};

/// \brief What a run of tarn's own engine may use of the machine.
struct RunLimits {
  int64_t memory_bytes = 0;  ///< of the process, about; 0: three quarters of the machine's
  std::string spill_dir{};   ///< where it writes what memory does not hold; "": the system's choice
};

/// \brief How a run on Spark is shared between Spark and this machine.
struct SparkSettings {
  /// Sources of no more bytes together are read here, tables of no more written; 0: all by Spark.
  int64_t small_bytes = 256'000'000;
};

/// \brief What SQL means in a pipeline beside its text, the same on every engine.
struct Dialect {
  sql::DoubleQuotes double_quotes = sql::DoubleQuotes::kNames;
  /// Of timestamps that are read and shown without a zone, and of their days and hours; never null.
  const TimeZone* zone = &TimeZone::Utc();
};

/// \brief A validated pipeline. Names are unique without case; tables are in dependency order.
struct Pipeline {
  std::string name;
  std::string directory;  ///< of tarn.toml: absolute path or URI
  std::string input;      ///< lake.input: absolute path or URI
  std::string output;     ///< lake.output: absolute path or URI
  std::string toml_file;  ///< for errors about the output
  int output_line = 0;    ///< of lake.output; 0 when the command line gives it
  RunLimits run;
  SparkSettings spark;
  Dialect dialect;
  BucketSettings s3;  ///< of every bucket; what it leaves unset, the environment says
  /// But of these, by name: each has those of `s3` that it does not set itself.
  std::vector<std::pair<std::string, BucketSettings>> buckets;
  std::vector<Source> sources;
  std::vector<Table> tables;
};

/// \brief Whether the table's query names this source or table.
bool Reads(const Table& table, const std::string& name);

/// \brief Whether a source or table can have this name: letters, digits and `_`, a letter first.
bool IsTableName(const std::string& name);

struct LoadOptions {
  /// `--set key=value`: a dotted key path and its value, later ones win.
  std::vector<std::pair<std::string, std::string>> overrides;
};

/// \brief Read `directory`/tarn.toml and its *.sql files.
///
/// \return the pipeline, or kBadInput with every error of all files (unknown keys, wrong types,
///   missing files, SQL that does not parse, references to nothing, cycles).
Result<std::unique_ptr<Pipeline>> Load(const std::string& directory, const LoadOptions& options);

/// \brief Load, of a folder that is not on a disk.
/// \param[in] directory its URI: what relative paths in tarn.toml are relative to
/// \param[in] files its tarn.toml and *.sql, read: path and content
Result<std::unique_ptr<Pipeline>> LoadFiles(
    const std::string& directory, const std::vector<std::pair<std::string, std::string>>& files,
    const LoadOptions& options);

}  // namespace tarn::pipeline
