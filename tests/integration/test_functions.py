"""The list of functions and the hints: every example runs, as on Spark, and every function that a hint names exists."""

import concurrent.futures
import json
import re

import pyarrow
import pyarrow.parquet
import pytest

import servers
from answers import answer_of

ROW = re.compile(r"^\| (?P<name>.+?) \| `[^`]*` \| [^`]* \| `(?P<example>[^`]+)` \|$", re.MULTILINE)
LIST = (servers.ROOT / "docs" / "functions.md").read_text()
EXAMPLES = {row["name"]: row["example"].replace(r"\|", "|") for row in ROW.finditer(LIST)}
NAMES = set(EXAMPLES)
WORDS = {"CAST", "OVER", "FROM", "DECIMAL", "decimal", "SELECT", "LATERAL"}  # that hints have before a bracket, and are no function
OTHER_VALUES = {
    "curdate": "the clock",
    "current_date": "the clock",
    "current_time": "the clock",
    "current_timestamp": "the clock",
    "localtime": "the clock",
    "localtimestamp": "the clock",
    "now": "the clock",
}  # fmt: skip


def answers_to_examples(run):
    """What each example gives: a query by itself, the expressions as columns of one. `run`: of SQL, an Arrow table."""
    queries = {name: example for name, example in EXAMPLES.items() if example.startswith("SELECT ")}
    # After array(…), Spark takes >> for the ends of two types.
    queries |= {name: f"SELECT {example}" for name, example in EXAMPLES.items() if ">>" in example}
    expressions = {name: example for name, example in EXAMPLES.items() if name not in queries}
    row = run("SELECT " + ",\n".join(f"{example} AS `{name}`" for name, example in expressions.items()))
    answers = {name: answer_of(row.select([name]), True) for name in expressions}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        tables = pool.map(run, queries.values())
        return answers | {name: answer_of(table, False) for name, table in zip(queries, tables)}


@pytest.fixture(scope="module")
def our_answers(tarn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")

    def run(sql):
        output = folder / f"{hash(sql)}.arrow"
        tarn("query", sql, "--threads", 1, "-o", output, cwd=folder)
        with pyarrow.ipc.open_file(output) as reader:
            return reader.read_all()

    return answers_to_examples(run)


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "t.json").write_text('{"s":"2020-01-02 03:04:05","d":"2020-01-02","ts":"2020-01-02T03:04:05Z"}\n')
    (tmp_path / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.t]\npath = "*.json"\n'
        'schema = "s STRING, d DATE, ts TIMESTAMP, user STRING"\n'
    )
    return tmp_path


def test_every_example_runs(our_answers):
    assert len(EXAMPLES) == len(re.findall(r"^\| .* \|$", LIST, re.MULTILINE)) - LIST.count("| Example |")
    assert our_answers.keys() == EXAMPLES.keys() and len(EXAMPLES) > 400
    assert our_answers["len"] == our_answers["length"] == (["int32"], [(("int", 2),)])
    assert our_answers["concat"][1] and our_answers["max_by"] == (["string"], [(("str", "paid"),)])


@pytest.mark.xdist_group("spark")
def test_every_example_gives_what_spark_gives(spark, our_answers):
    different = {}
    for name, answer in answers_to_examples(lambda sql: spark.sql(sql).toArrow()).items():
        ours = our_answers[name]
        if ours[0] != answer[0] or (name not in OTHER_VALUES and ours != answer):
            different[EXAMPLES[name]] = ours, answer
    assert not different


def test_the_moment_is_the_start_that_the_record_has(tarn, pipeline):
    (pipeline / "q.sql").write_text("SELECT date_format(current_timestamp(), 'yyyy-MM-dd HH:mm:ss.SSS') AS at FROM t")
    record = json.loads(tarn("run", pipeline, "--json").stdout)
    moments = pyarrow.parquet.read_table(pipeline / "lake" / "q")["at"].to_pylist()
    assert [moment.replace(" ", "T") + "Z" for moment in moments] == [record["started_at"]]


@pytest.mark.parametrize(
    "expression",
    [
        "ts AT TIME ZONE 'CET'", "s ~ 'a'", "s SIMILAR TO 'a'", "s COLLATE \"C\"", "d + INTERVAL '1 lightyear'", "INTERVAL '1 day'",
        "EXTRACT(CENTURY FROM ts)", "1 BETWEEN SYMMETRIC 2 AND 0", "max(s ORDER BY d)", "rank() OVER ()", "row_number() OVER ()",
        "row_number(1) OVER (ORDER BY d)", "count()", "ARRAY[1]", "s = ANY (SELECT 'a')", "CAST(s AS TEXT)", "lenght(s)", "ifnul(s, s)",
        "array_lenght(array(1))", "datediff(d)", "to_number(s)", "nvl2(1)", "rand()", "monotonically_increasing_id()",
        "approx_count_distinct(s)", "hll_sketch_agg(s)",
    ],
)  # fmt: skip
def test_hints_name_functions_that_exist(tarn, pipeline, expression):
    (pipeline / "q.sql").write_text(f"SELECT {expression} AS x, * FROM t")
    refused = tarn("check", pipeline, exit_code=3).stderr
    hints = [line for line in refused.splitlines() if line.strip().startswith("hint: ")]
    assert hints, refused
    for hint in hints:
        assert "docs/functions.md lists" not in hint or not NAMES.intersection(re.findall(r"\w+", expression))
        for word in re.findall(r"(\w+)\(", hint) + re.findall(r"did you mean (\w+)\?", hint):
            assert word in NAMES | WORDS, hint


def test_keywords_are_names(tarn, pipeline):
    (pipeline / "q.sql").write_text('SELECT user, "user" AS again FROM t')
    tarn("check", pipeline)


@pytest.mark.parametrize("expression", [
    "rlike(s, '(')", "regexp_extract(s, 'a', 1)", "regexp_replace(s, '[', 'x')", "date_format(d, 'YYYY')",
    "to_date(s, 'yyyy-qq')", "DATE '2020-02-30'", "TIMESTAMP 'x'", "s LIKE 'a\\\\b'",
])  # fmt: skip
def test_check_refuses_constants_that_no_run_could_use(tarn, pipeline, expression):
    (pipeline / "q.sql").write_text(f"SELECT d FROM t WHERE CAST({expression} AS STRING) = 'x'")
    refused = tarn("check", pipeline, exit_code=3).stderr
    assert re.search(r"q\.sql:1:\d+: ", refused) and "hint: " in refused and "Rewrite schema" not in refused
