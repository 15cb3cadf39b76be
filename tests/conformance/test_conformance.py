"""Spark's own examples of its functions on tarn and on Spark: how many agree in type and value (README.md)."""

import collections
import concurrent.futures
import fnmatch
import os
import pathlib
import re
import subprocess

import pyarrow as pa
import pytest

from answers import answer_of

FOLDER = pathlib.Path(__file__).parent
AGREED = FOLDER / "agreed.txt"
Example = collections.namedtuple("Example", "function group sql")
pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("conformance")]


class Exempt:
    """What exempt.txt says."""

    def __init__(self, text):
        self.groups, self.functions = {}, {}
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            name, reason = line.split("\t")
            where = self.groups if name.startswith("group ") else self.functions
            where[name.removeprefix("group ")] = reason

    def has(self, example):
        return example.group in self.groups or any(fnmatch.fnmatch(example.function, name) for name in self.functions)


@pytest.fixture(scope="module")
def spark():
    """Spark in this process: its registry of functions is out of a Connect client's reach."""
    from pyspark.sql import SparkSession

    os.environ["TZ"] = "UTC"
    builder = SparkSession.builder.master("local[2]")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        # To compile Java for a query of one row takes longer than the rest.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def examples_of(spark):
    state = spark._jsparkSession.sessionState()
    for registry in (state.functionRegistry(), state.tableFunctionRegistry()):
        names = registry.listFunction().iterator()
        while names.hasNext():
            found = registry.lookupFunction(names.next())
            if not found.isDefined():
                continue
            info = found.get()
            for sql in re.findall(r"> (SELECT .*?);\s*\n", info.getExamples(), re.DOTALL):
                yield Example(info.getName(), info.getGroup(), sql)


class Refused(str):
    """Why an engine has no answer."""


class Unreadable(str):
    """Why an answer can't be read here: Arrow has no such type, or Python none for its values."""


def spark_answer(spark, example):
    """Types and rows, Refused or Unreadable."""
    from pyspark.errors.exceptions.captured import CapturedException

    try:
        return answer_of(spark.sql(example.sql).toArrow(), "ORDER BY" in example.sql.upper())
    except CapturedException as error:
        text = str(error).splitlines()[0]
        return Unreadable(text) if text.startswith("[UNSUPPORTED_DATATYPE") else Refused(text)
    except Exception as error:  # of pyspark and pyarrow, which do not agree on one
        return Unreadable(str(error).splitlines()[0])


def tarn_answer(path, folder, number, example):
    output = folder / f"{number}.arrow"
    process = subprocess.run(
        [path, "query", "--double-quotes", "string", "--threads", "1", "-o", str(output), example.sql],
        cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if process.returncode != 0:
        assert process.returncode in (1, 3), f"{example.sql}: exit code {process.returncode}\n{process.stderr}"
        return Refused(process.stderr.strip().splitlines()[0])
    with pa.ipc.open_file(output) as reader:
        try:
            return answer_of(reader.read_all(), "ORDER BY" in example.sql.upper())
        except (NotImplementedError, OverflowError) as error:
            return Unreadable(error)


def read_agreed():
    lines = [line.split("\t") for line in AGREED.read_text().splitlines() if line and not line.startswith("#")]
    return {group: int(count) for group, count in lines}


def test_examples_agree(spark, tarn, tmp_path, request, capsys):
    exempt = Exempt((FOLDER / "exempt.txt").read_text())
    examples = [example for example in dict.fromkeys(examples_of(spark)) if not exempt.has(example)]
    assert len(examples) > 1000
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ours = pool.map(lambda item: tarn_answer(tarn.path, tmp_path, *item), enumerate(examples))
        theirs = [spark_answer(spark, example) for example in examples]
        answers = list(zip(examples, ours, theirs))
    agreed, all_of = collections.Counter(), collections.Counter()
    wanted, lines = os.environ.get("CONFORMANCE_SHOW"), []
    for example, our, their in answers:
        group = "refused by Spark" if isinstance(their, Refused) else example.group
        is_same = isinstance(our, Refused) if isinstance(their, Refused) else our == their
        all_of[group] += 1
        agreed[group] += is_same
        if wanted in (group, "all") and not is_same:
            lines.append(f"{example.sql}\n  tarn:  {our}\n  Spark: {their}")
    refused = all_of["refused by Spark"], agreed["refused by Spark"]
    lines += [f"{group:20} {agreed[group]:5} of {all_of[group]:5}" for group in sorted(all_of)]
    lines.append(f"{'answered by Spark':20} {agreed.total() - refused[1]:5} of {all_of.total() - refused[0]:5}")
    with capsys.disabled():
        print("", *lines, sep="\n")
    if request.config.getoption("--complete"):
        head = AGREED.read_text().splitlines()[0]
        AGREED.write_text("\n".join([head, *(f"{group}\t{agreed[group]}" for group in sorted(all_of)), ""]))
    fewer = {group: (agreed[group], count) for group, count in read_agreed().items() if agreed[group] < count}
    assert not fewer, f"fewer examples agree than before: {fewer}"


def test_every_exemption_is_of_a_function(spark):
    exempt = Exempt((FOLDER / "exempt.txt").read_text())
    examples = set(examples_of(spark))
    groups, functions = {one.group for one in examples}, {one.function for one in examples}
    assert set(exempt.groups) <= groups
    assert [name for name in exempt.functions if not fnmatch.filter(functions, name)] == []
