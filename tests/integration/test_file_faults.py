"""Every file operation of a run goes wrong in turn, in every way that it can, once and for ever.

The run is right, or it fails with one clear line and the old tables; the next one is right and nothing is left over.
`--file-faults all` takes every case, a number takes so many by chance, of the seed that is printed.
"""

import collections
import pathlib
import random
import shutil
import subprocess
import time

import pyarrow.parquet as parquet
import pytest

import file_operations

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "events/*/*.json"
schema = "id BIGINT, day STRING, kind STRING"
[table.by_day]
partition_by = ["day"]
key = ["id"]
[table.by_kind]
partition_by = ["kind"]
"""
MODEL = "SELECT id, '{generation}' AS generation, {partition} FROM events\n"
TABLES = {"by_day": "day", "by_kind": "kind"}

Case = collections.namedtuple("Case", "number operation way forever")


class Lakes:
    """A lake with an older generation of tables, of which each case gets a copy; a run makes the newer one."""

    def __init__(self, tarn, folder):
        self.tarn = tarn
        self.folder = folder
        self.library = file_operations.build(folder)
        self.pipeline = folder / "pipeline"
        self.raw = self.pipeline / "raw"
        self.raw.mkdir(parents=True)
        (self.pipeline / "tarn.toml").write_text(CONFIG)
        self.first = folder / "first"
        # The generations share a partition; each has one of its own.
        self.write("old", {"1": [(1, "mon", "a"), (2, "tue", "a")], "2": [(3, "tue", "b")]})
        self.run(self.first)
        self.old = rows_of(self.first)
        self.write("new", {"1": [(1, "tue", "b"), (4, "wed", "b")], "2": [(5, "wed", "c")], "3": [(6, "thu", "c")]})
        shutil.copytree(self.first, folder / "second")
        self.calls = self.count(folder / "second")
        self.new = rows_of(folder / "second")
        assert self.old != self.new
        self.tree = tree_of(folder / "second")

    def write(self, generation, days):
        for table, partition in TABLES.items():
            model = MODEL.format(generation=generation, partition=partition)
            (self.pipeline / f"{table}.sql").write_text(model)
        shutil.rmtree(self.raw)
        for folder, events in days.items():
            (self.raw / "events" / folder).mkdir(parents=True)
            text = "".join(f'{{"id":{id},"day":"{day}","kind":"{kind}"}}\n' for id, day, kind in events)
            (self.raw / "events" / folder / f"{generation}.json").write_text(text + "not a record\n")

    def words(self, lake):
        return ["run", self.pipeline, "--set", f"lake.output={lake}", "--quiet", "--threads", "1"]

    def run(self, lake):
        self.tarn(*self.words(lake))

    def operations(self, lake):
        return file_operations.FileOperations(self.library, lake.with_suffix(".log"), self.raw, lake)

    def count(self, lake):
        operations = self.operations(lake)
        self.tarn(*self.words(lake), env=operations.env)
        return operations.calls()

    def cases(self):
        for call in self.calls:
            for way in call.ways:
                yield Case(call.number, call.operation, way, False)
                # No system interrupts a call for ever; and no file is missing that is listed again and again.
                if way not in ("EINTR", "ENOENT"):
                    yield Case(call.number, call.operation, way, True)


def rows_of(lake):
    """The rows of each table by another reader, in no order."""
    tables = {}
    for table in TABLES:
        rows = tables[table] = []
        for path in sorted((lake / table).rglob("*.parquet")):
            folder = path.parent.name
            rows += [(*row.values(), folder) for row in parquet.ParquetFile(path).read().to_pylist()]
        rows.sort()
    return tables


def tree_of(lake):
    """All that is in a lake, but its lock, the records of its runs, what they put into quarantine and what failed ones
    leave; names of files hold their run."""
    names = []
    for path in lake.rglob("*"):
        relative = path.relative_to(lake)
        if relative.parts[:2] in (("_tarn", "runs"), ("_tarn", "quarantine"), ("_tarn", "failed")):
            # A record, or a part of the quarantine, that was not completed.
            if path.is_file() and path.suffix not in (".json", ".parquet"):
                names.append(str(relative))
            continue
        # A partition's folder that could not be removed stays: it is empty, and no table has it.
        if path.is_dir() and relative.parts[0] != "_tarn":
            continue
        names.append(f"{relative.parent}/*.parquet" if path.suffix == ".parquet" else str(relative))
    return sorted(names)


@pytest.fixture(scope="module")
def lakes(tarn, tmp_path_factory):
    return Lakes(tarn, tmp_path_factory.mktemp("file_faults"))


class Trial:
    """A run in which one file operation goes wrong, and what comes after it."""

    def __init__(self, lakes, case):
        self.lakes = lakes
        self.case = case
        self.errors = ""
        self.lake = lakes.folder / "lake"
        shutil.rmtree(self.lake, ignore_errors=True)
        shutil.copytree(lakes.first, self.lake)

    def run(self):
        operations = self.lakes.operations(self.lake).fail(self.case.number, self.case.way, self.case.forever)
        process = self.lakes.tarn.start(*self.lakes.words(self.lake), env=operations.env)
        try:
            _, self.errors = process.communicate(timeout=60)
        finally:
            process.kill()
            self.exit_code = process.wait()
            self.failed_at = [call for call in operations.calls() if call.fails]
        self.check_end()
        self.check_next()

    def check_end(self):
        rows = rows_of(self.lake)
        if self.exit_code == 0:
            assert rows == self.lakes.new, "a run that says it is done has not the new tables"
            return
        assert self.exit_code in (1, 3), "not an exit code of the README for a failed run"
        said = [line for line in self.errors.splitlines() if line.startswith("error: ")]
        assert len(said) == 1, "not one line that says what went wrong"
        # Past the point of no return, or where it is not known, recovery finishes the commit or undoes it.
        # So may the commit of what a failed run found, which a warning tells.
        self.needs_recovery = "run `tarn recover`" in self.errors
        if not self.needs_recovery:
            left = list((self.lake / "_tarn" / "journal").glob("*.json"))
            assert left == [], "the commit is decided, and nothing says so"
            assert rows == self.lakes.old, "a run failed and the old tables are not as they were"

    def check_next(self):
        if self.exit_code != 0 and self.needs_recovery:
            self.lakes.tarn("recover", self.lakes.pipeline, "--set", f"lake.output={self.lake}")
            assert rows_of(self.lake) in (self.lakes.old, self.lakes.new), "recovery left a mixture"
        self.lakes.run(self.lake)
        assert rows_of(self.lake) == self.lakes.new, "the next run is not right"
        assert tree_of(self.lake) == self.lakes.tree, "something is left over"


def chosen(cases, wanted, seed):
    return cases if wanted == "all" else random.Random(seed).sample(cases, min(int(wanted), len(cases)))


def test_calls_are_seen(lakes):
    """The loop below shows nothing of operations that the library does not stand in front of."""
    seen = {call.operation for call in lakes.calls}
    for operations in [("open", "openat", "open64", "openat64"), ("pread", "pread64"), ("write",), ("close",), ("syncfs",),
                       ("fsync",), ("rename", "renameat", "renameat2"), ("unlink", "unlinkat"), ("mkdir", "mkdirat"),
                       ("statx",), ("stat", "lstat", "fstatat"), ("readdir", "readdir64"), ("opendir", "fdopendir"),
                       ("ftruncate", "ftruncate64"), ("flock",)]:  # fmt: skip
        assert seen.intersection(operations), operations
    paths = {pathlib.Path(call.path).suffix for call in lakes.calls if call.operation.startswith("open")}
    assert {".json", ".parquet", ".tmp"} <= paths


def test_file_operations_that_go_wrong(lakes, pytestconfig):
    cases = list(lakes.cases())
    seed = pytestconfig.getoption("--file-fault-seed") or random.randrange(1, 1_000_000)
    begin, wrong, num_not_reached, exit_codes = time.monotonic(), [], 0, collections.Counter()
    for case in chosen(cases, pytestconfig.getoption("--file-faults"), seed):
        trial = Trial(lakes, case)
        try:
            trial.run()
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed_at = trial.failed_at[0] if trial.failed_at else None
            wrong.append(f"{case}: {error}\n  exit code {trial.exit_code} at {failed_at}\n  {trial.errors}")
        exit_codes[trial.exit_code] += 1
        num_not_reached += not trial.failed_at
    summary = (
        f"seed {seed}: {sum(exit_codes.values())} of {len(cases)} cases of {len(lakes.calls)} operations in "
        f"{time.monotonic() - begin:.0f} s: exit codes {dict(exit_codes)}, {num_not_reached} not reached, {len(wrong)} wrong"
    )
    print(summary)
    assert not wrong, "\n".join([summary, *wrong])
