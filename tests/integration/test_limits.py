"""Time and memory are bounded whatever comes in: records without end, bombs, SQL that doubles, texts that grow."""

import bz2
import gzip
import os
import random
import subprocess
import sys

import pyarrow as pa
import pyarrow.dataset as dataset
import pytest
import zstandard

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*"
schema = "id BIGINT, name STRING"
max_record_size = "16 MB"
"""
MB = 1_000_000


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "things.sql").write_text("SELECT id, name FROM events")
    return tmp_path


def write(pipeline, content, name="a.json"):
    (pipeline / "raw" / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def rows(pipeline):
    return dataset.dataset(pipeline / "lake" / "things").to_table().sort_by("id").to_pylist()


# A program's peak counts that of the process it was forked from, so it is started by a small one.
MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
open(sys.argv[1], "w").write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss}")
"""


def run_bounded(tarn, *args, memory_mb, cwd):
    """The exit code and the output of a run that has had no more than so much memory."""
    with open(cwd / "output", "w+") as output:
        measure = [sys.executable, "-c", MEASURE, cwd / "usage", tarn.path, *map(str, args)]
        subprocess.run(measure, stdout=output, stderr=output, stdin=subprocess.DEVNULL, check=True)
        output.seek(0)
        text = output.read()
    exit_code, memory_kb = map(int, (cwd / "usage").read_text().split())
    assert memory_kb / 1000 < memory_mb, text
    return exit_code, text


def lz4(data):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "lz4") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


COMPRESS = {"gzip": gzip.compress, "bzip2": bz2.compress, "lz4": lz4, "zstd": zstandard.compress}


def bomb(codec, begin, end):
    """`begin`, half a gigabyte of nothing and `end`: members, one after the other."""
    compress = COMPRESS[codec]
    return compress(begin) + compress(b"}" * 50 * MB) * 10 + compress(end)


LONG = {
    "lines": (b'{"id":1}\n{"id":2,"name":"', b'"}\n{"id":3}\n'),
    "an array": (b'[{"id":1},\n{"id":2,\n"name":"', b'"},\n{"id":3}]\n'),
    "records over lines": (b'{"id":\n1}\n{"id":2,\n"name":"', b'"}\n{"id":3}\n'),
}


@pytest.mark.parametrize(
    "codec, shape",
    [(codec, "lines") for codec in COMPRESS] + [("zstd", "an array"), ("zstd", "records over lines")],
)
def test_a_record_of_a_bomb_is_bad_and_the_others_are_read(tarn, pipeline, codec, shape):
    write(pipeline, bomb(codec, *LONG[shape]))
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=400, cwd=pipeline)
    assert code == 0, errors
    assert [row["id"] for row in rows(pipeline)] == [1, 3]
    [bad] = tarn.json("quarantine", pipeline)["quarantine"][0]["records"]
    assert bad["path"].endswith("raw/a.json")
    assert bad["byte_offset"] == LONG[shape][0].index(b'{"id":2')
    assert "longer than max_record_size = 16 MB" in bad["reason"]


@pytest.mark.parametrize("shape", LONG)
def test_a_long_record_in_plain_text(tarn, pipeline, shape):
    begin, end = LONG[shape]
    with open(pipeline / "raw" / "a.json", "wb") as file:
        file.write(begin)
        file.seek(2000 * MB)
        file.write(end)
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=400, cwd=pipeline)
    assert code == 0, errors
    assert [row["id"] for row in rows(pipeline)] == [1, 3]


def test_a_bomb_without_an_end_is_one_bad_record(tarn, pipeline):
    write(pipeline, bomb("zstd", b'{"id":1}\n{"id":2,"name":"', b""))
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=400, cwd=pipeline)
    assert code == 0, errors
    assert [row["id"] for row in rows(pipeline)] == [1]


def test_infer_and_check_of_a_bomb(tarn, pipeline):
    write(pipeline, bomb("zstd", *LONG["lines"]))
    code, errors = run_bounded(tarn, "infer", pipeline / "raw", memory_mb=900, cwd=pipeline)
    assert code == 0, errors
    code, errors = run_bounded(tarn, "check", pipeline, "--data", memory_mb=400, cwd=pipeline)
    assert code == 3
    assert "longer than 16 MB" in errors


