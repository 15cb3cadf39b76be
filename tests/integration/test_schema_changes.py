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
