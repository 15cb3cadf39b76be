"""The engine on real Spark: the same tables as the local engine's, bad records, broken rules, errors, kills."""

import contextlib
import gzip
import json
import os
import pathlib
import re
import signal
import socket
import time

import duckdb
import pyarrow.parquet as parquet
import pytest
import trustme

import spark_servers
from conftest import PIPELINE, children, lake_files, table_files
from test_crash import NEW, OLD, arguments, assert_only_tables, pipeline, state  # noqa: F401
from test_s3 import keys

pytestmark = pytest.mark.xdist_group("spark")
TABLES = ["songs", "artists", "users", "time", "songplays"]


@pytest.fixture
def on_spark(connect_server):
    """Arguments of `tarn run` for the server that all tests share, which does all of it."""
    return ["--engine", "spark", "--remote", connect_server.remote, "--set", "spark.small=0"]


# Nothing is small; one of Sparkify's sources is, and what is made of it; all is.
SMALL = ["0", "100 kB", "1 TB"]


def lakes(tmp_path):
    return [(engine, tmp_path / engine) for engine in ("local", "spark")]


def files_of(lake, table):
    """Folder of each of a table's files, and how many there are in it."""
    folders = [path.parent.relative_to(lake).as_posix() for path in (lake / table).rglob("*.parquet")]
    return {folder: folders.count(folder) for folder in folders}


def writer_of(lake, table):
    (writer,) = {parquet.ParquetFile(file).metadata.created_by.split()[0] for file in (lake / table).rglob("*.parquet")}
    return "tarn" if writer == "tarn" else "spark"


def same_tables(one, other, tables):
    """Row by row, type by type, partition by partition."""
    for table in tables:
        assert files_of(one, table).keys() == files_of(other, table).keys(), table
        schemas, rows = [], []
        for lake in (one, other):
            files = sorted((lake / table).rglob("*.parquet"))
            schemas.append([(field.name, field.type) for field in parquet.read_schema(files[0])])
            assert len({str(parquet.read_schema(file).remove_metadata()) for file in files}) == 1
            codecs = {parquet.ParquetFile(file).metadata.row_group(0).column(0).compression for file in files}
            query = f"SELECT * FROM read_parquet('{lake}/{table}/**/*.parquet', hive_partitioning = true)"
            rows.append((sorted(map(repr, duckdb.sql(query).fetchall())), codecs))
        assert schemas[0] == schemas[1], table
        assert rows[0] == rows[1], table


@pytest.mark.parametrize("small", SMALL)
def test_sparkify_is_the_same_on_both_engines(tarn, on_spark, tmp_path, small):
    on_spark = [*on_spark, "--set", f"spark.small={small}"]
    for engine, lake in lakes(tmp_path):
        for _ in range(2):  # the second run replaces what the first wrote
            run = tarn.json(
                "run", PIPELINE, "--full", "--set", f"lake.output={lake}", *(on_spark if engine == "spark" else []))  # fmt: skip
        assert run["outcome"] == "done" and run["engine"] == engine
        assert sorted(table["table"] for table in run["tables"]) == sorted(TABLES)
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, TABLES)
    for table in TABLES:  # each partition is one task's
        assert set(files_of(spark, table).values()) == {1}
    stray = [name for name in lake_files(spark) if not name.endswith(".parquet") and name != "_tarn/lock"]
    assert stray == []


@pytest.mark.parametrize("small", SMALL)
def test_generated_data_is_the_same_on_both_engines(tarn, on_spark, tmp_path, small):
    """Names in many scripts, songs that come again, users who change: other rows than the sample's."""
    on_spark = [*on_spark, "--set", f"spark.small={small}"]
    tarn("generate", tmp_path / "raw", "--events", "5000", "--songs", "20", "--users", "100", "--days", "3")
    for engine, lake in lakes(tmp_path):
        tarn("run", PIPELINE, "--quiet", "--set", f"lake.input={tmp_path / 'raw'}", "--set", f"lake.output={lake}",
             *(on_spark if engine == "spark" else []))  # fmt: skip
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, TABLES)
    assert duckdb.sql(f"FROM '{spark}/songplays/**/*.parquet' WHERE song_id IS NOT NULL LIMIT 1").fetchall()


def test_the_record_tells_of_spark(tarn, on_spark, lake):
    tarn("run", PIPELINE, "--set", f"lake.output={lake}", *on_spark, "--quiet")
    record = json.loads(next((lake / "_tarn" / "runs").glob("*.json")).read_text())
    assert record["engine"] == "spark" and record["engine_version"].startswith("Spark 4.")
    assert record["application_id"].startswith("local-")
    events = next(source for source in record["sources"] if source["source"] == "events")
    assert events["records"] == 8056 and events["bad_records"] == 0
    assert "token" not in json.dumps(record)


