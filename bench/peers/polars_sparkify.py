"""Sparkify's five tables, or those that are named, with Polars: polars_sparkify.py INPUT OUTPUT [TABLE…]."""

import pathlib
import sys

import polars as pl
from polars import col

source, lake, *chosen = sys.argv[1:]
String, Int, Long, Double = pl.String, pl.Int32, pl.Int64, pl.Float64
SONGS = {
    "artist_id": String, "artist_latitude": Double, "artist_longitude": Double, "artist_location": String,
    "artist_name": String, "song_id": String, "title": String, "duration": Double, "year": Int,
}  # fmt: skip
EVENTS = {
    "artist": String, "auth": String, "firstName": String, "gender": String, "itemInSession": Int,
    "lastName": String, "length": Double, "level": String, "location": String, "method": String,
    "page": String, "registration": Double, "sessionId": Long, "song": String, "status": Int, "ts": Long,
    "userAgent": String, "userId": String,
}  # fmt: skip


def save(frame, name, partition_by=None):
    folder = pathlib.Path(lake) / name
    folder.mkdir(parents=True)
    if partition_by:
        frame.write_parquet(folder, partition_by=partition_by, compression="snappy")
    else:
        frame.write_parquet(folder / "data.parquet", compression="snappy")


# A song file has no newline at its end: the files' bytes joined by newlines are one NDJSON text, which Polars
# reads many times faster than the files one by one.
def read_songs():
    files = sorted(pathlib.Path(source, "song_data").rglob("*.json"))
    return pl.read_ndjson(b"\n".join(path.read_bytes() for path in files), schema=SONGS)


def read_events():
    start_time = pl.from_epoch("ts", time_unit="ms").dt.cast_time_unit("us").dt.replace_time_zone("UTC")
    return (
        pl.scan_ndjson(f"{source}/log_data/**/*.json", schema=EVENTS)
        .filter(col("page") == "NextSong")
        .with_columns(start_time=start_time)
        .drop("auth", "method", "page", "registration", "status")
        .collect()
    )


start = col("start_time").dt


def save_songs():
    save(
        songs.filter(col("song_id").is_not_null())
        .sort("year", "title", "artist_id", "duration", descending=[True, False, False, False])
        .unique("song_id", keep="first", maintain_order=True)
        .select("song_id", "title", "artist_id", "year", "duration"),
        "songs", ["year", "artist_id"],
    )  # fmt: skip


def save_artists():
    save(
        songs.filter(col("artist_id").is_not_null())
        .sort("year", "song_id", "artist_name", descending=[True, False, False])
        .unique("artist_id", keep="first", maintain_order=True)
        .select("artist_id", name="artist_name", location="artist_location", latitude="artist_latitude",
                longitude="artist_longitude"),
        "artists",
    )  # fmt: skip


def save_users():
    save(
        events.filter(col("userId").is_not_null())
        .sort("ts", "sessionId", "itemInSession", descending=True)
        .unique("userId", keep="first", maintain_order=True)
        .select(user_id="userId", first_name="firstName", last_name="lastName", gender="gender", level="level"),
        "users",
    )


def save_time():
    save(
        events.select("start_time").unique().sort("start_time").with_columns(
            hour=start.hour(), day=start.day(), week=start.week(), month=start.month(), year=start.year(),
            weekday=start.weekday() % 7 + 1),
        "time", ["year", "month"],
    )  # fmt: skip


def save_songplays():
    known = songs.group_by("title", "artist_name", "duration").agg(
        col("song_id").min(), artist_id=col("artist_id").sort_by("song_id").first()
    )
    save(
        events.join(known, how="left", left_on=["song", "artist", "length"],
                    right_on=["title", "artist_name", "duration"])
        .select(pl.concat_str("sessionId", "itemInSession", separator="-").alias("songplay_id"), "start_time",
                col("userId").alias("user_id"), "level", "song_id", "artist_id", col("sessionId").alias("session_id"),
                "location", col("userAgent").alias("user_agent"), start.year().alias("year"),
                start.month().alias("month"))
        .sort("start_time", "songplay_id"),
        "songplays", ["year", "month"],
    )  # fmt: skip


SAVE = {
    "songs": save_songs,
    "artists": save_artists,
    "users": save_users,
    "time": save_time,
    "songplays": save_songplays,
}
chosen = chosen or list(SAVE)
songs = read_songs() if set(chosen) & {"songs", "artists", "songplays"} else None
events = read_events() if set(chosen) & {"users", "time", "songplays"} else None
for name in chosen:
    SAVE[name]()
