"""The main job: songs and events in, a star schema of five tables out."""

import pathlib
import subprocess

from cases.case import SPARKIFY, Case, peer, run_command

TABLES = {
    "songs": ["song_id", "title", "artist_id", "year", "duration"],
    "artists": ["artist_id", "name", "location", "latitude", "longitude"],
    "users": ["user_id", "first_name", "last_name", "gender", "level"],
    "time": ["start_time", "hour", "day", "week", "month", "year", "weekday"],
    "songplays": [
        "songplay_id",
        "start_time",
        "user_id",
        "level",
        "song_id",
        "artist_id",
        "session_id",
        "location",
        "user_agent",
    ],
}


def generated(folder, tarn, events, songs, users, days):
    subprocess.run([tarn, "generate", folder, "--events", str(events), "--songs", str(songs), "--users", str(users),
                    "--days", str(days)], check=True, stdout=subprocess.DEVNULL)  # fmt: skip


def events_and_songs(users, days, events_per_song):
    def generate(folder, size, tarn):
        generated(folder, tarn, size, max(1, int(size / events_per_song)), max(1, min(users, size // 2)), days)

    return generate


def tarn_tables(*tables):
    """tarn's command for these of the five tables; for all without any."""
    select = ["--select", ",".join(tables)] if tables else []
    return lambda tarn, folder, raw, lake: run_command(tarn, SPARKIFY, raw, lake, *select)


def new_day(tarn, folder, raw, lake):
    """tarn's command for the last day alone: the lake has all days before it, from a run that isn't measured."""
    shown = pathlib.Path(f"{lake}-raw")
    *known, last = sorted((raw / "log_data").rglob("*.json"))
    shown.mkdir()
    (shown / "song_data").symlink_to(raw / "song_data")
    for day in known:
        show_day(day, raw, shown)
    command = run_command(tarn, SPARKIFY, shown, lake)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    show_day(last, raw, shown)
    return command


def show_day(day, raw, shown):
    link = shown / day.relative_to(raw)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(day)


def sparkify_peers(*tables):
    """DuckDB and Polars making the same ones."""

    def with_tables(command):
        return lambda raw, lake: [*command(raw, lake), *tables]

    return {
        "duckdb": with_tables(peer("duckdb_sparkify.py")),
        "polars": with_tables(peer("polars_sparkify.py")),
    }


CASES = [
    Case(
        name="sparkify",
        title="Sparkify, 2 million events (930 MB), 15,000 song files, five tables",
        size=2_000_000,
        generate=events_and_songs(10_000, 30, 2_000_000 / 15_000),
        data="sparkify",
        tables=TABLES,
        tarn=tarn_tables(),
        peers=sparkify_peers(),
    ),
    Case(
        name="sparkify_large",
        title="Sparkify, 10 million events (4.7 GB), 60,000 song files, five tables",
        size=10_000_000,
        generate=events_and_songs(200_000, 90, 10_000_000 / 60_000),
        data="sparkify_large",
        tables=TABLES,
        tarn=tarn_tables(),
        peers=sparkify_peers(),
        large=True,
    ),
    Case(
        name="new_day",
        title="Sparkify, a day of 66,000 events more than the 2 million of 30 days that tarn has in its lake; the others rebuild",
        size=2_066_667,
        generate=events_and_songs(10_000, 31, 2_066_667 / 15_000),
        data="sparkify_31_days",
        tables=TABLES,
        tarn=new_day,
        peers=sparkify_peers(),
    ),
    Case(
        name="sample",
        title="Sparkify's bundled sample, the whole process",
        size=1,
        generate=lambda folder, size, tarn: folder.symlink_to(SPARKIFY / "sample"),
        data="sample",
        tables=TABLES,
        tarn=tarn_tables(),
        peers=sparkify_peers(),
        run_factor=4,
    ),
]
