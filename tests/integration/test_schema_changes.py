"""Schemas that the data leaves behind: values of other types, and fields that come later."""

import json

import duckdb
import pyarrow.dataset as dataset
import pytest

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*"
schema = "id BIGINT, n INT, o STRUCT<a: INT, tags: ARRAY<BIGINT>>"
"""


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "things.sql").write_text("SELECT * FROM events")
    return tmp_path


def write(pipeline, name, *records):
    text = "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)
    (pipeline / "raw" / name).write_text(text)


def set_in_source(pipeline, line):
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("[source.events]\n", f"[source.events]\n{line}\n"))


def rows(pipeline, table="things"):
    found = dataset.dataset(pipeline / "lake" / table).to_table().to_pylist()
    return sorted(found, key=lambda row: (row["id"] is None, row["id"]))


def rescued(pipeline):
    return [row["_rescued"] and json.loads(row["_rescued"]) for row in rows(pipeline)]


def test_values_that_do_not_fit_are_rescued(tarn, pipeline):
    set_in_source(pipeline, 'on_bad_type = "rescue"')
    write(
        pipeline,
        "a.json",
        {"id": 1, "n": 2, "o": {"a": 3, "tags": [4]}},
        '{"id":2,"n":"many","o":{"a":1.50,"tags":[1,"x"]}}',
        '{"id":3,"n":',
        {"id": "none", "n": 4, "o": 5},
    )
    shown = tarn("run", pipeline).stdout
    assert "5 values of another type" in shown and "1 bad record in quarantine" in shown
    assert rows(pipeline) == [
        {"id": 1, "n": 2, "o": {"a": 3, "tags": [4]}, "_rescued": None},
        {"id": 2, "n": None, "o": {"a": None, "tags": [1, None]}, "_rescued": '{"n":"many","o.a":1.50,"o.tags[1]":"x"}'},
        {"id": None, "n": 4, "o": None, "_rescued": '{"id":"none","o":5}'},
    ]
    (source,) = tarn.json("runs", pipeline)["runs"][0]["sources"]
    assert (source["rescued_values"], source["bad_records"]) == (5, 1)


def test_new_files_are_rescued_as_a_rebuild_would(tarn, pipeline):
    set_in_source(pipeline, 'on_bad_type = "rescue"')
    write(pipeline, "a.json", {"id": 1, "n": "x"})
    tarn("run", pipeline)
    write(pipeline, "b.json", {"id": 2, "n": "y"}, {"id": 3, "n": 4})
    assert "+1 file, +2 rows" in tarn("run", pipeline).stdout
    added = rescued(pipeline)
    assert added == [{"n": "x"}, {"n": "y"}, None]
    tarn("run", pipeline, "--full")
    assert rescued(pipeline) == added
    # Another setting gives other rows.
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace('"rescue"', '"bad_record"'))
    assert "things is rebuilt: " in tarn("run", pipeline, "--set", "source.events.max_bad_records=9").stdout
    assert [row["id"] for row in rows(pipeline)] == [3]


# A filter that is pushed into the source sees NULL where the rows have it.
def test_filters_see_what_the_rows_have(tarn, pipeline):
    set_in_source(pipeline, 'on_bad_type = "rescue"')
    write(pipeline, "a.json", {"id": 1, "n": 2}, {"id": 2, "n": "x"}, {"id": 3}, {"id": 4, "n": 0, "o": "x"})
    for condition, ids in {
        "n IS NULL": [2, 3],
        "n IS NOT NULL": [1, 4],
        "n > 1": [1],
        "o IS NULL": [1, 2, 3, 4],
        "_rescued IS NOT NULL": [2, 4],
        "_rescued IS NULL AND n > 0": [1],
        "_rescued LIKE '%x%' OR id = 3": [2, 3, 4],
    }.items():
        (pipeline / "things.sql").write_text(f"SELECT id FROM events WHERE {condition}")
        tarn("run", pipeline)
        assert [row["id"] for row in rows(pipeline)] == ids, condition


def test_csv_is_rescued(tarn, pipeline):
    set_in_source(pipeline, 'on_bad_type = "rescue"\nformat = "csv"')
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("o STRUCT<a: INT, tags: ARRAY<BIGINT>>", "d DATE"))
    (pipeline / "raw" / "a.csv").write_text("1,2,2024-01-31\n2,many,soon\n3,4\n")
    assert "2 values of another type" in tarn("run", pipeline).stdout
    assert rescued(pipeline) == [None, {"n": "many", "d": "soon"}]
    assert len(tarn.json("quarantine", pipeline)["quarantine"][0]["records"]) == 1


def test_check_tells_of_rescued_values_that_nobody_reads(tarn, pipeline):
    set_in_source(pipeline, 'on_bad_type = "rescue"')
    (pipeline / "things.sql").write_text("SELECT id FROM events")
    write(pipeline, "a.json", {"id": "x"})
    assert "no table reads _rescued" in tarn("check", pipeline).stderr
    checked = tarn("check", pipeline, "--data")
    assert "kept in _rescued" in checked.stderr
    assert "1 value of another type" in tarn("run", pipeline).stdout


def test_rescued_columns_that_cannot_be(tarn, pipeline):
    write(pipeline, "a.json", {"id": 1})
    set_in_source(pipeline, 'on_bad_type = "keep"')
    assert "on_bad_type" in tarn("check", pipeline, exit_code=3).stderr
    config = pipeline / "tarn.toml"
    config.write_text(CONFIG.replace("id BIGINT", "id BIGINT, _rescued STRING"))
    set_in_source(pipeline, 'on_bad_type = "rescue"')
    refused = tarn("check", pipeline, exit_code=3).stderr
    assert "tarn.toml:8" in refused and "leave it out of the schema" in refused


def test_other_readers_see_the_column(tarn, pipeline):
    set_in_source(pipeline, 'on_bad_type = "rescue"')
    write(pipeline, "a.json", {"id": 1, "n": "x"}, {"id": 2, "n": 3})
    tarn("run", pipeline)
    found = duckdb.sql(f"SELECT id, _rescued->>'$.n' FROM '{pipeline}/lake/things/*.parquet' ORDER BY id").fetchall()
    assert found == [(1, "x"), (2, None)]


def adding(pipeline):
    set_in_source(pipeline, 'on_new_field = "add"')
    return pipeline / "schema.lock.toml"


def test_new_fields_become_columns(tarn, pipeline):
    lock = adding(pipeline)
    write(pipeline, "a.json", {"id": 1, "o": {"a": 1}})
    tarn("run", pipeline)
    assert not lock.exists()
    write(pipeline, "b.json", {"id": 2, "city": "Oslo", "o": {"a": 2, "b": 0.5}})
    shown = tarn("run", pipeline).stdout
    assert f"source events: field city is STRING from now on: {lock}" in shown and "field o.b is DOUBLE" in shown
    assert rows(pipeline) == [
        {"id": 1, "n": None, "o": {"a": 1, "tags": None, "b": None}, "city": None},
        {"id": 2, "n": None, "o": {"a": 2, "tags": None, "b": 0.5}, "city": "Oslo"},
    ]
    checked = tarn("check", pipeline).stdout
    assert "city STRING" in checked and "o.b DOUBLE" in checked
    # Nothing new, and a day that has no other fields.
    assert "nothing new" in tarn("run", pipeline).stdout
    write(pipeline, "c.json", {"id": 3, "city": "Rome"})
    assert "+1 file, +1 row" in tarn("run", pipeline).stdout
    added = rows(pipeline)
    tarn("run", pipeline, "--full")
    assert rows(pipeline) == added


def test_types_of_new_fields_grow_wider(tarn, pipeline):
    adding(pipeline)
    for number, value in enumerate([1, 2.5, "x"]):
        write(pipeline, f"{number}.json", {"id": number, "v": value})
        tarn("run", pipeline)
    assert [row["v"] for row in rows(pipeline)] == ["1", "2.5", "x"]
    (source,) = tarn.json("runs", pipeline)["runs"][0]["sources"]
    assert source["added_fields"] == [{"field": "v", "type": "STRING"}] and source["bad_records"] == 0


# The order in which files come makes no difference.
def test_columns_are_those_of_a_run_from_nothing(tarn, pipeline, tmp_path):
    lock = adding(pipeline)
    records = [{"id": 1, "v": None, "w": []}, {"id": 2, "v": 1, "w": [{"x": 1}]}, {"id": 3, "w": [{"y": "z"}], "v": 1.5}]
    for record in records:
        write(pipeline, f"{record['id']}.json", record)
        tarn("run", pipeline)
    found = rows(pipeline)
    assert found[2]["w"] == [{"x": None, "y": "z"}] and found[1]["v"] == 1.0
    lock.unlink()
    tarn("run", pipeline)
    assert rows(pipeline) == found


def test_a_lock_that_is_wrong(tarn, pipeline):
    lock = adding(pipeline)
    write(pipeline, "a.json", {"id": 1, "city": "Oslo"})
    tarn("run", pipeline)
    written = lock.read_text()
    lock.write_text(written.replace("STRING", "STRIN"))
    refused = tarn("run", pipeline, exit_code=3).stderr
    assert "schema.lock.toml:" in refused and "delete the file" in refused
    lock.write_text(written.replace("city", "id"))
    refused = tarn("check", pipeline, exit_code=3).stderr
    assert "schema.lock.toml:" in refused and "another type: id" in refused and "delete it here" in refused


def test_check_tells_what_a_run_would_add(tarn, pipeline):
    adding(pipeline)
    write(pipeline, "a.json", {"id": 1, "v": 1})
    tarn("run", pipeline)
    write(pipeline, "b.json", {"id": 2, "v": 2.5, "city": "Oslo"})
    checked = tarn("check", pipeline, "--data").stderr
    assert "a run adds it" in checked and "wider type" in checked


def test_csv_has_no_new_fields(tarn, pipeline):
    set_in_source(pipeline, 'on_new_field = "add"\nformat = "csv"')
    assert "columns of CSV have places" in tarn("check", pipeline, exit_code=3).stderr
