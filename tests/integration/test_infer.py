"""`tarn infer` and `tarn check --data` on real files, beside what real Spark infers."""

import bz2
import gzip
import json
import re

import pytest

from conftest import PIPELINE, SAMPLE


def columns_of(document):
    return {column["name"]: column["type"] for column in document["source"]["columns"]}


def make_pipeline(folder, block):
    folder.mkdir()
    (folder / "tarn.toml").write_text('[lake]\ninput = "raw"\noutput = "lake"\n\n' + block)
    name = re.search(r"\[source\.(\w+)\]", block).group(1)
    (folder / "counted.sql").write_text(f"SELECT count(*) AS n FROM {name}\n")
    return folder


# Types as Spark names them: simpleString() has no spaces and int for INT.
def spark_type(ddl):
    return re.sub(r"([<,:]) ", r"\1", ddl).lower()


def spark_columns(spark, path, **options):
    frame = spark.read.options(**options).json(str(path))
    return {field.name: field.dataType.simpleString() for field in frame.schema}


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("path", ["song_data/*/*/*/*.json", "log_data/*/*/*.json"])
def test_spark_infers_the_same_from_sparkify(tarn, spark, path):
    ours = columns_of(tarn.json("infer", SAMPLE / path, "--whole"))
    assert {name: spark_type(ddl) for name, ddl in ours.items()} == spark_columns(spark, SAMPLE / path)


NESTED = [
    {"id": 1, "user": {"name": "a", "tags": ["x"], "address": {"zip": 1}}, "ok": True, "none": None, "mix": 1},
    {"id": 2**63, "user": {"name": None, "age": 2.5}, "items": [{"sku": "s", "n": 1}, {"n": 1.5}], "mix": "x"},
    {"id": -5, "user": {"address": {"zip": "2", "city": "c"}}, "empty": [], "matrix": [[1, 2], [3.5]], "mix": [1]},
    {"big": 10**39, "wide": 1e300, "any": [1, "x", {"y": 1}], "obj": {"a": 1}},
    {"obj": "text", "at": "2018-11-21T10:00:00Z", "day": "2018-11-21", "nothing": {}},
]


@pytest.mark.xdist_group("spark")
def test_spark_infers_the_same_from_nested_records(tarn, spark, tmp_path):
    path = tmp_path / "nested.json"
    path.write_text("".join(json.dumps(record) + "\n" for record in NESTED))
    ours = {name: spark_type(ddl) for name, ddl in columns_of(tarn.json("infer", path)).items()}
    theirs = spark_columns(spark, path)
    # Where we differ on purpose: whole ISO dates and times are typed, and an object without keys is a
    # map, where Spark leaves the column out.
    assert (ours.pop("at"), theirs.pop("at")) == ("timestamp", "string")
    assert (ours.pop("day"), theirs.pop("day")) == ("date", "string")
    assert ours.pop("nothing") == "map<string,string>" and "nothing" not in theirs

    # Spark sorts fields by name, we keep them as the data has them.
    def without_order(columns):
        return {name: sorted(re.split(r"[<>,]", kind)) for name, kind in columns.items()}

    assert without_order(ours) == without_order(theirs)


def test_the_section_can_be_pasted(tarn, tmp_path):
    block = tarn("infer", SAMPLE / "log_data").stdout
    folder = make_pipeline(tmp_path / "p", block)
    tarn("check", folder, "--data")
    tarn("run", folder, "--quiet")
    shown = tarn.json("show", folder, "counted")
    assert shown["tables"][0]["head"] == [{"n": 8056}]
    again = tarn("infer", SAMPLE / "log_data").stdout
    assert again == block


def test_awkward_names_and_values_survive(tarn, tmp_path):
    record = {
        'quo"""te': 'a"""b', "back`tick": "c\\d", "${HOME}": "${HOME}", "new\nline": "x\ny", "spa ce": "\x1b[31m",
        "dash--dash": "-- /*", "42": 1, "é": "\u009b", "ordinary": 1,
    }  # fmt: skip
    (tmp_path / "raw.json").write_text(json.dumps(record) + "\n")
    out = tarn("infer", tmp_path / "raw.json").stdout
    assert "\x1b" not in out and "\x9b" not in out
    folder = make_pipeline(tmp_path / "p", out)
    assert {column["name"] for column in columns_of_check(tarn, folder)} == set(record)


def columns_of_check(tarn, folder):
    return tarn.json("check", folder, "--data")["data"][0]["columns"]


