"""`tarn run --watch` runs when something is new, waits out what fails, and ends cleanly by a signal."""

import json
import re
import signal
import subprocess
import threading
import time

import pytest

import markdown
from conftest import ROOT
from test_incremental import rows_of
from test_json import problems

CONFIG = '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\nschema = "id BIGINT"\nmax_bad_records = 0\n'


class Watcher:
    """A program that watches; what it prints is read as it comes."""

    def __init__(self, tarn, folder, *words, every="1s"):
        self.process = tarn.start("run", folder, "--watch", every, *words)
        self.out, self.err = [], []
        self.readers = [threading.Thread(target=self.read, args=pair) for pair in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for reader in self.readers:
            reader.start()

    @staticmethod
    def read(stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))

    def wait_for(self, is_so, seconds=30):
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end and self.process.poll() is None, (self.out, self.err)
            time.sleep(0.02)

    def wait_for_lines(self, count):
        self.wait_for(lambda: len(self.out) >= count)

    def end(self, number=signal.SIGTERM):
        begin = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        for reader in self.readers:
            reader.join()
        return code, time.monotonic() - begin


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "shop"
    (folder / "raw").mkdir(parents=True)
    (folder / "tarn.toml").write_text(CONFIG)
    (folder / "ids.sql").write_text("SELECT id FROM events")
    write(folder, "a", 1)
    return folder


@pytest.fixture
def watch(tarn, folder):
    watchers = []

    def start(*words, **options):
        watchers.append(Watcher(tarn, folder, *words, **options))
        return watchers[-1]

    yield start
    for watcher in watchers:
        if watcher.process.poll() is None:
            watcher.process.kill()
            watcher.process.wait()
        for reader in watcher.readers:
            reader.join()


def write(folder, name, *ids):
    """In one step: no look sees half of it."""
    new = folder / f"raw/{name}.new"
    new.write_text("".join(f'{{"id":{one}}}\n' for one in ids))
    new.rename(folder / f"raw/{name}.json")


def ids(folder):
    return sorted(int(one) for _, one in rows_of(folder / "lake", "ids"))


def test_new_files_and_edits_are_run(watch, folder):
    watcher = watch()
    watcher.wait_for_lines(1)
    assert re.fullmatch(r"\d{8}T\d{6}Z-\w+: ids 1; \+1 file, .*s", watcher.out[0])
    write(folder, "b", 2, 3)
    watcher.wait_for_lines(2)
    assert re.search(r": ids 1 → 3; \+1 file, ", watcher.out[1])
    assert ids(folder) == [1, 2, 3]
    (folder / "ids.sql").write_text("SELECT id FROM events WHERE id > 1")
    watcher.wait_for_lines(3)
    assert ": ids 3 → 2, is rebuilt: its SQL changed; +0 files, " in watcher.out[2]
    code, _ = watcher.end()
    assert code == 130
    assert watcher.err == ["interrupted between two runs; tables are as the last one left them"]
    assert len(watcher.out) == 3


