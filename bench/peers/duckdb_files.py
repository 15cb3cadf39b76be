"""Totals of one-song files with DuckDB: duckdb_files.py INPUT OUTPUT."""

import sys

import duckdb

source, lake = sys.argv[1:]
duckdb.sql(f"""
COPY (
  SELECT count(*) AS num_songs, count(DISTINCT year) AS num_years, max(duration) AS longest, max(title) AS last_title
  FROM read_json('{source}/song_data/*/*/*/*.json', columns = {{
    song_id: 'VARCHAR', artist_id: 'VARCHAR', title: 'VARCHAR', duration: 'DOUBLE', year: 'INTEGER'}})
) TO '{lake}/totals.parquet' (FORMAT parquet)
""")
