"""One query of TPC-H over JSON with DuckDB: duckdb_tpch.py NUMBER QUERIES INPUT OUTPUT."""

import sys

import duckdb
import tpch_queries

number, queries, source, lake = sys.argv[1:]
query = tpch_queries.read(queries, number)
for table in tpch_queries.tables_of(query):
    types = {name: kind.replace("STRING", "VARCHAR") for name, kind in tpch_queries.columns(table).items()}
    # A view: the query's columns and filters reach the file.
    duckdb.sql(f"""CREATE VIEW {table} AS
                   FROM read_json('{source}/{table}.json', format = 'newline_delimited', columns = {types})""")
duckdb.sql(f"COPY ({query}) TO '{lake}/result.parquet' (FORMAT parquet)")
