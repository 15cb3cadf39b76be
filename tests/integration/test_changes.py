"""Tables that are made of change records: the same on both engines, and errors where tarn.toml has them."""

import json

import duckdb
import pytest

from test_spark_engine import lakes, on_spark, same_tables  # noqa: F401

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.log]
path = "log/*.json"
schema = "id BIGINT, at TIMESTAMP, lsn BIGINT, name STRING, tags ARRAY<STRING>, price DOUBLE, op STRING"
[table.latest]
mode = "merge"
key = ["id"]
order_by = ["at", "lsn"]
op = "op"
deletes = ["d", "it's\\\\gone"]
[table.history]
history = "scd2"
key = ["id"]
order_by = ["at", "lsn"]
op = "op"
deletes = ["d", "it's\\\\gone"]
partition_by = ["is_current"]
checks = ["valid_to IS NULL OR valid_to > valid_from"]
[table.prices]
history = "scd2"
key = ["id"]
order_by = "at"
"""
MODELS = {
    "latest": "SELECT id, at, lsn, name, tags, price, op FROM log;\n-- the end",
    "history": "SELECT id, at, lsn, name, tags, price, op FROM log",
    # Its file's columns make it another text for Spark.
    "prices": "SELECT id, at, price, _metadata.file_name AS `the file's` FROM log WHERE op <> 'd'",
    "current": "SELECT id, name, valid_from FROM history WHERE is_current",
}


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    (folder / "raw" / "log").mkdir(parents=True)
    (folder / "tarn.toml").write_text(CONFIG)
    for name, sql in MODELS.items():
        (folder / f"{name}.sql").write_text(sql)
    return folder


def write_log(folder, file, numbers):
    """Changes with ties, repeats, NULLs and NaN, in no order."""
    changes = []
    for i in numbers:
        changes.append({
            "id": i % 5, "at": f"2026-01-{1 + i * 7 % 9:02}T00:00:00Z", "lsn": i % 2,
            "name": [None, "ann", "Ölaf"][i % 3], "tags": [["a"], [], ["a", None], None][i % 4],
            "price": [0.0, -0.0, 1.5, "NaN", None][i * 3 % 5], "op": ["c", "u", "d", "it's\\gone", None][i * 11 % 5],
        })  # fmt: skip
    (folder / "raw" / "log" / file).write_text("".join(json.dumps(change) + "\n" for change in changes))


@pytest.mark.xdist_group("spark")
def test_the_tables_are_the_same_on_both_engines(tarn, on_spark, shop, tmp_path):  # noqa: F811
    for arrival, numbers in enumerate((range(40, 80), range(40), range(20, 90, 3))):
        write_log(shop, f"{9 - arrival}.json", numbers)
        for engine, lake in lakes(tmp_path):
            run = tarn.json("run", shop, "--set", f"lake.output={lake}", *(on_spark if engine == "spark" else []))
            assert run["outcome"] == "done" and run["engine"] == engine
        local, spark = (lake for _, lake in lakes(tmp_path))
        same_tables(local, spark, MODELS)
    history = f"read_parquet('{local}/history/**/*.parquet', hive_partitioning = true)"
    overlaps = duckdb.sql(
        f"FROM {history} AS a JOIN {history} AS b ON a.id = b.id AND a.valid_from < b.valid_from "
        "AND (a.valid_to IS NULL OR a.valid_to > b.valid_from)").fetchall()  # fmt: skip
    assert overlaps == []
    assert duckdb.sql(f"FROM {history} WHERE NOT is_current LIMIT 1").fetchall()


@pytest.mark.xdist_group("spark")
def test_an_error_of_spark_has_its_place(tarn, on_spark, shop):  # noqa: F811
    """The table's own SQL is a part of what Spark is sent."""
    write_log(shop, "1.json", range(9))
    (shop / "prices.sql").write_text("SELECT id, at,\n  CAST(name AS INT) AS price FROM log")
    for engine in ([], on_spark):
        assert "prices.sql:2:3: " in tarn("run", shop, *engine, exit_code=3).stderr


def test_check_names_the_columns_that_there_are(tarn, shop):
    (shop / "tarn.toml").write_text(CONFIG.replace('order_by = "at"', 'order_by = "when"'))
    failed = tarn("check", shop, exit_code=3).stderr
    assert "table.prices.order_by: unknown column: when" in failed
    assert "columns of the table: id, at, price, the file's" in failed


def test_plan_shows_what_a_table_is_made_by(tarn, shop):
    write_log(shop, "1.json", range(9))
    plan = tarn("plan", shop).stdout
    assert "TopRow PARTITION BY id ORDER BY at DESC NULLS FIRST, lsn DESC, is_delete" in plan
    assert "key          id, valid_from" in plan
    assert "check        at IS NOT NULL" in plan
