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
from spark_in_process import FOR_SMALL_QUERIES, spark_in_process

FOLDER = pathlib.Path(__file__).parent
AGREED = FOLDER / "agreed.txt"
Example = collections.namedtuple("Example", "function group sql")
pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("conformance")]


class Exempt:
    """What exempt.txt says."""

    def __init__(self, text):
        self.groups, self.functions, self.calls = {}, {}, {}
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            name, reason = line.split("\t")
            kind, _, rest = name.partition(" ")
            where = {"group": self.groups, "call": self.calls}.get(kind, self.functions)
            where[rest or name] = reason

    def has(self, example):
        return (
            example.group in self.groups
            or any(fnmatch.fnmatch(example.function, name) for name in self.functions)
            or any(call in example.sql for call in self.calls)
        )


@pytest.fixture(scope="module")
def spark():
    """Spark in this process: its registry of functions is out of a Connect client's reach."""
    with spark_in_process(FOR_SMALL_QUERIES) as session:
        yield session


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


def is_ordered(sql):
    """Whether the rows have an order: ORDER BY in parentheses is another query's, a window's or an aggregate's."""
    rest = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", "''", sql)
    count = 1
    while count:
        rest, count = re.subn(r"\([^()]*\)", "", rest)
    return re.search(r"\b(?:ORDER|SORT)\s+BY\b", rest, re.IGNORECASE) is not None


def readable(sql, types):
    """The query for reading: of a column whose type is or holds an interval, which Arrow does not hand over, the
    type's name and the value's text."""
    if not any("INTERVAL" in kind for kind in types):
        return sql
    columns = [
        f"typeof(c{i}), CAST(c{i} AS STRING)" if "INTERVAL" in kind else f"c{i}" for i, kind in enumerate(types)
    ]
    return f"SELECT {', '.join(columns)} FROM ({sql}) AS answer({', '.join(f'c{i}' for i in range(len(types)))})"


def readable_on(spark, example):
    """The example as `readable` has it; unchanged where Spark refuses it."""
    try:
        frame = spark.sql(example.sql)
    except Exception:  # told by spark_answer
        return example.sql
    return readable(example.sql, [field.dataType().sql() for field in frame._jdf.schema().fields()])


def spark_answer(spark, sql, has_order):
    """Types and rows, Refused or Unreadable."""
    from pyspark.errors.exceptions.captured import CapturedException

    try:
        return answer_of(spark.sql(sql).toArrow(), has_order)
    except CapturedException as error:
        text = str(error).splitlines()[0]
        return Unreadable(text) if text.startswith("[UNSUPPORTED_DATATYPE") else Refused(text)
    except Exception as error:  # of pyspark and pyarrow, which do not agree on one
        return Unreadable(str(error).splitlines()[0])


def tarn_answer(path, output, sql, has_order):
    """As spark_answer."""
    process = subprocess.run(
        [path, "query", "--double-quotes", "string", "--threads", "1", "-o", str(output), sql],
        cwd=output.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if process.returncode != 0:
        assert process.returncode in (1, 3), f"{sql}: exit code {process.returncode}\n{process.stderr}"
        return Refused(process.stderr.strip().splitlines()[0])
    with pa.ipc.open_file(output) as reader:
        try:
            return answer_of(reader.read_all(), has_order)
        except (NotImplementedError, OverflowError) as error:
            return Unreadable(error)


def answers_of(spark, tarn, folder, examples):
    """(tarn's, Spark's) of each example."""
    ours, theirs = [], []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for number, example in enumerate(examples):
            sql, has_order = readable_on(spark, example), is_ordered(example.sql)
            ours.append(pool.submit(tarn_answer, tarn.path, folder / f"{number}.arrow", sql, has_order))
            theirs.append(spark_answer(spark, sql, has_order))
        return [(our.result(), their) for our, their in zip(ours, theirs, strict=True)]


def read_agreed():
    lines = [line.split("\t") for line in AGREED.read_text().splitlines() if line and not line.startswith("#")]
    return {group: int(count) for group, count in lines}


def test_examples_agree(spark, tarn, tmp_path, request, capsys):
    exempt = Exempt((FOLDER / "exempt.txt").read_text())
    examples = [example for example in dict.fromkeys(examples_of(spark)) if not exempt.has(example)]
    assert len(examples) > 1000
    agreed, all_of = collections.Counter(), collections.Counter()
    wanted, lines = os.environ.get("CONFORMANCE_SHOW"), []
    for example, (our, their) in zip(examples, answers_of(spark, tarn, tmp_path, examples), strict=True):
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
    assert [call for call in exempt.calls if not any(call in one.sql for one in examples)] == []
