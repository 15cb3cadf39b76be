"""Runs of a period replace partitions, or are refused; the partitions that stay are as they were."""

import json

import pytest

from conftest import lake_files
from test_incremental import rows_of

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "{yyyy}/{MM}/{dd}/*.json"
schema = "id BIGINT, who STRING, day DATE"
[table.plays]
partition_by = ["day"]
replace = "partitions"
[table.daily]
partition_by = ["day"]
replace = "partitions"
"""


class Plays:
    def __init__(self, tarn, folder):
        self.tarn, self.folder, self.lake = tarn, folder, folder / "lake"
        folder.mkdir()
        (folder / "tarn.toml").write_text(CONFIG)
        (folder / "plays.sql").write_text("SELECT id, who, day FROM events")
        (folder / "daily.sql").write_text("SELECT day, count(*) AS n FROM events GROUP BY day")
        for day in range(1, 6):
            self.day(day, *range(day * 10, day * 10 + 3))

    def day(self, day, *ids, name="part"):
        path = self.folder / f"raw/2018/11/{day:02}/{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps({"id": one, "who": "ann", "day": f"2018-11-{day:02}"}) + "\n" for one in ids))

    def remove(self, day):
        for path in (self.folder / f"raw/2018/11/{day:02}").iterdir():
            path.unlink()

    def run(self, *words, **options):
        return self.tarn.json("run", self.folder, *words, **options)

    def ids(self, day, lake=None):
        return sorted(int(row[1]) for row in rows_of(lake or self.lake, "plays") if row[0] == f"day=2018-11-{day:02}")

    def counts(self):
        return {row[0][-2:]: int(row[1]) for row in rows_of(self.lake, "daily")}

    def files(self, *days):
        prefixes = tuple(f"{table}/day=2018-11-{day:02}/" for table in ("plays", "daily") for day in days)
        return {path: content for path, content in lake_files(self.lake).items() if path.startswith(prefixes)}


def since(day):
    return ["--set", f"source.events.since=2018-11-{day:02}"]


@pytest.fixture
def plays(tarn, tmp_path):
    return Plays(tarn, tmp_path / "plays")


def test_a_window_that_moves(plays):
    plays.run()
    for today in (6, 7, 8):
        before = plays.files(*range(1, today - 2))
        plays.remove(today - 5)  # raw data of five days is kept
        plays.day(today, *range(today * 10, today * 10 + 3))
        plays.day(today - 2, 1000 + today, name="late")
        report = plays.run(*since(today - 2))
        changes = {table["table"]: (table["change"], table["partitions"], table["rows"]) for table in report["tables"]}
        assert changes["daily"] == ("partitions", 3, today)
        assert plays.files(*range(1, today - 2)) == before
        assert plays.ids(today - 2) == [*range(today * 10 - 20, today * 10 - 17), 1000 + today]
        assert plays.run(*since(today - 2))["tables"][0]["change"] == "none"
    assert plays.counts() == {f"{day:02}": 4 if 4 <= day <= 6 else 3 for day in range(1, 9)}


def test_a_table_that_would_shrink(plays, tarn):
    (plays.folder / "users.sql").write_text("SELECT DISTINCT who FROM events")
    plays.run()
    before = lake_files(plays.lake)
    report = plays.run(*since(4), exit_code=3)
    assert "table users was built from those of all times" in report["error"]["message"]
    assert 'replace = "partitions"' in report["error"]["hint"] and "--full" in report["error"]["hint"]
    assert lake_files(plays.lake) == before
    plays.run(*since(4), "--shrink")
    assert plays.counts() == {"04": 3, "05": 3}


def test_in_s3(plays, tarn, s3_server, bucket):
    place = ["--set", f"lake.output=s3://{bucket}/lake"]
    tarn("run", plays.folder, *place, "--quiet", env=s3_server.env())
    plays.day(5, 500)
    report = tarn.json("run", plays.folder, *place, *since(5), env=s3_server.env())
    assert [(table["change"], table["rows"]) for table in report["tables"]] == [("partitions", 5), ("partitions", 13)]
    query = tarn("query", "SELECT day, n FROM daily ORDER BY day", "--lake", f"s3://{bucket}/lake", "--format", "csv", env=s3_server.env())
    assert query.stdout.splitlines()[1:] == [f"2018-11-{day:02},{1 if day == 5 else 3}" for day in range(1, 6)]


@pytest.mark.xdist_group("spark")
def test_on_spark(plays, connect_server):
    plays.run()
    plays.day(5, 500)
    plays.day(6, 60)
    report = plays.run(*since(5), "--remote", connect_server.remote, "--set", "spark.small=0")
    assert {table["change"] for table in report["tables"]} == {"partitions"}
    assert plays.ids(5) == [500] and plays.ids(6) == [60] and plays.ids(1) == [10, 11, 12]
    assert plays.counts() == {"01": 3, "02": 3, "03": 3, "04": 3, "05": 1, "06": 1}
    assert plays.run(*since(5))["tables"][0]["change"] == "none"


def test_backfill(plays, tarn):
    (plays.folder / "users.sql").write_text("SELECT who, count(*) AS n FROM events GROUP BY who")
    plays.run()
    before = plays.files(1, 4, 5)
    plays.day(2, 200)
    plays.day(3, 30, 31, 32, 33)
    plays.day(6, 60, 61)
    report = plays.run("--backfill", "2018-11-02..2018-11-03")
    assert report["backfill"] == {"since": "2018-11-02 00:00:00", "until": "2018-11-04 00:00:00"}
    changes = {table["table"]: (table["change"], table["partitions"]) for table in report["tables"]}
    assert changes == {"daily": ("partitions", 2), "plays": ("partitions", 2), "users": ("rebuild", 1)}
    assert plays.files(1, 4, 5) == before
    assert plays.counts() == {"01": 3, "02": 1, "03": 4, "04": 3, "05": 3}
    assert [int(row[2]) for row in rows_of(plays.lake, "users")] == [14]
    # The new day waited; days that are as they were may be read again too.
    assert plays.run()["tables"][1]["change"] == "append"
    assert plays.counts()["06"] == 2
    plays.run("--backfill", "2018-11-06", "--select", "plays")
    assert {table["change"] for table in plays.run()["tables"]} == {"none"}
    assert "there is no file of 2019-01-01..2019-01-01" in tarn("run", plays.folder, "--backfill", "2019-01-01", exit_code=3).stderr


@pytest.mark.parametrize(
    "settings, said",
    [
        (["table.plays.partition_by=[]"], "the table has no partitions"),
        (['table.plays.key=["id"]'], "may have a new row's key"),
        (["table.plays.replace=days"], "there is no such"),
    ],
)
def test_settings_without_meaning(plays, tarn, settings, said):
    words = [word for setting in settings for word in ("--set", setting)]
    assert said in tarn("check", plays.folder, *words, exit_code=3).stderr
