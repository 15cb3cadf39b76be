"""Lakes in which a file is damaged: the rest is shown, and a commit that can be neither finished nor undone is given up."""

import json
import pathlib

import pytest

from test_s3 import keys

PIPELINE = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*.json"
schema = "id INT"
on_bad_record = "quarantine"
"""


class Disk:
    """A lake on a disk."""

    env = {}

    def __init__(self, root):
        self.root = str(root)

    def files(self):
        root = pathlib.Path(self.root)
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def read(self, name):
        return (pathlib.Path(self.root) / name).read_bytes()

    def write(self, name, content):
        path = pathlib.Path(self.root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Bucket:
    """A lake in S3."""

    def __init__(self, server, bucket):
        self.root, self.env = f"s3://{bucket}/lake", server.env()
        self.server, self.bucket = server, bucket

    def files(self):
        return [key.removeprefix("lake/") for key in keys(self.server, self.bucket, "lake/")]

    def read(self, name):
        return self.server.client().get_object(Bucket=self.bucket, Key=f"lake/{name}")["Body"].read()

    def write(self, name, content):
        self.server.client().put_object(Bucket=self.bucket, Key=f"lake/{name}", Body=content)


@pytest.fixture(params=["disk", "S3"])
def storage(request, tmp_path):
    if request.param == "disk":
        return Disk(tmp_path / "shop" / "lake")
    return Bucket(request.getfixturevalue("s3_server"), request.getfixturevalue("bucket"))


@pytest.fixture
def shop(tarn, tmp_path, storage):
    """Calls tarn for a pipeline of two tables, whose lake is the storage's."""
    folder = tmp_path / "shop"
    folder.mkdir(exist_ok=True)
    (folder / "tarn.toml").write_text(PIPELINE)
    (folder / "ids.sql").write_text("SELECT id FROM events\n")
    (folder / "counts.sql").write_text("SELECT count(*) AS n FROM events\n")
    (folder / "raw").mkdir()
    (folder / "raw" / "a.json").write_text('{"id": 1}\n{"id": bad}\n{"id": 2}\n{"id": 3}\n')

    def call(command, *words, **options):
        output = ("--set", f"lake.output={storage.root}")
        return tarn(command, folder, *words, *output, env=storage.env, **options)

    return call


def truncate(storage, name):
    storage.write(name, storage.read(name)[:10])


def test_a_damaged_journal_is_given_up(shop, storage):
    shop("run")
    before = [name for name in storage.files() if "/runs/" not in name]
    name = "20260101T000000Z-abcdef" + ("-0123456789abcdef" if storage.env else "")
    for content in (b"", b'{"version": 1, "run_', b'{"version": 99}'):
        storage.write(f"_tarn/journal/{name}.json", content)
        for command in ("run", "recover"):
            refused = shop(command, exit_code=1)
            assert "Cannot read the lake's journal" in refused.stderr
            assert f"`tarn recover --discard {name}`" in refused.stderr
        assert "no unfinished commit is of run 'x'" in shop("recover", "--discard", "x", exit_code=2).stderr
        given_up = json.loads(shop("recover", "--discard", "20260101T", "--json").stdout)["discarded"]
        assert given_up["run_id"] == name and given_up["unreadable"] and given_up["tables"] == []
        assert given_up["journal"] == f"{storage.root}/_tarn/discarded/{name}.json"
        assert storage.read(f"_tarn/discarded/{name}.json") == content
        assert sorted([*before, f"_tarn/discarded/{name}.json"]) == [
            file for file in storage.files() if "/runs/" not in file
        ]
    assert "nothing to discard" in shop("recover", "--discard", "20260101T", exit_code=2).stderr
    recovered = json.loads(shop("recover", "--json").stdout)
    assert (recovered["rolled_forward"], recovered["rolled_back"]) == (0, 0)
    shop("run")


def test_what_a_discarded_commit_did_is_told(shop, storage):
    shop("run")
    (old,) = [name for name in storage.files() if name.startswith("ids/")]
    run = "20260101T000000Z-abcdef"
    name = run + ("-0123456789abcdef" if storage.env else "")
    change = {"table": "ids", "adds": ["part-00000-x.parquet"], "removes": [old.removeprefix("ids/"), "part-9-y.parquet"]}
    journal = {"version": 2, "phase": "remove"} if storage.env else {"version": 1}
    storage.write(f"_tarn/journal/{name}.json", json.dumps({**journal, "run_id": run, "tables": [change]}).encode())
    told = shop("recover", "--discard", name).stdout
    assert f"discarded the commit of run {name}; its journal is kept: {storage.root}/_tarn/discarded/{name}.json" in told
    assert "table ids: new files: 0 in place, 1 missing; old files: 1 deleted, 1 remaining" in told
    for line in ("missing: part-00000-x.parquet", "deleted: part-9-y.parquet", f"remaining: {old.removeprefix('ids/')}"):
        assert line in told
    assert old in storage.files()
    shop("run")


def test_damaged_quarantine(shop, storage):
    for _ in range(2):
        shop("run", "--full")
    first, second = [name for name in storage.files() if "/quarantine/" in name and name.endswith(".parquet")]
    truncate(storage, second)
    run = {name: name.split("/")[2] for name in (first, second)}
    shown = shop("quarantine")
    assert f"since run {run[first]}" in shown.stdout and '{"id": bad}' in shown.stdout
    assert f"warning: run {run[second]} has a quarantine of source events that cannot be read" in shown.stderr
    listed = json.loads(shop("quarantine", "--json").stdout)["quarantine"]
    assert [(each["run_id"], "unreadable" in each) for each in listed] == [(run[second], True), (run[first], False)]
    assert "Not a complete Parquet file" in shop("quarantine", "--run", run[second], exit_code=3).stderr
    again = shop("run", "--retry-quarantine")
    assert f"what run {run[second]} has in quarantine cannot be read and stays there" in again.stderr
    assert second in storage.files() and first not in storage.files()


def test_damaged_run_record(shop, storage):
    for _ in range(2):
        shop("run")
    first, second = [name for name in storage.files() if "/runs/" in name]
    truncate(storage, second)
    shown = shop("runs")
    assert pathlib.PurePath(first).stem in shown.stdout and second in shown.stderr
    listed = json.loads(shop("runs", "--json").stdout)
    assert len(listed["runs"]) == len(listed["unreadable"]) == 1


def test_damaged_table(shop, storage, tarn):
    shop("run")
    (damaged,) = [name for name in storage.files() if name.startswith("counts/")]
    truncate(storage, damaged)
    table = f"{storage.root}/counts"
    pipeline = ["--set", f"lake.output={storage.root}"]
    shown = shop("show")
    assert "3 rows" in shown.stdout and "table counts cannot be read: Not a complete Parquet file" in shown.stderr
    listed = json.loads(shop("show", "--json").stdout)
    assert [each["table"] for each in listed["tables"]] == ["ids"]
    assert [each["table"] for each in listed["unreadable"]] == ["counts"]
    assert "Not a complete Parquet file" in tarn("show", table, *pipeline, env=storage.env, exit_code=3).stderr
    for name in storage.files():
        if name.startswith("ids/"):
            truncate(storage, name)
    shop("show", exit_code=3)
