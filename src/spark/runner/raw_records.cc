#include "spark/runner/raw_records.h"

#include <arrow/array/array_binary.h>
#include <arrow/chunked_array.h>
#include <arrow/scalar.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spark/runner/names.h"
#include "spark/runner/source_view.h"

namespace tarn::spark {
namespace {

// Columns on the way: a line or a file, whether it is strict JSON as a whole, one of its records,
// what that was parsed to, and whether it is bad.
constexpr char kText[] = "value";
constexpr char kIsStrict[] = "_tarn_is_strict";
constexpr char kRecord[] = "_tarn_record";
constexpr char kParsed[] = "_tarn_parsed";
constexpr char kIsBad[] = "_tarn_is_bad";

// And of texts that are only looked at: whether one begins an array, and its keys that are new.
constexpr char kHasArray[] = "_tarn_has_array";
constexpr char kKeys[] = "_tarn_keys";

constexpr char kNoLimit[] = "2147483647";

// What a text begins with, as SQL. Each text is asked, for which a regular expression would make a
// string of Java's of it, each time.
constexpr char kIsNotBlank[] = R"(trim(LEADING ' \t\r\n' FROM value) <> '')";
constexpr char kIsArray[] = R"(startswith(trim(LEADING ' \t\r\n' FROM value), '['))";
constexpr char kBeginsObject[] = R"(RLIKE '^[ \\t\\r\\n]*\\{')";  // of the text before it

std::string Literal(const std::string& text) {
  std::string literal = "'";
  for (const char character : text) {
    if (character == '\'' || character == '\\') literal += '\\';
    literal += character;
  }
  return literal + "'";
}

bool SpansLines(const JobSource& source) {
  for (const auto& [name, value] : source.options) {
    if (name == "multiLine") return value == "true";
  }
  return false;
}

// Texts in other encodings begin with a mark; Spark takes all for UTF-8.
constexpr char kDecodedFile[] =
    "CASE WHEN hex(substring(CAST(value AS BINARY), 1, 2)) IN ('FFFE', 'FEFF')"
    " THEN decode(CAST(value AS BINARY), 'UTF-16')"
    " WHEN startswith(value, '\\uFEFF') THEN substring(value, 2) ELSE value END AS value";

// Columns of folders: their names as SQL, and as Spark DDL behind other columns. Spark finds them
// below the option basePath alone.
std::vector<std::string> FolderNames(const JobSource& source) {
  std::vector<std::string> names;
  for (const JobColumn& column : source.folder_columns) names.push_back(Quoted(column.name));
  return names;
}

void ReadFolders(const JobSource& source, connect::ReadSpec* spec) {
  if (source.folder_columns.empty()) return;
  spec->options["basePath"] = source.base_path;
  for (const JobColumn& column : source.folder_columns) {
    spec->schema +=
        fmt::format("{}{} {}", spec->schema.empty() ? "" : ", ", Quoted(column.name), column.type);
  }
}

std::vector<std::string> With(std::vector<std::string> columns,
                              const std::vector<std::string>& others) {
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

// Columns of files, of a relation that reads them. Spark's scheme of S3 is another one than tarn's.
std::vector<std::string> ReadFileColumns(const JobSource& source) {
  if (!source.has_file_columns) return {};
  std::string fields = "'file_path', regexp_replace(_metadata.file_path, '^s3a:', 's3:')";
  for (const char* const field : {"file_name", "file_size", "file_block_start", "file_block_length",
                                  "file_modification_time"}) {
    fields += fmt::format(", '{0}', _metadata.{0}", field);
  }
  return {fmt::format("named_struct({}) AS {}", fields, kMetadata),
          fmt::format("regexp_replace(input_file_name(), '^s3a:', 's3:') AS {}", kInputFile)};
}

// Names of what is of a file's folders, and of the file, as SQL.
std::vector<std::string> NamesOfFile(const JobSource& source) {
  std::vector<std::string> names = FolderNames(source);
  if (source.has_file_columns) names = With(std::move(names), {kMetadata, kInputFile});
  return names;
}

// The lines, or files, with the files' names. \param[in] condition of those to read
connect::Relation Texts(const JobSource& source, const std::string& condition) {
  connect::ReadSpec spec;
  spec.format = "text";
  spec.options["__globPaths__"] = "false";  // names of files, whatever characters they have
  spec.paths = source.paths;
  if (!source.folder_columns.empty()) spec.schema = "value STRING";
  ReadFolders(source, &spec);
  const bool spans_lines = SpansLines(source);
  if (spans_lines) spec.options["wholetext"] = "true";
  return connect::Project(connect::Filter(connect::Read(spec), condition),
                          With(With({spans_lines ? kDecodedFile : kText,
                                     fmt::format("_metadata.file_path AS {}", kPath)},
                                    FolderNames(source)),
                               ReadFileColumns(source)));
}

// Of Jackson, which parses for Spark. Its limits of lengths are tarn's max_record_bytes.
std::string ParserOptions(int levels, bool takes_bare_nan) {
  return fmt::format(
      "'allowSingleQuotes', 'false', 'allowNonNumericNumbers', '{0}', 'maxNestingDepth', '{1}', "
      "'maxStringLen', '{2}', 'maxNumLen', '{2}'",
      takes_bare_nan, levels, kNoLimit);
}

// Whether a text is one JSON value and no more: in an array before a mark, the mark is second.
// Objects are skipped, which is faster than to copy what they hold.
std::string IsOneValue() {
  return fmt::format(
      "(CASE WHEN {0} {2} THEN get(from_json(concat('[', {0}, ',{{\"_tarn_end\":true}}]'), "
      "'ARRAY<STRUCT<_tarn_end: BOOLEAN>>', map({1})), 1)._tarn_end <=> true "
      "ELSE get(from_json(concat('[', {0}, ',\"_tarn_end\"]'), 'ARRAY<STRING>', map({1})), 1) "
      "<=> '_tarn_end' END)",
      kText, ParserOptions(1001, false), kBeginsObject);
}

// Java decodes what is no UTF-8 to U+FFFD, which may also be there by right.
std::string IsUtf8(const std::string& spark_version) {
  if (!spark_version.starts_with("3.")) return "is_valid_utf8(value)";
  return "(NOT value RLIKE '\\\\x{FFFD}' OR 3 * regexp_count(value, '\\\\x{FFFD}') = "
         "octet_length(value) - octet_length(replace(value, '\\uFFFD', '')))";
}

// No half of a surrogate pair is left when pairs, and backslashes that are escaped, are taken out.
constexpr char kHasWholePairs[] =
    R"((NOT contains(value, '\\u') OR NOT regexp_replace(value, '\\\\\\\\|\\\\u[dD][89abAB]..\\\\u[dD][c-fC-F]', '') RLIKE '\\\\u[dD][89a-fA-F]'))";

// Most lines end with their first brace, so that nothing can follow the record.
constexpr char kEndsWithFirstBrace[] =
    "(CASE WHEN endswith(value, '}') THEN get(split(value, '}', 2), 1) = '' ELSE false END)";

bool HasFloats(const JobSource& source) {
  return source.schema.find("FLOAT") != std::string::npos ||
         source.schema.find("DOUBLE") != std::string::npos;
}

std::string SchemaWithBadRecord(const JobSource& source) {
  const std::string bad_record = fmt::format("{} STRING", kBadRecord);
  return source.schema.empty() ? bad_record : source.schema + ", " + bad_record;
}

// All that ParseRecords has but the path, in its order. Folders may name more than is declared.
std::vector<std::string> ColumnsOfRecords(const JobSource& source) {
  if (source.folder_columns.empty()) return {"*"};
  std::vector<std::string> names;
  const std::vector<std::string> of_folders = FolderNames(source);
  for (const JobColumn& column : source.columns) {
    const std::string name = Quoted(column.name);
    const bool is_of_folder =
        std::find(of_folders.begin(), of_folders.end(), name) != of_folders.end();
    if (column.is_read && !is_of_folder) names.push_back(name);
  }
  names.emplace_back(kBadRecord);
  return With(std::move(names), of_folders);
}

// A quoted NaN is no misfit of a FLOAT or DOUBLE; a bare one made the whole text not strict.
std::string FromJson(const JobSource& source) {
  std::string options = ParserOptions(1000, true);
  for (const auto& [name, value] : source.options) {
    if (name == "dateFormat" || name == "timestampFormat") {
      options += fmt::format(", {}, {}", Literal(name), Literal(value));
    }
  }
  return fmt::format(
      "from_json({}, {}, map('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', '{}', {}))",
      kRecord, Literal(SchemaWithBadRecord(source)), kBadRecord, options);
}

std::string IsIn(const std::vector<std::string>& files) {
  std::vector<std::string> literals;
  for (const std::string& file : files) literals.push_back(Literal(file));
  return fmt::format("_metadata.file_path IN ({})", fmt::join(literals, ", "));
}

// One row for each record of a text, which is the text itself unless it is an array.
connect::Relation Records(const JobSource& source, const connect::Relation& texts) {
  const std::string elements = fmt::format(
      "CASE WHEN {0} AND {1} THEN transform(from_json(value, 'ARRAY<STRING>', map({2})), "
      "element -> coalesce(element, 'null')) ELSE array(value) END",
      kIsStrict, kIsArray, ParserOptions(1000, false));
  return connect::Project(
      texts, With({kPath, kIsStrict, fmt::format("explode({}) AS {}", elements, kRecord)},
                  NamesOfFile(source)));
}

// Whether Spark's reader reads a text as the engine on this machine does, as SQL.
std::string IsReadStrictly(const JobSource& source) {
  std::string one_value = IsOneValue();
  // Of an array's records, the reader reports only whether all of them are good.
  if (!SpansLines(source)) one_value += fmt::format(" AND NOT {}", kIsArray);
  std::string is_strict =
      fmt::format("({} OR {}) AND {}", kEndsWithFirstBrace, one_value, kHasWholePairs);
  // Numbers that are not finite may be quoted, but not bare; the reader has one option for both.
  if (HasFloats(source)) {
    is_strict += fmt::format(
        " AND (NOT (contains(value, 'NaN') OR contains(value, 'Infinity') OR "
        "contains(value, 'INF')) OR {})",
        IsOneValue());
  }
  return is_strict;
}

// Keys of a text that is one record which the schema does not name, as SQL. Only those of objects
// inside values are others.
std::string NewKeysOfText(const JobSource& source) {
  std::vector<std::string> known;
  for (const std::string& key : source.known_keys.front().keys) known.push_back(Literal(key));
  return fmt::format("array_except(json_object_keys({}), array({}))", kText,
                     fmt::join(known, ", "));
}

// The texts in the only row of a column of ARRAY<STRING>, sorted.
Result<std::vector<std::string>> TextsOf(const arrow::ChunkedArray& column) {
  ARROW_ASSIGN_OR_RAISE(const auto row, column.GetScalar(0));
  std::vector<std::string> texts;
  if (!row->is_valid) return texts;
  const auto& values = static_cast<const arrow::BaseListScalar&>(*row).value;
  const auto& elements = static_cast<const arrow::StringArray&>(*values);
  for (int64_t i = 0; i < elements.length(); ++i) texts.push_back(elements.GetString(i));
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

Result<TextFindings> LookAtTexts(connect::Session* session, const JobSource& source,
                                 connect::ExecutionObserver* observer) {
  const bool is_flat = source.known_keys.size() == 1 && !source.known_keys.front().keys.empty();
  const auto texts = connect::Filter(Texts(source, "true"), kIsNotBlank);
  const auto looked_at = connect::Project(
      texts,
      {fmt::format("CASE WHEN NOT ({}) THEN {} END AS {}", IsReadStrictly(source), kPath, kPath),
       fmt::format("{} AS {}", kIsArray, kHasArray),
       fmt::format("{} AS {}", is_flat ? NewKeysOfText(source) : "array('')", kKeys)});
  ARROW_ASSIGN_OR_RAISE(
      const auto found,
      session->Collect(
          connect::Project(looked_at,
                           {fmt::format("collect_set({})", kPath),
                            fmt::format("array_distinct(flatten(collect_set({})))", kKeys),
                            fmt::format("count_if({})", kHasArray)}),
          observer));
  TextFindings findings;
  ARROW_ASSIGN_OR_RAISE(findings.lenient_files, TextsOf(*found->column(0)));
  ARROW_ASSIGN_OR_RAISE(const auto num_arrays, found->column(2)->GetScalar(0));
  if (is_flat && static_cast<const arrow::Int64Scalar&>(*num_arrays).value == 0) {
    ARROW_ASSIGN_OR_RAISE(findings.new_keys, TextsOf(*found->column(1)));
  }
  return findings;
}

connect::Relation ReadRecords(const JobSource& source,
                              const std::vector<std::string>& lenient_files) {
  connect::ReadSpec spec = ReadSpecOf(source);
  spec.schema = SchemaWithBadRecord(source);
  ReadFolders(source, &spec);
  spec.options["mode"] = "PERMISSIVE";
  spec.options["columnNameOfCorruptRecord"] = kBadRecord;
  if (source.format == "json") {
    spec.options["allowNonNumericNumbers"] = HasFloats(source) ? "true" : "false";
    spec.options["maxStringLen"] = spec.options["maxNumLen"] = kNoLimit;
  }
  connect::Relation records = connect::Read(spec);
  if (!lenient_files.empty()) records = connect::Filter(records, "NOT " + IsIn(lenient_files));
  return connect::Project(
      records, With(With(ColumnsOfRecords(source), ReadFileColumns(source)),
                    {fmt::format("CASE WHEN {} IS NOT NULL THEN _metadata.file_path END AS {}",
                                 kBadRecord, kPath)}));
}

connect::Relation ReadParquet(const JobSource& source) {
  connect::ReadSpec spec = ReadSpecOf(source);
  spec.schema = source.schema;
  ReadFolders(source, &spec);
  const auto null_as = [](const char* name) {
    return fmt::format("CAST(NULL AS STRING) AS {}", name);
  };
  return connect::Project(connect::Read(spec), With({"*", null_as(kBadRecord), null_as(kPath)},
                                                    ReadFileColumns(source)));
}

connect::Relation ParseRecords(const JobSource& source,
                               const std::vector<std::string>& lenient_files,
                               const std::string& spark_version) {
  const auto texts = connect::Filter(Texts(source, IsIn(lenient_files)), kIsNotBlank);
  const auto checked = connect::WithColumns(
      texts, {{kIsStrict, fmt::format("{} AND {} AND {}", IsOneValue(), IsUtf8(spark_version),
                                      kHasWholePairs)}});
  const auto parsed = connect::WithColumns(Records(source, checked), {{kParsed, FromJson(source)}});
  const auto marked = connect::WithColumns(
      parsed, {{kIsBad, fmt::format("NOT {} OR {}.{} IS NOT NULL OR NOT {} {}", kIsStrict, kParsed,
                                    kBadRecord, kRecord, kBeginsObject)}});
  const auto columns = connect::Project(
      marked,
      With(With({fmt::format("{}.*", kParsed)}, NamesOfFile(source)), {kRecord, kPath, kIsBad}));
  return connect::Drop(
      connect::WithColumns(columns,
                           {{kBadRecord, fmt::format("CASE WHEN {} THEN {} END", kIsBad, kRecord)},
                            {kPath, fmt::format("CASE WHEN {} THEN {} END", kIsBad, kPath)}}),
      {kRecord, kIsBad});
}

}  // namespace tarn::spark