NESTED = {
    "tarn.toml": """
[lake]
input = "raw"
output = "lake"
[source.orders]
path = "orders/*.json"
schema = '''
  id BIGINT, placed TIMESTAMP, day DATE, total DECIMAL(12,2), tags ARRAY<STRING>, city STRING,
  customer STRUCT<name: STRING, address: STRUCT<city: STRING, zip: STRING>>, lines ARRAY<STRUCT<sku: STRING, n: INT>>
'''
[source.refunds]
path = "refunds.json.gz"
schema = "order_id BIGINT, amount DECIMAL(12,2), at TIMESTAMP"
[table.latest]
key = ["id"]
checks = ["total >= 0"]
compression = "zstd"
[table.by_city]
partition_by = ["city"]
sort_within = ["total DESC", "id"]
""",
    "latest.sql": """
SELECT id, placed, day, total, tags, city, customer, lines
FROM (SELECT o.*, row_number() OVER (PARTITION BY id ORDER BY placed DESC, total DESC) AS choice FROM orders AS o) AS o
WHERE choice = 1
""",
    "by_city.sql": """
SELECT l.city, l.id, l.total, l.total - coalesce(r.amount, 0) AS net, l.customer
FROM latest AS l LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM refunds GROUP BY order_id) AS r
ON l.id = r.order_id
""",
}


def write_orders(folder):
    folder.mkdir()
    for name, text in NESTED.items():
        (folder / name).write_text(text)
    (folder / "raw" / "orders").mkdir(parents=True)
    for part in range(3):
        with open(folder / "raw" / "orders" / f"{part}.json", "w") as file:
            for i in range(part * 40, part * 40 + 60):  # some ids come again, later
                city = [None, "Łódź", "New York/NY", "a=b"][i % 4]
                order = {
                    "id": i, "placed": f"2024-03-{i % 28 + 1:02}T10:{part:02}:00.5Z", "day": f"2024-03-{i % 28 + 1:02}",
                    "total": f"{i}.{i % 100:02}", "tags": ["x"] * (i % 3), "city": city,
                    "customer": {"name": f"n{i}", "address": {"city": city, "zip": f"{i:05}"}},
                    "lines": [{"sku": "s", "n": i}] if i % 5 else None,
                }  # fmt: skip
                order["total"] = float(order["total"])
                file.write(json.dumps(order) + "\n")
    refunds = [{"order_id": i, "amount": i / 4, "at": "2024-04-01T00:00:00Z"} for i in range(0, 150, 3)]
    # Compressed, and one array over many lines, where the orders are a line each.
    (folder / "raw" / "refunds.json.gz").write_bytes(gzip.compress(json.dumps(refunds, indent=1).encode()))
    return folder


@pytest.mark.parametrize("small", ["0", "1 TB"])
def test_another_domain_is_the_same_on_both_engines(tarn, on_spark, tmp_path, small):
    on_spark = [*on_spark, "--set", f"spark.small={small}"]
    pipeline = write_orders(tmp_path / "orders")
    for engine, lake in lakes(tmp_path):
        tarn("run", pipeline, "--quiet", "--set", f"lake.output={lake}", *(on_spark if engine == "spark" else []))
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["latest", "by_city"])
    for folder in files_of(spark, "by_city"):
        totals = parquet.read_table(next((spark / folder).glob("*.parquet")), partitioning=None).column("total").to_pylist()
        assert totals == sorted(totals, reverse=True)


def test_columns_that_the_sql_names_and_nothing_needs(tarn, on_spark, tmp_path):
    """They are not read, but Spark looks for all that a query names, and UNION ALL goes by places."""
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    for name in ("a", "b"):
        records = [{"x": i, "id": f"{name}{i}", "tags": ["t"], "who": {"name": "n"}} for i in range(5)]
        (pipeline / "raw" / f"{name}.json").write_text("\n".join(map(json.dumps, records)))
    schema = 'schema = "x INT, id STRING, tags ARRAY<STRING>, who STRUCT<name: STRING>, `a b` DECIMAL(5,2)"\n'
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n'
        + "".join(f'[source.{name}]\npath = "{name}.json"\n{schema}' for name in ("a", "b"))
    )
    (pipeline / "unused.sql").write_text('SELECT k FROM (SELECT id AS k, x + 1 AS b, who.name, tags, "a b" FROM a) AS q')
    (pipeline / "stars.sql").write_text("SELECT id FROM (SELECT * FROM a UNION ALL SELECT * FROM b) AS q WHERE x > 2")
    (pipeline / "greatest.sql").write_text("SELECT max(id) AS id FROM (SELECT DISTINCT id, tags FROM b) AS q")
    for engine, lake in lakes(tmp_path):
        tarn("run", pipeline, "--quiet", "--set", f"lake.output={lake}", *(on_spark if engine == "spark" else []))
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["unused", "stars", "greatest"])


