"""Every document of --json, of commands that succeed and of those that fail, keeps its schema in docs/json/."""

import json
import re

import jsonschema
import pytest
import referencing

from conftest import PIPELINE, ROOT

FOLDER = ROOT / "docs" / "json"
SCHEMAS = {path.name.removesuffix(".schema.json"): json.loads(path.read_text()) for path in FOLDER.glob("*.schema.json")}
REGISTRY = referencing.Registry().with_resources(
    (schema["$id"], referencing.Resource.from_contents(schema)) for schema in SCHEMAS.values()
)


def problems(command, document):
    validator = jsonschema.Draft202012Validator(SCHEMAS[command], registry=REGISTRY)
    return [f"{error.json_path}: {error.message}"[:300] for error in validator.iter_errors(document)]


@pytest.fixture
def ask(tarn):
    """Runs a command with --json and checks what it prints."""

    def ask_one(*words, exit_code=0, schema=None, **options):
        document = json.loads(tarn(*words, "--json", exit_code=exit_code, **options).stdout)
        assert problems(schema or words[0], document) == []
        assert (document["error"] is None) == (exit_code == 0)
        return document

    return ask_one


@pytest.fixture
def pipeline(tmp_path):
    folder = tmp_path / "pipeline"
    (folder / "raw").mkdir(parents=True)
    (folder / "tarn.toml").write_text(
        '[pipeline]\nname = "p"\n[lake]\ninput = "raw"\noutput = "lake"\n'
        '[source.events]\npath = "*.json"\nschema = "id BIGINT, at TIMESTAMP"\non_new_field = "report"\n'
        '[table.things]\nkey = ["id"]\nchecks = ["id > 0"]\npartition_by = ["day"]\n'
    )
    (folder / "things.sql").write_text("SELECT id, to_date(at) AS day FROM events WHERE id IS NOT NULL ORDER BY id")
    (folder / "raw" / "a.json").write_text('{"id":1,"at":"2026-01-02T03:04:05Z","new":1}\n{"id":2,"o":{}}\n{"id":"x"}\n')
    return folder


def test_the_schemas_are_schemas():
    for schema in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_each_command_that_has_json_has_a_schema(tarn):
    listed = re.findall(r"^  ([a-z-]+) ", tarn("--help").stdout.partition("Commands:")[2].partition("Options:")[0], re.M)
    with_json = {command for command in listed if "--json" in tarn(command, "--help").stdout}
    assert with_json == SCHEMAS.keys() - {"common", "other"}
    said = (ROOT / "docs" / "json.md").read_text()
    for command in SCHEMAS:
        assert f"(json/{command}.schema.json)" in said


def analysed(plan):
    """What was measured is all there, and adds up."""
    (source,), (table,), run = plan["sources"], plan["tables"], plan["analysis"]
    steps = [table["steps"]]
    while steps[-1]["inputs"]:
        steps += steps[-1]["inputs"]
    assert source["reading"]["records"] == 3 and [step["rows"] for step in steps] == [2] * len(steps)
    assert table["writing"]["rows"] == 2 and table["writing"]["files"] == table["writing"]["partitions"] == 2
    assert table["writing"]["columns"] == [{"column": "id", "encodings": ["PLAIN"], "bytes": table["writing"]["columns"][0]["bytes"]}]
    for member in ("seconds", "serial_seconds"):
        parts = [part[member] for part in (source["reading"], table["writing"], run["rest"], *steps)]
        assert sum(parts) == pytest.approx(run[member])
    assert run["seconds"] >= run["serial_seconds"] > 0 and run["memory_bytes_max"] > 0


