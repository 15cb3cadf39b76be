"""Totals of one-song files with Polars: polars_files.py INPUT OUTPUT."""

import pathlib
import sys

import polars as pl
from polars import col

source, lake = sys.argv[1:]
# As in polars_sparkify.py: one text of all files is read many times faster than the files one by one.
files = sorted(pathlib.Path(source, "song_data").rglob("*.json"))
songs = pl.read_ndjson(b"\n".join(path.read_bytes() for path in files),
                       schema={"song_id": pl.String, "artist_id": pl.String, "title": pl.String, "duration": pl.Float64,
                               "year": pl.Int32})  # fmt: skip
songs.select(
    num_songs=pl.len(), num_years=col("year").n_unique(), longest=col("duration").max(), last_title=col("title").max()
).write_parquet(pathlib.Path(lake, "totals.parquet"))
