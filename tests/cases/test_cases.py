"""Every case of tests/cases/*.test on tarn and on real Spark: both must give what the file says."""

import json
import math
import os
import pathlib
import re

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from case_file import CaseFile, format_rows

FOLDER = pathlib.Path(__file__).parent
FILES = [CaseFile(path) for path in sorted(FOLDER.glob("*.test"))]
ALL = [
    pytest.param(file, case, id=f"{file.path.stem}:{case.line}") for file in FILES for case in file.cases
]
SIMPLE_TYPES = {
    pa.string(): "STRING", pa.bool_(): "BOOLEAN", pa.int8(): "TINYINT", pa.int16(): "SMALLINT",
    pa.int32(): "INT", pa.int64(): "BIGINT", pa.float32(): "FLOAT", pa.float64(): "DOUBLE",
    pa.date32(): "DATE", pa.timestamp("us", "UTC"): "TIMESTAMP",
    pa.timestamp("us"): "TIMESTAMP_NTZ", pa.binary(): "BINARY", pa.time64("us"): "TIME(6)",
}  # fmt: skip


# A source's options, and what Spark's JSON reader calls them. A bad record fails the query unless the
# case file says that both engines drop it.
SPARK_OPTIONS = {"date_format": "dateFormat", "timestamp_format": "timestampFormat", "on_bad_record": "mode"}
SPARK_MODES = {"drop": "DROPMALFORMED", "fail": "FAILFAST"}
DEFAULT_OPTIONS = {"on_bad_record": "fail"}


def spark_settings_of(file):
    """What the settings of [pipeline] are in a session of Spark."""
    settings = {setting.name: setting.value for setting in file.settings}
    return {
        "spark.sql.session.timeZone": settings.get("time_zone", "UTC"),
        "spark.sql.ansi.doubleQuotedIdentifiers": settings.get("double_quotes", "identifier") == "identifier",
    }


def ddl_of(kind):
    if pa.types.is_list(kind):
        return f"ARRAY<{ddl_of(kind.value_type)}>"
    if pa.types.is_map(kind):
        return f"MAP<{ddl_of(kind.key_type)},{ddl_of(kind.item_type)}>"
    if pa.types.is_struct(kind):
        return f"STRUCT<{','.join(f'{field.name}:{ddl_of(field.type)}' for field in kind)}>"
    return SIMPLE_TYPES.get(kind) or f"DECIMAL({kind.precision},{kind.scale})"


def spark_ddl_of(kind):
    if kind.typeName() == "array":
        return f"ARRAY<{spark_ddl_of(kind.elementType)}>"
    if kind.typeName() == "map":
        return f"MAP<{spark_ddl_of(kind.keyType)},{spark_ddl_of(kind.valueType)}>"
    if kind.typeName() == "struct":
        return f"STRUCT<{','.join(f'{field.name}:{spark_ddl_of(field.dataType)}' for field in kind)}>"
    return kind.simpleString().upper()


# tarn ------------------------------------------------------------------------------------------------


def write_pipeline(folder, file, cases, table_settings=()):
    folder.mkdir()
    lines = ["[pipeline]", *(f"{setting.name} = {json.dumps(setting.value)}" for setting in file.settings)]
    lines += ["[lake]", 'input = "raw"', 'output = "lake"']
    (folder / "raw").mkdir()
    for source in file.sources:
        (folder / "raw" / f"{source.name}.json").write_text("\n".join(source.records))
        settings = {"path": f"{source.name}.json", "schema": source.schema, **DEFAULT_OPTIONS, **source.options}
        settings["max_bad_records"] = "100%"
        lines.append(f"[source.{source.name}]")
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in settings.items()]
    for case in cases:
        (folder / f"case_{case.line}.sql").write_text(case.sql)
        lines += [f"[table.case_{case.line}]", *table_settings]
    (folder / "tarn.toml").write_text("\n".join(lines))


class Results:
    """One run per file for all of its queries, kept for the session."""

    def __init__(self, tarn, tmp_path_factory, *options, env=None, table_settings=()):
        self.tarn = tarn
        self.folders = tmp_path_factory
        self.options = options
        self.env = env
        self.table_settings = table_settings
        self.lakes = {}

    def rows(self, file, case):
        """As the case file has them."""
        if file.path not in self.lakes:
            folder = self.folders.mktemp("cases") / file.path.stem
            queries = [case for case in file.cases if case.kind == "query"]
            write_pipeline(folder, file, queries, self.table_settings)
            self.tarn("run", folder, "--quiet", *self.options, env=self.env)
            self.lakes[file.path] = folder / "lake"
        (written,) = (self.lakes[file.path] / f"case_{case.line}").glob("*.parquet")
        table = parquet.read_table(written)
        types = [(field.name, ddl_of(field.type)) for field in table.schema]
        rows = [[row[name] for name, _ in types] for row in table.to_pylist(maps_as_pydicts="lossy")]
        return format_rows(types, rows, case.argument == "rowsort")


@pytest.fixture(scope="session")
def local_results(tarn, tmp_path_factory):
    return Results(tarn, tmp_path_factory)


@pytest.mark.parametrize("file, case", ALL)
def test_local(tarn, local_results, tmp_path, file, case):
    if case.kind == "query":
        assert local_results.rows(file, case) == case.expected
        return
    write_pipeline(tmp_path / "pipeline", file, [case])
    if case.kind == "unsupported":
        refused = tarn("check", tmp_path / "pipeline", exit_code=3)
        assert case.argument.lower() in refused.stderr.lower()
    else:
        refused = tarn("run", tmp_path / "pipeline", "--quiet", exit_code=3)
    assert re.search(r"case_\d+\.sql:\d+:\d+", refused.stderr), refused.stderr


