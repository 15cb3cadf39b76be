#include "spark/runner/spark_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "spark/runner/execution_watch.h"
#include "spark/runner/names.h"
#include "spark/runner/sent_rows.h"

namespace tarn::spark {
namespace {

using connect::Relation;

// "`a` IS NULL OR `b` IS NULL"
std::string KeyIsNullCondition(const JobTable& table) {
  std::vector<std::string> parts;
  for (const std::string& name : table.key) parts.push_back(Quoted(name) + " IS NULL");
  return fmt::format("{}", fmt::join(parts, " OR "));
}

// A comment at the condition's end must not take the parenthesis along.
std::string IsBrokenCondition(const std::string& check) { return fmt::format("NOT ({}\n)", check); }

// One file for each partition, of a size that Spark finds good; parts that are too small are
// joined.
Relation LayOut(const JobTable& table) {
  Relation rows = connect::Table(table.name);
  const std::vector<std::string> partition_by = Quoted(table.partition_by);
  const JobLayout& layout = table.layout;
  if (layout.repartition > 0 && partition_by.empty()) {
    rows = connect::Repartition(rows, static_cast<int>(layout.repartition));
  } else if (layout.repartition > 0) {
    rows = connect::RepartitionBy(rows, partition_by, static_cast<int>(layout.repartition));
  } else if (layout.coalesce > 0) {
    rows = connect::Coalesce(rows, static_cast<int>(layout.coalesce));
  } else if (!layout.keeps_order) {
    // In SQL, as Spark 3.5 takes no columns in the hints of a plan.
    const std::string columns =
        partition_by.empty() ? "" : fmt::format("({})", fmt::join(partition_by, ", "));
    rows = connect::Query(fmt::format("SELECT /*+ REBALANCE{} */ * FROM {}", columns, table.name));
  }
  if (table.sort_within.empty()) return rows;
  // Spark sorts by the partition columns in any case, and keeps an order that begins with them.
  std::vector<connect::SortKey> order;
  for (const std::string& column : partition_by) order.push_back({column});
  for (const JobSortColumn& column : table.sort_within) {
    order.push_back({Quoted(column.name), column.descending});
  }
  return connect::SortWithinPartitions(rows, order);
}

// What is counted of a table's rows: all of them, those whose key is null, those that break each
// check.
std::vector<std::string> CountsOf(const JobTable& table) {
  std::vector<std::string> counts = {"count(*) AS num_rows"};
  if (!table.key.empty()) {
    counts.push_back(fmt::format("count_if({}) AS key_is_null", KeyIsNullCondition(table)));
  }
  for (size_t i = 0; i < table.checks.size(); ++i) {
    counts.push_back(
        fmt::format("count_if({}) AS check_{}", IsBrokenCondition(table.checks[i]), i));
  }
  return counts;
}

Status DefineFiles(connect::Session* session, const JobTable& table) {
  return session->CreateTempView(FilesOf(table.name),
                                 connect::Read({"parquet", table.schema, {}, {table.folder}}));
}

// Spark counts while it writes. Spark 3.5 does not report the counts: there the files are queried.
Result<std::vector<int64_t>> Count(connect::Session* session, const JobTable& table,
                                   const ExecutionWatch& watch) {
  const std::vector<std::string> asked = CountsOf(table);
  if (watch.counts().size() == asked.size()) return watch.counts();
  ARROW_RETURN_NOT_OK(DefineFiles(session, table));
  ARROW_ASSIGN_OR_RAISE(const auto row, session->Collect(connect::Project(
                                            connect::Table(FilesOf(table.name)), asked)));
  std::vector<int64_t> counts;
  for (const auto& column : row->columns()) {
    ARROW_ASSIGN_OR_RAISE(const auto value, column->GetScalar(0));
    counts.push_back(static_cast<const arrow::Int64Scalar&>(*value).value);
  }
  return counts;
}

// The first rows of a query.
Result<std::vector<SampleRow>> FirstRows(connect::Session* session, const std::string& query) {
  ARROW_ASSIGN_OR_RAISE(
      const auto rows,
      session->Collect(connect::Query(fmt::format("{} LIMIT {}", query, kSampleRowsMax))));
  std::vector<SampleRow> sample;
  if (rows->num_rows() == 0) return sample;
  ARROW_ASSIGN_OR_RAISE(const auto batch, rows->CombineChunksToBatch());
  for (int64_t row = 0; row < batch->num_rows(); ++row) {
    ARROW_ASSIGN_OR_RAISE(sample.emplace_back(), SampleOf(*batch, row));
  }
  return sample;
}

Result<int64_t> CountRows(connect::Session* session, const std::string& query) {
  ARROW_ASSIGN_OR_RAISE(const auto count, session->Collect(connect::Query(query)));
  ARROW_ASSIGN_OR_RAISE(const auto value, count->column(0)->GetScalar(0));
  return static_cast<const arrow::Int64Scalar&>(*value).value;
}

// Rows whose key another has that is counted as the first one; those with a NULL in it break the
// rule before.
Status FindRepeatedKeys(connect::Session* session, const JobTable& table,
                        std::vector<CheckBroken>* broken) {
  const std::string key = fmt::format("{}", fmt::join(Quoted(table.key), ", "));
  const std::string groups = fmt::format("FROM {} WHERE NOT ({}) GROUP BY {} HAVING count(*) > 1",
                                         FilesOf(table.name), KeyIsNullCondition(table), key);
  ARROW_ASSIGN_OR_RAISE(auto sample, FirstRows(session, fmt::format("SELECT {} {}", key, groups)));
  if (sample.empty()) return Status::OK();
  ARROW_ASSIGN_OR_RAISE(
      const int64_t num_rows,
      CountRows(session, fmt::format("SELECT CAST(sum(n) AS BIGINT) FROM (SELECT count(*) - 1 AS n "
                                     "{})",
                                     groups)));
  broken->push_back(
      {table.name, CheckBroken::Rule::kKeyIsNotUnique, 0, num_rows, std::move(sample)});
  return Status::OK();
}

// \param[in] counts as CountsOf asks for them
Result<std::vector<CheckBroken>> FindBrokenRules(connect::Session* session, const JobTable& table,
                                                 const std::vector<int64_t>& counts) {
  using Rule = CheckBroken::Rule;
  std::vector<CheckBroken> broken;
  const auto add = [&](Rule rule, int64_t check, int64_t num_rows,
                       const std::string& condition) -> Status {
    if (num_rows == 0) return Status::OK();
    ARROW_ASSIGN_OR_RAISE(auto sample,
                          FirstRows(session, fmt::format("SELECT * FROM {} WHERE {}",
                                                         FilesOf(table.name), condition)));
    broken.push_back({table.name, rule, check, num_rows, std::move(sample)});
    return Status::OK();
  };
  auto count = counts.begin() + 1;
  if (!table.key.empty()) {
    ARROW_RETURN_NOT_OK(add(Rule::kKeyIsNull, 0, *count++, KeyIsNullCondition(table)));
    if (table.key_may_repeat) ARROW_RETURN_NOT_OK(FindRepeatedKeys(session, table, &broken));
  }
  for (size_t i = 0; i < table.checks.size(); ++i) {
    ARROW_RETURN_NOT_OK(
        add(Rule::kCheck, static_cast<int64_t>(i), *count++, IsBrokenCondition(table.checks[i])));
  }
  return broken;
}

}  // namespace

Status DefineTable(connect::Session* session, const JobTable& table, bool keeps_rows) {
  ARROW_RETURN_NOT_OK(session->CreateTempView(table.name, connect::Query(table.sql)));
  return table.keeps_rows() && keeps_rows ? session->Persist(connect::Table(table.name))
                                          : Status::OK();
}

Result<bool> WriteTable(connect::Session* session, const JobTable& table, MessageWriter* writer) {
  if (table.sent_bytes_max > 0) {
    ARROW_ASSIGN_OR_RAISE(const bool is_sent, SendRows(session, table, writer));
    if (is_sent) return true;
  }
  const auto begin = std::chrono::steady_clock::now();
  ExecutionWatch watch(table.name, writer);
  connect::WriteSpec spec;
  spec.path = table.folder;
  spec.partition_by = table.partition_by;
  for (const auto& [name, value] : table.options) spec.options[name] = value;
  if (table.layout.max_records_per_file > 0) {
    spec.options["maxRecordsPerFile"] = std::to_string(table.layout.max_records_per_file);
  }
  const auto rows = connect::Observe(LayOut(table), "tarn_" + table.name, CountsOf(table));
  ARROW_RETURN_NOT_OK(session->Write(rows, spec, &watch));
  ARROW_ASSIGN_OR_RAISE(const std::vector<int64_t> counts, Count(session, table, watch));
  const int64_t num_rows = counts.front();
  const bool is_broken =
      std::any_of(counts.begin() + 1, counts.end(), [](int64_t count) { return count > 0; });
  if (is_broken || (num_rows > 0 && table.key_may_repeat)) {
    // Spark lists the files for it, which takes its time where they are many.
    ARROW_RETURN_NOT_OK(DefineFiles(session, table));
    ARROW_ASSIGN_OR_RAISE(const auto broken, FindBrokenRules(session, table, counts));
    for (const CheckBroken& rule : broken) writer->Send(rule);
    if (!broken.empty()) return false;
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  writer->Send(TableDone{table.name, num_rows, elapsed.count(), watch.stages()});
  return true;
}

Result<std::string> ExplainTable(connect::Session* session, const JobTable& table) {
  return session->Explain(LayOut(table));
}

}  // namespace tarn::spark