def test_a_window_that_takes_too_much_memory_names_its_file(tarn, pipeline):
    # A frame of zstd by hand: a window of 2 GiB, one raw block.
    text = b'{"id":1}\n'
    write(pipeline, b"\x28\xb5\x2f\xfd\x00\xa8" + (1 | len(text) << 3).to_bytes(3, "little") + text, "window.zst")
    write(pipeline, '{"id":2}\n', "b.json")
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=400, cwd=pipeline)
    assert code == 0, errors
    [bad] = tarn.json("quarantine", pipeline)["quarantine"][0]["records"]
    assert bad["path"].endswith("raw/window.zst")
    assert "needs a window of more than 128 MiB" in bad["reason"]


# Takes minutes when each character is looked for among all.
def test_functions_of_very_many_characters(tarn, pipeline):
    (pipeline / "things.sql").write_text(
        "SELECT id, length(translate(name, name, upper(name))) AS kept, trim(name, name) AS nothing FROM events"
    )
    write(pipeline, '{"id":1,"name":"' + "".join(map(chr, range(0x4E00, 0x9F00))) * 50 + '"}\n')
    tarn("run", pipeline)
    assert rows(pipeline) == [{"id": 1, "kept": 50 * (0x9F00 - 0x4E00), "nothing": ""}]


# Each takes minutes when something is done for every pair of keys.
def test_records_of_very_many_keys(tarn, pipeline):
    many = range(300_000)
    write(pipeline, '{"id":1,' + ",".join(f'"k{i}":0' for i in range(1_000_000)) + "}\n", "new.json")
    write(pipeline, '{"id":2,' + ",".join(f'"id":{i}' for i in many) + "}\n", "duplicate.json")
    write(pipeline, '{"id":3,"x":[' + ",".join("[]" for _ in many) + "]}\n", "elements.json")
    write(pipeline, '{"id":4,"' + "k" * 10 * MB + '":0}\n', "long.json")
    write(pipeline, '{"id":5,"x":' + "1" * 5 * MB + ',"y":0.' + "1" * 5 * MB + "}\n", "digits.json")
    write(pipeline, "".join(f'{{"id":{10 + i},"n{i}":0}}\n' for i in range(100_000)), "many.json")
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=1500, cwd=pipeline)
    assert code == 0, errors
    assert len(rows(pipeline)) == 100_005
    assert "and more than 990 more fields that the schema does not name" in errors
    record = tarn.json("runs", pipeline)["runs"][0]
    assert record["sources"][0]["has_more_new_fields"] is True


def test_a_schema_of_very_many_columns(tarn, pipeline):
    names = [f"c{i}" for i in range(5000)]
    (pipeline / "tarn.toml").write_text(
        CONFIG.replace("name STRING", "o STRUCT<" + ", ".join(f"{name}: INT" for name in names) + ">, "
                       + ", ".join(f"{name} INT" for name in names))
    )
    (pipeline / "things.sql").write_text("SELECT *, o.c7 AS inner FROM events")
    shuffled = random.Random(7)

    def fields():
        shuffled.shuffle(names)
        return ",".join(f'"{name}":{name[1:]}' for name in names)

    write(pipeline, "".join(f'{{"id":{i},{fields()},"o":{{{fields()}}}}}\n' for i in range(20)))
    tarn("run", pipeline)
    assert rows(pipeline)[0]["c4999"] == 4999
    assert rows(pipeline)[19]["inner"] == 7


DOUBLING = "WITH q0 AS (SELECT id FROM events)" + "".join(
    f", q{i} AS (SELECT a.id FROM q{i - 1} AS a JOIN q{i - 1} AS b ON a.id = b.id)" for i in range(1, 25)
)
CONCATENATED = "SELECT '' AS c FROM events"
for _ in range(30):
    CONCATENATED = f"SELECT concat(c, c) AS c FROM ({CONCATENATED}) AS q"