# Memory comes and goes by turns: a run with it and one without meet each size of batches and each number of threads.
WAYS = [
    pytest.param(
        batch_rows,
        threads,
        memory,
        dictionaries,
        id=f"{batch_rows} rows, {threads} threads, {memory or 'all'} memory, dictionaries {dictionaries}",
    )
    for turn, (batch_rows, dictionaries) in enumerate([(1, "on"), (7, "on"), (65_536, "on"), (65_536, "off")])
    for threads, memory in ((1, (None, "1 kB")[turn % 2]), (5, ("1 kB", None)[turn % 2]))
]


@pytest.mark.parametrize("batch_rows, threads, memory, dictionaries", WAYS)
@pytest.mark.parametrize("file", FILES, ids=[file.path.stem for file in FILES])
def test_local_in_all_ways(tarn, tmp_path_factory, file, batch_rows, threads, memory, dictionaries):
    """Batches of any size, any number of threads, with and without dictionaries, and with everything spilled: the same rows, in order."""
    options = ["--threads", threads, *(["--memory", memory] if memory else [])]
    env = {"TARN_BATCH_ROWS": str(batch_rows), "TARN_DICTIONARIES": dictionaries}
    results = Results(tarn, tmp_path_factory, *options, env=env)
    wrong = [
        f"line {case.line}: {rows}"
        for case in file.cases
        if case.kind == "query" and (rows := results.rows(file, case)) != case.expected
    ]
    assert not wrong, "\n".join(wrong)


# Spark: through tarn where it takes the query, else, and to complete the files, through Spark's own client ----


@pytest.fixture(scope="session")
def spark_results(tarn, tmp_path_factory, connect_server):
    """Spark reads and writes. One file, with the rows in the order that Spark's collect() has them in."""
    options = ["--remote", connect_server.remote, "--set", "spark.small=0"]
    return Results(tarn, tmp_path_factory, *options, table_settings=["coalesce = 1"])


@pytest.fixture(scope="session")
def shared_results(tarn, tmp_path_factory, connect_server):
    """tarn reads and writes, and Spark computes."""
    return Results(tarn, tmp_path_factory, "--remote", connect_server.remote, "--set", "spark.small=1 TB")


@pytest.fixture(scope="session")
def spark_session(connect_server):
    os.environ["TZ"] = "UTC"  # of the timestamps that the client gives
    with connect_server.session() as session:
        session.conf.set("spark.sql.ansi.enabled", True)
        session.conf.set("spark.sql.timeType.enabled", True)
        yield session


@pytest.fixture(scope="session")
def define_sources(spark_session, tmp_path_factory):
    """Those of a file, once for its cases, which follow each other."""
    defined = None

    def define(file):
        nonlocal defined
        if file is defined:
            return
        folder = tmp_path_factory.mktemp("sources")
        for name, value in spark_settings_of(file).items():
            spark_session.conf.set(name, value)
        for source in file.sources:
            path = folder / f"{source.name}.json"
            path.write_text("\n".join(source.records))
            reader = spark_session.read.schema(source.schema).option("allowSingleQuotes", False)
            for name, value in {**DEFAULT_OPTIONS, **source.options}.items():
                reader = reader.option(SPARK_OPTIONS[name], SPARK_MODES.get(value, value))
            reader.json(str(path)).createOrReplaceTempView(source.name)
        defined = file

    return define


def rows_of(frame, case):
    types = [(field.name, spark_ddl_of(field.dataType)) for field in frame.schema]
    return format_rows(types, [tuple(row) for row in frame.collect()], case.argument == "rowsort")


@pytest.mark.xdist_group("spark_queries")
@pytest.mark.parametrize("file, case", ALL)
def test_spark(spark_results, spark_session, define_sources, request, file, case):
    from pyspark.errors import PySparkException

    completes = request.config.getoption("--complete")
    if case.kind == "query" and not completes:
        assert spark_results.rows(file, case) == case.expected
        return
    define_sources(file)
    if case.kind == "error":
        with pytest.raises(PySparkException) as error:
            spark_session.sql(case.sql).collect()
        assert case.argument in str(error.value)
    elif case.kind == "query":
        case.expected = rows_of(spark_session.sql(case.sql), case)
        file.write()
    else:
        spark_session.sql(case.sql).collect()


def is_same(rows, expected):
    """But for the last digits of what Spark computes of DOUBLEs: records that it is handed are in other partitions than those of a file."""
    if rows == expected:
        return True
    if rows[:1] != expected[:1] or len(rows) != len(expected):
        return False
    are_double = [column.endswith(" DOUBLE") for column in rows[0].split("\t")]
    return all(
        one == other or (is_double and "NULL" not in (one, other) and math.isclose(float(one), float(other), rel_tol=1e-12))
        for row, wanted in zip(rows[1:], expected[1:])
        for one, other, is_double in zip(row.split("\t"), wanted.split("\t"), are_double, strict=True)
    )


@pytest.mark.xdist_group("spark_queries")
@pytest.mark.parametrize("file", FILES, ids=[file.path.stem for file in FILES])
def test_spark_with_all_small(shared_results, file):
    """Records that tarn hands to Spark, and rows that Spark hands to tarn: the same."""
    wrong = [
        f"line {case.line}: {rows}"
        for case in file.cases
        if case.kind == "query" and not is_same(rows := shared_results.rows(file, case), case.expected)
    ]
    assert not wrong, "\n".join(wrong)
