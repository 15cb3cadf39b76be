#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/sample_row.h"

/// What `tarn-spark` reports while it carries out a job: messages on its standard output, one line
/// of JSON each. Messages of sources and tables that are worked on at once are interleaved. The
/// last one is Finished or Failed. Behind the line of a TableRows follow bytes.
namespace tarn::spark {

/// \brief What is being waited for, in words.
struct Waiting {
  std::string what;
};

/// \brief The session is open.
struct Connected {
  std::string spark_version;
  std::string application_id;  ///< "" where Spark has none
  std::string ui_url;          ///< "" without one
  std::string history_url;     ///< of the application in a History Server; "" where none is known
};

/// \brief What will work, but not well.
struct Warning {
  std::string text;
};

/// \brief How far one stage of Spark's work is.
struct StageTasks {
  int64_t stage = 0;  ///< Spark's number of it
  int64_t num_tasks = 0;
  int64_t num_done = 0;   ///< of these tasks
  int64_t num_bytes = 0;  ///< read by tasks that are done; 0 where Spark does not count
};

/// \brief How far Spark is with a table or a source; its stages so far.
struct TaskProgress {
  std::string subject;  ///< the table's or the source's name
  std::vector<StageTasks> stages;
};

/// \brief How long a stage took, by this side's clock, and what it read.
struct StageTime {
  int64_t stage = 0;  ///< Spark's number of it
  int64_t num_tasks = 0;
  double seconds = 0;
  int64_t num_bytes = 0;  ///< 0 where Spark does not count
};

/// \brief All records of a source have been read, and those that are bad have been reported.
struct SourceRead {
  std::string source;
  int64_t num_records = 0;  ///< bad ones included
  int64_t num_bad_records = 0;
  std::vector<StageTime> stages{};
  bool has_more_new_keys = false;  ///< than were reported
};

/// \brief A record that could not be read, before its source's SourceRead.
struct BadRecord {
  std::string source;
  std::string path;  ///< URI of its file
  std::string text;  ///< the record itself
};

/// \brief A source has a key beyond its schema; before its SourceRead.
struct NewKey {
  std::string source;
  std::string key;          ///< with its path: "o.key", "o[].key", "o.*.key"
  std::string path;         ///< URI of a file that has it
  std::string value;        ///< there
  int64_t num_records = 0;  ///< that have it; 0: not counted, as the job ends with it
};

/// \brief Some of a table's rows, in order. So many bytes follow the message's line.
struct TableRows {
  std::string table;
  int64_t num_bytes = 0;
  std::string stream{};  ///< Arrow's, with the schema; behind the line, not in it
};

/// \brief What was sent of a table's rows does not count: they are too many, and are written.
struct RowsDropped {
  std::string table;
};

/// \brief All files of a table are in its folder, and keep its rules; or all of its rows were sent.
struct TableDone {
  std::string table;
  int64_t num_rows = 0;
  double seconds = 0;  ///< that writing and checking it took
  std::vector<StageTime> stages;
  bool is_sent = false;  ///< by TableRows: nothing is written
};

/// \brief A table's rows break one of its rules. The job goes on, and then fails.
struct CheckBroken {
  std::string table;
  enum class Rule { kKeyIsNull, kKeyIsNotUnique, kCheck } rule = Rule::kCheck;
  int64_t check = 0;              ///< for kCheck: index in JobTable::checks
  int64_t num_rows = 0;           ///< that break it
  std::vector<SampleRow> sample;  ///< some of them; of a key that is not unique, the key
};

/// \brief The plan of a table, for a job that explains.
struct PlanText {
  std::string table;
  std::string text;  ///< as Spark explains it, some lines
};

/// \brief All of the job is done.
struct Finished {};

/// \brief Why the job has ended early.
struct Failed {
  std::string kind;     ///< NameOf of ErrorKind; "check_failed": after CheckBroken
  std::string message;  ///< what is wrong, without place and hint
  std::string table;    ///< that was worked on; the fragment may be of one that it reads; "": none
  int64_t sql_begin = -1;  ///< where in the text of a table's SQL, in UTF-16 units; -1: unknown
  std::string fragment;    ///< what stands there
  std::string hint{};      ///< what to do next; may be empty
};

using Message =
    std::variant<Waiting, Connected, Warning, TaskProgress, SourceRead, BadRecord, NewKey,
                 TableRows, RowsDropped, TableDone, CheckBroken, PlanText, Finished, Failed>;

/// \brief One line of JSON, without its end and what follows it.
std::string ToJson(const Message& message);

/// \return Invalid for text that ToJson did not write
Result<Message> MessageFromJson(const std::string& json);

}  // namespace tarn::spark