REFUSED = {
    "WITH that doubles": (f"{DOUBLING} SELECT id FROM q24", "the query is too large: more than 2000 operators"),
    "BETWEEN in BETWEEN": (f"SELECT {'(' * 60}id{' BETWEEN 1 AND 2)' * 60} AS x FROM events", "too many expressions"),
    "CASE in CASE": (
        f"SELECT {'CASE (' * 60}id{') WHEN 1 THEN 1 WHEN 2 THEN 2 END' * 60} AS x FROM events",
        "too many expressions",
    ),
    "15,000 brackets": ("SELECT " + "(" * 15_000 + "id" + ")" * 15_000 + " AS x FROM events", "nested too deeply"),
    "2,000 functions": ("SELECT " + "abs(" * 2_000 + "id" + ")" * 2_000 + " AS x FROM events", "nested too deeply"),
    "3,000 CASTs": ("SELECT id" + "::BIGINT" * 3_000 + " AS x FROM events", "nested too deeply"),
    "100,000 OR": ("SELECT id FROM events WHERE id = 1" + " OR id = 1" * 100_000, None),
    "100,000 +": ("SELECT id" + " + 1" * 100_000 + " AS x FROM events", "nested too deeply"),
    "100,000 UNION": ("SELECT id FROM events" + " UNION SELECT id FROM events" * 100_000, "nested too deeply"),
    "2,000 UNION ALL": ("SELECT id FROM events" + " UNION ALL SELECT id FROM events" * 2_000, "nested too deeply"),
    "1,000 subqueries": (
        "SELECT id FROM " + "(SELECT id FROM " * 1_000 + "events" + ") AS q" * 1_000,
        "nested too deeply",
    ),
    "a group too large": (r"SELECT rlike(name, '(((a{1,1000}){1,1000}){1,1000})') AS x FROM events", None),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_sql_that_would_take_too_much_has_an_error_with_a_place(tarn, pipeline, kind):
    sql, message = REFUSED[kind]
    (pipeline / "things.sql").write_text(sql)
    write(pipeline, '{"id":1,"name":"a"}\n')
    for command in (["check", pipeline], ["plan", pipeline], ["run", pipeline]):
        code, errors = run_bounded(tarn, *command, memory_mb=1000, cwd=pipeline)
        if message is not None:
            is_told = code == 3 and "things.sql:1:" in errors and message in errors
            assert is_told, (code, errors[:500])
        else:
            assert code in (0, 3), errors[:500]


WORKS = {
    "100,000 numbers in a list": "SELECT id FROM events WHERE id IN (" + ",".join(map(str, range(100_000))) + ")",
    "5,000 columns": "SELECT id, " + ", ".join(f"id + {i} AS c{i}" for i in range(5_000)) + " FROM events",
    "5,000 OR": "SELECT id FROM events WHERE id = 1" + " OR id = 2" * 5_000,
    "5,000 AND": "SELECT id FROM events WHERE id = 1" + " AND id < 2" * 5_000,
    "400 UNION ALL": "SELECT id FROM events WHERE id = 2" + " UNION ALL SELECT id FROM events" * 400,
    "400 levels": "SELECT " + "abs(" * 400 + "id" + ")" * 400 + " AS id FROM events",
    "conditions through what doubles": f"SELECT 1 AS id FROM ({CONCATENATED}) AS q WHERE c >= ''",
    "a long text": "SELECT id, '" + "x" * 5 * MB + "' AS x FROM events",
}


@pytest.mark.parametrize("kind", WORKS)
def test_large_sql_that_works(tarn, pipeline, kind):
    (pipeline / "things.sql").write_text(WORKS[kind])
    write(pipeline, '{"id":1,"name":"a"}\n')
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=1500, cwd=pipeline)
    assert code == 0, errors[:2000]
    assert rows(pipeline)[0]["id"] == 1
    tarn("plan", pipeline, "--analyze")


GROWING = [
    "repeat(name, 2000000000)",
    "replace(repeat(name, 1000000), 'a', repeat('b', 1000000))",
    "regexp_replace(repeat(name, 1000000), 'a', '" + "b" * 10_000 + "')",
    "concat(repeat(repeat(name, 1000000), 300), repeat(repeat(name, 1000000), 300))",
]


