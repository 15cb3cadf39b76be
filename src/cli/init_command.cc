#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/commands.h"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;

struct TemplateFile {
  const char* path;
  const char* content;
};

constexpr TemplateFile kFiles[] = {
    {"tarn.toml", R"(# Check it, run it, look at the tables:
#   tarn check DIR
#   tarn run DIR
#   tarn show --pipeline DIR

[lake]
input = "raw"      # relative to this folder; absolute paths and ${ENV} work too
output = "lake"

# One event a line, in one file a month.
[source.events]
path = "events/*/*.json"
schema = """
  id BIGINT, type STRING, at TIMESTAMP, customer_id STRING, customer_name STRING, country STRING,
  amount DOUBLE
"""

# Each *.sql file here makes a table of its name; what follows says how it is stored and checked.
[table.orders]
partition_by = ["year", "month"]
sort_within = ["at"]
key = ["id"]
checks = ["amount >= 0"]

[table.customers]
key = ["customer_id"]
)"},
    {"orders.sql", R"(-- One row per order.
SELECT id, at, customer_id, amount, year(at) AS year, month(at) AS month
FROM events
WHERE type = 'order'
)"},
    {"customers.sql",
     R"(-- One row per customer, as of the latest event, with what they ordered in all.
SELECT
  customer_id,
  max_by(customer_name, at) AS name,
  max_by(country, at) AS country,
  count_if(type = 'order') AS num_orders,
  sum(CASE WHEN type = 'order' THEN amount ELSE 0 END) AS amount
FROM events
GROUP BY customer_id
)"},
    {"raw/events/2026/10.json",
     R"({"id":1,"type":"order","at":"2026-10-30T09:12:00Z","customer_id":"c1","customer_name":"Ada","country":"GB","amount":19.9}
{"id":2,"type":"visit","at":"2026-10-30T10:01:30Z","customer_id":"c2","customer_name":"Grace","country":"US"}
{"id":3,"type":"order","at":"2026-10-31T18:45:10Z","customer_id":"c2","customer_name":"Grace","country":"US","amount":5}
)"},
    {"raw/events/2026/11.json",
     R"({"id":4,"type":"order","at":"2026-11-02T08:00:00Z","customer_id":"c3","customer_name":"Zoë","country":"FR","amount":42.5}
{"id":5,"type":"order","at":"2026-11-03T12:30:00Z","customer_id":"c1","customer_name":"Ada L.","country":"FR","amount":7.25}
{"id":6,"type":"visit","at":"2026-11-04T07:15:45Z","customer_id":"c3","customer_name":"Zoë","country":"FR"}
)"},
};

Status WriteFile(const fs::path& path, const char* content) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) {
    return Status::IOError("the folder cannot be made: ", path.parent_path().string(), ": ",
                           error.message());
  }
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  if (!file) {
    return Status::IOError("the file cannot be written: ", path.string(), ": ",
                           std::strerror(errno));
  }
  return Status::OK();
}

}  // namespace

Status InitPipeline(const InitArguments& arguments, const Console& console) {
  fs::path directory = arguments.directory;
  std::error_code error;
  for (const TemplateFile& file : kFiles) {
    if (!fs::exists(directory / file.path, error)) continue;
    return MakeError(ErrorKind::kBadInput,
                     "the file exists already: " + (directory / file.path).string() +
                         "\n  hint: name a new folder; nothing was written");
  }
  for (const TemplateFile& file : kFiles) {
    ARROW_RETURN_NOT_OK(WriteFile(directory / file.path, file.content));
  }
  console.out.stream() << fmt::format("made {0}; next: tarn run {0}\n", arguments.directory);
  return Status::OK();
}

}  // namespace tarn::cli
