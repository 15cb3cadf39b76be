"""TPC-H and TPC-DS on tarn and on real Spark, over little data: the same types and rows. Needs scripts/tpch."""

import math
import pathlib
import re
import subprocess

import duckdb
import pyarrow.parquet as parquet
import pytest
from conftest import ROOT

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("spark")]
SCALE = "0.01"


class Suite:
    """A benchmark: what makes its data, and its queries."""

    def __init__(self, name, folder, generator, queries):
        self.name = name
        self.generator = folder / "bin" / generator
        self.queries = folder / queries

    def exists(self):
        return self.queries.exists() and self.generator.exists()

    def read(self):
        """{number: text}. They follow each other, each after a comment with its number."""
        parts = re.split(r"(?:--|/\*)\s*TPC-\w+\s+(\d+)(?:\s*\*/)?", self.queries.read_text())
        numbered = {}
        for number, part in zip(parts[1::2], parts[2::2], strict=True):
            # Another form of the query follows it.
            query = re.sub(r"/\*.*?\*/|--.*?$", "", part, flags=re.DOTALL | re.MULTILINE).split(";")[0].strip()
            numbered.setdefault(int(number), query)
        return numbered

    def make_data(self, folder):
        """A file of JSON for each table. \\return their schemas in Spark's DDL"""
        folder.mkdir(parents=True)
        subprocess.run(
            [self.generator, "parquet", "--scale-factor", SCALE, "--output-dir", folder / "parquet"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        schemas = {}
        for path in sorted((folder / "parquet").glob("*.parquet")):
            columns = duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall()
            schemas[path.stem] = ", ".join(f"{column[0]} {ddl_of(column[1])}" for column in columns)
            duckdb.sql(f"COPY (FROM '{path}') TO '{folder / path.stem}.json' (FORMAT json)")
        return schemas


def ddl_of(kind):
    return {"VARCHAR": "STRING", "INTEGER": "INT"}.get(kind, kind.replace(" ", ""))


SUITES = [
    Suite("tpch", ROOT / ".servers" / "tpch", "tpchgen-cli", "tpc-h.sql"),
    Suite("tpcds", ROOT / ".servers" / "tpcds", "tpcgen-cli", "tpc-ds.sql"),
]
QUERIES = [
    pytest.param(suite, number, id=f"{suite.name}-{number}")
    for suite in SUITES
    if suite.exists()
    for number in suite.read()
]


def comparable(text):
    """Without the LIMIT of the whole: which of several equal rows it leaves out is chance."""
    return re.sub(r"\s+LIMIT\s+\d+\s*$", "", text, flags=re.IGNORECASE)


class Runs:
    """One pipeline for each suite, run once on each engine."""

    def __init__(self, tarn, tmp_path_factory, remote):
        self.tarn = tarn
        self.folders = tmp_path_factory
        self.options = {"local": [], "spark": ["--engine", "spark", "--remote", remote]}
        self.pipelines = {}
        self.lakes = {}

    def pipeline(self, suite):
        if suite.name not in self.pipelines:
            folder = self.folders.mktemp(suite.name)
            lines = ["[lake]", 'input = "raw"', 'output = "lake"']
            for table, schema in suite.make_data(folder / "raw").items():
                lines += [f"[source.{table}]", f'path = "{table}.json"', f'schema = "{schema}"']
            for number, text in suite.read().items():
                (folder / f"q{number}.sql").write_text(comparable(text))
                lines.append(f"[table.q{number}]")
            (folder / "tarn.toml").write_text("\n".join(lines))
            self.pipelines[suite.name] = folder
        return self.pipelines[suite.name]

    def table(self, suite, number, engine):
        """Types and rows."""
        key = suite.name, number, engine
        if key not in self.lakes:
            lake = self.folders.mktemp("lake")
            self.tarn(
                "run", self.pipeline(suite), "--quiet", "--select", f"q{number}", "--set", f"lake.output={lake}",
                *self.options[engine], timeout=600,
            )  # fmt: skip
            self.lakes[key] = lake
        return read(self.lakes[key] / f"q{number}")


def read(folder):
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


@pytest.fixture(scope="session")
def runs(tarn, tmp_path_factory, connect_server):
    return Runs(tarn, tmp_path_factory, connect_server.remote)


@pytest.mark.parametrize("suite, number", QUERIES)
def test_query_is_the_same_on_both_engines(runs, suite, number):
    local_types, local_rows = runs.table(suite, number, "local")
    spark_types, spark_rows = runs.table(suite, number, "spark")
    assert local_types == spark_types
    assert len(local_rows) == len(spark_rows)
    for ours, theirs in zip(local_rows, spark_rows, strict=True):
        assert all(map(is_same, ours, theirs)), f"{ours} is not {theirs}"


@pytest.mark.parametrize("suite", [suite for suite in SUITES if suite.exists()], ids=lambda suite: suite.name)
def test_every_query_binds(tarn, runs, suite):
    assert runs.tarn("check", runs.pipeline(suite))