def test_columns_of_folders_are_the_same_on_both_engines(tarn, on_spark, tmp_path):
    """One that is declared has the folder's value, whatever the records say; lenient files have it too."""
    pipeline = tmp_path / "pipeline"
    for folder in ("dt=2024-01-01/x=a%2Fb", "dt=2024-01-02/x=2", "dt=__HIVE_DEFAULT_PARTITION__/x=3"):
        (pipeline / "raw" / "events" / folder).mkdir(parents=True)
        (pipeline / "raw" / "events" / folder / "a.json").write_text('{"id":1,"x":"other","dt":"1999-01-01"}\n{"id":2}\n')
    (pipeline / "raw/events/dt=2024-01-02/x=2/b.json").write_text('[{"id":3},{"id":4}]\n{"id":5} \n')
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "events"\n'
        'schema = "x STRING, id INT, dt DATE"\n'
    )
    (pipeline / "rows.sql").write_text("SELECT * FROM events")
    (pipeline / "late.sql").write_text("SELECT id, dt FROM events WHERE dt > DATE '2024-01-01' OR x LIKE 'a/%'")
    (pipeline / "plain.sql").write_text("SELECT id FROM events WHERE id > 1")
    for engine, lake in lakes(tmp_path):
        tarn("run", pipeline, "--quiet", "--set", f"lake.output={lake}", *(on_spark if engine == "spark" else []))
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["rows", "late", "plain"])
    rows = duckdb.sql(f"SELECT DISTINCT x, CAST(dt AS VARCHAR) FROM read_parquet('{local}/rows/*.parquet')").fetchall()
    assert set(rows) == {("a/b", "2024-01-01"), ("2", "2024-01-02"), ("3", None)}


def test_columns_of_files_are_the_same_on_both_engines(tarn, on_spark, tmp_path):
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    for name, text in {"a b.json": '{"id":1}\n{"id":2}\n', "é%.json": '[{"id":3},{"id":4}]\n{"id":5} \n', "c.json": "{}"}.items():
        (pipeline / "raw" / name).write_text(text)
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.t]\npath = "*.json"\nschema = "id INT"\n'
    )
    (pipeline / "facts.sql").write_text(
        "SELECT *, _metadata.*, input_file_name() AS uri FROM t -- of each record"
    )
    (pipeline / "of_files.sql").write_text(
        "SELECT _metadata.file_name, max(_metadata.file_size) AS size, count(*) AS n FROM t AS q GROUP BY ALL;"
    )
    (pipeline / "joined.sql").write_text(
        "SELECT a.*, b._metadata.file_name FROM t AS a LEFT JOIN t AS b ON a.id + 1 = b.id AND b._metadata.file_name LIKE 'a%'"
    )
    (pipeline / "stars.sql").write_text("SELECT * FROM (SELECT * FROM t WHERE input_file_name() LIKE '%a%20b.json') AS q")
    (pipeline / "other.sql").write_text("SELECT * FROM t")
    for engine, lake in lakes(tmp_path):
        tarn("run", pipeline, "--quiet", "--set", f"lake.output={lake}", *(on_spark if engine == "spark" else []))
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["facts", "of_files", "joined", "stars", "other"])
    uris = duckdb.sql(f"SELECT id, uri FROM read_parquet('{local}/facts/*.parquet') WHERE id < 3").fetchall()
    assert set(uris) == {(id, f"file://{pipeline}/raw/a%20b.json") for id in (1, 2)}


def test_bad_records_go_into_quarantine(tarn, on_spark, tmp_path):
    pipeline = write_orders(tmp_path / "orders")
    with open(pipeline / "raw" / "orders" / "0.json", "a") as file:
        file.write('{"id": "no number"}\n{"id": 1\n')
    for engine, lake in lakes(tmp_path):
        output = ["--set", f"lake.output={lake}"]
        run = tarn.json("run", pipeline, *output, *(on_spark if engine == "spark" else []))
        assert {source["source"]: source["bad_records"] for source in run["sources"]} == {"orders": 2, "refunds": 0}
        listed = tarn("quarantine", pipeline, *output).stdout
        assert "field id: 'no number' is not BIGINT" in listed and "0.json" in listed
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["latest", "by_city"])
    before = table_files(spark)
    for setting, words in {"max_bad_records=1": "max_bad_records = 1", 'on_bad_record="fail"': "orders/0.json"}.items():
        refused = tarn("run", pipeline, *output, *on_spark, "--set", f"source.orders.{setting}".replace('"', ""), exit_code=3)
        assert words in refused.stderr
    assert table_files(spark) == before


def test_bad_records_of_files_that_are_gone_are_read_again(tarn, on_spark, tmp_path):
    pipeline = write_orders(tmp_path / "orders")
    output = ["--set", f"lake.output={tmp_path / 'lake'}"]
    file = pipeline / "raw" / "orders" / "9.json"
    bad = [{"id": "x"}, {"id": "y"}, {"id": "x"}]
    for _ in range(2):
        file.write_text("".join(json.dumps(record) + "\n" for record in bad))
        tarn("run", pipeline, *output, *on_spark)
    listed = tarn.json("quarantine", pipeline, *output)["quarantine"][0]["records"]
    assert [record["line"] for record in listed] == [None] * 3
    file.unlink()
    run = tarn.json("run", pipeline, *output, "--retry-quarantine")
    assert {source["source"]: source["bad_records"] for source in run["sources"]} == {"orders": 3, "refunds": 0}
    listed = tarn.json("quarantine", pipeline, *output)["quarantine"][0]["records"]
    assert {record["line"] for record in listed} == {None}
    assert sorted(record["record"] for record in listed) == sorted(map(json.dumps, bad))


