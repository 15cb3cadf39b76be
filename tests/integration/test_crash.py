"""kill -9 at any moment leaves the old tables or the new ones, and no stray file."""

import fcntl
import random
import signal
import time

import pyarrow.parquet as parquet
import pytest

from conftest import PIPELINE, lake_files

STEPS = [
    "write.file", "write.file:50", "commit.staged", "commit.journal_tmp", "commit.folders", "commit.synced", "commit.journal",
    "commit.rename", "commit.rename:40", "commit.renamed", "commit.remove", "commit.remove:40",
    "commit.removed", "commit.journal_removed", "commit.done",
]  # fmt: skip
# Whether users.level says that the run with checks on all tables has been published.
OLD, NEW = "old", "new"


@pytest.fixture
def pipeline(tmp_path):
    """Sparkify with a marker in `users`, so that the old tables and the new ones differ."""
    folder = tmp_path / "pipeline"
    folder.mkdir()
    for path in [*PIPELINE.glob("*.sql"), PIPELINE / "tarn.toml"]:
        (folder / path.name).write_text(path.read_text())

    def mark(marker):
        users = (PIPELINE / "users.sql").read_text().replace("gender, level\n", f"'{marker}' AS gender, level\n", 1)
        (folder / "users.sql").write_text(users)
        songs = (PIPELINE / "songs.sql").read_text().replace(
            "SELECT song_id, title,", f"SELECT song_id, '{marker}' AS title,", 1)
        (folder / "songs.sql").write_text(songs)
        return folder

    return mark


def arguments(folder, lake):
    sample = PIPELINE / "sample"
    return ["run", folder, "--set", f"lake.input={sample}", "--set", f"lake.output={lake}", "--quiet"]


def state(lake):
    """OLD or NEW when both marked tables say so and each holds one run's files; fails otherwise."""
    users = [path for path in (lake / "users").rglob("*.parquet")]
    assert len(users) == 1
    marker = set(parquet.read_table(users[0]).column("gender").to_pylist())
    songs = list((lake / "songs").rglob("*.parquet"))
    titles = [title for path in songs for title in parquet.ParquetFile(path).read().column("title").to_pylist()]
    assert len(titles) == 71
    assert set(titles) == marker and len(marker) == 1
    return marker.pop()


def is_ledger(name):
    return name.startswith(("_tarn/ledger/", "_tarn/state/")) and name.endswith(".parquet")


def assert_only_tables(lake):
    stray = [
        name for name in lake_files(lake)
        if name != "_tarn/lock" and not (name.endswith(".parquet") and not name.startswith("_tarn")) and not is_ledger(name)
    ]  # fmt: skip
    assert stray == []
    assert len([name for name in lake_files(lake) if name.startswith("songplays/")]) == 1


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("then", ["recover", "run"])
def test_killed_at_a_step(tarn, pipeline, lake, step, then):
    tarn(*arguments(pipeline(OLD), lake))
    before = lake_files(lake)
    process = tarn.start(*arguments(pipeline(NEW), lake), env={"TARN_FAULT": step})
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"the run never reached {step}"
    if then == "recover":
        tarn("recover", pipeline(NEW), "--set", f"lake.output={lake}")
        found = state(lake)
        if found == OLD:
            assert lake_files(lake) == before
        steps_after_the_journal = STEPS[STEPS.index("commit.journal"):]
        assert found == (NEW if step in steps_after_the_journal else OLD)
    else:
        tarn(*arguments(pipeline("third"), lake))
        assert state(lake) == "third"
    assert_only_tables(lake)


def test_killed_at_200_random_moments(tarn, pipeline, lake):
    tarn(*arguments(pipeline(OLD), lake))
    begin = time.monotonic()
    tarn(*arguments(pipeline(OLD), lake), "--full")
    length = time.monotonic() - begin
    choose = random.Random(20181121)
    current, outcomes = OLD, []
    for _ in range(200):
        wanted = NEW if current == OLD else OLD
        process = tarn.start(*arguments(pipeline(wanted), lake))
        time.sleep(choose.uniform(0, length))
        process.kill()
        process.communicate()
        tarn("recover", pipeline(wanted), "--set", f"lake.output={lake}")
        found = state(lake)
        assert found in (current, wanted)
        assert_only_tables(lake)
        outcomes.append(found == wanted)
        current = found
    # Moments before and after the commit were both hit, or the test shows little.
    assert any(outcomes) and not all(outcomes)


def test_two_runs_at_once(tarn, pipeline, lake):
    tarn(*arguments(pipeline(OLD), lake))
    folder = pipeline(NEW)
    runs = [tarn.start(*arguments(folder, lake)) for _ in range(6)]
    codes, errors = [], []
    for run in runs:
        _, error = run.communicate(timeout=60)
        codes.append(run.returncode)
        errors.append(error)
    assert codes.count(0) >= 1
    assert set(codes) <= {0, 5}
    for code, error in zip(codes, errors):
        if code == 5:
            assert "another run" in error.lower()
    assert state(lake) == NEW
    assert_only_tables(lake)


def test_runs_wait_their_turn(tarn, pipeline, tmp_path):
    lake = tmp_path / "lake"
    tarn(*arguments(pipeline(OLD), lake))
    with open(lake / "_tarn" / "lock", "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as a run holds it
        assert "The lake is locked by another run" in tarn(*arguments(pipeline(NEW), lake), exit_code=5).stderr
        began = time.monotonic()
        assert "The lake is locked by another run" in tarn(*arguments(pipeline(NEW), lake), "--wait", "1s", exit_code=5).stderr
        assert time.monotonic() - began >= 1
        waiting = tarn.start(*arguments(pipeline(NEW), lake)[:-1], "--wait", "10 min")
        assert "waiting for the lake's lock: The lake is locked" in waiting.stderr.readline()
        assert waiting.poll() is None
    _, stderr = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, stderr
    for wrong in ("10", "soon", "-1s"):
        assert "write 90s, 10m or 2h" in tarn("run", "--wait", wrong, exit_code=2).stderr
