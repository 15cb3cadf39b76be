"""The main job: the bundled sample becomes five tables, and three other programs read them right."""

import datetime
import json

import duckdb
import polars
import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.parquet
import pytest

from conftest import PIPELINE

TABLES = ["artists", "songplays", "songs", "time", "users"]
PARTITIONS = {"songs": ["year", "artist_id"], "time": ["year", "month"], "songplays": ["year", "month"]}
ROWS = {"songs": 71, "artists": 69, "users": 96, "time": 6813, "songplays": 6820}
UTC = datetime.timezone.utc


@pytest.fixture(scope="module")
def sparkify(tarn, tmp_path_factory):
    lake = tmp_path_factory.mktemp("sparkify") / "lake"
    report = tarn.json("run", PIPELINE, "--set", f"lake.output={lake}")
    return lake, report


def events():
    for path in sorted((PIPELINE / "sample" / "log_data").rglob("*.json")):
        for line in path.read_text().splitlines():
            yield json.loads(line)


def read_pyarrow(lake, table):
    partitioning = dataset.partitioning(flavor="hive") if table in PARTITIONS else None
    return dataset.dataset(lake / table, format="parquet", partitioning=partitioning).to_table()


def read_duckdb(lake, table):
    return duckdb.sql(
        f"SELECT * FROM read_parquet('{lake}/{table}/**/*.parquet', hive_partitioning = {table in PARTITIONS})"
    ).to_arrow_table()


def read_polars(lake, table):
    return polars.read_parquet(
        f"{lake}/{table}/**/*.parquet", hive_partitioning=table in PARTITIONS
    ).to_arrow()


READERS = {"pyarrow": read_pyarrow, "duckdb": read_duckdb, "polars": read_polars}


def test_the_sources_are_as_their_schemas_say(sparkify):
    _, report = sparkify
    assert [source["source"] for source in report["sources"]] == ["song_data", "events"]
    assert not any(source["bad_records"] or source.get("new_fields") for source in report["sources"])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("table", TABLES)
def test_row_counts(sparkify, reader, table):
    assert READERS[reader](sparkify[0], table).num_rows == ROWS[table]


@pytest.mark.parametrize("table", TABLES)
def test_readers_agree(sparkify, table):
    def rows(reader):
        found = READERS[reader](sparkify[0], table).to_pylist()
        return sorted(json.dumps(row, default=str, sort_keys=True) for row in found)

    assert rows("pyarrow") == rows("duckdb") == rows("polars")


@pytest.mark.parametrize("reader", READERS)
def test_the_one_play_of_a_known_song(sparkify, reader):
    plays = READERS[reader](sparkify[0], "songplays").to_pylist()
    known = [play for play in plays if play["song_id"] is not None]
    assert len(known) == 1
    play = known[0]
    assert play["user_id"] == "15"
    assert play["level"] == "paid"
    assert play["song_id"] == "SOZCTXZ12AB0182364"
    start = play["start_time"].replace(tzinfo=UTC)
    assert start == datetime.datetime.fromtimestamp(1542837407796 / 1000, UTC)


def test_every_play_is_there(sparkify):
    wanted = {
        (f"{event['sessionId']}-{event['itemInSession']}", event["ts"], event["userId"], event["level"],
         event["sessionId"], event["location"], event["userAgent"])
        for event in events()
        if event["page"] == "NextSong"
    }
    assert len(wanted) == 6820
    found = {
        (play["songplay_id"], round(play["start_time"].timestamp() * 1000), play["user_id"], play["level"],
         play["session_id"], play["location"], play["user_agent"])
        for play in read_pyarrow(sparkify[0], "songplays").to_pylist()
    }
    assert found == wanted


def test_users_are_as_of_their_latest_play(sparkify):
    latest = {}
    for event in events():
        if event["page"] == "NextSong":
            order = (event["ts"], event["sessionId"], event["itemInSession"])
            if event["userId"] not in latest or order > latest[event["userId"]][0]:
                latest[event["userId"]] = (order, event)
    wanted = {
        user: (event["firstName"], event["lastName"], event["gender"], event["level"])
        for user, (_, event) in latest.items()
    }
    found = {
        row["user_id"]: (row["first_name"], row["last_name"], row["gender"], row["level"])
        for row in read_pyarrow(sparkify[0], "users").to_pylist()
    }
    assert found == wanted


