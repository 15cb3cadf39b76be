#include "pipeline/init_files_internal.h"

namespace tarn::pipeline {
namespace {

constexpr std::string_view kToml =
    R"toml(# A tarn pipeline: raw JSON in, typed Parquet tables out. In this folder:
#
#   tarn check .     finds every mistake in these files, without touching any data
#   tarn run .       builds the tables
#
# This file says where the raw data is, what shape it has, and how the tables are stored.
# What a table holds is one SELECT in a file of its name: customers.sql, orders.sql.

[pipeline]
name = "orders"

# Folders are relative to this file; s3://BUCKET/FOLDER works as well. ${NAME:-default} takes an
# environment variable, and `tarn run . --set lake.output=FOLDER` overrides a key for one run.
[lake]
input = "${ORDERS_INPUT:-sample}"
output = "${ORDERS_OUTPUT:-lake}"

# A source is a set of JSON files, below lake.input, whose records have the same shape. The schema
# names the keys to read, with Spark's types; other keys are left out.
[source.raw_customers]
path = "customers/*.json"
schema = "id STRING, name STRING, country STRING, updatedAt BIGINT"

[source.raw_orders]
path = "orders/*.json"
schema = """
  orderId STRING, customerId STRING, placedAt BIGINT,
  quantity INT, unitPrice DOUBLE, status STRING
"""

# `key` columns are unique and never null: the run fails, and the old table stays, when they are not.
[table.customers]
key = ["customer_id"]

# One folder per year and month, so that readers open only those they need. A row that breaks one
# of the checks fails the run as well.
[table.orders]
partition_by = ["year", "month"]
sort_within = ["placed_at"]
key = ["order_id"]
checks = ["amount >= 0"]
)toml";

constexpr std::string_view kCustomers =
    R"sql(-- One row per customer. The raw records are a history: the newest of each customer is taken.
SELECT id AS customer_id, name, country
FROM (
  SELECT
    id, name, country,
    row_number() OVER (PARTITION BY id ORDER BY updatedAt DESC) AS choice
  FROM raw_customers
  WHERE id IS NOT NULL
) AS history
WHERE choice = 1
)sql";

constexpr std::string_view kOrders =
    R"sql(-- One row per order that was not cancelled. A query may read other tables, here customers: tarn
-- builds them first.
SELECT
  o.orderId AS order_id,
  timestamp_millis(o.placedAt) AS placed_at,
  o.customerId AS customer_id,
  c.country,
  o.quantity * o.unitPrice AS amount,
  year(timestamp_millis(o.placedAt)) AS year,
  month(timestamp_millis(o.placedAt)) AS month
FROM raw_orders AS o
LEFT JOIN customers AS c ON o.customerId = c.customer_id
WHERE o.status <> 'cancelled'
)sql";

constexpr std::string_view kCustomerRecords =
    R"json({"id":"c1","name":"Ada Okafor","country":"NG","updatedAt":1764547200000}
{"id":"c2","name":"Zoë Lind","country":"SE","updatedAt":1764550800000}
{"id":"c3","name":"Ravi Shah","country":"IN","updatedAt":1764554400000}
{"id":"c1","name":"Ada Okafor","country":"GB","updatedAt":1767225600000}
)json";

constexpr std::string_view kDecember =
    R"json({"orderId":"o1","customerId":"c1","placedAt":1764583200000,"quantity":2,"unitPrice":9.5,"status":"paid"}
{"orderId":"o2","customerId":"c2","placedAt":1765200000000,"quantity":1,"unitPrice":120.0,"status":"paid"}
{"orderId":"o3","customerId":"c2","placedAt":1765800000000,"quantity":3,"unitPrice":4.25,"status":"cancelled"}
)json";

constexpr std::string_view kJanuary =
    R"json({"orderId":"o4","customerId":"c3","placedAt":1767700000000,"quantity":5,"unitPrice":2.0,"status":"paid"}
{"orderId":"o5","customerId":"c9","placedAt":1768300000000,"quantity":1,"unitPrice":35.75,"status":"sent"}
{"orderId":"o6","customerId":"c1","placedAt":1768900000000,"quantity":4,"unitPrice":9.5,"status":"paid"}
)json";

constexpr InitFile kFiles[] = {
    {"tarn.toml", kToml},
    {"customers.sql", kCustomers},
    {"orders.sql", kOrders},
    {"sample/customers/customers.json", kCustomerRecords},
    {"sample/orders/2025-12.json", kDecember},
    {"sample/orders/2026-01.json", kJanuary},
};

}  // namespace

std::span<const InitFile> InitFiles() { return kFiles; }

}  // namespace tarn::pipeline