def test_small_sources_are_read_as_on_this_machine(tarn, on_spark, tmp_path):
    pipeline = write_orders(tmp_path / "orders")
    file = pipeline / "raw" / "orders" / "9.json"
    file.write_text('{"id": "no number"}\n{"id": 1\n{"id": 2, "new": 3}\n')
    small = [*on_spark, "--set", "spark.small=1 GB"]
    found, after = [], []
    for engine, lake in lakes(tmp_path):
        output = ["--set", f"lake.output={lake}"]
        arguments = small if engine == "spark" else []
        sources = {source["source"]: source for source in tarn.json("run", pipeline, *output, *arguments)["sources"]}
        orders = sources["orders"]
        records = tarn.json("quarantine", pipeline, *output)["quarantine"][0]["records"]
        found.append((orders["records"], orders["bad_records"], orders["new_fields"], sources["refunds"]["records"], records))
        text = file.read_text()
        file.unlink()
        again = tarn.json("run", pipeline, *output, *arguments, "--retry-quarantine")["sources"]
        after.append(sorted((source["source"], source["records"], source["bad_records"]) for source in again))
        file.write_text(text)
    assert [record["line"] for record in found[0][4]] == [1, 2]
    assert found[0] == found[1]
    assert after[0] == after[1] and after[0][0][2] == 2
    same_tables(*(lake for _, lake in lakes(tmp_path)), ["latest", "by_city"])
    not_small = tarn("run", pipeline, *output, *on_spark, "--retry-quarantine", exit_code=2)
    assert "source orders is Spark's" in not_small.stderr and "[spark] small" in not_small.stderr


def test_more_than_a_plan_holds_is_handed_over_in_files(tarn, on_spark, tmp_path):
    """Over a megabyte of records, of all types; nothing is left of the files."""
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    schema = "id INT, `a b` STRING, at TIMESTAMP, d DATE, x DOUBLE, n DECIMAL(10, 2), l ARRAY<STRUCT<a: INT>>, m MAP<STRING, INT>"
    (pipeline / "tarn.toml").write_text(
        f'[lake]\ninput = "raw"\n[source.events]\npath = "*.json"\nschema = "{schema}"\n[table.rows]\nkey = ["id"]\n'
    )
    (pipeline / "rows.sql").write_text("SELECT * FROM events WHERE id % 7 <> 0")
    with open(pipeline / "raw" / "a.json", "w") as raw:
        for id in range(30000):
            raw.write(json.dumps({
                "id": id, "a b": f"text {id}", "at": "2018-11-02T10:00:00Z", "d": "2018-11-02", "x": id / 7, "n": id / 4,
                "l": [{"a": id}, {}], "m": {"k": id},
            }) + "\n")  # fmt: skip
    for engine, lake in lakes(tmp_path):
        arguments = [*on_spark, "--set", "spark.small=1 GB"] if engine == "spark" else []
        tarn("run", pipeline, "--set", f"lake.output={lake}", *arguments)
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["rows"])
    assert not list(spark.rglob("_tarn/staging/*"))


def test_a_result_that_is_not_small_is_written_by_spark(tarn, on_spark, tmp_path):
    """A join makes many rows of few, and a GROUP BY leaves most of them: neither is known before."""
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\n[source.numbers]\npath = "small.json"\nschema = "n INT"\n'
        '[source.texts]\npath = "large.json"\nschema = "n INT, t STRING"\n'
        '[table.pairs]\nkey = ["a", "b"]\n[table.distinct_texts]\nkey = ["t"]\n[table.few]\nkey = ["k"]\n'
    )
    (pipeline / "pairs.sql").write_text("SELECT x.n AS a, y.n AS b FROM numbers AS x CROSS JOIN numbers AS y")
    (pipeline / "distinct_texts.sql").write_text("SELECT DISTINCT t FROM texts")
    (pipeline / "few.sql").write_text("SELECT n % 3 AS k, count(*) AS c FROM texts GROUP BY n % 3")
    (pipeline / "raw" / "small.json").write_text("".join(f'{{"n":{n}}}\n' for n in range(300)))
    (pipeline / "raw" / "large.json").write_text("".join(f'{{"n":{n},"t":"{n:030}"}}\n' for n in range(20000)))
    for engine, lake in lakes(tmp_path):
        arguments = [*on_spark, "--set", "spark.small=100 kB"] if engine == "spark" else []
        tarn("run", pipeline, "--set", f"lake.output={lake}", *arguments)
    local, spark = (lake for _, lake in lakes(tmp_path))
    same_tables(local, spark, ["pairs", "distinct_texts", "few"])
    writers = {table: writer_of(spark, table) for table in ("pairs", "distinct_texts", "few")}
    assert writers == {"pairs": "spark", "distinct_texts": "spark", "few": "tarn"}


