"""Records of different shapes to one table, by a projection and often a filter: what scanning costs."""

import functools

from cases import records
from cases.case import Case, peer, written_pipeline

EVENTS = (
    "id BIGINT, ts BIGINT, userId STRING, sessionId BIGINT, page STRING, level STRING, city STRING, userAgent STRING, song STRING, "
    "artist STRING, length DOUBLE"
)
EVENT_COLUMNS = ["id", "ts", "userId", "sessionId", "level", "city", "userAgent", "song", "artist", "length"]
NESTED = (
    "id STRING, type STRING, actor STRUCT<id: BIGINT, login: STRING>, repo STRUCT<id: BIGINT, name: STRING>, "
    "payload STRUCT<size: INT, commits: ARRAY<STRUCT<sha: STRING, author: STRUCT<name: STRING>, message: STRING>>>"
)
WIDE_COLUMNS = [f"key_{key}" for key in range(0, records.WIDE_KEYS, 20)]
NUMBERS = [f"n_{key} {'BIGINT' if key % 4 == 0 else 'DOUBLE'}" for key in range(records.NUM_NUMBERS)]


def source(schema, suffix=".json"):
    # A pipeline names only what it reads; the other keys are checked, and not converted.
    return f'[source.records]\npath = "*{suffix}"\non_new_field = "ignore"\nschema = "{schema}"\n'


def shape(name, title, size, schema, columns, sql, kind=None):
    """A case of records of the kind of its name, that makes a table `rows`."""
    kind = kind or getattr(records, name)
    return Case(
        name=name,
        title=title,
        size=size,
        generate=lambda folder, size, tarn: records.write(folder, size, kind),
        data=name,
        tables={"rows": columns},
        tarn=written_pipeline(source(schema), {"rows": sql}),
        peers={"duckdb": peer("duckdb_shapes.py", name), "polars": peer("polars_shapes.py", name)},
    )


def select(columns, where=""):
    return f"SELECT {', '.join(columns)} FROM records{where}"


songs_played = functools.partial(select, where=" WHERE page = 'NextSong'")
CASES = [
    shape(
        "nested",
        "nested, like GitHub's archive: structs, an array of structs, 6 columns out",
        200_000,
        NESTED,
        ["id", "type", "login", "repo_name", "size", "commits"],
        "SELECT id, type, actor.login AS login, repo.name AS repo_name, payload.size AS size, payload.commits AS commits FROM records",
    ),
    shape("shuffled_keys", "keys in random order", 700_000, EVENTS, EVENT_COLUMNS, songs_played(EVENT_COLUMNS)),
    shape("missing_keys", "30 % of keys missing", 1_000_000, EVENTS, EVENT_COLUMNS, songs_played(EVENT_COLUMNS)),
    shape(
        "long_strings",
        "long strings (2 KB)",
        120_000,
        "id BIGINT, title STRING, body STRING",
        ["id", "title", "body"],
        select(["id", "title", "body"]),
    ),
    shape(
        "wide",
        "wide records: 200 keys, 10 read",
        70_000,
        ", ".join(f"{name} BIGINT" for name in WIDE_COLUMNS),
        WIDE_COLUMNS,
        select(WIDE_COLUMNS),
    ),
    shape(
        "escapes",
        "strings with escapes",
        800_000,
        "id BIGINT, name STRING, place STRING, message STRING",
        ["id", "name", "place", "message"],
        select(["id", "name", "place", "message"]),
    ),
    shape(
        "numbers",
        "numbers: 20 a record, three quarters DOUBLE",
        500_000,
        ", ".join(NUMBERS),
        [declared.split()[0] for declared in NUMBERS],
        select([declared.split()[0] for declared in NUMBERS]),
    ),
]
