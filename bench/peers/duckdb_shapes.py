"""One table of records of some shape with DuckDB: duckdb_shapes.py SHAPE INPUT OUTPUT."""

import sys

import duckdb

EVENTS = {
    "id": "BIGINT", "ts": "BIGINT", "userId": "VARCHAR", "sessionId": "BIGINT", "page": "VARCHAR", "level": "VARCHAR",
    "city": "VARCHAR", "userAgent": "VARCHAR", "song": "VARCHAR", "artist": "VARCHAR", "length": "DOUBLE",
}  # fmt: skip
NESTED = {
    "id": "VARCHAR",
    "type": "VARCHAR",
    "actor": "STRUCT(login VARCHAR)",
    "repo": "STRUCT(name VARCHAR)",
    "payload": "STRUCT(size INTEGER, commits STRUCT(sha VARCHAR, author STRUCT(name VARCHAR), message VARCHAR)[])",
}
SONGS_PLAYED = "SELECT * EXCLUDE (page) FROM records WHERE page = 'NextSong'"
FEW = {name: EVENTS[name] for name in ("id", "userId", "level", "page")}
ALL = "FROM records"
SHAPES = {
    "nested": (NESTED, """SELECT id, type, actor.login AS login, repo.name AS repo_name, payload.size AS size,
                                 payload.commits AS commits FROM records"""),
    "shuffled_keys": (EVENTS, SONGS_PLAYED),
    "missing_keys": (EVENTS, SONGS_PLAYED),
    "long_strings": ({"id": "BIGINT", "title": "VARCHAR", "body": "VARCHAR"}, ALL),
    "wide": ({f"key_{key}": "BIGINT" for key in range(0, 200, 20)}, ALL),
    "escapes": ({"id": "BIGINT", "name": "VARCHAR", "place": "VARCHAR", "message": "VARCHAR"}, ALL),
    "numbers": ({f"n_{key}": "BIGINT" if key % 4 == 0 else "DOUBLE" for key in range(20)}, ALL),
    "gzip": (FEW, SONGS_PLAYED),
    "zstd": (FEW, SONGS_PLAYED),
}  # fmt: skip

shape, source, lake = sys.argv[1:]
columns, query = SHAPES[shape]
duckdb.sql("SET preserve_insertion_order = false")
records = f"SELECT * FROM read_json('{source}/*', format = 'newline_delimited', columns = {columns})"
duckdb.sql(f"COPY (WITH records AS ({records}) {query}) TO '{lake}/rows.parquet' (FORMAT parquet)")