def test_new_keys_are_refused(tarn, on_spark, tmp_path):
    pipeline = write_orders(tmp_path / "orders")
    refuses = ["--set", f"lake.output={tmp_path / 'lake'}", "--set", "source.orders.on_new_field=fail"]
    tarn("run", pipeline, *refuses, *on_spark)
    before = lake_files(tmp_path / "lake")
    with open(pipeline / "raw" / "orders" / "0.json", "a") as file:
        file.write('{"id": 1, "a `key`": {"b": 1}}\n')
    for engine in ([], on_spark):
        refused = tarn("run", pipeline, *refuses, *engine, exit_code=3).stderr
        assert "orders/0.json: " in refused and 'the schema of source orders has no field "a `key`"' in refused
        assert '{"b":' in refused and "on_new_field" in refused
    assert lake_files(tmp_path / "lake") == before


def test_new_keys_are_reported(tarn, on_spark, tmp_path):
    """As the engine on this machine does, but for their lines."""
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\n'
        'schema = "id INT, o STRUCT<a: INT>, l ARRAY<STRUCT<a: INT>>, m MAP<STRING, STRUCT<a: INT>>"\n'
    )
    (pipeline / "ids.sql").write_text("SELECT id FROM events")
    records = [
        {"id": 1, "o": {"a": 1}, "l": [{"a": 1}], "m": {"k": {"a": 1}}},
        {"id": 2, "city": "Oslo", "o": {"a": 1, "b.c": [2]}},
        {"id": 3, "city": "Rome", "l": [{"a": 1}, {"a": 1, "b": {"c": 1}}], "m": {"k1": {"b": 7}, "k2": {"b": 8}}},
    ]
    for number, record in enumerate(records):
        (pipeline / "raw" / f"{number}.json").write_text(json.dumps(record, separators=(",", ":")) + "\n")
    reported = {}
    for engine in ("local", "spark"):
        run = tarn.json("run", pipeline, "--full", *(on_spark if engine == "spark" else []))
        (source,) = run["sources"]
        assert not source["has_more_new_fields"]
        reported[engine] = sorted(
            (field["key"], field["records"], field["path"], json.loads(field["example"]) if field["key"] != "city" else "")
            for field in source["new_fields"]
        )
    assert [key for key, *_ in reported["local"]] == ["city", "l[].b", "m.*.b", "o.b.c"]
    assert reported["spark"] == reported["local"]
    text = tarn("run", pipeline, "--full", *on_spark).stdout
    assert re.search(r'source events: field "city" is not in the schema: in 2 records, first \S+/1.json, "?Oslo', text)
    ignored = tarn.json("run", pipeline, *on_spark, "--set", "source.events.on_new_field=ignore")
    assert ignored["sources"][0]["new_fields"] == []


def test_keys_that_differ_in_case_alone_do_not_end_a_run(tarn, on_spark, tmp_path):
    pipeline = write_orders(tmp_path / "orders")
    with open(pipeline / "raw" / "orders" / "0.json", "a") as file:
        file.write('{"id": 1, "new": 1, "New": 2}\n')
    tarn("run", pipeline, "--set", f"lake.output={tmp_path / 'lake'}", *on_spark)


@pytest.mark.parametrize(
    "record, key, value",
    [
        ({"o": {"a": 1, "b.c": [2]}}, "o.b.c", "[2]"),
        ({"l": [{"a": 1}, {"a": 1, "b": {"c": 1}}]}, "l[].b", '{"c":1}'),
        ({"m": {"k": {"a": 1}, "k2": {"b": 7}}}, "m.*.b", "7"),
    ],
)
def test_new_keys_inside_values_are_refused(tarn, on_spark, tmp_path, record, key, value):
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    schema = "id INT, o STRUCT<a: INT>, l ARRAY<STRUCT<a: INT>>, m MAP<STRING, STRUCT<a: INT>>, s STRING"
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\non_new_field = "fail"\n'
        f'schema = "{schema}"\n'
    )
    (pipeline / "ids.sql").write_text("SELECT id FROM events")
    known = {"id": 1, "o": {"a": 1}, "l": [{"a": 1}], "m": {"any": {"a": 1}}, "s": {"any": 1}}
    (pipeline / "raw" / "1.json").write_text(json.dumps(known) + "\n")
    for engine in ([], on_spark):
        tarn("run", pipeline, "--full", *engine)
    (pipeline / "raw" / "2.json").write_text(json.dumps({"id": 2, **record}, separators=(",", ":")) + "\n")
    for engine in ([], on_spark):
        refused = tarn("run", pipeline, *engine, exit_code=3).stderr
        assert f'the schema of source events has no field "{key}"' in refused and value in refused
        assert "2.json" in refused


