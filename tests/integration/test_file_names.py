"""Names of files are bytes; what they are shown in and kept in is Unicode."""

import json
import os
import socket

import duckdb
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet
import pytest

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*.json"
schema = "id BIGINT"
[table.things]
"""
# In Latin-1, in no encoding, cut within a character, and what an escaped name looks like.
NAMES = [b"caf\xe9.json", b"\xff\xfe.json", b"\xe6\x97.json", b"caf\\xE9.json", b"a\\b.json", "é日.json".encode()]
SHOWN = {r"caf\xE9.json", r"\xFF\xFE.json", r"\xE6\x97.json", "a\\b.json", "é日.json"}


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "things.sql").write_text("SELECT id FROM events")
    for number, name in enumerate(NAMES):
        write(tmp_path, name, f'{{"id":{number},"new {number}":1}}\nnot a record\n')
    return tmp_path


def write(pipeline, name, content):
    with open(os.path.join(os.fsencode(pipeline / "raw"), name), "w") as file:
        file.write(content)


def ids(pipeline):
    return sorted(dataset.dataset(pipeline / "lake" / "things").to_table().column("id").to_pylist())


def quarantine(pipeline):
    """By two other readers: (path, line) of each bad record of the newest run."""
    files = list((pipeline / "lake" / "_tarn" / "quarantine").rglob("*.parquet"))
    rows = [(row["path"], row["line"]) for file in files for row in parquet.ParquetFile(file).read().to_pylist()]
    names = ", ".join(f"'{file}'" for file in files)
    assert sorted(duckdb.sql(f"SELECT path, line FROM read_parquet([{names}])").fetchall()) == sorted(rows)
    return rows


def test_names_all_the_way(tarn, pipeline):
    record = tarn.json("run", pipeline)
    assert ids(pipeline) == list(range(len(NAMES)))
    shown = {os.path.basename(field["path"]) for field in record["sources"][0]["new_fields"]}
    assert SHOWN <= shown
    [kept] = tarn.json("runs", pipeline)["runs"]
    assert kept["sources"] == record["sources"]
    [file] = (pipeline / "lake" / "_tarn" / "runs").glob("*.json")
    assert json.loads(file.read_bytes().decode())["sources"] == record["sources"]

    kept = {path.removeprefix(f"{pipeline}/raw/") for path, _ in quarantine(pipeline)}
    # The name that looks like an escaped one is escaped too, so that each text is one name's.
    assert kept == SHOWN | {r"caf\x5CxE9.json"}
    shown = tarn.json("quarantine", pipeline)["quarantine"][0]["records"]
    assert {os.path.basename(record["path"]) for record in shown} == SHOWN
    tarn("quarantine", pipeline).stdout.encode().decode()


def test_retry_finds_the_files(tarn, pipeline):
    tarn("run", pipeline)
    raw = os.fsencode(pipeline / "raw")
    # A file that was mended, two that are gone, and others as they were.
    write(pipeline, NAMES[0], '{"id":10}\n{"id":11}\n')
    os.unlink(os.path.join(raw, NAMES[1]))
    os.unlink(os.path.join(raw, NAMES[3]))
    for _ in range(2):
        tarn("run", pipeline, "--retry-quarantine")
        assert ids(pipeline) == [2, 4, 5, 10, 11]
        gone = [f"{pipeline}/raw/\\xFF\\xFE.json", f"{pipeline}/raw/caf\\x5CxE9.json"]
        there = [f"{pipeline}/raw/{name}" for name in (r"\xE6\x97.json", "a\\b.json", "é日.json")]
        assert sorted(quarantine(pipeline)) == sorted((path, 2) for path in gone + there)


def test_messages_name_the_file(tarn, pipeline):
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("[table", 'on_bad_record = "fail"\n[table'))
    error = tarn.json("run", pipeline, exit_code=3)["error"]
    assert error["place"]["file"] in (rf"{pipeline}/raw/\xE6\x97.json", f"{pipeline}/raw/a\\b.json")
    assert error["place"]["line"] == 2 and error["place"]["byte_offset"] > 0
    assert error["place"]["file"] not in error["message"] and "fix or remove" in error["hint"]
    assert "\ufffd" not in str(error)
    [record] = tarn.json("runs", pipeline)["runs"]
    assert record["error"] == error


def test_infer_and_check(tarn, pipeline):
    found = tarn.json("infer", pipeline / "raw")
    assert found["read"]["files"] == len(NAMES)
    places = {os.path.basename(bad["place"]).split(":")[0] for bad in found["read"]["first_bad_records"]}
    assert places <= SHOWN | {r"caf\xE9.json"} and places
    found = tarn.json("check", pipeline, "--data", exit_code=3)["error"]["diagnostics"]
    assert (rf"{pipeline}/raw/a\b.json", 2) in {(error["file"], error["line"]) for error in found}
    assert "\ufffd" not in str(found)


def test_sync_keeps_names(tarn, pipeline, tmp_path):
    copy = tmp_path / "copy"
    tarn("sync", pipeline / "raw", copy)
    assert sorted(os.listdir(os.fsencode(copy))) == sorted(NAMES)
    assert "copied 0 files" in tarn("sync", pipeline / "raw", copy).stdout
    tarn("sync", "--dry-run", pipeline / "raw", tmp_path / "other").stdout.encode().decode()


@pytest.mark.parametrize("kind", ["FIFO", "socket", "device"])
def test_what_is_no_file(tarn, pipeline, tmp_path, kind):
    path = pipeline / "raw" / "odd.json"
    tarn("run", pipeline)
    before = ids(pipeline)
    if kind == "FIFO":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            here = os.getcwd()
            os.chdir(path.parent)  # the path of a socket may not be long
            bound.bind(path.name)
            os.chdir(here)
    else:
        path.symlink_to("/dev/null")
    said = f"Not a file, but a {kind}; save its output in a file, or leave its name out of the path: {path}"
    for words in (["run", pipeline], ["check", pipeline, "--data"], ["infer", path], ["infer", pipeline / "raw"],
                  ["sync", pipeline / "raw", tmp_path / "copy"]):  # fmt: skip
        assert said in tarn(*words, exit_code=3).stderr
    assert ids(pipeline) == before
    tarn("run", pipeline, "--set", f"source.events.path={pipeline}/raw/[!o]*.json")
    assert ids(pipeline) == before


def test_links_that_lead_nowhere_are_left_out(tarn, pipeline, tmp_path):
    tarn("run", pipeline)
    before = ids(pipeline)
    link = pipeline / "raw" / "link.json"
    link.symlink_to(tmp_path / "gone.json")
    said = f"warning: skipped a dangling link: {link}"
    for words, exit_code in ((["run", pipeline], 0), (["check", pipeline, "--data"], 3),  # of the bad records
                             (["infer", pipeline / "raw"], 0), (["sync", pipeline / "raw", tmp_path / "copy"], 0)):  # fmt: skip
        shown = tarn(*words, exit_code=exit_code)
        assert said in shown.stderr + shown.stdout, words
    assert ids(pipeline) == before
    (tmp_path / "copy" / "link.json").write_text("{}\n")
    tarn("sync", "--delete", pipeline / "raw", tmp_path / "copy")
    assert (tmp_path / "copy" / "link.json").exists()  # what the link led to may come back
    assert "no file matches" in tarn("run", pipeline, "--set", f"source.events.path={link}", exit_code=3).stderr


def test_brackets_are_escaped(tarn, pipeline):
    (pipeline / "raw" / "a[1].json").write_text('{"id":900}\n')
    for path in (r"raw/a\[1\].json", "raw/a[[]1].json"):
        tarn("run", pipeline, "--set", f"source.events.path={pipeline}/{path}", "--shrink")
        assert ids(pipeline) == [900], path
