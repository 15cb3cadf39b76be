"""The Python package, as `pip install` makes it, beside pyarrow, Polars, pandas and DuckDB in one process."""

import doctest
import importlib
import inspect
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import threading
import time
import typing

import pytest

import markdown
from conftest import PIPELINE, ROOT, SAMPLE, lake_files

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def api(unpacked):
    sys.path.insert(0, str(unpacked))
    yield importlib.import_module("tarn")
    sys.path.remove(str(unpacked))


@pytest.fixture
def sparkify(api, lake):
    return api.open(PIPELINE, {"lake.output": str(lake)})


@pytest.fixture(scope="module")
def shop(tarn, tmp_path_factory):
    """The pipeline of `tarn init`, with its tables."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    tarn("init", folder)
    tarn("run", folder, "--quiet")
    return folder


def write_pipeline(folder, sql="SELECT name FROM raw", settings=""):
    (folder / "raw").mkdir(parents=True)
    (folder / "raw" / "a.json").write_text('{"name": "ann"}\n{"name": "bob"}\n')
    (folder / "names.sql").write_text(sql)
    (folder / "tarn.toml").write_text(
        f'[lake]\ninput = "raw"\noutput = "lake"\n[source.raw]\npath = "*.json"\nschema = "name STRING"\n{settings}')  # fmt: skip
    return folder


def test_a_run_and_its_record(api, tarn, sparkify, lake):
    run = sparkify.run(wait=0.5, threads=1, memory="1GB")
    assert run.outcome == "done" and run.engine == "local" and run["songplays"].rows == 6820
    (kept,) = tarn.json("runs", PIPELINE, "--set", f"lake.output={lake}")["runs"]
    assert kept.items() <= run.record.items() and run.id == kept["run_id"]
    assert {source.name: source.records for source in run.sources} == {"song_data": 71, "events": 8056}
    assert [table.change for table in sparkify.run().tables] == ["none"] * 5
    assert sparkify.run(["users"], full=True)["users"].change == "rebuild"
    assert [len(found.tables) for found in sparkify.lake.runs()] == [1, 5, 5]
    assert len(sparkify.lake.table("users").history()) == 3 and len(sparkify.lake.table("songs").history()) == 2


def test_a_run_gives_what_the_program_gives(tarn, sparkify, lake, tmp_path):
    sparkify.run()
    tarn("run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'other'}")
    tables = lambda root: {name: content for name, content in lake_files(root).items() if not name.startswith("_tarn/")}  # noqa: E731
    assert tables(lake).keys() and set(tables(lake).values()) == set(tables(tmp_path / "other").values())


def test_a_table_for_each_reader(api, shop):
    import duckdb
    import pandas
    import polars
    import pyarrow

    orders = api.lake(shop / "lake").table("ORDERS")
    arrow = orders.to_arrow()
    assert arrow.num_rows == 5 and orders.schema == arrow.schema and orders.name == "orders"
    assert isinstance(orders.to_pandas(), pandas.DataFrame) and len(orders.to_pandas()) == 5
    assert orders.to_polars().equals(polars.from_arrow(arrow))
    assert orders.to_duckdb().aggregate("count(*)").fetchall() == [(5,)]
    # The object itself is a stream to whoever knows Arrow's interface.
    assert pyarrow.table(orders).equals(arrow)
    assert polars.DataFrame(orders).equals(orders.to_polars())
    assert duckdb.from_arrow(pyarrow.RecordBatchReader.from_stream(orders)).fetchall() == orders.to_duckdb().fetchall()
    assert sum(batch.num_rows for batch in orders) == 5


def test_a_scanner_takes_a_part(api, shop):
    orders = api.lake(shop / "lake").table("orders")
    some = orders.scanner(columns=["amount", "order_id"], filter="amount > 20 -- large").to_arrow()
    assert some.column_names == ["amount", "order_id"] and 0 < some.num_rows < 5
    assert orders.scanner(filter="amount > 20").scanner(columns=["amount"]).to_arrow().num_rows == some.num_rows
    with pytest.raises(api.BadInputError, match="amont.*"):
        orders.scanner(filter="amont > 20").to_arrow()


def test_sql_reads_tables_sources_and_files(api, shop, tmp_path, monkeypatch):
    assert api.sql("SELECT count(*) AS n FROM orders", lake=shop / "lake").to_arrow().to_pylist() == [{"n": 5}]
    assert api.open(shop).sql("SELECT count(*) AS n FROM raw_customers").to_arrow().to_pylist() == [{"n": 4}]
    monkeypatch.chdir(shop)
    assert api.sql("SELECT count(*) AS n FROM json.`sample/customers/*.json`").to_arrow().to_pylist() == [{"n": 4}]
    assert api.sql("SELECT 1 AS one -- and no more").schema == api.sql("SELECT 2 AS one").schema
    assert api.sql("-- first a comment\nSELECT 1 AS one").to_arrow().to_pylist() == [{"one": 1}]


def test_read_json(api, tmp_path):
    songs = api.read_json(SAMPLE / "song_data/*/*/*/*.json")
    assert songs.to_arrow().num_rows == 71 and "artist_name" in songs.schema.names
    typed = api.read_json(SAMPLE / "song_data/*/*/*/*.json", schema="title STRING, year BIGINT")
    assert typed.schema.names == ["title", "year"] and typed.to_arrow().num_rows == 71
    (tmp_path / "bad.json").write_text('{"a": 1}\n{"a": [}\n')
    with pytest.raises(api.BadInputError) as bad:
        api.read_json(tmp_path / "bad.json", schema="a INT").to_arrow()
    assert bad.value.file == str(tmp_path / "bad.json") and bad.value.line == 2
    with pytest.raises(api.BadInputError, match="no file|No file"):
        api.read_json(tmp_path / "none*.json").schema


def test_errors_have_place_and_hint(api, tmp_path, shop):
    with pytest.raises(api.BadInputError) as wrong:
        api.open(write_pipeline(tmp_path / "names", "SELECT nam, nom FROM raw")).check()
    assert (wrong.value.file, wrong.value.line, wrong.value.column) == (str(tmp_path / "names" / "names.sql"), 1, 8)
    assert len(wrong.value.diagnostics) == 2 and "name" in wrong.value.diagnostics[0].hint + wrong.value.diagnostics[0].message
    assert "names.sql:1:8" in str(wrong.value)
    with pytest.raises(api.BadInputError, match="tarn.toml"):
        api.open(tmp_path)
    with pytest.raises(api.BadInputError, match="did you mean 'orders'"):
        api.lake(shop / "lake").table("order")
    with pytest.raises(api.UsageError, match="order"):
        api.open(shop).run(["order"])
    with pytest.raises(api.UsageError, match="engine"):
        api.open(shop).run(engine="fast")
    with pytest.raises(api.BadInputError) as wrong:
        api.sql("SELECT amont FROM orders", lake=shop / "lake").schema
    assert (wrong.value.line, wrong.value.message) == (1, "unknown column: amont") and "amount" in wrong.value.hint


def test_a_run_that_fails_leaves_the_lake(api, tmp_path):
    folder = write_pipeline(tmp_path / "names", settings='[table.names]\nchecks = ["name <> \'bob\'"]\n')
    with pytest.raises(api.CheckFailedError) as failed:
        api.open(folder).run()
    assert failed.value.record["outcome"] == "failed" and isinstance(failed.value, api.Error)
    assert api.open(folder).lake.tables == []
    assert [run.outcome for run in api.open(folder).lake.runs()] == ["failed"]


def test_the_engine_on_spark_is_found(api, shop):
    with pytest.warns(UserWarning), pytest.raises(api.Error, match="No Spark Connect server answers"):
        api.open(shop).run(full=True, engine="spark", remote="sc://127.0.0.1:1")


def test_progress_comes_in_the_callers_thread(api, sparkify, capsys):
    told = []
    sparkify.run(progress=lambda line: told.append((line, threading.get_ident())))
    assert {thread for _, thread in told} == {threading.get_ident()}
    assert any(line.startswith("table songs: wrote 71 rows") for line, _ in told)
    sparkify.run(full=True, progress=True)
    assert "table songs: wrote 71 rows" in capsys.readouterr().err


def test_what_progress_raises_stops_the_run(api, sparkify, lake):
    def stop(progress):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        sparkify.run(progress=stop)
    assert sparkify.run().outcome == "done", "the lake is free"


ENDLESS = """
import sys, tarn
tarn.open(sys.argv[1])
print("ready", flush=True)
try:
    {work}
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


