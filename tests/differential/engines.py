"""Both engines, with the sources of random queries: what each answers."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import threading
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as parquet

from answers import answer_of
from edge_sources import SOURCES, records
from spark_in_process import FOR_SMALL_QUERIES

CLASS = r"[A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*"
ERROR = re.compile(rf"^error: (?:\S+?:\d+:\d+: )?(?:\[({CLASS})\] |({CLASS}): )?(.*)", re.MULTILINE)
TIMEOUT_S = 120
SPARK_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    # Rows that are cached have bounds in which NaN is nowhere: `x > 1` would lose it.
    "spark.sql.inMemoryColumnarStorage.partitionPruning": "false",
}


class Refused(NamedTuple):
    error_class: str | None
    text: str
    is_at_check: bool  # before a row was read


class Crashed(NamedTuple):
    how: str
    text: str


class Unreadable(NamedTuple):
    """Collections of VOID: Spark does not hand all of them over in Arrow, and pyarrow does not take all of them."""

    text: str


class Answer(NamedTuple):
    names: list
    types: list
    rows: list  # in the order of the result


def days_and_microseconds(kind):
    """The type with numbers in place of times: Python has none before year 1 or after 9999. Without times, the type itself."""
    if pa.types.is_date(kind):
        return pa.int32()
    if pa.types.is_timestamp(kind):
        return pa.int64()
    if pa.types.is_map(kind):
        parts = [kind.key_type, kind.item_type]
        numbers = [days_and_microseconds(part) for part in parts]
        return kind if numbers == parts else pa.map_(*numbers)
    if pa.types.is_list(kind):
        number = days_and_microseconds(kind.value_type)
        return kind if number == kind.value_type else pa.list_(number)
    if pa.types.is_struct(kind):
        numbers = pa.struct([pa.field(one.name, days_and_microseconds(one.type)) for one in kind])
        return kind if all(one.type == other.type for one, other in zip(kind, numbers, strict=True)) else numbers
    return kind


def read_answer(table):
    if any("map<null," in str(kind) for kind in table.schema.types):
        return Unreadable("pyarrow's cast ends the process: a MAP whose keys are VOID")
    types = [re.sub(r"tz=[^\]]+", "tz=UTC", kind) for kind in answer_of(table.slice(0, 0), True)[0]]
    numbers = pa.schema([pa.field(one.name, days_and_microseconds(one.type)) for one in table.schema])
    return Answer(table.column_names, types, answer_of(table.cast(numbers), True)[1])


class Data:
    """The records of each source: all of them, or those that a smaller difference needs."""

    def __init__(self, lines=None):
        self.lines = lines or {source.name: records(source) for source in SOURCES}

    def without(self, name, start, end):
        lines = self.lines[name]
        return Data({**self.lines, name: lines[:start] + lines[end:]})

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in self.lines.items():
            (folder / f"{name}.json").write_text("\n".join(lines))


class SparkEngine:
    """`is_quick`: with what makes small queries cheap; else as users run it, with code generation, broadcasts and shuffles."""

    def __init__(self, session, folder, is_quick):
        self.session = session
        self.folder = folder
        self.is_quick = is_quick
        self.data = None
        self.frames = []  # the cached ones
        self.num_folders = 0
        for name, value in {**SPARK_SETTINGS, **(FOR_SMALL_QUERIES if is_quick else {})}.items():
            session.conf.set(name, value)

    def _define(self, data):
        self.num_folders += 1
        folder = self.folder / str(self.num_folders)
        data.write(folder)
        for frame in self.frames:
            frame.unpersist()
        self.frames.clear()
        for source in SOURCES:
            frame = self.session.read.schema(source.schema).option("mode", "FAILFAST").json(str(folder / f"{source.name}.json"))
            # What is known to be one partition is joined, grouped and sorted where it is, without a stage for each.
            frame = frame.coalesce(1) if self.is_quick else frame
            frame.cache().createOrReplaceTempView(source.name)
            self.frames.append(frame)
        self.data = data

    def answer(self, sql, time_zone, data):
        from pyspark.errors import PySparkException

        if data is not self.data:
            self._define(data)
        self.session.conf.set("spark.sql.session.timeZone", time_zone)
        frame = None
        # A query without an end is then refused by Spark alone, and the others go on.
        watch = threading.Timer(TIMEOUT_S, self.session.sparkContext.cancelAllJobs)
        watch.start()
        try:
            frame = self.session.sql(sql)
            table = frame.toArrow()
            table.validate(full=True)
            return read_answer(table)
        except PySparkException as error:
            return Refused(error.getCondition() or class_in(str(error)), first_line(error), frame is None)
        except Exception as error:  # Py4J's and pyarrow's own
            if isinstance(error, ValueError) and frame is not None and holds_void(frame.schema):
                return Unreadable(first_line(error))
            return Refused(class_in(str(error)), first_line(error), frame is None)
        finally:
            watch.cancel()


def holds_void(schema):
    return re.search(r"\bvoid\b", schema.simpleString()) is not None


def class_in(text):
    found = re.search(rf"\[({CLASS})\]", text)
    return found[1] if found else None


def first_line(error):
    return (str(error).split("\n\n")[0].strip() or str(error).strip() or repr(error))[:300]


class TarnEngine:
    """One pipeline with a table for each query; a query alone by `tarn query`."""

    def __init__(self, path, folder):
        self.path = path
        self.folder = folder
        self.num_folders = 0
        self.alone = {}  # (data, zone) -> pipeline

    def _pipeline(self, time_zone, data, tables):
        self.num_folders += 1
        folder = self.folder / str(self.num_folders)
        data.write(folder / "raw")
        lines = ["[pipeline]", f"time_zone = {json.dumps(time_zone)}", "[lake]", 'input = "raw"', 'output = "lake"']
        for source in SOURCES:
            lines += [f"[source.{source.name}]", f'path = "{source.name}.json"', f'schema = "{source.schema}"', 'on_bad_record = "fail"']
        for name, sql in tables.items():
            (folder / f"{name}.sql").write_text(sql)
            lines += [f"[table.{name}]", "coalesce = 1"]
        (folder / "tarn.toml").write_text("\n".join(lines))
        return folder

    def _run(self, *words, cwd, env=None):
        """Exit code and errors."""
        command = [self.path, *map(str, words)]
        try:
            process = subprocess.run(
                command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S
            )
        except subprocess.TimeoutExpired:
            return None, f"error: no end after {TIMEOUT_S} s"
        return process.returncode, process.stderr.decode(errors="replace")

    def answer(self, sql, time_zone, data):
        key = id(data), time_zone
        if key not in self.alone:
            self.alone[key] = self._pipeline(time_zone, data, {"one": "SELECT 1 AS one"}), data
        pipeline, _ = self.alone[key]
        output = pipeline / "answer.arrow"
        code, errors = self._run("query", "--pipeline", pipeline, "--threads", 1, "-o", output, sql, cwd=pipeline)
        if code not in (0, 1, 3):
            return Crashed("has no end" if code is None else f"ends with {code}", errors[-1000:])
        if code != 0:
            return refusal(errors)
        with pa.ipc.open_file(output) as reader:
            return read_valid(reader.read_all())

    def answers(self, queries, time_zone, data, settings):
        """{name: answer}, or None when the run failed. `queries`: {name: SQL}."""
        folder = self._pipeline(time_zone, data, queries)
        env = {"TARN_BATCH_ROWS": str(settings["batch_rows"]), "TARN_DICTIONARIES": settings["dictionaries"]}
        code, _ = self._run("run", folder, "--quiet", "--threads", settings["threads"], cwd=folder, env=env)
        if code != 0:
            return None
        answers = {name: read_answer(read_table(folder / "lake" / name)) for name in queries}
        shutil.rmtree(folder)
        return answers


def read_valid(table):
    """Of a table that tarn wrote: one that is broken is told as what it is."""
    try:
        table.validate(full=True)
    except pa.ArrowInvalid as error:
        return Crashed("writes an invalid table", str(error))
    return read_answer(table)


def read_table(folder):
    return pa.concat_tables([parquet.read_table(path) for path in sorted(pathlib.Path(folder).rglob("*.parquet"))])


def refusal(errors):
    found = ERROR.search(errors)
    if not found:
        return Refused(None, errors[:300], False)
    return Refused(found[1] or found[2], found[0][:300], False)
