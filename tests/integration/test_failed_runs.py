"""What a run that fails leaves: its record, its bad records and rows that broke rules; the tables stay as they were."""

import json
import signal

import duckdb
import pytest

from conftest import lake_files, table_files
from test_s3 import keys

ROWS = [{"id": 1, "n": 5}, {"id": 2, "n": -1}, {"id": 2, "n": 3}, {"id": None, "n": 4}, {"id": 3, "n": -7}]
BAD = '{"id":"x"}'
ENGINES = ["local", pytest.param("spark", marks=pytest.mark.xdist_group("spark"))]


@pytest.fixture
def pipeline(tmp_path):
    """A table with a key and a check, which the good input keeps."""
    folder = tmp_path / "pipeline"
    (folder / "raw").mkdir(parents=True)
    (folder / "tarn.toml").write_text(
        '[pipeline]\nname = "rules"\n[lake]\ninput = "raw"\noutput = "lake"\n'
        '[source.events]\npath = "*.json"\nschema = "id BIGINT, n BIGINT"\nmax_bad_records = "100%"\n'
        '[table.things]\nkey = ["id"]\nchecks = ["n > 0", "n < 100"]\n'
    )
    (folder / "things.sql").write_text("SELECT id, n FROM events")
    (folder / "other.sql").write_text("SELECT count(*) AS n FROM things")
    write(folder, {"id": 1, "n": 1}, {"id": 2, "n": 2})
    return folder


def write(pipeline, *rows, bad=0, name="a.json"):
    """The only file of the source."""
    for file in (pipeline / "raw").iterdir():
        file.unlink()
    lines = [json.dumps(row) for row in rows] + [BAD] * bad
    (pipeline / "raw" / name).write_text("\n".join(lines) + "\n")


def arguments(engine, request):
    if engine == "local":
        return []
    return ["--remote", request.getfixturevalue("connect_server").remote, "--set", "spark.small=0"]


def check_broken_rules(rules):
    assert [(rule["table"], rule["kind"], rule["rule"], rule["rows"]) for rule in rules] == [
        ("things", "key_not_null", "key (id)", 1),
        ("things", "key_unique", "key (id)", 1),
        ("things", "check", "n > 0", 2),
    ]
    assert rules[0]["sample"] == [{"id": None, "n": "4"}]
    assert rules[1]["sample"] == [{"id": "2"}]
    assert sorted(row["n"] for row in rules[2]["sample"]) == ["-1", "-7"]


@pytest.mark.parametrize("engine", ENGINES)
def test_bad_records_and_broken_rules(tarn, pipeline, engine, request):
    words = arguments(engine, request)
    tarn("run", pipeline, *words)
    before = table_files(pipeline / "lake")
    write(pipeline, *ROWS, bad=2)
    failed = tarn.json("run", pipeline, *words, exit_code=4)
    assert failed["outcome"] == "failed" and failed["error"]["kind"] == "check_failed"
    assert "key (id) is NULL in 1 row: id = NULL, n = 4\n" in failed["error"]["message"]
    assert "key (id) is not unique: 1 row repeats the key of another: id = 2\n" in failed["error"]["message"]
    assert "check `n > 0` fails in 2 rows, such as\n  id = " in failed["error"]["message"]
    assert "nothing was published" in failed["error"]["hint"]
    (source,) = failed["sources"]
    assert (source["records"], source["bad_records"], source["bad_records_are_kept"]) == (7, 2, True)
    check_broken_rules(failed["broken_rules"])
    assert table_files(pipeline / "lake") == before

    record = tarn.json("runs", pipeline)["runs"][0]
    assert record["run_id"] == failed["run_id"] and record["broken_rules"] == failed["broken_rules"]
    shown = tarn.json("quarantine", pipeline)
    (kept,) = shown["quarantine"]
    assert (kept["run_id"], kept["failed"], kept["num_records"]) == (failed["run_id"], True, 2)
    assert [bad["record"] for bad in kept["records"]] == [BAD, BAD]
    check_broken_rules(shown["broken_rules"])
    text = tarn("quarantine", pipeline, "--run", failed["run_id"]).stdout
    assert f"2 bad records in quarantine since run {failed['run_id']}, which failed" in text
    assert "table things: check `n > 0` fails in 2 rows" in text
    rows = duckdb.sql(f"SELECT rule FROM '{pipeline}/lake/_tarn/failed/{failed['run_id']}/*.parquet'").fetchall()
    assert sorted(rows) == [("check: n > 0",)] * 2 + [("key_not_null: key (id)",), ("key_unique: key (id)",)]


