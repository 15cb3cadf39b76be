"""Runs that hold more than their memory: the same rows in the same order, little memory, and nothing left on the disk."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time

import pyarrow.parquet as parquet
import pytest

SCHEMA = "id BIGINT, who STRING, day STRING, amount DOUBLE, tags ARRAY<STRING>, pad STRING"
MODELS = {
    "sorted": "SELECT * FROM events ORDER BY who DESC, amount",
    "distinct_rows": "SELECT DISTINCT who, day, tags FROM events",
    "grouped": "SELECT who, day, count(*) AS n, sum(amount) AS total, max(pad) AS pad, count(DISTINCT amount) AS amounts, "
    "sum(DISTINCT amount) AS once FROM events GROUP BY who, day",
    "all_in_one": "SELECT count(DISTINCT pad) AS pads, sum(DISTINCT amount) AS once, avg(amount) AS mean FROM events",
    "numbered": "SELECT *, row_number() OVER (PARTITION BY day ORDER BY amount, id) AS n FROM events",
    "latest": "SELECT who, day, pad FROM (SELECT who, day, pad, row_number() OVER (PARTITION BY who ORDER BY amount DESC) AS n "
    "FROM events) AS e WHERE n = 1",
    "joined": "SELECT a.id, b.pad, a.who FROM events AS a LEFT JOIN events AS b ON a.id = b.id + 1 AND a.amount > b.amount",
    "crossed": "SELECT a.id, b.id AS other FROM events AS a JOIN days AS d ON a.day > d.day FULL JOIN events AS b ON a.id = b.id * 2",
    "days": "SELECT DISTINCT day FROM events WHERE id < 40",
    "by_day": "SELECT * FROM events",
}
BUDGET = 200e6


def write_events(folder, num_events):
    folder.mkdir()
    chance = random.Random(7)
    for file in range(4):
        with open(folder / f"{file}.json", "w") as out:
            for i in range(file, num_events, 4):
                amount = chance.choice([None, chance.random() * 1000])
                event = {"id": i, "who": f"user {chance.randrange(num_events // 3)}", "day": f"day {i % 50}", "amount": amount,
                         "tags": [str(i % 7)] * (i % 3), "pad": f"{chance.randrange(1 << 60):x}" * 20}  # fmt: skip
                out.write(json.dumps(event) + "\n")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    write_events(folder / "raw", 60_000)
    for name, sql in MODELS.items():
        (folder / f"{name}.sql").write_text(sql)
    (folder / "tarn.toml").write_text(
        f'[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\nschema = "{SCHEMA}"\n'
        '[table.by_day]\npartition_by = ["day"]\nkey = ["id", "day"]\nsort_within = ["id"]\n'
    )
    return folder


def read(lake, table):
    return parquet.read_table(lake / table, partitioning=None)



@pytest.fixture(scope="module")
def wanted(tarn, pipeline, tmp_path_factory):
    lake = tmp_path_factory.mktemp("wanted")
    report = tarn.json("run", pipeline, "--set", f"lake.output={lake}")
    assert "spilled_bytes" not in report
    return lake


@pytest.mark.parametrize("memory, threads", [("1 kB", 1), ("1 kB", 4), ("130 MB", 3)])
def test_the_same_rows_in_the_same_order(tarn, pipeline, wanted, tmp_path, memory, threads):
    (tmp_path / "spill").mkdir()
    report = tarn.json("run", pipeline, "--memory", memory, "--threads", threads, "--set", f"lake.output={tmp_path / 'lake'}",
                       "--set", f"run.spill_dir={tmp_path / 'spill'}")  # fmt: skip
    assert report["spilled_bytes"] > 1e6 and report["spill_dir"] == str(tmp_path / "spill")
    assert list((tmp_path / "spill").iterdir()) == []
    for table in MODELS.keys() - {"by_day"}:
        assert read(tmp_path / "lake", table).equals(read(wanted, table)), table
    # A partition may have more files than with memory.
    found, rows = read(tmp_path / "lake", "by_day"), read(wanted, "by_day")
    assert found.sort_by("id").equals(rows.sort_by("id"))


@pytest.mark.parametrize("table", ["sorted", "distinct_rows", "grouped", "numbered", "joined"])
def test_five_times_the_memory(tarn, tmp_path_factory, request, table):
    """Peak memory stays below the budget and 200 MB, of what would take several times that."""
    folder = tmp_path_factory.getbasetemp() / "five-times"
    if not folder.exists():
        folder.mkdir()
        write_events(folder / "raw", 900_000)
        for name in ("sorted", "distinct_rows", "grouped", "numbered", "joined"):
            (folder / f"{name}.sql").write_text(MODELS[name])
        (folder / "tarn.toml").write_text(
            f'[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\nschema = "{SCHEMA}"\n'
        )
    report = tarn.json("run", folder, "--select", table, "--memory", int(BUDGET), "--set",
                       f"lake.output={tmp_path_factory.mktemp('lake') / 'lake'}")  # fmt: skip
    assert report["peak_memory_bytes"] < BUDGET + 200e6
    assert report["spilled_bytes"] > 0


def open_files(process):
    """The paths of what a process holds open; it may close any of them meanwhile."""
    for descriptor in os.listdir(f"/proc/{process}/fd"):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f"/proc/{process}/fd/{descriptor}")


def test_a_run_that_is_killed_leaves_nothing_on_the_disk(tarn, pipeline, tmp_path):
    spill = tmp_path / "spill"
    spill.mkdir()
    arguments = ["run", pipeline, "--memory", "1 kB", "--threads", 1, "--set", f"run.spill_dir={spill}",
                 "--set", f"lake.output={tmp_path / 'lake'}"]  # fmt: skip
    for number in (signal.SIGKILL, signal.SIGINT):
        process = tarn.start(*arguments)
        while not any(str(spill) in path for path in open_files(process.pid)):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        process.communicate(timeout=30)
        assert process.returncode == (-9 if number == signal.SIGKILL else 130)
        assert list(spill.iterdir()) == []
    tarn(*arguments)


def test_what_a_spill_folder_must_be(tarn, pipeline, wanted, tmp_path):
    lake = f"lake.output={wanted}"
    before = {path: path.stat().st_mtime_ns for path in wanted.rglob("*.parquet")}
    missing = tarn("run", pipeline, "--full", "--set", lake, "--set", f"run.spill_dir={tmp_path / 'none'}", exit_code=1)
    assert "run.spill_dir is no folder that this user may write to" in missing.stderr
    remote = tarn("check", pipeline, "--set", "run.spill_dir=s3://bucket/x", exit_code=3)
    assert "not a folder of this machine" in remote.stderr
    wrong = tarn("run", pipeline, "--memory", "much", exit_code=3)
    assert "run.memory" in wrong.stderr and "this is not a size" in wrong.stderr
    assert {path: path.stat().st_mtime_ns for path in wanted.rglob("*.parquet")} == before


@pytest.mark.parametrize("command, place", [
    ("run", ["--engine", "spark"]),
    ("plan", ["--engine", "spark"]),
    ("run", ["--cluster", "a name"]),
    ("run", ["--ephemeral-cluster", "cluster.toml"]),
    ("run", ["--serverless", "cluster.toml"]),
])  # fmt: skip
def test_limits_of_this_machine_are_refused_for_another(tarn, pipeline, command, place):
    for option in (["--memory", "2GB"], ["--threads", "2"]):
        refused = tarn(command, pipeline, *place, *option, exit_code=2)
        assert f"{option[0]} is for --engine local" in refused.stderr
    if place[0] != "--engine":
        refused = tarn(command, pipeline, *place, "--retry-quarantine", exit_code=2)
        assert "--retry-quarantine is for --engine local" in refused.stderr


def test_a_disk_that_is_full_leaves_the_tables_as_they_were(tarn, pipeline, wanted, tmp_path):
    """A limit on the size of files stands in for a full disk: what is spilled into one file passes it, no table does."""
    before = {path: path.stat().st_mtime_ns for path in wanted.rglob("*.parquet")}
    process = subprocess.run(
        ["sh", "-c", 'trap "" XFSZ; ulimit -f 2048; exec "$0" "$@"', tarn.path, "run", pipeline, "--full", "--memory", "1 kB", "--select", "sorted",
         "--set", f"lake.output={wanted}", "--set", f"run.spill_dir={tmp_path}"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert process.returncode == 1
    assert "cannot write the rest to disk" in process.stderr and "set run.spill_dir to a folder with space" in process.stderr
    assert list(tmp_path.iterdir()) == []
    assert {path: path.stat().st_mtime_ns for path in wanted.rglob("*.parquet")} == before
