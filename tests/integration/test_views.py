"""Models that other tables read and that are not written: materialized = "view"."""

import json

import pyarrow.parquet as parquet
import pytest

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*.json"
schema = "id INT, kind STRING"
[table.stg_events]
materialized = "view"
"""


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "1.json").write_text("".join(json.dumps({"id": n, "kind": "ab"[n % 2]}) + "\n" for n in range(10)))
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "stg_events.sql").write_text("SELECT id, upper(kind) AS kind FROM events WHERE id > 1")
    (tmp_path / "kinds.sql").write_text("SELECT kind, count(*) AS n FROM stg_events GROUP BY kind")
    (tmp_path / "ids.sql").write_text("SELECT id FROM stg_events")
    return tmp_path


def rows(pipeline, table):
    files = (pipeline / "lake" / table).rglob("*.parquet")
    return sorted(tuple(row.values()) for file in files for row in parquet.read_table(file).to_pylist())


def check_tables(tarn, pipeline, *engine):
    run = tarn.json("run", pipeline, *engine)
    assert sorted(table["table"] for table in run["tables"]) == ["ids", "kinds"]
    assert rows(pipeline, "kinds") == [("A", 4), ("B", 4)] and rows(pipeline, "ids") == [(n,) for n in range(2, 10)]
    assert not (pipeline / "lake" / "stg_events").exists()


def test_a_view_is_not_written(tarn, pipeline):
    check_tables(tarn, pipeline)
    assert "1 source, 2 tables, 1 view" in tarn("check", pipeline).stdout
    assert "stg_events (only read by others)" in tarn("plan", pipeline).stdout
    tarn("run", pipeline, "--select", "ids")
    refused = tarn("run", pipeline, "--select", "stg_events", exit_code=2).stderr
    assert "stg_events is a view" in refused
    assert sorted(tarn.json("show", pipeline / "lake")) and "stg_events" not in tarn("show", pipeline / "lake").stdout


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("small", ["0", "1 GB"])
def test_a_view_on_spark(tarn, pipeline, connect_server, small):
    check_tables(tarn, pipeline, "--remote", connect_server.remote, "--set", f"spark.small={small}")


def test_what_a_view_cannot_have(tarn, pipeline):
    with open(pipeline / "tarn.toml", "a") as file:
        file.write('key = ["id"]\npartition_by = ["kind"]\n')
    refused = tarn("check", pipeline, exit_code=3).stderr
    assert "table.stg_events.key" in refused and "table.stg_events.partition_by" in refused
    assert "tarn.toml:10" in refused and 'remove this, or the line materialized = "view"' in refused
    (pipeline / "tarn.toml").write_text(CONFIG.replace('"view"', '"views"'))
    assert 'materialized' in tarn("check", pipeline, exit_code=3).stderr


def test_a_view_that_nothing_reads(tarn, pipeline):
    (pipeline / "kinds.sql").unlink()
    (pipeline / "ids.sql").write_text("SELECT id FROM events")
    tarn("run", pipeline)
    (pipeline / "stg_events.sql").write_text("SELECT no_such FROM events")
    assert "stg_events.sql:1:8" in tarn("check", pipeline, exit_code=3).stderr
    (pipeline / "ids.sql").unlink()
    (pipeline / "stg_events.sql").write_text("SELECT id FROM events")
    assert "every table is a view" in tarn("check", pipeline, exit_code=3).stderr


def test_a_step_that_is_written(tarn, pipeline):
    (pipeline / "tarn.toml").write_text(CONFIG.replace("[table.stg_events]\nmaterialized", "# "))
    shown = tarn("check", pipeline)
    assert 'table stg_events is written' in shown.stderr and '[table.stg_events]' in shown.stderr


def test_a_table_that_is_made_no_more(tarn, pipeline):
    (pipeline / "tarn.toml").write_text(CONFIG.replace("[table.stg_events]\nmaterialized", "# "))
    tarn("run", pipeline)
    (pipeline / "tarn.toml").write_text(CONFIG)
    (pipeline / "kinds.sql").unlink()
    said = tarn("run", pipeline).stderr
    for table in ("kinds", "stg_events"):
        assert f"the lake has table {table}, which the pipeline no longer builds" in said
        assert rows(pipeline, table)
    assert "has table ids" not in said
    # Another pipeline's tables in the same lake are its own affair.
    other = pipeline / "other"
    other.mkdir()
    (other / "tarn.toml").write_text(CONFIG.split("[table")[0].replace("raw", "../raw").replace("lake\"", "../lake\""))
    (other / "more.sql").write_text("SELECT id FROM events")
    assert "no longer builds" not in tarn("run", other).stderr
