#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spark::connect {
class Relation;
}  // namespace spark::connect

namespace tarn::connect {

/// \brief Rows that Spark is to compute: an unresolved plan. A value that is cheap to copy and
/// never changes; the server looks at it when a call of Session is made with it.
/// Threads: any number at once.
class Relation {
 public:
  using Message = ::spark::connect::Relation;

  explicit Relation(std::shared_ptr<const Message> message) : message_(std::move(message)) {}

  const Message& message() const { return *message_; }

 private:
  std::shared_ptr<const Message> message_;
};

/// \brief Which files Spark reads, and how.
struct ReadSpec {
  std::string format;                            ///< such as "json" or "parquet"
  std::string schema;                            ///< Spark DDL; "": Spark infers it
  std::map<std::string, std::string> options{};  ///< of the format
  std::vector<std::string> paths;                ///< as the server sees them
};

// Expressions are Spark's SQL: `page = 'NextSong'`, `count(*) AS num_rows`.

Relation Read(const ReadSpec& spec);

/// \brief Rows that are part of the plan: few of them.
/// \param[in] stream of Arrow's, with the schema and at least one batch; "": no rows
/// \param[in] schema Spark DDL of its columns
Relation Rows(std::string stream, const std::string& schema);

/// \brief A query, looked at when it is used.
Relation Query(const std::string& text);

/// \brief A table or a view, by a name as SQL would write it.
Relation Table(const std::string& name);

Relation Filter(const Relation& input, const std::string& condition);
Relation Project(const Relation& input, const std::vector<std::string>& expressions);

/// \brief Add columns, or put them in place of those with the same names.
/// \param[in] columns names and expressions
Relation WithColumns(const Relation& input,
                     const std::vector<std::pair<std::string, std::string>>& columns);

/// \brief All columns but those of these names.
Relation Drop(const Relation& input, const std::vector<std::string>& names);

/// \brief The rows of both, which have the same columns in the same order; duplicates stay.
Relation UnionAll(const Relation& left, const Relation& right);

/// \brief Shuffle into `num_partitions` parts of about the same number of rows.
Relation Repartition(const Relation& input, int num_partitions);

/// \brief Shuffle so that rows with the same values of `expressions` come together.
/// \param[in] num_partitions nullopt: Spark chooses, and may join small parts
Relation RepartitionBy(const Relation& input, const std::vector<std::string>& expressions,
                       std::optional<int> num_partitions = std::nullopt);

/// \brief Join parts to `num_partitions` without a shuffle.
Relation Coalesce(const Relation& input, int num_partitions);

/// \brief As SQL's ORDER BY has it: nulls come first, or last when descending.
struct SortKey {
  std::string expression;
  bool descending = false;
};

/// \brief Sort each part by itself.
Relation SortWithinPartitions(const Relation& input, const std::vector<SortKey>& keys);

/// \brief Let aggregates of the rows that flow by be reported as ObservedMetrics.
/// \param[in] name of the observation: one only once in a plan
/// \param[in] aggregates each with a name: `count(*) AS num_rows`
Relation Observe(const Relation& input, const std::string& name,
                 const std::vector<std::string>& aggregates);

}  // namespace tarn::connect