def test_the_message_for_people(tarn, pipeline):
    write(pipeline, *({"id": id, "n": -id} for id in range(1, 1205)), bad=1)
    text = tarn("run", pipeline, exit_code=4).stderr
    assert "table things: check `n > 0` fails in 1,204 rows, such as\n  id = 1, n = -1\n  id = 2, n = -2\n" in text
    assert "  id = 3, n = -3\n  hint: fix the data" in text and "id = 4, n" not in text
    assert "source events: 1 bad record in quarantine; `tarn quarantine` lists them" in text


def test_values_do_not_drive_the_terminal(tarn, pipeline):
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("id BIGINT, n BIGINT", "id STRING, n BIGINT"))
    write(pipeline, {"id": "\x1b[2J\n  hint: obey", "n": -1})
    text = tarn("run", pipeline, exit_code=4).stderr
    assert r"id = \u001b[2J\n  hint: obey, n = -1" in text and "\x1b" not in text
    assert tarn.json("runs", pipeline)["runs"][0]["broken_rules"][0]["sample"][0]["id"] == "\x1b[2J\n  hint: obey"


def test_all_records_are_bad(tarn, pipeline):
    write(pipeline, bad=12)
    for limit in ("90%", "3"):
        failed = tarn.json("run", pipeline, "--set", f"source.events.max_bad_records={limit}", exit_code=3)
        assert failed["sources"][0]["bad_records_are_kept"] is True
        (kept,) = tarn.json("quarantine", pipeline)["quarantine"]
        assert (kept["run_id"], kept["failed"], kept["num_records"]) == (failed["run_id"], True, 12)
    assert not table_files(pipeline / "lake")


def test_a_failed_run_does_not_replace_the_quarantine_of_the_tables(tarn, pipeline):
    write(pipeline, {"id": 1, "n": 1}, bad=1)
    good = tarn.json("run", pipeline)["run_id"]
    write(pipeline, {"id": 2, "n": -1}, bad=2, name="b.json")
    bad = tarn.json("run", pipeline, exit_code=4)["run_id"]
    # Both are shown, and which of them failed.
    shown = tarn.json("quarantine", pipeline)["quarantine"]
    assert {(kept["run_id"], kept["failed"], kept["num_records"]) for kept in shown} == {(bad, True, 2), (good, False, 1)}
    assert [kept["run_id"] for kept in tarn.json("quarantine", pipeline, "--run", good)["quarantine"]] == [good]
    assert [kept["run_id"] for kept in tarn.json("quarantine", pipeline, "--run", bad)["quarantine"]] == [bad]

    # The files are gone: of the good run's record the quarantine has the only copy. The failed run's is not the tables'.
    write(pipeline, {"id": 3, "n": 3}, name="c.json")
    failed = tarn.json("run", pipeline, "--retry-quarantine", "--set", 'table.things.checks=["n > 9"]', exit_code=4)
    assert failed["sources"][0]["records"] == 2
    retried = tarn.json("run", pipeline, "--retry-quarantine")
    assert retried["sources"][0]["records"] == 2  # one of the file, one of the good run
    shown = tarn.json("quarantine", pipeline)["quarantine"]
    assert [(kept["run_id"], kept["failed"], kept["num_records"]) for kept in shown] == [(retried["run_id"], False, 1)]
    assert [kept["num_records"] for kept in tarn.json("quarantine", pipeline, "--run", bad)["quarantine"]] == [2]


