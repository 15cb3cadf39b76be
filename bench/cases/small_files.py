"""Many files of one song each, and many partitions of one row."""

from cases.case import Case, peer, written_pipeline
from cases.sparkify import TABLES, generated, sparkify_peers, tarn_tables

SONGS = """
[source.songs]
path = "song_data/*/*/*/*.json"
schema = "song_id STRING, artist_id STRING, title STRING, duration DOUBLE, year INT"
"""
TOTALS = "SELECT count(*) AS num_songs, count(DISTINCT year) AS num_years, max(duration) AS longest, max(title) AS last_title FROM songs"


def songs_alone(folder, size, tarn):
    generated(folder, tarn, 1, size, 1, 1)


CASES = [
    Case(
        name="partitions",
        title="15,000 one-song files to 14,673 partitions",
        size=15_000,
        generate=songs_alone,
        data="songs",
        tables={"songs": TABLES["songs"]},
        tarn=tarn_tables("songs"),
        peers=sparkify_peers("songs"),
    ),
    Case(
        name="files_read",
        title="200,000 one-song files, read alone",
        size=200_000,
        generate=songs_alone,
        data="songs",
        tables={"totals": ["num_songs", "num_years", "longest", "last_title"]},
        tarn=written_pipeline(SONGS, {"totals": TOTALS}),
        peers={"duckdb": peer("duckdb_files.py"), "polars": peer("polars_files.py")},
    ),
    Case(
        name="files_songs_artists",
        title="200,000 one-song files to songs and artists",
        size=200_000,
        generate=songs_alone,
        data="songs",
        tables={name: TABLES[name] for name in ("songs", "artists")},
        tarn=tarn_tables("songs", "artists"),
        peers=sparkify_peers("songs", "artists"),
    ),
]