def test_time_parts(sparkify):
    rows = read_pyarrow(sparkify[0], "time").to_pylist()
    starts = {event["ts"] for event in events() if event["page"] == "NextSong"}
    assert {round(row["start_time"].timestamp() * 1000) for row in rows} == starts
    for row in rows:
        start = row["start_time"].astimezone(UTC)
        assert row == {
            "start_time": row["start_time"],
            "hour": start.hour,
            "day": start.day,
            "week": start.isocalendar().week,
            "weekday": start.isoweekday() % 7 + 1,
            "year": start.year,
            "month": start.month,
        }


def test_songs_and_artists_are_those_of_the_files(sparkify):
    files = [json.loads(path.read_text()) for path in (PIPELINE / "sample" / "song_data").rglob("*.json")]
    songs = {
        (row["song_id"], row["title"], row["artist_id"], row["year"], row["duration"])
        for row in read_duckdb(sparkify[0], "songs").to_pylist()
    }
    assert songs == {
        (song["song_id"], song["title"], song["artist_id"], song["year"], song["duration"]) for song in files
    }
    artists = read_pyarrow(sparkify[0], "artists").to_pylist()
    assert {artist["artist_id"] for artist in artists} == {song["artist_id"] for song in files}
    for artist in artists:
        assert any(
            (song["artist_name"], song["artist_location"], song["artist_latitude"], song["artist_longitude"])
            == (artist["name"], artist["location"], artist["latitude"], artist["longitude"])
            for song in files
            if song["artist_id"] == artist["artist_id"]
        )


def test_column_types(sparkify):
    schema = read_pyarrow(sparkify[0], "songplays").schema
    assert schema.field("start_time").type == pa.timestamp("us", tz="UTC")
    assert schema.field("session_id").type == pa.int64()
    assert schema.field("songplay_id").type == pa.string()


def test_layout_is_hive(sparkify):
    lake = sparkify[0]
    assert (lake / "songplays" / "year=2018" / "month=11").is_dir()
    assert all(path.parent.name.startswith("artist_id=AR") for path in (lake / "songs").rglob("*.parquet"))


def test_times_are_sorted_within_a_file(sparkify):
    for path in (sparkify[0] / "time").rglob("*.parquet"):
        starts = pa.parquet.read_table(path).column("start_time").to_pylist()
        assert starts == sorted(starts)


def test_threads_do_not_change_a_byte_of_a_row(tarn, sparkify, tmp_path):
    for threads in (1, 3, 8):
        lake = tmp_path / f"threads{threads}"
        tarn("run", PIPELINE, "--set", f"lake.output={lake}", "--threads", threads, "--quiet")
        for table in TABLES:
            wanted = read_pyarrow(sparkify[0], table)
            found = read_pyarrow(lake, table)
            if table not in PARTITIONS:
                assert found.equals(wanted), table
            else:
                keys = [(name, "ascending") for name in wanted.schema.names]
                assert found.sort_by(keys).equals(wanted.sort_by(keys)), table


def test_the_report_counts_what_was_read(sparkify):
    report = sparkify[1]
    sources = {source["source"]: source for source in report["sources"]}
    assert sources["events"]["files"] == 30
    assert sources["events"]["records"] == 8056
    assert sources["song_data"]["files"] == 71
    assert sources["song_data"]["records"] == 71
    assert {table["table"]: table["rows"] for table in report["tables"]} == ROWS


def test_a_second_run_replaces_the_tables(tarn, sparkify, tmp_path):
    lake = tmp_path / "lake"
    for _ in range(2):
        tarn("run", PIPELINE, "--full", "--set", f"lake.output={lake}", "--quiet")
        assert {table: read_pyarrow(lake, table).num_rows for table in TABLES} == ROWS
    assert len(list((lake / "songplays").rglob("*.parquet"))) == 1
    assert len(list((lake / "_tarn" / "runs").glob("*.json"))) == 2


def test_select_leaves_the_other_tables(tarn, tmp_path):
    lake = tmp_path / "lake"
    tarn("run", PIPELINE, "--set", f"lake.output={lake}", "--select", "users,time", "--quiet")
    assert sorted(path.name for path in lake.iterdir()) == ["_tarn", "time", "users"]