@pytest.mark.parametrize("work", ["tarn.open(sys.argv[1]).run()", "tarn.open(sys.argv[1]).sql(open(sys.argv[1] + '/names.sql').read()).to_arrow()"])
def test_ctrl_c_stops_at_once_and_leaves_nothing(unpacked, tmp_path, work):
    folder = write_pipeline(tmp_path / "names", "SELECT count(*) AS name FROM raw a, raw b, raw c, raw d")
    (folder / "raw" / "b.json").write_text('{"name": "somebody"}\n' * 3000)
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS.format(work=work), folder], env={**os.environ, "PYTHONPATH": str(unpacked)},
        stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert out == "stopped\n" and process.returncode == 0
    assert not [name for name in lake_files(folder / "lake") if "staging" in name or name.startswith("names/")]


def test_warnings_are_pythons(api, shop):
    with pytest.warns(UserWarning, match="all that is read and written is small"), pytest.raises(api.Error):
        api.open(shop).run(full=True, engine="spark", remote="sc://127.0.0.1:1")


@pytest.mark.parametrize("imports", ["tarn, pyarrow, polars, duckdb", "duckdb, polars, pyarrow, tarn"])
def test_in_one_process_with_other_arrows(unpacked, shop, imports):
    program = f"""
import {imports}
import pyarrow, polars, duckdb, tarn
import pyarrow.dataset, pyarrow.compute, pyarrow.parquet
orders = tarn.lake({str(shop / 'lake')!r}).table('orders')
rows = orders.to_arrow()
assert pyarrow.compute.sum(rows['amount']).as_py() == duckdb.sql('SELECT sum(amount) FROM rows').fetchall()[0][0]
assert pyarrow.dataset.dataset({str(shop / 'lake' / 'orders')!r}, partitioning='hive').count_rows() == rows.num_rows
assert polars.read_parquet({str(shop / 'lake' / 'orders')!r}).height == orders.to_polars().height == 5
"""
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(unpacked)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_runs_need_no_other_package(unpacked, shop):
    program = f"import tarn; print(tarn.open({str(shop)!r}).run().outcome, tarn.lake({str(shop / 'lake')!r}).tables)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(unpacked)!r}); {program}"],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0 and done.stdout == "done ['customers', 'orders']\n", done.stderr