@pytest.mark.parametrize("small", ["0", "1 GB"])
@pytest.mark.parametrize(
    "settings, words",
    [
        ({"table.latest.key": '["day"]'}, "key (day) is not unique: "),
        ({"table.by_city.key": '["city"]'}, "key (city) is NULL in "),
        ({"table.latest.checks": '["total < 50", "id >= 0 -- all"]'}, "check `total < 50` fails in "),
        ({"table.latest.min_rows": "1000"}, "fewer than min_rows = 1,000"),
    ],
)
def test_broken_rules(tarn, on_spark, tmp_path, lake, settings, words, small):
    pipeline = write_orders(tmp_path / "orders")
    on_spark = [*on_spark, "--set", f"spark.small={small}"]
    output = ["--set", f"lake.output={lake}"]
    tarn("run", pipeline, *output, *on_spark, "--quiet")
    before = table_files(lake)
    overrides = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    broken = tarn("run", pipeline, *output, *on_spark, *overrides, exit_code=4)
    assert words in broken.stderr
    assert table_files(lake) == before


def test_an_error_of_spark_points_to_the_sql(tarn, on_spark, tmp_path, lake):
    pipeline = write_orders(tmp_path / "orders")
    (pipeline / "latest.sql").write_text("SELECT id, total, city, customer,\n  100 / (id - 7) AS share\nFROM orders")
    failed = tarn("run", pipeline, "--set", f"lake.output={lake}", *on_spark, exit_code=3)
    assert "latest.sql:2:3: [DIVIDE_BY_ZERO]" in failed.stderr and "100 / (id - 7)" in failed.stderr
    # Not what a pipeline cannot do.
    assert "NULLIF(divisor, 0)" in failed.stderr
    assert "spark.sql.ansi.enabled" not in failed.stderr
    assert "at org.apache" not in failed.stderr
    assert not (lake / "latest").exists()


def test_the_plan_is_sparks(tarn, on_spark):
    plan = tarn("plan", PIPELINE, "songplays", *on_spark).stdout
    assert plan.startswith("table songplays\n== Physical Plan ==") and "BroadcastHashJoin" in plan
    shared = tarn("plan", PIPELINE, "songplays", "users", *on_spark, "--set", "spark.small=100 kB").stdout
    assert "source song_data is read by tarn: 19 kB in 71 files\n" in shared
    assert "source events is read by Spark: 3.8 MB in 30 files\n" in shared
    assert "table users is written by tarn, up to 100 kB: reads 3.8 MB" in shared and "Physical Plan" in shared
    assert "table songplays is written by Spark" in shared


def test_when_all_is_small_the_local_engine_would_do(tarn, on_spark, lake):
    run = ["run", PIPELINE, "--full", "--set", f"lake.output={lake}", *on_spark]
    assert "--engine local" in tarn(*run, "--set", "spark.small=1 GB").stderr
    assert "--engine local" not in tarn(*run, "--set", "spark.small=100 kB").stderr


def test_interrupted(tarn, on_spark, lake):
    tarn("run", PIPELINE, "--set", f"lake.output={lake}", *on_spark, "--quiet")
    before = lake_files(lake)
    for delay in (0.2, 0.8, 1.6):
        process = tarn.start("run", PIPELINE, "--full", "--set", f"lake.output={lake}", *on_spark)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 130 and "interrupted" in err
        assert lake_files(lake) == before


@pytest.mark.parametrize("small, delays", [("0", (0.5, 1.5)), ("1 GB", (0.2, 0.6))])
def test_killed(tarn, on_spark, lake, small, delays):
    """kill -9 leaves the old tables, whatever Spark goes on to write; the next run clears up."""
    on_spark = [*on_spark, "--set", f"spark.small={small}"]
    tarn("run", PIPELINE, "--set", f"lake.output={lake}", *on_spark, "--quiet")
    before = table_files(lake)
    for delay in delays:
        process = tarn.start("run", PIPELINE, "--full", "--set", f"lake.output={lake}", *on_spark)
        time.sleep(delay)
        process.kill()
        process.communicate()
        assert table_files(lake) == before
    tarn("recover", PIPELINE, "--set", f"lake.output={lake}")
    assert table_files(lake) == before
    tarn("run", PIPELINE, "--set", f"lake.output={lake}", *on_spark, "--quiet")


@pytest.mark.parametrize("step", ["write.file", "write.file:40", "commit.staged", "commit.journal", "commit.rename:40", "commit.done"])
def test_killed_at_a_step(tarn, pipeline, on_spark, lake, step):
    """What is handed to Spark goes with the run, as what came back does; the first file is of a source."""
    small = [*on_spark, "--set", "spark.small=1 GB"]
    tarn(*arguments(pipeline(OLD), lake))
    process = tarn.start(*arguments(pipeline(NEW), lake), *small, env={"TARN_FAULT": step})
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, f"the run never reached {step}"
    tarn("recover", pipeline(NEW), "--set", f"lake.output={lake}")
    assert state(lake) == (NEW if step in ("commit.journal", "commit.rename:40", "commit.done") else OLD)
    assert_only_tables(lake)
    tarn(*arguments(pipeline("third"), lake), *small)
    assert state(lake) == "third"
    assert_only_tables(lake)


