"""tarn query: one query by itself, over a lake's tables, in every format; tarn functions."""

import json
import subprocess

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as parquet
import pytest


@pytest.fixture
def pipeline(tmp_path, tarn):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.json").write_text('{"id":1,"level":"free","day":"2018-11-01"}\n{"id":2,"level":"paid","day":"2018-11-02"}\n')
    (tmp_path / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\nschema = "id INT, level STRING, day DATE"\n'
        '[table.users]\npartition_by = ["day"]\n'
    )
    (tmp_path / "users.sql").write_text("SELECT id, level, day FROM events")
    return tmp_path


def query(tarn, *args, **options):
    return tarn("query", *args, **options).stdout


def test_without_tables(tarn, tmp_path):
    assert query(tarn, "SELECT 1 + 1, upper('x') AS u", "--format", "csv", cwd=tmp_path) == "(1 + 1),u\n2,X\n"
    assert query(tarn, "SELECT 1 AS a, 1 AS a", "--format", "ndjson", cwd=tmp_path) == '{"a":1,"a":1}\n'
    assert "DIVIDE_BY_ZERO" in tarn("query", "SELECT 1 / 0", cwd=tmp_path, exit_code=3).stderr
    failed = tarn("query", "SELECT nothing\nFROM nowhere", cwd=tmp_path, exit_code=3).stderr
    assert "query:2:6" in failed and "nowhere" in failed


def test_reads_what_is_stored_before_what_the_sql_makes(tarn, pipeline):
    sql = "SELECT id, level, day FROM users ORDER BY id"
    lines = ["id,level,day", "1,free,2018-11-01", "2,paid,2018-11-02"]
    assert query(tarn, sql, "--pipeline", pipeline, "--format", "csv").splitlines() == lines
    tarn("run", pipeline)
    (pipeline / "raw" / "a.json").write_text("")
    assert query(tarn, sql, "--pipeline", pipeline, "--format", "csv").splitlines() == lines
    assert query(tarn, sql, "--lake", pipeline / "lake", "--format", "csv").splitlines() == lines
    counted = "SELECT count(*) AS n FROM users WHERE day = DATE '2018-11-02' AND level = 'paid'"
    assert query(tarn, counted, "--format", "csv", cwd=pipeline) == "n\n1\n"


def test_standard_input(tarn, tmp_path):
    done = subprocess.run([tarn.path, "query", "--format", "csv"], input="SELECT 5 AS five;\n", capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "five\n5\n")


def test_formats(tarn, tmp_path):
    sql = "SELECT a, CAST(a AS DOUBLE) / 2 AS half, CAST(NULL AS STRING) AS s FROM VALUES (1), (2) AS t(a) ORDER BY a"
    rows = [{"a": 1, "half": 0.5, "s": None}, {"a": 2, "half": 1.0, "s": None}]
    for name in ("rows.parquet", "rows.arrow", "rows.json", "rows.ndjson", "rows.csv", "rows.md"):
        assert query(tarn, sql, "-o", name, cwd=tmp_path) == ""
    assert parquet.read_table(tmp_path / "rows.parquet").to_pylist() == rows
    with pa.ipc.open_file(tmp_path / "rows.arrow") as reader:
        assert reader.read_all().to_pylist() == rows
    assert json.loads((tmp_path / "rows.json").read_text()) == rows
    assert [json.loads(line) for line in (tmp_path / "rows.ndjson").read_text().splitlines()] == rows
    assert pyarrow.csv.read_csv(tmp_path / "rows.csv").num_rows == 2
    assert (tmp_path / "rows.md").read_text().splitlines()[1] == "|---:|---:|---|"
    assert "a  half  s" in query(tarn, sql, cwd=tmp_path)
    assert "needs -o FILE" in tarn("query", sql, "--format", "arrow", cwd=tmp_path, exit_code=2).stderr
    assert not list(tmp_path.glob("*.part"))


def test_an_error_leaves_the_file_as_it_was(tarn, tmp_path):
    (tmp_path / "rows.csv").write_text("before")
    tarn("query", "SELECT 1 / 0", "-o", "rows.csv", cwd=tmp_path, exit_code=3)
    assert (tmp_path / "rows.csv").read_text() == "before" and not list(tmp_path.glob("*.part"))


def test_functions(tarn):
    assert "date_trunc(unit STRING, TIMESTAMP)" in tarn("functions").stdout
    assert tarn("functions", "UPPER").stdout.splitlines()[2:] == ["", "example: upper('tarn')"]
    assert tarn("functions", "len").stdout.endswith("\nexample: len('né')\n")
    assert "did you mean" in tarn("functions", "uper", exit_code=2).stderr


def test_files_by_their_path(tarn, tmp_path):
    (tmp_path / "a.json").write_text('{"id":1,"t":"x"}\n{"id":2}\n')
    rows = "id,t\n1,x\n2,\n"
    assert query(tarn, "SELECT * FROM read_json('*.json') ORDER BY id", "--format", "csv", cwd=tmp_path) == rows
    query(tarn, "SELECT * FROM json.`a.json`", "-o", "b.parquet", cwd=tmp_path)
    assert query(tarn, "SELECT * FROM read_parquet('b.parquet') ORDER BY id", "--format", "csv", cwd=tmp_path) == rows
    joined = "SELECT count(*) AS n FROM parquet.`b.parquet` AS b JOIN read_json('a.json') AS a ON a.id = b.id"
    assert query(tarn, joined, "--format", "csv", cwd=tmp_path) == "n\n2\n"
    failed = tarn("query", "SELECT 1\nFROM read_parquet('nowhere.parquet')", cwd=tmp_path, exit_code=3).stderr
    assert "query:2:6" in failed and "nowhere.parquet" in failed
