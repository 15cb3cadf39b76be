"""The list of functions and the hints: every signature runs, and every function that a hint names exists."""

import json
import re

import pyarrow.parquet
import pytest

import servers

ROWS = re.findall(r"^\| (\w+) \| `(.*?)` \|", (servers.ROOT / "docs" / "functions.md").read_text(), re.MULTILINE)
NAMES = {name for name, _ in ROWS}
WORDS = {"CAST", "OVER", "FROM", "DECIMAL", "decimal", "SELECT", "LATERAL"}  # that hints have before a bracket, and are no function
SAMPLES = {
    "STRING": "s", "INT": "1", "BIGINT": "1", "DOUBLE": "1.5", "BOOLEAN": "true", "DATE": "d", "TIMESTAMP": "ts",
    "number": "1", "x": "1", "a": "1", "b": "2", "c": "3", "order": "1", "condition": "true", "DATE or TIMESTAMP": "d",
}  # fmt: skip
NAMED = {"format STRING": "'yyyy-MM-dd HH:mm:ss'", "unit STRING": "'month'", "pattern STRING": "'(2)'", "by STRING": "'b'", "group INT": "0"}


def sample_of(name, parameter):
    parameter = parameter.strip().rstrip("…").strip()
    if name in ("to_date", "to_timestamp") and parameter == "x":
        return "d"
    return NAMED.get(parameter) or SAMPLES.get(parameter) or SAMPLES[parameter.split()[-1]]


def calls_of(name, signature):
    """Each way in which a signature can be called."""
    for form in re.split(r" or (?=\w+\()|, (?=count\()", signature):
        called = re.fullmatch(r"(\w+)\(([^()]*)\)", form)
        if called is None:
            continue  # an operator, or a window function
        for parameters in (re.sub(r"\[.*?\]", "", called[2]), called[2].replace("[", "").replace("]", "")):
            if parameters in ("*", "DISTINCT x"):
                yield f"{name}({parameters.replace('x', 's')})"
            else:
                arguments = [sample_of(name, part) for part in re.split(r", (?=\S)", parameters) if part not in ("", "…")]
                yield f"{name}({', '.join(arguments)})"


CALLS = sorted({call for name, signature in ROWS for call in calls_of(name, signature)})


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "t.json").write_text('{"s":"2020-01-02 03:04:05","d":"2020-01-02","ts":"2020-01-02T03:04:05Z"}\n')
    (tmp_path / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.t]\npath = "*.json"\n'
        'schema = "s STRING, d DATE, ts TIMESTAMP, user STRING"\n'
    )
    return tmp_path


def test_every_signature_runs(tarn, pipeline):
    assert len(CALLS) > 100 and "current_date()" in CALLS and "position(s, s)" in CALLS and "any(true)" in CALLS
    for number, call in enumerate(CALLS):
        (pipeline / f"q{number}.sql").write_text(f"SELECT {call} AS x FROM t")
    checked = tarn("check", pipeline)
    assert f"{len(CALLS)} tables" in checked.stdout
    tarn("run", pipeline, "--quiet")


def test_the_moment_is_the_start_that_the_record_has(tarn, pipeline):
    (pipeline / "q.sql").write_text("SELECT date_format(current_timestamp(), 'yyyy-MM-dd HH:mm:ss.SSS') AS at FROM t")
    record = json.loads(tarn("run", pipeline, "--json").stdout)
    moments = pyarrow.parquet.read_table(pipeline / "lake" / "q")["at"].to_pylist()
    assert [moment.replace(" ", "T") + "Z" for moment in moments] == [record["started_at"]]


@pytest.mark.parametrize(
    "expression",
    [
        "ts AT TIME ZONE 'CET'", "X'41'", "isnotnull(s)", "isnull(s)", "to_number(s, '9')", "user", "s RLIKE 'a'", "s REGEXP 'a'",
        "s ~ 'a'", "s SIMILAR TO 'a'", "2 ^ 3", "7 DIV 2", "s COLLATE \"C\"", "d + INTERVAL '1 day'", "INTERVAL '1 day'",
        "to_char(d, 'y')", "date(s)", "EXTRACT(SECOND FROM ts)", "1 BETWEEN SYMMETRIC 2 AND 0", "max(s ORDER BY d)",
        "rank() OVER (ORDER BY d)", "row_number() OVER ()", "row_number(1) OVER (ORDER BY d)", "count()", "1L", "ARRAY[1]",
        "sum(1) OVER (ROWS UNBOUNDED PRECEDING)", "s = ANY (SELECT 'a')", "substring(s FOR 1)", "lenght(s)", "datediff(d)",
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


def test_keywords_are_explained(tarn, pipeline):
    (pipeline / "q.sql").write_text("SELECT user FROM t")
    assert 'in double quotes, "user"' in tarn("check", pipeline, exit_code=3).stderr
    (pipeline / "q.sql").write_text('SELECT "user" FROM t')
    tarn("check", pipeline)
    (pipeline / "q.sql").write_text("SELECT isnotnull(s) AS x FROM t")
    assert "IS NOT NULL" in tarn("check", pipeline, exit_code=3).stderr


@pytest.mark.parametrize("expression", [
    "rlike(s, '(')", "regexp_extract(s, 'a', 1)", "regexp_replace(s, 'a', '$1')", "date_format(d, 'YYYY')",
    "to_date(s, 'yyyy-qq')", "DATE '2020-02-30'", "TIMESTAMP 'x'", "s LIKE 'a\\\\b'",
])  # fmt: skip
def test_check_refuses_constants_that_no_run_could_use(tarn, pipeline, expression):
    (pipeline / "q.sql").write_text(f"SELECT d FROM t WHERE CAST({expression} AS STRING) = 'x'")
    refused = tarn("check", pipeline, exit_code=3).stderr
    assert re.search(r"q\.sql:1:\d+: ", refused) and "hint: " in refused and "Rewrite schema" not in refused
