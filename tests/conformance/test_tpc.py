"""TPC-H and TPC-DS on tarn and on real Spark, over little data: the same types and rows. Needs scripts/tpch and scripts/tpcds."""

import math
import pathlib
import re
import subprocess

import duckdb
import pyarrow.parquet as parquet
import pytest
import spark_servers
from conftest import ROOT

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("spark")]
SERVERS = ROOT / ".servers"

# What the generator names otherwise than the queries do.
RENAMED = {"c_last_review_date_sk": "c_last_review_date"}

# How many columns a query has of which some have the same name: no table can.
NUM_COLUMNS = {"q14b": 12, "q39a": 10, "q39b": 10, "q64": 21, "q14_v2": 12, "q64_v2": 21}

# Queries that have no answer over so little data: Spark's error class.
ERRORS = {"q90": "DIVIDE_BY_ZERO"}


def queries_of_sqlglot(path):
    """{name: text}. They follow each other, each after a comment with its number."""
    if not path.exists():
        return {}
    parts = re.split(r"(?:--|/\*)\s*TPC-\w+\s+(\d+)(?:\s*\*/)?", path.read_text())
    queries = {}
    for number, part in zip(parts[1::2], parts[2::2], strict=True):
        # Another form of the query follows it.
        query = re.sub(r"/\*.*?\*/|--.*?$", "", part, flags=re.DOTALL | re.MULTILINE).split(";")[0].strip()
        queries.setdefault(f"q{number}", query)
    return queries


def queries_of_spark(folder):
    """{name: text}. Those of version 2.7 are called q14_v2."""
    return {
        path.stem + suffix: path.read_text().strip().rstrip(";")
        for version, suffix in (("tpcds", ""), ("tpcds-v2.7.0", "_v2"))
        for path in sorted((folder / version).glob("*.sql"))
    }


class Suite:
    """A benchmark: what makes its data, and its queries by name."""

    def __init__(self, name, scale, generator, queries):
        self.name = name
        self.scale = scale
        self.generator = generator
        self.queries = queries

    def make_data(self, folder):
        """A file of Parquet for each table. Returns their schemas, as Spark's DDL."""
        folder.mkdir(parents=True)
        subprocess.run(
            [*self.generator, "parquet", "--scale-factor", self.scale, "--output-dir", folder / "made"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        schemas = {}
        for path in sorted((folder / "made").glob("*.parquet")):
            columns = [(column[0], column[1]) for column in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()]
            schemas[path.stem] = ", ".join(f"{RENAMED.get(name, name)} {ddl_of(kind)}" for name, kind in columns)
            selected = ", ".join(f"{name} AS {RENAMED.get(name, name)}" for name, _ in columns)
            duckdb.sql(f"COPY (SELECT {selected} FROM '{path}') TO '{folder / path.name}' (FORMAT parquet)")
        return schemas


def ddl_of(kind):
    return {"VARCHAR": "STRING", "INTEGER": "INT"}.get(kind, kind.replace(" ", ""))


SUITES = [
    Suite("tpch", "0.01", [SERVERS / "tpch/bin/tpchgen-cli"], queries_of_sqlglot(SERVERS / "tpch/tpc-h.sql")),
    Suite("tpcds", "0.1", [SERVERS / "tpcds/bin/tpcgen-cli", "tpcds"], queries_of_spark(SERVERS / "tpcds/queries")),
]
QUERIES = [pytest.param(suite, name, id=f"{suite.name}-{name}") for suite in SUITES for name in suite.queries]


def as_table(name, text):
    """The query as that of a table, without the LIMIT of the whole: which of several equal rows it leaves out is chance."""
    text = re.sub(r"\s+LIMIT\s+\d+\s*$", "", text, flags=re.IGNORECASE)
    if name not in NUM_COLUMNS:
        return text
    names = ", ".join(f"column{i}" for i in range(NUM_COLUMNS[name]))
    return f"SELECT * FROM (\n{text}\n) AS answer({names})"


class Runs:
    """One pipeline for each suite, run once on each engine."""

    def __init__(self, tarn, tmp_path_factory, remote):
        self.tarn = tarn
        self.folders = tmp_path_factory
        self.options = {"local": [], "spark": ["--engine", "spark", "--remote", remote]}
        self.pipelines = {}

    def pipeline(self, suite):
        if suite.name not in self.pipelines:
            folder = self.folders.mktemp(suite.name)
            lines = ["[lake]", 'input = "raw"', 'output = "lake"']
            for table, schema in suite.make_data(folder / "raw").items():
                lines += [f"[source.{table}]", f'path = "{table}.parquet"', 'format = "parquet"', f'schema = "{schema}"']
            for name, text in suite.queries.items():
                (folder / f"{name}.sql").write_text(as_table(name, text))
            (folder / "tarn.toml").write_text("\n".join(lines))
            self.pipelines[suite.name] = folder
        return self.pipelines[suite.name]

    def run(self, suite, name, engine, exit_code=0):
        """Returns the table's folder, and what the program said."""
        lake = self.folders.mktemp("lake")
        result = self.tarn(
            "run", self.pipeline(suite), "--quiet", "--select", name, "--set", f"lake.output={lake}",
            *self.options[engine], timeout=600, exit_code=exit_code,
        )  # fmt: skip
        return lake / name, result.stderr


def read(folder):
    """Types and rows."""
    tables = [parquet.read_table(path) for path in sorted(pathlib.Path(folder).rglob("*.parquet"))]
    types = [(field.name, str(field.type)) for field in tables[0].schema]
    rows = [tuple(row.values()) for table in tables for row in table.to_pylist()]
    return types, sorted(rows, key=sort_key)


def sort_key(row):
    """Sums of DOUBLEs differ in their last digits, and must not change the order."""
    return [(value is not None, f"{value:.6g}" if isinstance(value, float) else str(value)) for value in row]


def is_same(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9) or (math.isnan(left) and math.isnan(right))
    return left == right


@pytest.fixture(scope="module")
def runs(tarn, tmp_path_factory):
    """On a server that broadcasts no table for its size: its gigabyte has no room for the larger ones."""
    conf = {"spark.sql.autoBroadcastJoinThreshold": "-1"}
    with spark_servers.ConnectServer(tmp_path_factory.mktemp("connect"), conf) as server:
        yield Runs(tarn, tmp_path_factory, server.remote)


@pytest.mark.parametrize("suite, name", QUERIES)
def test_query_is_the_same_on_both_engines(runs, suite, name):
    if name in ERRORS and suite.name == "tpcds":
        for engine in runs.options:
            assert ERRORS[name] in runs.run(suite, name, engine, exit_code=3)[1]
        return
    local_types, local_rows = read(runs.run(suite, name, "local")[0])
    spark_types, spark_rows = read(runs.run(suite, name, "spark")[0])
    assert local_types == spark_types
    assert len(local_rows) == len(spark_rows)
    for ours, theirs in zip(local_rows, spark_rows, strict=True):
        assert all(map(is_same, ours, theirs)), f"{ours} is not {theirs}"


@pytest.mark.parametrize("suite", [suite for suite in SUITES if suite.queries], ids=lambda suite: suite.name)
def test_every_query_binds(runs, suite):
    assert runs.tarn("check", runs.pipeline(suite))