def test_tarn_spark_is_killed(tarn, pipeline, on_spark, lake):
    """While rows come, or before: the old tables stay, and nothing else."""
    tarn(*arguments(pipeline(OLD), lake))
    before = lake_files(lake)
    codes = []
    for delay in (0.1, 0.4, 1):
        process = tarn.start(*arguments(pipeline(NEW), lake), *on_spark, "--set", "spark.small=1 GB")
        while not (running := children(process.pid)) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(delay)
        for child in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        _, err = process.communicate(timeout=120)
        codes.append(process.returncode)
        if process.returncode == 0:
            break
        assert process.returncode == 1 and "tarn-spark ended early, by signal 9" in err, err
        assert lake_files(lake) == before
    assert codes[0] == 1


@pytest.mark.parametrize("small", ["0", "1 GB"])
def test_from_s3_to_s3(tarn, on_spark, s3_server, bucket, raw, tmp_path, small):
    on_spark = [*on_spark, "--set", f"spark.small={small}"]
    s3_lake = f"s3://{bucket}/lake"
    for _ in range(2):
        tarn("run", PIPELINE, "--quiet", "--full", "--set", f"lake.input={raw}", "--set", f"lake.output={s3_lake}", *on_spark,
             env=s3_server.env())  # fmt: skip
    tarn("run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'local'}")
    tarn("sync", s3_lake, tmp_path / "spark", env=s3_server.env())
    same_tables(tmp_path / "local", tmp_path / "spark", TABLES)
    state = [key for key in keys(s3_server, bucket, "lake/_tarn/") if not re.search("/(runs|ledger|state)/", key)]
    assert state in ([], ["lake/_tarn/lock"])


def test_a_server_is_started_and_ended(tarn, lake, history_server):
    """And the run is seen afterwards, where tarn says; Spark told how much it read."""
    conf = {"spark.ui.enabled": "false", "spark.driver.memory": "1g", **history_server.conf(),
            "spark.connect.progress.reportInterval": "20ms"}  # fmt: skip
    run = tarn.start("run", PIPELINE, "--set", f"lake.output={lake}", "--set", "spark.small=0", "--master", "local[2]",
                     *(word for item in conf.items() for word in ("--conf", "=".join(item))))  # fmt: skip
    _, err = run.communicate(timeout=180)
    assert run.returncode == 0, err
    assert (lake / "songplays").is_dir()
    record = json.loads(next((lake / "_tarn" / "runs").glob("*.json")).read_text())
    (told,) = re.findall("Spark's History Server has this run: (.*)", err)
    assert told == record["history_url"]
    page = history_server.page(told)
    assert record["application_id"] in page and "Spark Jobs" in page
    events = next(source for source in record["sources"] if source["source"] == "events")
    read = sum(stage.get("bytes", 0) for stage in events["stages"])
    assert 0.5 * events["bytes"] < read < 1.5 * events["bytes"], events


def test_through_tls(tarn, connect_server, tmp_path, monkeypatch):
    roots = ("SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH")  # the latter is what Spark's own client takes
    for variable in roots:
        monkeypatch.delenv(variable, raising=False)
    with spark_servers.TlsProxy(tmp_path, connect_server) as proxy:

        def plan(variable, ca, parameters=";use_ssl=true", **options):
            remote = f"sc://127.0.0.1:{proxy.port}/;token={connect_server.token}{parameters}"
            return tarn("plan", PIPELINE, "songs", "--engine", "spark", "--remote", remote,
                        env={variable: str(ca)}, **options)  # fmt: skip

        for variable in roots:
            assert "Physical Plan" in plan(variable, proxy.ca).stdout
        trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
        refused = plan("SSL_CERT_FILE", tmp_path / "other.pem", exit_code=1)
        assert f"No trusted TLS connection to sc://127.0.0.1:{proxy.port}" in refused.stderr
        assert "SSL_CERT_FILE" in refused.stderr
        plain = plan("SSL_CERT_FILE", proxy.ca, "", exit_code=1)
        assert "use_ssl=true" in plain.stderr
        assert connect_server.token not in refused.stderr + plain.stderr


def test_wrong_addresses(tarn, lake):
    output = ["--set", f"lake.output={lake}"]
    wrong = tarn("run", PIPELINE, *output, "--remote", "http://127.0.0.1:1", exit_code=2)
    assert "sc://host:port" in wrong.stderr
    nobody = tarn("run", PIPELINE, *output, "--remote", "sc://127.0.0.1:1", exit_code=1)
    assert "127.0.0.1:1" in nobody.stderr
    both = tarn("run", PIPELINE, *output, "--remote", "sc://127.0.0.1:1", "--master", "local", exit_code=2)
    assert "--master" in both.stderr


