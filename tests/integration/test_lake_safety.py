"""A lake on a disk: a commit that cannot get stuck, and nothing outside the lake is touched."""

import json
import shutil
import signal

import pyarrow.parquet as parquet
import pytest

from conftest import lake_files

MODELS = {
    "a_first": "SELECT id FROM events",
    "by_agent": "SELECT id, ua FROM events",
    "totals": "SELECT count(*) AS n FROM events",
}


class Shop:
    """A pipeline of three tables, one of them partitioned by a string."""

    def __init__(self, tarn, folder):
        self.tarn, self.folder, self.lake = tarn, folder, folder / "lake"
        (folder / "raw").mkdir()
        (folder / "tarn.toml").write_text(
            '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\n'
            'schema = "id BIGINT, ua STRING"\n[table.by_agent]\npartition_by = ["ua"]\n'
        )
        for name, sql in MODELS.items():
            (folder / f"{name}.sql").write_text(sql)

    def run(self, *agents, **options):
        """Replace all tables by one row for each agent."""
        rows = [json.dumps({"id": number, "ua": agent}) for number, agent in enumerate(agents)]
        (self.folder / "raw/events.json").write_text("\n".join(rows))
        return self.tarn("run", self.folder, "--quiet", **options)

    def agents(self):
        """Whom the tables hold, when they agree."""
        rows = parquet.read_table(self.lake / "by_agent", partitioning="hive").to_pylist()
        assert parquet.read_table(self.lake / "totals").to_pylist() == [{"n": len(rows)}]
        assert sorted(parquet.read_table(self.lake / "a_first").column("id").to_pylist()) == list(range(len(rows)))
        return sorted(row["ua"] for row in rows)


@pytest.fixture
def shop(tarn, tmp_path):
    (tmp_path / "shop").mkdir()
    return Shop(tarn, tmp_path / "shop")