def test_documents_of_success(ask, pipeline):
    ask("check", pipeline)
    ask("check", pipeline, "--data", exit_code=3)
    ask("infer", pipeline / "raw")
    assert ask("plan", pipeline)["estimate"]["files"] == 1
    analysed(ask("plan", pipeline, "--analyze"))
    run = ask("run", pipeline)
    assert run["outcome"] == "done" and run["sources"][0]["new_fields"]
    assert ask("show", pipeline)["tables"][0]["head"][0]["id"] == 1
    assert ask("runs", pipeline)["runs"][0]["run_id"] == run["run_id"]
    assert ask("quarantine", pipeline)["quarantine"][0]["records"]
    assert ask("files", pipeline, "events")["sources"][0]["files"][0]["state"] == "same"
    assert [table["change"] for table in ask("run", pipeline)["tables"]] == ["none"]
    (pipeline / "raw" / "b.json").write_text('{"id":7}\n')
    assert [source["new"] for source in ask("files", pipeline)["sources"]] == [1]
    assert [table["change"] for table in ask("run", pipeline)["tables"]] == ["rebuild"]
    assert ask("recover", pipeline)["rolled_back"] == 0
    ask("check", PIPELINE)
    ask("plan", PIPELINE, "songplays")


def test_check_with_data_that_fits(ask, pipeline):
    (pipeline / "raw" / "a.json").write_text('{"id":1,"at":null}\n{"id":2,"new":1}\n')
    assert ask("check", pipeline, "--data")["data"][0]["differences"]


def test_documents_of_failure(ask, pipeline, tmp_path):
    for command in ("check", "files", "infer", "plan", "quarantine", "recover", "run", "runs", "show"):
        document = ask(command, "--no-such-option", exit_code=2)
        assert document["command"] == command and document["error"]["kind"] == "usage"
        assert document["error"]["hint"] == f"see `tarn {command} --help`"
        if command != "infer":
            ask(command, tmp_path / "none", exit_code=3)
    ask("infer", tmp_path / "none", exit_code=3)
    ask("nothing", exit_code=2, schema="other")
    ask("show", pipeline, "thing", exit_code=3)
    ask("quarantine", pipeline, "--run", "none", exit_code=2)
    ask("recover", pipeline, "--discard", "none", exit_code=2)


def test_an_error_in_sql_has_its_place(ask, pipeline):
    (pipeline / "things.sql").write_text("SELECT id,\n  atx AS day FROM events")
    for command in ("check", "plan", "run"):
        error = ask(command, pipeline, exit_code=3)["error"]
        assert error["place"] == {"file": str(pipeline / "things.sql"), "line": 2, "column": 3, "byte_offset": None}
        assert error["message"] == "unknown column: atx" and error["hint"] == "did you mean at?"
    assert ask("runs", pipeline)["runs"][0]["error"] == error


def test_runs_that_fail(ask, pipeline):
    assert ask("run", pipeline, "--select", "none", exit_code=2)["run_id"] is None
    bad = ask("run", pipeline, "--set", "source.events.on_bad_record=fail", exit_code=3)
    place = {"file": str(pipeline / "raw" / "a.json"), "line": 3, "column": None, "byte_offset": 61}
    assert bad["error"]["place"] == place and bad["error"]["hint"].startswith("fix or remove the record")
    assert bad["run_id"] and bad["sources"][0]["files"] == 1 and bad["outcome"] == "failed"
    broken = ask("run", pipeline, "--set", 'table.things.checks=["id > 1"]', exit_code=4)
    assert broken["broken_rules"][0]["rows"] == 1 and broken["sources"][0]["bad_records"] == 1
    shown = ask("quarantine", pipeline)
    assert shown["broken_rules"][0]["run_id"] == broken["run_id"] and shown["quarantine"][0]["failed"]
    assert len(ask("runs", pipeline)["runs"]) == 2
    (pipeline / "lake" / "_tarn" / "runs" / "x.json").write_text("{")
    assert ask("runs", pipeline)["unreadable"]


@pytest.mark.xdist_group("spark")
def test_on_spark(ask, pipeline, connect_server):
    on_spark = ["--remote", connect_server.remote, "--set", "spark.small=0"]
    assert "Physical Plan" in ask("plan", pipeline, *on_spark)["spark_plan"]
    assert ask("run", pipeline, *on_spark, timeout=240)["engine"] == "spark"
    broken = ask("run", pipeline, *on_spark, "--set", 'table.things.checks=["id > 1"]', exit_code=4)
    assert broken["broken_rules"][0]["sample"][0]["id"] == "1"
    error = ask("run", pipeline, *on_spark, "--set", "source.events.on_bad_record=fail", exit_code=3)["error"]
    assert error["place"]["file"].endswith("a.json") and error["place"]["line"] is None