@pytest.fixture
def silent_port():
    """A port of this machine where a connection is neither taken nor refused, as at an address that nobody has."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        yield full.getsockname()[1]


@pytest.mark.parametrize("scheme, option", [("spark", "--master"), ("sc", "--remote")])
def test_a_spark_that_is_not_there(tarn, lake, silent_port, scheme, option):
    """Each of them took a minute or more."""

    def refused(address):
        failed = tarn("run", PIPELINE, "--set", f"lake.output={lake}", option, f"{scheme}://{address}", exit_code=1, timeout=40)
        assert f"answers at {scheme}://{address} (" in failed.stderr and "check the address" in failed.stderr
        return failed.stderr

    assert "Connection refused" in refused("127.0.0.1:1")
    refused("no-such-host.invalid:7077")
    refused(f"127.0.0.1:{silent_port}")


STRICT_LINES = [
    b'{"id":1}', b'{"id":2}{"id":3}', b'{"id":4},{"id":5}', b'{"id":6}]', b'{"id":7}}', b'{"id":8} x', b'{"id":9,"o":{"a":1}} {',
    b'{"d":NaN}', b'{"d":-Infinity}', b'{"x":NaN}', b'{"id":10,"d":"NaN"}', b'{"id":11,"d":"-Infinity"}', b'{"s":"NaN","d":"x"}',
    b'{"id":12,"s":"NaN","d":1.50}', rb'{"s":"\ud800"}', rb'{"x":"\udc00"}', rb'{"s":"\ud83d\ud83d\ude00"}', rb'{"id":13,"s":"\ud83d\ude00"}',
    rb'{"id":14,"s":"\\ud800"}', rb'{"s":"\\\ud800"}', b'{"s":"\xff"}', b'{"id":15,"s":"\xef\xbf\xbd"}', b'{"id":16,"s":"}x"}',
    b'{"id":17,"o":{"a":1}}', b"null", b"5", b" \t ", b'"x"', b'{"id":18,"s":' + b"[" * 999 + b"]" * 999 + b"}",
    b'{"s":' + b"[" * 1000 + b"]" * 1000 + b"}", b'{"id":19,"x":' + b'{"a":' * 998 + b"1" + b"}" * 999, b'{"id":20} \t', b'  {"id":21}',
    b'{"id":22', b'{"id":1,}', b'{"id":01}', b"{'id':1}", b'{"s":"a\tb"}', b'{"id":23}\x00', b'{"id":24,"t":"2018-11-02 10:00:00 CET"}',
    b'{"t":"2018-11-02 12:34+05:00"}', b'{"id":25,"s":"' + b"x" * 70000 + b'"}',
]
ARRAY_LINES = [
    b'[{"id":1},{"id":2}]', b'{"id":3}', b'[{"id":4},{"id":"x"},{"id":5,"d":"NaN"}]', b"[]", b"[ ]", b"[null]", b'[[{"id":6}]]',
    b'[""]', b"[1]", b'[{"id":7},{"id":8}', b'[{"id":9}] x', b'[{"id":10}][{"id":11}]', b'[{"id":12},]', b' [ {"id":13} ] ',
    b'[{"id":14,"d":NaN}]', rb'[{"id":15,"s":"\ud800"}]', b'[{"id":16,"o":{"a":[{}]}},{"o":5}]', b'[{"id":17,"x":' + b"[" * 998 + b"]" * 998 + b"}]",
    b'[{"id":18,"x":' + b"[" * 999 + b"]" * 999 + b"}]",
]


@pytest.mark.parametrize("lines", [STRICT_LINES, ARRAY_LINES], ids=["records", "arrays"])
def test_lenient_lines_are_read_as_on_this_machine(tarn, on_spark, tmp_path, lines):
    pipeline = tmp_path / "pipeline"
    (pipeline / "raw").mkdir(parents=True)
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\n[source.events]\npath = "*.json"\nformat = "ndjson"\n'
        'schema = "id INT, s STRING, d DOUBLE, o STRUCT<a: STRING>, t TIMESTAMP"\nmax_bad_records = 1000\n'
    )
    (pipeline / "rows.sql").write_text("SELECT * FROM events")
    (pipeline / "raw" / "odd ä.json").write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    (pipeline / "raw" / "plain.json").write_bytes(b'{"id":100,"s":1.50}\n\n{"id":101,"d":"NaN"}\n{"id":102,"d":"+INF"}\n')
    bad = []
    for engine, lake in lakes(tmp_path):
        output = ["--set", f"lake.output={lake}"]
        run = tarn.json("run", pipeline, *output, *(on_spark if engine == "spark" else []))
        listed = tarn.json("quarantine", pipeline, *output, "--rows", "1000")["quarantine"][0]["records"]
        # Of an element that is a text Spark knows what it says, and of what is no UTF-8 only where it is.
        texts = [record["record"].replace('""', "").replace("\\xFF", "\ufffd") for record in listed]
        bad.append(sorted((pathlib.Path(record["path"]).name, text) for record, text in zip(listed, texts)))
        assert run["sources"][0]["bad_records"] == len(bad[-1])
    assert bad[0] == bad[1]
    same_tables(*(lake for _, lake in lakes(tmp_path)), ["rows"])
