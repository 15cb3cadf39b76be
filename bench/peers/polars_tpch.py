"""One query of TPC-H over JSON or Parquet with Polars' SQL: polars_tpch.py json|parquet NUMBER QUERIES INPUT OUTPUT.

Polars reads no decimals from JSON, so prices are doubles there, which is less work than what the others do."""

import sys

import polars as pl
import tpch_queries

TYPES = {"BIGINT": pl.Int64, "INT": pl.Int32, "STRING": pl.String, "DATE": pl.Date, "DECIMAL(15,2)": pl.Float64}

file_format, number, queries, source, lake = sys.argv[1:]


def scan(table):
    if file_format == "parquet":
        return pl.scan_parquet(f"{source}/{table}.parquet")
    schema = {name: TYPES[kind] for name, kind in tpch_queries.columns(table).items()}
    return pl.scan_ndjson(f"{source}/{table}.json", schema=schema)


query = tpch_queries.read(queries, number)
tables = {table: scan(table) for table in tpch_queries.tables_of(query)}
pl.SQLContext(tables).execute(query).sink_parquet(f"{lake}/result.parquet", compression="snappy")