@pytest.mark.parametrize("text", GROWING)
def test_a_text_that_grows_too_long_has_an_error_with_a_place(tarn, pipeline, text):
    write(pipeline, '{"id":1,"name":"a"}\n')
    for sql in (f"SELECT id,\n  {text} AS x FROM events", f"SELECT id FROM events WHERE\n  octet_length({text}) > 1"):
        (pipeline / "things.sql").write_text(sql)
        code, errors = run_bounded(tarn, "run", pipeline, memory_mb=3000, cwd=pipeline)
        is_told = code == 3 and "things.sql:2:" in errors and "text is too long: more than 512 MiB" in errors
        assert is_told, (code, errors[:500])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id, octet_length(repeat(name, 1000)) AS n FROM events",
        "SELECT id, octet_length(CASE WHEN id >= 0 THEN repeat(repeat('a', 1000), 1000) ELSE name END) AS n FROM events",
        "SELECT id, sum(octet_length(repeat(name, 1000))) AS n FROM events GROUP BY id",
        "SELECT id, 1000000 AS n FROM events WHERE repeat(name, 1000) > 'a'",
    ],
)
def test_long_texts_in_many_rows(tarn, pipeline, sql):
    (pipeline / "things.sql").write_text(sql)
    name = "a" * 1000
    write(pipeline, "".join(f'{{"id":{i},"name":"{name}"}}\n' for i in range(700)))
    code, errors = run_bounded(tarn, "run", pipeline, memory_mb=3000, cwd=pipeline)
    assert code == 0, errors
    assert rows(pipeline) == [{"id": i, "n": 1000000} for i in range(700)]


@pytest.mark.parametrize("limit_mb", [60, 150, 250, 400, 600, 900])
def test_without_memory_a_run_ends_with_one_error(tarn, pipeline, limit_mb):
    write(pipeline, "".join(f'{{"id":{i},"name":"{i:0>100}"}}\n' for i in range(300_000)))
    (pipeline / "things.sql").write_text("SELECT name, count(*) AS id FROM events GROUP BY name")
    ran = subprocess.run(
        ["sh", "-c", f'ulimit -v {limit_mb * 1024}; exec "$0" "$@"', tarn.path, "run", pipeline], capture_output=True, text=True
    )
    # 127: not even the libraries fit.
    assert ran.returncode in (0, 1, 127), ran.stderr
    if ran.returncode == 1:
        assert ran.stderr.count("error:") == 1, ran.stderr
        words = ("memory", "alloc", "Resource temporarily unavailable")
        assert any(word in ran.stderr for word in words), ran.stderr
    assert "terminate" not in ran.stderr
    tarn("run", pipeline)


def nasty(chance, depth=0):
    """SQL by chance: most is wrong, some of it deep, long or strange."""
    if depth > 5 or chance.random() < 0.3:
        return chance.choice(["id", "name", "1", "'x'", "NULL", "*", "''", "1e400", "9" * 400, "events", "\x01", "é", "$$"])
    parts = [nasty(chance, depth + 1) for _ in range(chance.choice([1, 2, 3]))]
    shape = chance.choice(
        ["({})", "abs({})", "{} + 1", "CASE {} END", "(SELECT {} FROM events)", "{} BETWEEN 1 AND 2", "x {}", "{} OVER ()",
         "CAST({} AS INT)", "{}::DECIMAL(38,38)", "repeat({}, 3)", "count({})", "{} IN (1)", "NOT {}", "- {}", "'{}"]
    )
    return shape.replace("{}", ", ".join(parts)) * chance.choice([1, 1, 1, 2, 40])


def test_nasty_sql_and_toml_never_crash(tarn, pipeline):
    chance = random.Random(3)
    for i in range(60):
        sql = f"SELECT {nasty(chance)} AS a FROM {chance.choice(['events', nasty(chance)])}"
        (pipeline / f"t{i}.sql").write_text(sql[: chance.choice([len(sql), len(sql) // 2 + 1])])
    code, errors = run_bounded(tarn, "check", pipeline, memory_mb=1000, cwd=pipeline)
    assert code == 3
    for i in range(30):
        lines = CONFIG.splitlines(keepends=True)
        for _ in range(3):
            line = chance.randrange(len(lines))
            lines[line] = chance.choice(
                [lines[line] * 2, lines[line][::-1], "[" * 2000 + "\n", "x = " + "{a=" * 300 + "\n", "a." * 3000 + "b = 1\n",
                 'max_record_size = 99999999999999999999\n', "since = 1\n", "\x00", '"""', "[source.events]\n" * 2]
            )
        (pipeline / "tarn.toml").write_text("".join(lines))
        code, errors = run_bounded(tarn, "check", pipeline, memory_mb=1000, cwd=pipeline)
        assert code in (0, 3), errors
