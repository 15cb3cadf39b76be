"""Files that are replaced, cut, written over or appended to while they are read: never a mixture of two contents.

What happens in the middle is made to happen there: before the n-th of the file operations (fail_file_operation.c).
"""

import gzip
import os
import random

import pyarrow.dataset as dataset
import pytest

import file_operations

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*"
schema = "id BIGINT, content STRING, padding STRING"
[table.things]
"""
# More than a block (scan_item.h), so that it is read in several parts; padding that does not compress to less.
NUM_RECORDS = 30_000
CHANGED = "The file has changed since it was listed"


def records(content, padding_bytes):
    chance = random.Random(content)
    for number in range(NUM_RECORDS):
        yield f'{{"id":{number},"content":"{content}","padding":"{chance.randbytes(padding_bytes // 2).hex()}"}}'


def as_lines(content):
    return ("\n".join(records(content, 250)) + "\n").encode()


SHAPES = {
    "lines": as_lines,
    "array": lambda content: ("[" + ",\n".join(records(content, 250)) + "]").encode(),
    "gzip": lambda content: gzip.compress("\n".join(records(content, 450)).encode(), 1),
    "utf16": lambda content: "\n".join(records(content, 150)).encode("utf-16"),
}


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return file_operations.build(tmp_path_factory.mktemp("library"))


@pytest.fixture
def pipeline(tmp_path):
    folder = tmp_path / "pipeline"
    (folder / "raw").mkdir(parents=True)
    (folder / "tarn.toml").write_text(CONFIG)
    (folder / "things.sql").write_text("SELECT id, content FROM events")
    return folder


class Command:
    """A command of tarn during which a file changes."""

    def __init__(self, tarn, library, folder, *words):
        self.tarn = tarn
        self.library = library
        self.folder = folder
        # All files are read each time.
        self.words = [*words, *(["--full"] if words[0] == "run" else [])]
        self.words += ["--threads", "1"] if words[0] in ("run", "check", "infer") else []

    def _operations(self):
        return file_operations.FileOperations(self.library, self.folder.parent / "operations.log", self.folder)

    def numbers(self, operation, **options):
        """The numbers of these operations in a command that nothing disturbs."""
        operations = self._operations()
        self.tarn(*self.words, env=operations.env, **options)
        return [call.number for call in operations.calls() if call.operation == operation]

    def changed_before(self, number, command, exit_code):
        operations = self._operations().run_before(number, command)
        return self.tarn(*self.words, env=operations.env, exit_code=exit_code)


def contents(pipeline):
    """What things has of each content."""
    table = dataset.dataset(pipeline / "lake" / "things").to_table()
    counts = {}
    for content in table.column("content").to_pylist():
        counts[content] = counts.get(content, 0) + 1
    assert len(set(table.column("id").to_pylist())) == table.num_rows
    return counts


@pytest.mark.parametrize("shape", SHAPES)
def test_in_the_middle_of_a_run(tarn, library, pipeline, tmp_path, shape):
    file = pipeline / "raw" / "events"
    first, second = SHAPES[shape]("first"), SHAPES[shape]("other")
    other = tmp_path / "other"

    def reset():
        file.write_bytes(first)
        other.write_bytes(second)
        os.utime(file, (1_000_000_000, 1_000_000_000))

    reset()
    run = Command(tarn, library, pipeline / "raw", "run", pipeline, "--quiet")
    reads = run.numbers("pread")
    assert len(reads) >= 3
    assert contents(pipeline) == {"first": NUM_RECORDS}
    middle = reads[len(reads) // 2]
    (pipeline / "things.sql").write_text("SELECT id, concat(content, ' again') AS content FROM events")

    def fails(command, reason):
        reset()
        error = run.changed_before(middle, command, exit_code=1).stderr
        assert f"{CHANGED} ({reason}); run again when it is no longer written: {file}" in error
        assert contents(pipeline) == {"first": NUM_RECORDS}

    fails(f"truncate -s {len(first) // 3} {file}", "it is shorter now")
    fails(f"cat {other} > {file}; truncate -s {len(first)} {file}", "it was written to")
    fails(f"dd if={other} of={file} bs=1 count=1 conv=notrunc status=none", "it was written to")
    # Appended to: the records that were there when it was listed.
    reset()
    run.changed_before(middle, f"cat {other} >> {file}", exit_code=0)
    assert contents(pipeline) == {"first again": NUM_RECORDS}
    # Replaced: the file that was begun with is read to its end.
    reset()
    run.changed_before(middle, f"mv {other} {file}", exit_code=0)
    assert contents(pipeline) == {"first again": NUM_RECORDS}
    run.tarn(*run.words)
    assert contents(pipeline) == {"other again": NUM_RECORDS}


@pytest.mark.parametrize(
    "command, reason",
    [
        ("rm {file}", "it was deleted"),
        ("rm {file}; mkfifo {file}", "another one is in its place"),
        ("cp {file} {file}.new; touch -r {file} {file}.new; mv {file}.new {file}", "another one is in its place"),
        ("truncate -s 5 {file}", "it is shorter now"),
        ("touch {file}", "it was written to"),
    ],
)
def test_between_listing_and_reading(tarn, library, pipeline, command, reason):
    file = pipeline / "raw" / "b.json"
    (pipeline / "raw" / "a.json").write_text('{"id":1,"content":"a"}\n')
    file.write_text('{"id":2,"content":"b"}\n')
    os.utime(file, (1_000_000_000, 1_000_000_000))
    run = Command(tarn, library, pipeline / "raw", "run", pipeline, "--quiet")
    last_open = run.numbers("open")[-1]
    before = contents(pipeline)
    error = run.changed_before(last_open, command.format(file=file), exit_code=1).stderr
    assert f"{CHANGED} ({reason})" in error and str(file) in error
    assert contents(pipeline) == before


@pytest.mark.parametrize("name", ["check", "infer", "sync", "show", "retry"])
def test_other_readers(tarn, library, pipeline, tmp_path, name):
    raw = pipeline / "raw"
    (raw / "events").write_bytes(as_lines("first") * 2 + (b"not a record\n" if name == "retry" else b""))
    tarn("run", pipeline, "--quiet")
    folder, words = {
        "check": (raw, ["check", pipeline, "--data"]),
        "infer": (raw, ["infer", raw]),
        "sync": (raw, ["sync", raw, tmp_path / "copy"]),
        "show": (pipeline / "lake" / "things", ["show", pipeline / "lake" / "things"]),
        "retry": (pipeline / "lake" / "_tarn" / "quarantine", ["run", pipeline, "--retry-quarantine"]),
    }[name]
    if name == "retry":
        # Its file is gone: the record is read from the quarantine.
        (raw / "events").rename(raw / "other")
    command = Command(tarn, library, folder, *words)
    reads = command.numbers("pread")
    if name == "retry":
        (raw / "other").rename(raw / "events")
        tarn("run", pipeline, "--quiet")
        (raw / "events").rename(raw / "other")
    if name == "sync":
        (tmp_path / "copy" / "events").unlink()
    assert len(reads) >= 2
    cut = f"find {folder} -type f -size +0 -exec truncate -s 3 {{}} +"
    # What cannot be read of a quarantine stays there.
    error = command.changed_before(reads[-1], cut, exit_code=0 if name == "retry" else 1).stderr
    assert f"{CHANGED} (it is shorter now)" in error
    if name == "retry":
        assert "stays there" in error and list(folder.rglob("*.parquet"))
    if name == "sync":
        assert not (tmp_path / "copy" / "events").exists()