def test_shapes_and_compression(tarn, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.json").write_text('[{"a": 1},\n {"a": 2}]')
    (raw / "b.json.gz").write_bytes(gzip.compress(b'{"a": 3}\n{"b": "x"}\n'))
    (raw / "c.json.bz2").write_bytes(bz2.compress(b'{\n "a": 4.5\n}\n'))
    (raw / "d.json").write_bytes('{"b": "é"}'.encode("utf-16"))
    (raw / "_hidden.json").write_text("{")
    document = tarn.json("infer", raw, "--name", "things")
    assert columns_of(document) == {"a": "DOUBLE", "b": "STRING"}
    assert document["read"]["files"] == 4 and document["read"]["records"] == 6
    assert document["source"]["columns"][0] == {
        "name": "a", "type": "DOUBLE", "null": 0, "missing": 2, "kinds": {"integer": 3, "decimal": 1},
        "examples": ["1", "2", "3"], "min": 1, "max": 3, "first": f"{raw}/a.json:1",
    }  # fmt: skip


def test_a_sample_is_smaller_and_the_same_every_time(tarn):
    path = SAMPLE / "log_data"
    sample = tarn.json("infer", path, "--sample", "300")
    assert 250 <= sample["read"]["records"] <= 300 and not sample["read"]["whole"]
    assert sample == tarn.json("infer", path, "--sample", "300", "--threads", "1")
    assert columns_of(sample) == columns_of(tarn.json("infer", path, "--whole"))
    text = tarn("infer", path, "--sample", "300")
    assert "a sample" in text.stdout and "--whole" in text.stderr


def test_bad_records_are_told_and_left_out(tarn, tmp_path):
    (tmp_path / "a.json").write_text('{"a":1}\n{"a":\n{"a":2}\n')
    told = tarn("infer", tmp_path / "a.json")
    assert "2 bad records" not in told.stderr
    assert f"1 bad record, the first at {tmp_path}/a.json:2" in told.stderr
    assert "a BIGINT" in told.stdout and "warning" not in told.stdout


def test_a_broken_first_line_does_not_hide_the_rest(tarn, tmp_path):
    (tmp_path / "a.json").write_text('{"a":1} x\n{"a":2}\n{"a":3}\n')
    block = tarn("infer", tmp_path / "a.json").stdout
    assert 'format = "ndjson"' in block and "2, 3" in block


@pytest.mark.parametrize(
    "content, reason",
    [(b"", "no record"), (b"\n \n", "no record"), (b"a,b\n1,2\n", "expected '{'"), (b"{}\n{}\n", "every record is {}"),
     (b"PAR1....", "Parquet"), (gzip.compress(b'{"a":1}\n')[:-12], "a.json")],
)  # fmt: skip
def test_nothing_to_infer(tarn, tmp_path, content, reason):
    (tmp_path / "a.json").write_bytes(content)
    refused = tarn("infer", tmp_path / "a.json", exit_code=3)
    assert reason in refused.stderr and refused.stdout == ""


def test_nothing_there(tarn, tmp_path):
    refused = tarn("infer", tmp_path / "*.json", exit_code=3)
    assert "no file matches" in refused.stderr
    assert json.loads(tarn("infer", tmp_path / "no", "--json", exit_code=3).stdout)["error"]["kind"] == "bad_input"


def test_check_data_accepts_sparkify(tarn):
    checked = tarn("check", PIPELINE, "--data")
    assert "ok: 2 sources, 5 tables" in checked.stdout
    assert re.search(r"^artist_latitude +DOUBLE +56\.3 % +0 % +0 %$", checked.stdout, re.MULTILINE)
    assert checked.stderr == ""
    data = tarn.json("check", PIPELINE, "--data", "--whole")["data"]
    assert [source["read"]["records"] for source in data] == [71, 8056]


@pytest.fixture
def drifting(tmp_path):
    """A pipeline whose data is not as declared."""
    (tmp_path / "raw" / "events").mkdir(parents=True)
    (tmp_path / "raw" / "events" / "1.json").write_text('{"id":1,"at":"2018-11-21"}\n{"id":2,"device":{"os":"x"}}\n')
    (tmp_path / "raw" / "events" / "2.json").write_text('{"id":"three"}\n{"id":4,"at":"soon"}\n{"id":5,"at":5}\n')
    block = '[source.events]\npath = "events"\nschema = "id BIGINT, at DATE, gone STRING"\n'
    (tmp_path / "tarn.toml").write_text('[lake]\ninput = "raw"\noutput = "lake"\n' + block)
    (tmp_path / "counted.sql").write_text("SELECT count(id) AS n, max(at) AS at FROM events\n")
    return tmp_path


def test_check_data_lists_every_misfit(tarn, drifting):
    assert tarn("check", drifting).stdout.startswith("ok")
    refused = tarn("check", drifting, "--data", exit_code=3)
    events = drifting / "raw" / "events"
    assert f"{events}/2.json:1: source.events.id: 1 of 5 records do not fit BIGINT" in refused.stderr
    assert f"{events}/2.json:2: source.events.at: 2 of 5 records do not fit DATE" in refused.stderr
    assert "declare id STRING" in refused.stderr and "2 errors" in refused.stderr
    assert "source.events.device: the schema does not name this key; 1 of 5 records" in refused.stderr
    assert "declare device STRUCT<os: STRING>" in refused.stderr
    assert "source.events.gone: no record has this key" in refused.stderr
    errors = json.loads(tarn("check", drifting, "--data", "--json", exit_code=3).stdout)["error"]["diagnostics"]
    assert [(error["subject"], error["line"]) for error in errors] == [
        ("source.events.id", 1),
        ("source.events.at", 2),
    ]


def test_check_data_only_warns_of_new_and_missing_keys(tarn, drifting):
    (drifting / "raw" / "events" / "2.json").unlink()
    checked = tarn("check", drifting, "--data")
    assert checked.stderr.count("warning:") == 2 and "ok" in checked.stdout
    differences = tarn.json("check", drifting, "--data")["data"][0]["differences"]
    assert [difference["key"] for difference in differences] == ["gone", "device"]
    assert differences[1]["hint"] == "declare device STRUCT<os: STRING>" and differences[1]["line"] == 2


def test_check_data_agrees_with_a_run(tarn, drifting):
    tarn("run", drifting, "--set", "source.events.on_bad_record=fail", exit_code=3)
    tarn("check", drifting, "--data", exit_code=3)
    set_schema = ["--set", "source.events.schema=id STRING, at STRING, gone STRING"]
    tarn("check", drifting, "--data", *set_schema)
    tarn("run", drifting, *set_schema)


def test_check_data_reports_damage(tarn, drifting):
    whole = gzip.compress(b'{"id":1}\n' * 1000)
    (drifting / "raw" / "events" / "2.json").write_bytes(whole[: len(whole) - 9])
    refused = tarn("check", drifting, "--data", exit_code=3)
    assert f"{drifting}/raw/events/2.json: source.events" in refused.stderr
