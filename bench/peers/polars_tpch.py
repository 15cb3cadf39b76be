"""One query of TPC-H over JSON with Polars' SQL: polars_tpch.py NUMBER QUERIES INPUT OUTPUT.

Polars reads no decimals from JSON, so prices are doubles here, which is less work than what the others do."""

import sys

import polars as pl
import tpch_queries

TYPES = {"BIGINT": pl.Int64, "INT": pl.Int32, "STRING": pl.String, "DATE": pl.Date, "DECIMAL(15,2)": pl.Float64}

number, queries, source, lake = sys.argv[1:]
query = tpch_queries.read(queries, number)
tables = {}
for table in tpch_queries.tables_of(query):
    schema = {name: TYPES[kind] for name, kind in tpch_queries.columns(table).items()}
    tables[table] = pl.scan_ndjson(f"{source}/{table}.json", schema=schema)
pl.SQLContext(tables).execute(query).sink_parquet(f"{lake}/result.parquet", compression="snappy")