@pytest.fixture
def outside(tmp_path):
    """A folder that no run may change."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "keep.txt").write_text("kept")
    (folder / "part-00000-run.snappy.parquet").write_text("kept")
    before = lake_files(folder)
    yield folder
    assert lake_files(folder) == before


def folders_of(lake):
    return sorted(str(path.relative_to(lake)) for path in lake.rglob("*") if path.is_dir())


@pytest.mark.parametrize("agent", ["x" * 260, "/" * 100, "日" * 90])
def test_a_value_too_long_for_a_folder(shop, agent):
    shop.run("chrome", "firefox")
    files, folders = lake_files(shop.lake), folders_of(shop.lake)
    error = shop.run("chrome", agent, exit_code=3).stderr
    assert "by_agent" in error and "column ua" in error and agent[:20] in error and "left(ua" in error
    assert (lake_files(shop.lake), folders_of(shop.lake)) == (files, folders)
    shop.run("opera")
    assert shop.agents() == ["opera"]
    shop.run("x" * 252)
    assert shop.agents() == ["x" * 252]


def test_a_commit_that_cannot_be_finished_is_undone(shop):
    for then in ["recover", "run"]:
        shop.run("chrome", "firefox")
        shop.run("opera", env={"TARN_FAULT": "commit.rename:2"}, exit_code=-signal.SIGKILL)
        (run,) = (shop.lake / "_tarn/staging").iterdir()
        shutil.rmtree(run / "totals")
        if then == "recover":
            assert "undid 1 interrupted run" in shop.tarn("recover", shop.folder).stdout
            assert shop.agents() == ["chrome", "firefox"]
        else:
            shop.run("safari")
            assert shop.agents() == ["safari"]
        assert not (shop.lake / "_tarn/staging").exists() and not (shop.lake / "_tarn/journal").exists()


def journal_of(table="by_agent", adds=(), removes=(), run_id="dead"):
    change = {"table": table, "adds": list(adds), "removes": list(removes)}
    return {"version": 1, "run_id": run_id, "tables": [change]}


@pytest.mark.parametrize(
    "journal",
    [
        journal_of("../../outside", removes=["part-00000-run.snappy.parquet"]),
        journal_of("../../outside", removes=["keep.txt"]),
        journal_of(removes=["../../../outside/keep.txt"]),
        journal_of(removes=["ua=chrome/../../../../outside/part-00000-run.snappy.parquet"]),
        journal_of(adds=["../../../outside/part-00000-run.snappy.parquet"]),
        journal_of(run_id="../../../../outside"),
        journal_of(run_id="other"),
    ],
    ids=range(7),
)
def test_a_journal_that_leads_out(shop, outside, journal):
    shop.run("chrome")
    path = shop.lake / "_tarn/journal/dead.json"
    path.parent.mkdir()
    path.write_text(json.dumps(journal))
    staged = shop.lake / "_tarn/staging/dead/by_agent/part-00000-run.snappy.parquet"
    staged.parent.mkdir(parents=True)
    staged.write_text("staged")
    before = lake_files(shop.lake)
    for error in [shop.run("opera", exit_code=1).stderr, shop.tarn("recover", shop.folder, exit_code=1).stderr]:
        assert str(path) in error and "tarn recover --discard dead" in error
    assert lake_files(shop.lake) == before
    path.unlink()
    shop.run("opera")
    assert shop.agents() == ["opera"]


@pytest.mark.parametrize(
    "place",
    ["by_agent", "by_agent/ua=chrome", "_tarn", "_tarn/staging", "_tarn/journal", "_tarn/runs", "_tarn/quarantine"],
)
def test_a_link_in_the_place_of_a_folder(shop, outside, place):
    shop.run("chrome")
    path = shop.lake / place
    shutil.rmtree(path, ignore_errors=True)
    path.symlink_to(outside)
    error = shop.run("chrome", "opera", exit_code=3).stderr
    assert "link" in error and str(path) in error
    path.unlink()
    shop.run("opera")
    assert shop.agents() == ["opera"]


def test_a_link_in_the_place_of_a_journal(shop, outside):
    shop.run("chrome")
    (outside / "dead.json").write_text(json.dumps(journal_of(removes=["ua=chrome/part-00000-run.snappy.parquet"])))
    path = shop.lake / "_tarn/journal/dead.json"
    path.parent.mkdir()
    path.symlink_to(outside / "dead.json")
    assert "tarn recover --discard dead" in shop.run("opera", exit_code=1).stderr
    shop.tarn("recover", shop.folder, "--discard", "dead")
    (outside / "dead.json").unlink()
    shop.run("opera")
    assert shop.agents() == ["opera"]


def test_a_link_in_the_place_of_a_run_record(shop, outside):
    shop.run("chrome")
    path = shop.lake / "_tarn/runs/20180101T000000Z-000000.json"
    path.symlink_to(outside / "keep.txt")
    shown = shop.tarn("runs", shop.folder)
    assert f"{path}: a link" in shown.stderr
    assert "done" in shown.stdout


def test_a_link_in_the_place_of_the_lock(shop, outside):
    (shop.lake / "_tarn").mkdir(parents=True)
    lock = shop.lake / "_tarn/lock"
    for make in [lock.symlink_to, lock.hardlink_to]:
        make(outside / "keep.txt")
        assert "in the place of the lake's lock" in shop.run("chrome", exit_code=1).stderr
        assert (outside / "keep.txt").read_text() == "kept"
        lock.unlink()
    shop.run("chrome")
    assert lock.stat().st_mode & 0o777 == 0o600


def test_the_lake_itself_may_be_a_link(shop, tmp_path):
    (tmp_path / "disk").mkdir()
    shop.lake.symlink_to(tmp_path / "disk")
    shop.run("chrome")
    assert shop.agents() == ["chrome"]
    assert (tmp_path / "disk/by_agent/ua=chrome").is_dir()


@pytest.mark.parametrize(
    "name", ["data.parquet", "_SUCCESS", "ua=x/part-00000-9a1b2c3d-0000-4000-8000-0123456789ab.c000.snappy.parquet"]
)
def test_files_of_another_program_in_a_tables_folder(shop, name):
    shop.run("chrome")
    path = shop.lake / "by_agent" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(next((shop.lake / "by_agent/ua=chrome").iterdir()).read_bytes())
    before = lake_files(shop.lake)
    error = shop.run("opera", exit_code=3).stderr
    assert name in error and "move them away" in error and "lake.output" in error
    assert lake_files(shop.lake) == before
    path.unlink()
    for kept in [".gitkeep", "README.md", "_notes/x.parquet", ".hidden.parquet"]:
        (shop.lake / "by_agent" / kept).parent.mkdir(exist_ok=True)
        (shop.lake / "by_agent" / kept).write_text("mine")
    shop.run("opera")
    for kept in [".gitkeep", "README.md", "_notes/x.parquet", ".hidden.parquet"]:
        assert (shop.lake / "by_agent" / kept).read_text() == "mine"


def test_sync_writes_through_no_link(tarn, tmp_path, outside):
    source, target = tmp_path / "from", tmp_path / "to"
    (source / "logs").mkdir(parents=True)
    (source / "logs/keep.txt").write_text("new")
    target.mkdir()
    (target / "logs").symlink_to(outside)
    error = tarn("sync", source, target, exit_code=3).stderr
    assert "link" in error and str(target / "logs") in error
    (target / "logs").unlink()
    tarn("sync", source, target)
    assert (target / "logs/keep.txt").read_text() == "new"