def test_nothing_new_writes_nothing(watch, folder):
    (folder / "clock.sql").write_text("SELECT id, current_timestamp() AS at FROM events")
    watcher = watch()
    watcher.wait_for_lines(1)
    before = {path: path.stat().st_mtime_ns for path in (folder / "lake").rglob("*") if path.is_file()}
    time.sleep(2.5)  # two looks
    assert {path: path.stat().st_mtime_ns for path in (folder / "lake").rglob("*") if path.is_file()} == before
    write(folder, "b", 2)
    watcher.wait_for_lines(2)
    assert "clock 1 → 2, is rebuilt: its values depend on when the run begins" in watcher.out[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_while_it_waits(watch, folder, number):
    watcher = watch(every="10m")
    watcher.wait_for_lines(1)
    code, seconds = watcher.end(number)
    assert code == 130 and seconds < 2


def test_a_signal_stops_a_run_in_hand(watch, tarn, folder, tmp_path):
    tarn("generate", tmp_path / "large", "--events", 300_000, "--songs", 10)
    (folder / "tarn.toml").write_text(CONFIG.replace("id BIGINT", "ts BIGINT, sessionId BIGINT"))
    (folder / "ids.sql").write_text("SELECT a.ts FROM events AS a JOIN events AS b ON a.ts * b.sessionId < a.sessionId - b.ts")
    watcher = watch("--set", f"lake.input={tmp_path / 'large'}", "--set", "source.events.path=**/*events.json")
    watcher.wait_for(lambda: list((folder / "lake").glob("_tarn/runs/*.json")))
    time.sleep(0.5)
    code, _ = watcher.end()
    assert code == 130
    assert (watcher.err, watcher.out) == (["interrupted; tables are as they were"], [])
    assert not (folder / "lake" / "ids").exists()


def test_what_fails_is_tried_again_after_longer_pauses(watch, folder):
    watcher = watch()
    watcher.wait_for_lines(1)
    (folder / "raw/b.json").write_text('{"id":"x"}\n')
    pauses = lambda: [float(line.split()[-2]) for line in watcher.err if line.startswith("the next look is in ")]  # noqa: E731
    watcher.wait_for(lambda: len(pauses()) == 2)
    assert sum(line.startswith("error: ") for line in watcher.err) == 2
    assert 1 <= pauses()[0] <= 2 <= pauses()[1] <= 4
    assert ids(folder) == [1] and len(watcher.out) == 1
    write(folder, "b", 2)
    watcher.wait_for_lines(2)
    assert ids(folder) == [1, 2]


def test_an_error_in_an_edit_is_waited_out(watch, folder):
    watcher = watch()
    watcher.wait_for_lines(1)
    (folder / "ids.sql").write_text("SELECT di FROM events")
    watcher.wait_for(lambda: any("ids.sql" in line for line in watcher.err))
    (folder / "ids.sql").write_text("SELECT id + 1 AS id FROM events")
    watcher.wait_for_lines(2)
    assert ids(folder) == [2]


def test_two_watchers_of_one_lake(watch, folder):
    watchers = [watch("--wait", "10s"), watch("--wait", "10s")]
    for one in watchers:
        one.wait_for_lines(1)
    for number in range(2, 5):
        write(folder, f"f{number}", number)
        watchers[0].wait_for(lambda: len(ids(folder)) == number)
    assert ids(folder) == [1, 2, 3, 4]
    for one in watchers:
        assert one.end()[0] == 130
        assert not [line for line in one.err if line.startswith("error")]


def test_json_is_a_document_a_line(watch, folder):
    watcher = watch("--json")
    watcher.wait_for_lines(1)
    (folder / "raw/b.json").write_text('{"id":"x"}\n')
    watcher.wait_for_lines(2)
    (folder / "ids.sql").write_text("SELECT")
    watcher.wait_for_lines(3)
    assert watcher.end()[0] == 130
    documents = [json.loads(line) for line in watcher.out]
    assert all(problems("run", document) == [] for document in documents)
    kinds = [document["error"] and document["error"]["kind"] for document in documents]
    assert kinds == [None, "bad_input", *kinds[2:-1], "cancelled"] and set(kinds[2:-1]) == {"bad_input"}
    assert documents[1]["run_id"] and documents[2]["run_id"] is None


def test_quiet_prints_errors_alone(watch, folder):
    watcher = watch("--quiet")
    watcher.wait_for(lambda: (folder / "lake/ids").exists())
    (folder / "raw/b.json").write_text('{"id":"x"}\n')
    watcher.wait_for(lambda: watcher.err)
    assert watcher.err[0].startswith("error: ") and watcher.out == []


def test_the_first_file_may_come_later(watch, folder):
    (folder / "raw/a.json").unlink()
    watcher = watch()
    watcher.wait_for(lambda: any(line.startswith("the next look") for line in watcher.err))
    write(folder, "a", 5)
    watcher.wait_for_lines(1)
    assert ids(folder) == [5]


def test_what_is_wrong_at_the_start_ends_it(tarn, folder):
    assert "nosuch" in tarn("run", folder, "--watch", "1s", "--select", "nosuch", exit_code=2).stderr
    tarn("run", folder / "nosuch", "--watch", "1s", exit_code=3)
    (folder / "ids.sql").write_text("SELECT")
    tarn("run", folder, "--watch", "1s", exit_code=3)
    assert not (folder / "lake").exists()


@pytest.mark.parametrize(
    "words, said",
    [
        (["--full"], "--full computes all whatever is new"),
        (["--retry-quarantine"], "--retry-quarantine reads all again"),
        (["--cluster", "j-1"], "--watch is not for runs on EMR"),
        (["--watch", "0s"], "--watch: must be at least 1s, not 0s"),
        (["--watch", "soon"], "no time: soon"),
    ],
)
def test_combinations_without_meaning(tarn, folder, words, said):
    watch = [] if "--watch" in words else ["--watch", "60s"]
    assert said in tarn("run", folder, *watch, *words, exit_code=2).stderr
    assert not (folder / "lake").exists()


def test_the_python_of_the_docs(tarn, folder, monkeypatch):
    blocks = [block.text for block in markdown.blocks((ROOT / "docs/scheduling.md").read_text()) if block.language == "python"]
    for block in blocks:
        compile(block, "docs/scheduling.md", "exec")
    scope = {}
    exec(blocks[0], scope)
    original = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda words, **options: original([tarn.path, *words[1:]], **options))
    tables = scope["run_tarn"](str(folder))
    assert tables["ids"]["rows"] == 1 and tables["ids"]["change"] == "rebuild"
    (folder / "ids.sql").write_text("SELECT")
    with pytest.raises(scope["Hopeless"], match="syntax error"):
        scope["run_tarn"](str(folder))
