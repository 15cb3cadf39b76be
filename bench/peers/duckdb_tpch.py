"""One query of TPC-H over JSON or Parquet with DuckDB: duckdb_tpch.py json|parquet NUMBER QUERIES INPUT OUTPUT."""

import sys

import duckdb
import tpch_queries

file_format, number, queries, source, lake = sys.argv[1:]


def reader(table):
    if file_format == "parquet":
        return f"read_parquet('{source}/{table}.parquet')"
    types = {name: kind.replace("STRING", "VARCHAR") for name, kind in tpch_queries.columns(table).items()}
    return f"read_json('{source}/{table}.json', format = 'newline_delimited', columns = {types})"


query = tpch_queries.read(queries, number)
for table in tpch_queries.tables_of(query):
    # A view: the query's columns and filters reach the file.
    duckdb.sql(f"CREATE VIEW {table} AS FROM {reader(table)}")
duckdb.sql(f"COPY ({query}) TO '{lake}/result.parquet' (FORMAT parquet)")
