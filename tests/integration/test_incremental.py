"""Runs read new files alone where that is exact: after each run the tables' rows are those of a full run elsewhere."""

import json
import os
import random
import re
import signal
import time

import pyarrow.parquet as parquet
import pytest

from conftest import PIPELINE, SAMPLE, lake_files, table_files
from test_s3 import keys

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "events/**/*.json"
schema = "id BIGINT, who STRING, amount DOUBLE"
[source.users]
path = "users/*.json"
schema = "name STRING, city STRING"
[table.sales]
partition_by = ["who"]
key = ["id"]
checks = ["amount >= 0"]
allow_empty = true
[table.cities]
allow_empty = true
[table.everyone]
allow_empty = true
[table.big_ids]
materialized = "view"
[table.totals]
allow_empty = true
[table.busy]
allow_empty = true
[table.names]
key = ["who"]
allow_empty = true
"""
MODELS = {
    "sales": "SELECT id, who, amount FROM events WHERE amount IS NOT NULL",
    "big_ids": "SELECT id, who FROM sales WHERE id > 10",
    "cities": "SELECT s.id, u.city FROM big_ids AS s LEFT JOIN users AS u ON u.name = s.who",
    "everyone": "SELECT who AS name FROM sales UNION ALL SELECT name FROM users",
    "totals": "SELECT who, count(*) AS n FROM sales GROUP BY who",
    "busy": "SELECT who, n FROM totals WHERE n > 2",
    "names": "SELECT upper(who) AS loud, who FROM (SELECT DISTINCT who FROM events)",
}
TABLES = MODELS.keys() - {"big_ids"}
ADDED_TO = {"sales", "cities", "everyone"}  # by new files of events
NAMES = ["ann", "bob", "cy", "dee"]


class Shop:
    """A pipeline with its lake."""

    def __init__(self, tarn, folder):
        self.tarn, self.folder, self.lake = tarn, folder, folder / "lake"
        self.num_full, self.next_id = 0, 1
        folder.mkdir()
        (folder / "tarn.toml").write_text(CONFIG)
        for name, sql in MODELS.items():
            (folder / f"{name}.sql").write_text(sql)
        for name in NAMES[:2]:
            self.write(f"users/{name}", {"name": name, "city": f"city of {name}"})
        for day in (1, 2):
            self.day(f"2026-11-0{day}", 10)

    def write(self, name, *records):
        path = self.folder / "raw" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(record if isinstance(record, str) else json.dumps(record) + "\n" for record in records))

    def remove(self, name):
        (self.folder / "raw" / f"{name}.json").unlink()

    def day(self, name, num_events, *more):
        events = []
        for _ in range(num_events):
            events.append({"id": self.next_id, "who": NAMES[self.next_id % 4], "amount": self.next_id / 2})
            self.next_id += 1
        self.write(f"events/{name}", *events, *more)

    def run(self, *words, **options):
        return self.tarn.json("run", self.folder, *words, **options)

    def changes(self, *words):
        return {table["table"]: table["change"] for table in self.run(*words)["tables"]}

    def rows(self, lake=None):
        return {name: rows_of(lake or self.lake, name) for name in TABLES}

    def check(self):
        """Against a run from nothing."""
        self.num_full += 1
        full = self.folder / f"full{self.num_full}"
        self.tarn("run", self.folder, "--quiet", "--full", "--set", f"lake.output={full}")
        assert self.rows() == self.rows(full)


def rows_of(lake, table):
    rows = []
    for path in (lake / table).rglob("*.parquet"):
        rows += [(path.parent.name, *map(str, row.values())) for row in parquet.ParquetFile(path).read().to_pylist()]
    return sorted(rows)


@pytest.fixture
def shop(tarn, tmp_path):
    return Shop(tarn, tmp_path / "shop")


def test_nothing_new_writes_nothing(shop):
    assert set(shop.changes().values()) == {"rebuild"}
    before = lake_files(shop.lake)
    again = shop.tarn("run", shop.folder).stdout
    assert "nothing new in 4 files; 6 tables as before, nothing written in " in again
    report = shop.run()
    assert report["outcome"] == "done" and {table["change"] for table in report["tables"]} == {"none"}
    assert all(table["rows"] == table["rows_before"] and table["files"] == 0 for table in report["tables"])
    assert [source["compared"] for source in report["sources"]] == [{"same": 2, "new": 0, "changed": 0, "gone": 0}] * 2
    assert lake_files(shop.lake) == before
    assert len(shop.tarn.json("runs", shop.folder)["runs"]) == 3
    assert set(shop.changes("--full").values()) == {"rebuild"}
    shop.check()


def test_new_files_are_added(shop):
    shop.run()
    before = table_files(shop.lake)
    shop.day("2026-11-03", 5)
    shop.day("2026-11-04", 3)
    shown = shop.tarn("run", shop.folder).stdout
    assert re.search(r"\nsales +20 → 28 ", shown)
    # 8 sales; of them, and of 8 ids above 10, as many cities and names.
    # The totals of all names are other ones, in the only file.
    assert "\n+2 files, +24 rows, 1 partition rewritten\n" in shown
    assert "busy is rebuilt: it reads totals, whose rows change\n" in shown
    after = table_files(shop.lake)
    for name in ADDED_TO:
        old = {path: content for path, content in before.items() if path.startswith(f"{name}/")}
        assert old.items() <= after.items(), name
    shop.check()
    # A day that is late, and empty ones.
    shop.day("2026-10-31", 4)
    shop.day("2026-11-05", 0)
    report = shop.run()
    assert {table["table"] for table in report["tables"] if table["change"] == "append"} == ADDED_TO
    (events,) = [source for source in report["sources"] if source["source"] == "events"]
    assert events["compared"] == {"same": 4, "new": 2, "changed": 0, "gone": 0}
    shop.check()
    shop.day("2026-11-06", 0)
    shop.run()
    shop.check()
    assert set(shop.changes().values()) == {"none"}


def test_files_that_change_or_go_rebuild(shop):
    shop.run()
    shop.day("2026-11-01", 7)
    shown = shop.tarn("run", shop.folder).stdout
    assert re.search(r"sales is rebuilt: source events: 1 file changed, such as \S+/2026-11-01.json\n", shown)
    shop.check()
    shop.remove("events/2026-11-02")
    report = shop.run()
    reasons = {table["table"]: table.get("reason", "") for table in report["tables"]}
    assert "1 file gone, such as " in reasons["sales"]
    shop.check()
    # Touched: its rows may be others.
    os.utime(shop.folder / "raw/events/2026-11-01.json", (1, 1))
    assert shop.changes()["sales"] == "rebuild"
    assert shop.changes()["sales"] == "none"


def test_what_tables_are_made_of(shop):
    shop.run()
    (shop.folder / "busy.sql").write_text("SELECT who, n FROM totals WHERE n > 3 -- more")
    assert {table for table, change in shop.changes().items() if change == "rebuild"} == {"busy"}
    (shop.folder / "busy.sql").write_text("SELECT who, n\nFROM totals WHERE n > 3")
    assert set(shop.changes().values()) == {"none"}
    assert set(shop.changes("--set", "pipeline.time_zone=Europe/Oslo").values()) == {"rebuild"}
    shop.run()
    changed = shop.changes("--set", "source.users.schema=name STRING, city STRING, age INT")
    assert {table for table, change in changed.items() if change == "rebuild"} == {"cities", "everyone"}
    shop.run()
    shop.check()


def test_a_broken_rule_leaves_all_as_it_was(shop):
    shop.run()
    before = lake_files(shop.lake)
    shop.write("events/new", {"id": 1, "who": "ann", "amount": 1})
    assert "key (id) is not unique: 1 row repeats the key of another: id = 1" in shop.tarn("run", shop.folder, exit_code=4).stderr
    shop.write("events/new", {"id": 1000, "who": "ann", "amount": -1})
    assert "check `amount >= 0` fails in 1 row" in shop.tarn("run", shop.folder, exit_code=4).stderr
    assert {name: content for name, content in lake_files(shop.lake).items() if "/failed/" not in name} == before
    shop.write("events/new", {"id": 1000, "who": "ann", "amount": 1})
    assert shop.changes()["sales"] == "append"
    shop.check()


def test_bad_records_of_all_files_count(shop):
    limit = ["--set", "source.events.max_bad_records=2"]
    shop.day("2026-11-03", 3, "no record\n", "nor this\n")
    shop.run(*limit)
    shop.day("2026-11-04", 3)
    assert shop.changes(*limit)["sales"] == "append"
    shop.day("2026-11-05", 3, "a third\n")
    assert "more than max_bad_records = 2" in shop.tarn("run", shop.folder, *limit, exit_code=3).stderr
    shop.remove("events/2026-11-05")
    assert set(shop.changes(*limit).values()) == {"none"}


def test_some_tables_alone(shop):
    shop.run()
    shop.day("2026-11-03", 5)
    assert shop.changes("--select", "sales,totals") == {"sales": "append", "totals": "merge"}
    report = shop.run()
    reasons = {table["table"]: table.get("reason", "") for table in report["tables"]}
    assert reasons["sales"] == reasons["totals"] == ""
    assert reasons["cities"] == "runs without it have read newer files of source events"
    shop.check()


def test_a_damaged_ledger(shop):
    shop.run()
    tables = table_files(shop.lake)
    parts = sorted((shop.lake / "_tarn" / "ledger").rglob("*.parquet"))
    assert len(parts) == 3
    for part in parts:
        content = part.read_bytes()
        part.write_bytes(content[: len(content) // 2])
        shop.day("2026-11-03", 5)
        refused = shop.tarn("run", shop.folder, exit_code=1).stderr
        assert "The lake's ledger of consumed files is damaged" in refused and str(part) in refused
        assert "hint: `tarn run --full` computes all tables anew" in refused
        assert "is damaged" in shop.tarn("files", shop.folder, exit_code=1).stderr
        assert table_files(shop.lake) == tables
        part.write_bytes(content)
    parts[0].write_bytes(b"")
    shop.tarn("run", shop.folder, exit_code=1)
    assert set(shop.changes("--full").values()) == {"rebuild"}
    assert set(shop.changes().values()) == {"none"}
    shop.check()


def test_files(shop):
    shown = shop.tarn("files", shop.folder, "users").stdout
    assert re.search(r"\nnew +\d+ +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +\S+/users/ann.json\n", shown)
    assert "\nusers: 0 files as before, 2 new\n" in shown
    run = shop.run()["run_id"]
    shop.day("2026-11-01", 3)
    shop.day("2026-11-03", 3)
    shop.remove("events/2026-11-02")
    (events,) = shop.tarn.json("files", shop.folder, "events")["sources"]
    states = {os.path.basename(file["path"]): file["state"] for file in events["files"]}
    assert states == {"2026-11-01.json": "changed", "2026-11-02.json": "gone", "2026-11-03.json": "new"}
    runs = {file["state"]: file.get("run_id") for file in events["files"]}
    assert runs == {"changed": run, "gone": run, "new": None}
    assert (events["same"], events["new"], events["changed"], events["gone"]) == (0, 1, 1, 1)
    assert "events: 0 files as before, 1 new, 1 changed, 1 gone" in shop.tarn("files", "events", cwd=shop.folder).stdout
    assert "did you mean 'events'" in shop.tarn("files", shop.folder, "event", exit_code=2).stderr


def test_killed_at_random_moments(tarn, shop):
    """Each run in which a file is new is killed, or not; what is read twice, or left out, would show in the keys and rows."""
    shop.run()
    begin = time.monotonic()
    shop.run("--full")
    length = time.monotonic() - begin
    chance = random.Random(20181121)
    ended = []
    for number in range(40):
        shop.day(f"late-{chance.randrange(10**6)}-{number}", chance.randrange(4))
        if number % 10 == 9:
            shop.day(f"2026-11-0{chance.randrange(1, 3)}", 5)
        process = tarn.start("run", shop.folder, "--quiet")
        time.sleep(chance.uniform(0, length))
        process.kill()
        _, errors = process.communicate()
        ended.append(process.returncode)
        assert process.returncode in (0, -signal.SIGKILL), errors
    assert -signal.SIGKILL in ended
    shop.run()
    shop.check()


@pytest.mark.parametrize("step", ["commit.staged", "commit.journal", "commit.rename", "commit.renamed", "commit.removed", "commit.done"])
def test_killed_at_a_step(tarn, shop, step):
    shop.run()
    shop.day("2026-11-03", 5)
    process = tarn.start("run", shop.folder, env={"TARN_FAULT": step})
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"the run never reached {step}"
    changes = shop.changes()
    assert changes["sales"] == ("append" if step == "commit.staged" else "none")
    shop.check()


def test_in_s3(tarn, shop, s3_server, bucket, tmp_path):
    env = s3_server.env()
    words = ["--set", f"lake.output=s3://{bucket}/lake", "--set", f"lake.input=s3://{bucket}/raw"]

    def changes():
        s3_server.upload(shop.folder / "raw", bucket, "raw/")
        return {table["table"]: table["change"] for table in shop.run(*words, env=env)["tables"]}

    assert set(changes().values()) == {"rebuild"}
    shop.folder.joinpath("raw").rename(tmp_path / "old")
    shop.day("2026-11-03", 5)
    before = keys(s3_server, bucket, "lake/sales/")
    assert changes()["sales"] == "append"
    assert set(before) < set(keys(s3_server, bucket, "lake/sales/"))
    for file in (shop.folder / "raw").rglob("*.json"):
        file.unlink()
    assert set(changes().values()) == {"none"}
    full = tmp_path / "full"
    tarn("run", shop.folder, "--quiet", "--full", *words[2:], "--set", f"lake.output={full}", env=env)
    tarn("sync", f"s3://{bucket}/lake", tmp_path / "copy", env=env)
    assert shop.rows(tmp_path / "copy") == shop.rows(full)


def test_sparkify_day_by_day(tarn, tmp_path):
    """Each day's file alone, in any order: songplays is added to, time and users are merged into."""
    raw, lake, full = tmp_path / "raw", tmp_path / "lake", tmp_path / "full"
    raw.mkdir()
    (raw / "song_data").symlink_to(SAMPLE / "song_data")
    days = sorted((SAMPLE / "log_data").rglob("*.json"))[:8]
    random.Random(5).shuffle(days)
    (raw / "log_data/2018/11").mkdir(parents=True)
    for number, day in enumerate(days):
        (raw / "log_data/2018/11" / day.name).write_bytes(day.read_bytes())
        report = tarn.json("run", PIPELINE, "--set", f"lake.input={raw}", "--set", f"lake.output={lake}")
        changes = {table["table"]: table["change"] for table in report["tables"]}
        if number > 0:
            assert changes == {"artists": "none", "songs": "none", "songplays": "append", "time": "merge", "users": "merge"}
    tarn("run", PIPELINE, "--full", "--quiet", "--set", f"lake.input={raw}", "--set", f"lake.output={full}")
    for table in ("artists", "songs", "songplays", "time", "users"):
        assert rows_of(lake, table) == rows_of(full, table), table