def modules(api):
    return [importlib.import_module(f"tarn.{found.name}") for found in pkgutil.iter_modules(api.__path__) if found.name != "__main__"]


def test_the_examples_of_docstrings_hold(api, shop, tmp_path, monkeypatch):
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    tests = [test for module in [api, *modules(api)] for test in finder.find(module) if test.examples]
    assert len(tests) >= 8
    for number, test in enumerate(tests):
        shutil.copytree(shop, tmp_path / str(number) / "shop", ignore=shutil.ignore_patterns("runs"))
        monkeypatch.chdir(tmp_path / str(number))
        if "history" in test.docstring:
            api.open("shop").run(full=True)
        test.globs.update(tarn=api, sample=SAMPLE)
        assert runner.run(test).failed == 0, test.name


def test_what_is_public_is_typed_and_documented(api):
    for name in api.__all__:
        public = getattr(api, name)
        assert inspect.getdoc(public), name
        members = [public] if inspect.isfunction(public) else [
            member for key, member in vars(public).items() if inspect.isfunction(member) and not key.startswith("_")]  # fmt: skip
        for member in members:
            assert inspect.getdoc(member), f"{name}: {member}"
            assert "return" in member.__annotations__, f"{name}: {member}"
            assert set(inspect.signature(member).parameters) <= set(member.__annotations__) | {"self"}, f"{name}: {member}"
    assert typing.get_type_hints(api.Pipeline.run)["return"] is api.Run


def test_the_examples_of_the_page_hold(api, shop, tmp_path, monkeypatch):
    """docs/python.md, from top to bottom, as one session of Python."""
    monkeypatch.chdir(shutil.copytree(shop, tmp_path / "shop", ignore=shutil.ignore_patterns("lake")).parent)
    page = (ROOT / "docs" / "python.md").read_text()
    text = "\n".join(block.text for block in markdown.blocks(page) if block.language == "python")
    test = doctest.DocTestParser().get_doctest(text, {}, "docs/python.md", None, 0)
    assert len(test.examples) > 20
    assert doctest.DocTestRunner().run(test).failed == 0