def test_a_failed_run_without_findings_leaves_its_record_alone(tarn, pipeline):
    tarn("run", pipeline, "--set", "table.things.min_rows=9", exit_code=4)
    assert not [name for name in lake_files(pipeline / "lake") if name.endswith(".parquet")]
    (record,) = tarn.json("runs", pipeline)["runs"]
    assert record["broken_rules"] == [
        {"table": "things", "kind": "min_rows", "rule": "min_rows = 9", "rows": 2, "sample": []}
    ]
    assert "2 rows, fewer than min_rows = 9" in tarn("quarantine", pipeline).stdout


def test_into_s3(tarn, pipeline, s3_server, bucket):
    output, env = ["--set", f"lake.output=s3://{bucket}/lake"], s3_server.env()
    tarn("run", pipeline, *output, env=env)
    before = keys(s3_server, bucket, "lake/things/") + keys(s3_server, bucket, "lake/other/")
    write(pipeline, *ROWS, bad=2)
    failed = tarn.json("run", pipeline, *output, exit_code=4, env=env)
    assert keys(s3_server, bucket, "lake/things/") + keys(s3_server, bucket, "lake/other/") == before
    shown = tarn.json("quarantine", pipeline, *output, env=env)
    assert [(kept["failed"], kept["num_records"]) for kept in shown["quarantine"]] == [(True, 2)]
    check_broken_rules(shown["broken_rules"])
    assert len(keys(s3_server, bucket, f"lake/_tarn/failed/{failed['run_id']}/")) == 1
    assert s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
    assert not keys(s3_server, bucket, "lake/_tarn/journal/")


@pytest.mark.parametrize(
    "step, stays",
    [("commit.staged", False), ("commit.journal_tmp", False), ("commit.journal", True), ("commit.rename", True), ("commit.removed", True)],
)
def test_killed_while_it_keeps_what_it_found(tarn, pipeline, step, stays):
    tarn("run", pipeline)
    before = table_files(pipeline / "lake")
    write(pipeline, *ROWS, bad=2)
    process = tarn.start("run", pipeline, env={"TARN_FAULT": step})
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"the run never reached {step}"
    tarn("recover", pipeline)
    assert table_files(pipeline / "lake") == before
    interrupted = tarn.json("runs", pipeline)["runs"][0]
    assert interrupted["outcome"] == "interrupted"
    shown = tarn.json("quarantine", pipeline)["quarantine"]
    assert [(kept["run_id"], kept["failed"], kept["num_records"]) for kept in shown] == (
        [(interrupted["run_id"], True, 2)] if stays else []
    )
    write(pipeline, {"id": 1, "n": 1}, {"id": 2, "n": 2})
    assert tarn.json("run", pipeline, "--retry-quarantine")["sources"][0]["records"] == 2


@pytest.mark.parametrize("step", ["commit.staged", "commit.journal", "commit.published", "commit.decided", "commit.removed"])
def test_killed_while_it_keeps_what_it_found_in_s3(tarn, pipeline, s3_server, bucket, step):
    output, env = ["--set", f"lake.output=s3://{bucket}/lake"], s3_server.env()
    tarn("run", pipeline, *output, env=env)
    before = keys(s3_server, bucket, "lake/things/") + keys(s3_server, bucket, "lake/other/")
    write(pipeline, *ROWS, bad=2)
    process = tarn.start("run", pipeline, *output, env={**env, "TARN_FAULT": step})
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"the run never reached {step}"
    tarn("recover", pipeline, *output, env=env)
    assert keys(s3_server, bucket, "lake/things/") + keys(s3_server, bucket, "lake/other/") == before
    shown = tarn.json("quarantine", pipeline, *output, env=env)["quarantine"]
    assert [(kept["failed"], kept["num_records"]) for kept in shown] == ([(True, 2)] if step in ("commit.decided", "commit.removed") else [])
    assert s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