def test_sparkify_songs_in_any_order(tarn, tmp_path):
    """Songs that come later take the places of older ones, in partitions of their own."""
    raw, lake, full = tmp_path / "raw", tmp_path / "lake", tmp_path / "full"
    raw.mkdir()
    (raw / "log_data").symlink_to(SAMPLE / "log_data")
    songs = sorted((SAMPLE / "song_data").rglob("*.json"))
    random.Random(7).shuffle(songs)
    replaced = 0
    for number in range(4):
        for song in songs[number::4]:
            copy = raw / "song_data" / song.relative_to(SAMPLE / "song_data")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(song.read_bytes())
            # The same song once more, of another year: the later one counts, of equal ones the first file's.
            record = {**json.loads(song.read_text()), "year": number % 3, "artist_location": f"place {number}"}
            (copy.parent / f"{number}{song.name}").write_text(json.dumps(record))
        report = tarn.json("run", PIPELINE, "--select", "songs,artists", "--set", f"lake.input={raw}", "--set", f"lake.output={lake}")
        changes = {table["table"]: table["change"] for table in report["tables"]}
        assert changes == dict.fromkeys(("artists", "songs"), "merge" if number else "rebuild")
        replaced += sum(table.get("partitions_replaced", 0) for table in report["tables"])
    assert replaced > 0
    tarn("run", PIPELINE, "--select", "songs,artists", "--full", "--quiet", "--set", f"lake.input={raw}", "--set", f"lake.output={full}")
    for table in ("artists", "songs"):
        assert rows_of(lake, table) == rows_of(full, table), table


