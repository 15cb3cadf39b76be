"""One table of records of some shape with Polars: polars_shapes.py SHAPE INPUT OUTPUT."""

import pathlib
import sys

import polars as pl
from polars import col

String, Int, Long, Double = pl.String, pl.Int32, pl.Int64, pl.Float64
EVENTS = {
    "id": Long, "ts": Long, "userId": String, "sessionId": Long, "page": String, "level": String, "city": String,
    "userAgent": String, "song": String, "artist": String, "length": Double,
}  # fmt: skip
COMMIT = pl.Struct({"sha": String, "author": pl.Struct({"name": String}), "message": String})
NESTED = {
    "id": String,
    "type": String,
    "actor": pl.Struct({"login": String}),
    "repo": pl.Struct({"name": String}),
    "payload": pl.Struct({"size": Int, "commits": pl.List(COMMIT)}),
}


def songs_played(records):
    return records.filter(col("page") == "NextSong").drop("page")


def all_of(records):
    return records


def six_of(records):
    payload = col("payload").struct
    return records.select("id", "type", login=col("actor").struct.field("login"), repo_name=col("repo").struct.field("name"),
                          size=payload.field("size"), commits=payload.field("commits"))  # fmt: skip


FEW = {name: EVENTS[name] for name in ("id", "userId", "level", "page")}
SHAPES = {
    "nested": (NESTED, six_of),
    "shuffled_keys": (EVENTS, songs_played),
    "missing_keys": (EVENTS, songs_played),
    "long_strings": ({"id": Long, "title": String, "body": String}, all_of),
    "wide": ({f"key_{key}": Long for key in range(0, 200, 20)}, all_of),
    "escapes": ({"id": Long, "name": String, "place": String, "message": String}, all_of),
    "numbers": ({f"n_{key}": Long if key % 4 == 0 else Double for key in range(20)}, all_of),
    "gzip": (FEW, songs_played),
    "zstd": (FEW, songs_played),
}

shape, source, lake = sys.argv[1:]
schema, query = SHAPES[shape]
files = sorted(pathlib.Path(source).iterdir())
query(pl.scan_ndjson(files, schema=schema)).sink_parquet(
    f"{lake}/rows.parquet", compression="snappy", maintain_order=False
)