def test_a_damaged_state(shop):
    shop.run()
    (part,) = (shop.lake / "_tarn/state/totals").iterdir()
    content = part.read_bytes()
    tables = table_files(shop.lake)
    shop.day("2026-11-03", 5)
    for damaged in (content[:-10], bytes(len(content))):
        part.write_bytes(damaged)
        refused = shop.tarn("run", shop.folder, exit_code=1).stderr
        assert re.search("The state of (table totals|a table) is damaged", refused)
        assert "hint: `tarn run --full` computes all tables anew, and their states with them" in refused
        assert table_files(shop.lake) == tables
    part.write_bytes(content)
    assert shop.changes()["totals"] == "merge"
    shop.check()
    shop.tarn("run", shop.folder, "--full", "--quiet")
    shop.day("2026-11-04", 5)
    assert shop.changes()["totals"] == "merge"
    shop.check()


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("small", ["0", "1 GB"])
def test_on_spark(tarn, connect_server, shop, small):
    """There, tables with a key or a UNION ALL are rebuilt; either engine goes on with what the other one left."""
    on_spark = ["--remote", connect_server.remote, "--set", f"spark.small={small}"]
    plan = tarn("plan", shop.folder, *on_spark).stdout
    assert re.search(r"\nsales +events +rebuild: it has a key, which only tarn's own engine looks for in old rows\n", plan)
    shop.run(*on_spark)
    shop.day("2026-11-03", 5)
    changes = shop.changes(*on_spark)
    assert (changes["sales"], changes["cities"], changes["everyone"]) == ("rebuild", "append", "rebuild")
    assert (changes["totals"], changes["names"]) == ("rebuild", "rebuild")
    shop.check()
    assert set(shop.changes(*on_spark).values()) == {"none"}
    shop.day("2026-11-04", 5, "no record\n")
    assert shop.changes()["sales"] == "append"
    shop.check()
    shop.day("2026-11-05", 5)
    assert shop.changes(*on_spark)["cities"] == "append"
    shop.check()


@pytest.mark.parametrize("seed", range(4))
def test_random_arrivals(shop, seed):
    chance = random.Random(seed)
    shop.run()
    names = ["2026-11-01", "2026-11-02"]
    for _ in range(8):
        for _ in range(chance.randrange(3)):
            kind = chance.choice(["day", "day", "late", "empty", "change", "remove", "user"])
            if kind in ("day", "late", "empty"):
                names.append(f"{kind}-{shop.next_id}-{len(names)}")
                shop.day(names[-1], 0 if kind == "empty" else chance.randrange(1, 6))
            elif kind == "change":
                shop.day(chance.choice(names), chance.randrange(1, 6))
            elif kind == "remove" and len(names) > 2:
                shop.remove(f"events/{names.pop(chance.randrange(len(names)))}")
            elif kind == "user":
                name = chance.choice(NAMES)
                shop.write(f"users/{name}", {"name": name, "city": f"city {shop.next_id}"})
        if chance.random() < 0.3:
            shop.run("--select", chance.choice(sorted(TABLES)))
        shop.run()
        shop.check()
