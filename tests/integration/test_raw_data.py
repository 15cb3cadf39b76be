"""Raw data as it comes: every shape and compression, broken records, fields that nobody declared."""

import bz2
import gzip
import json
import re

import duckdb
import pyarrow as pa
import pyarrow.dataset as dataset
import pytest

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*"
schema = "id BIGINT, name STRING"
[table.things]
key = ["id"]
"""


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "things.sql").write_text("SELECT id, name FROM events")
    return tmp_path


def write(pipeline, name, content):
    (pipeline / "raw" / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def set_in_source(pipeline, line):
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("[source.events]\n", f"[source.events]\n{line}\n"))


def ids(pipeline):
    table = dataset.dataset(pipeline / "lake" / "things").to_table()
    return sorted(table.column("id").to_pylist())


def lines(*numbers):
    return "".join(f'{{"id":{number}}}\n' for number in numbers)


def compress(codec, text):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, codec) as stream:
        stream.write(text.encode())
    return sink.getvalue().to_pybytes()


SHAPES = {
    "lines": lines(1, 2, 3).encode(),
    "no newline at the end": lines(1, 2, 3).encode().rstrip(),
    "blank lines and CRLF": b'\r\n{"id":1}\r\n\r\n  \r\n{"id":2}\r\n{"id":3}\r\n',
    "byte-order mark": b"\xef\xbb\xbf" + lines(1, 2, 3).encode(),
    "pretty-printed": b'{\n  "id": 1\n}\n{\n  "id": 2\n}\n{\n  "id": 3\n}\n',
    "concatenated": b'{"id":1}{"id":2} {"id":3}',
    "array": b'[{"id":1}, {"id":2},\n {"id":3}]\n',
    "array in one line with a mark": b'\xef\xbb\xbf[{"id":1},{"id":2},{"id":3}]',
    "UTF-16, little end first": b"\xff\xfe" + lines(1, 2, 3).encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + json.dumps([{"id": i} for i in (1, 2, 3)]).encode("utf-16-be"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_recognised(tarn, pipeline, shape):
    write(pipeline, "a", SHAPES[shape])
    write(pipeline, "b", lines(4))
    write(pipeline, "empty", b"")
    tarn("run", pipeline)
    assert ids(pipeline) == [1, 2, 3, 4]
    write(pipeline, "a", gzip.compress(SHAPES[shape]))
    tarn("run", pipeline)
    assert ids(pipeline) == [1, 2, 3, 4]


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
@pytest.mark.parametrize("codec", ["gzip", "zstd", "bz2", "lz4"])
def test_every_compression(tarn, pipeline, codec, large):
    numbers = list(range(700_000 if large else 20))
    if large:
        # What compresses badly makes a file that is read in parts.
        body = "".join(f'{{"id":{n},"name":"{n * 2654435761 % 2**61:x}"}}\n' for n in numbers)
    else:
        body = lines(*numbers)
    write(pipeline, "a.json", compress(codec, body))
    record = tarn.json("run", pipeline)
    assert ids(pipeline) == numbers
    assert record["sources"][0]["bad_records"] == 0
    assert record["sources"][0]["records"] == len(numbers)


def test_members_of_gzip_follow_each_other(tarn, pipeline):
    write(pipeline, "a.json.gz", gzip.compress(lines(1).encode()) + gzip.compress(lines(2).encode()))
    write(pipeline, "b.json.bz2", bz2.compress(lines(3).encode()) + bz2.compress(lines(4).encode()))
    tarn("run", pipeline)
    assert ids(pipeline) == [1, 2, 3, 4]


def test_a_stream_that_is_cut_short_is_a_bad_object(tarn, pipeline):
    packed = gzip.compress("".join(f'{{"id":{n}}}\n' for n in range(1000)).encode(), mtime=0)
    write(pipeline, "a.json.gz", packed[:-600])
    write(pipeline, "b.json", lines(5000))
    record = tarn.json("run", pipeline)
    assert record["sources"][0]["bad_records"] == 1
    (kept,) = tarn.json("quarantine", pipeline)["quarantine"]
    (bad,) = kept["records"]
    assert bad["path"].endswith("raw/a.json.gz")
    assert f"cut short: it ends at byte {len(packed) - 600} of the file" in bad["reason"]
    found = ids(pipeline)
    assert found[-1] == 5000 and found[:-1] == list(range(len(found) - 1))


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("a.json.gz", b"\x91\x92\x93 not gzip", "the name says gzip"),
        ("a.json", b"\xff\x06\x00\x00sNaPpY\x00", "snappy"),
        ("a.json", b"PK\x03\x04zip", "zip"),
    ],
)
def test_what_is_not_read_is_a_bad_object(tarn, pipeline, name, content, reason):
    write(pipeline, name, content)
    write(pipeline, "b.json", lines(1))
    tarn("run", pipeline)
    assert ids(pipeline) == [1]
    (kept,) = tarn.json("quarantine", pipeline)["quarantine"]
    assert reason in kept["records"][0]["reason"]


def test_a_record_of_64_megabytes(tarn, pipeline):
    name = "x" * (64 << 20)
    write(pipeline, "a.json", f'{{"id":1,"name":"{name}"}}\n{{"id":2}}\n')
    write(pipeline, "b.json", gzip.compress(f'[\n{{"id":3,"name":"{name}"}}]'.encode(), 1))
    tarn("run", pipeline)
    assert ids(pipeline) == [1, 2, 3]
    longest = duckdb.sql(f"SELECT max(length(name)) FROM '{pipeline}/lake/things/*.parquet'").fetchall()
    assert longest == [(64 << 20,)]


def test_a_wrong_format_is_a_clear_error(tarn, pipeline):
    set_in_source(pipeline, 'format = "ndjson"')
    write(pipeline, "a.json", '[{"id":1}]')
    refused = tarn("run", pipeline, exit_code=3)
    assert "a.json" in refused.stderr and 'format = "ndjson"' in refused.stderr
    assert "hint" in refused.stderr


BROKEN = '{"id":1}\n{"id":"x"}\n\n{"id":2,"name":"b"}\n{oops\n{"id":3}\n'


def test_bad_records_go_into_quarantine(tarn, pipeline):
    write(pipeline, "a.json", BROKEN)
    shown = tarn("run", pipeline)
    assert "2 bad records in quarantine" in shown.stdout
    assert ids(pipeline) == [1, 2, 3]
    (kept,) = tarn.json("quarantine", pipeline)["quarantine"]
    assert [(bad["line"], bad["byte_offset"], bad["record"]) for bad in kept["records"]] == [
        (2, 9, '{"id":"x"}'),
        (5, 41, "{oops"),
    ]
    assert "id: 'x' is not BIGINT" in kept["records"][0]["reason"]
    text = tarn("quarantine", pipeline).stdout
    assert "a.json" in text and "{oops" in text
    # Other readers see them too.
    rows = duckdb.sql(
        f"SELECT source, line, record FROM read_parquet('{pipeline}/lake/_tarn/quarantine/*/*/*.parquet',"
        " hive_partitioning = true) ORDER BY line"
    ).fetchall()
    assert rows == [("events", 2, b'{"id":"x"}'), ("events", 5, b"{oops")]
    assert tarn.json("runs", pipeline)["runs"][0]["sources"][0]["bad_records"] == 2


def test_a_broken_first_line_does_not_hide_the_others(tarn, pipeline):
    write(pipeline, "a.json", '{"id":\n' + lines(1, 2))
    tarn("run", pipeline)
    assert ids(pipeline) == [1, 2]


def test_bad_records_may_be_dropped_or_fail_the_run(tarn, pipeline):
    write(pipeline, "a.json", BROKEN)
    shown = tarn("run", pipeline, "--set", "source.events.on_bad_record=drop")
    assert "2 bad records dropped" in shown.stdout
    assert tarn.json("quarantine", pipeline)["quarantine"] == []
    refused = tarn("run", pipeline, "--set", "source.events.on_bad_record=fail", exit_code=3)
    assert "a.json: line 2, byte 9: " in refused.stderr
    assert ids(pipeline) == [1, 2, 3]


def test_too_many_bad_records_fail_the_run(tarn, pipeline):
    write(pipeline, "a.json", lines(*range(100)) + "{oops\n" * 12)
    tarn("run", pipeline, "--set", "source.events.max_bad_records=12")
    tarn("run", pipeline, "--set", "source.events.max_bad_records=11%")
    for limit in ["11", "0.1", "10%"]:
        refused = tarn("run", pipeline, "--set", f"source.events.max_bad_records={limit}", exit_code=3)
        assert "max_bad_records" in refused.stderr
        assert refused.stderr.count("expected a key") == 10
    assert len(ids(pipeline)) == 100


def test_a_source_of_bad_records_alone_keeps_the_old_tables(tarn, pipeline):
    write(pipeline, "a.json", lines(1, 2))
    tarn("run", pipeline)
    refused = tarn("run", pipeline, "--set", "source.events.schema=id BOOLEAN, name STRING", exit_code=3)
    assert "none of its 2 records" in refused.stderr
    assert ids(pipeline) == [1, 2]


def test_quarantine_is_the_same_whatever_the_threads(tarn, pipeline):
    text = "".join(f'{{"id":{n}}}\n' if n % 50 else f'{{"id":"{n}"}}\n' for n in range(600_000))
    write(pipeline, "a.json", text)
    for n in range(40):
        write(pipeline, f"b{n:02}.json", '{"id":1000000%02d}\n{"id":' % n)
    seen = []
    for threads in ("1", "2", "5"):
        tarn("run", pipeline, "--full", "--threads", threads)
        (kept,) = tarn.json("quarantine", pipeline, "--rows", "100000")["quarantine"]
        assert kept["num_records"] == len(kept["records"]) == 12_040
        assert kept["records"][1]["line"] == 51
        assert kept["records"][-1]["path"].endswith("b39.json")
        seen.append(kept["records"])
    assert seen[0] == seen[1] == seen[2]


def test_after_a_fix_the_quarantine_is_read_again(tarn, pipeline):
    write(pipeline, "a.json", '{"id":1,"name":"a"}\n{"id":"2","name":"b"}\n')
    write(pipeline, "b.json", '{"id":3}\n{"id":"x4","name":"d"}\n')
    tarn("run", pipeline)
    assert ids(pipeline) == [1, 3]
    # One file is mended, the other is gone: of its bad record the quarantine has the only copy.
    write(pipeline, "a.json", '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n')
    (pipeline / "raw" / "b.json").unlink()
    write(pipeline, "c.json", '{"id":5}\n{"id":6\n')
    (pipeline / "things.sql").write_text("SELECT id, name FROM events")
    tarn("run", pipeline, "--retry-quarantine")
    assert ids(pipeline) == [1, 2, 5]
    (kept,) = tarn.json("quarantine", pipeline)["quarantine"]
    assert [bad["record"] for bad in kept["records"]] == ['{"id":"x4","name":"d"}', '{"id":6']
    # Now the schema is mended as well.
    tarn("run", pipeline, "--retry-quarantine", "--set", "source.events.schema=id STRING, name STRING")
    assert ids(pipeline) == ["1", "2", "5", "x4"]


def test_a_record_is_not_mistaken_for_a_file_that_is_named_like_its_place(tarn, pipeline):
    write(pipeline, "a", '{"id":"x"}\n' + lines(1))
    tarn("run", pipeline)
    (pipeline / "raw" / "a").unlink()
    write(pipeline, "a:0", lines(2))
    tarn("run", pipeline, "--retry-quarantine")
    assert ids(pipeline) == [2]
    (kept,) = tarn.json("quarantine", pipeline)["quarantine"]
    assert [bad["record"] for bad in kept["records"]] == ['{"id":"x"}']


def test_new_fields_are_reported(tarn, pipeline):
    write(pipeline, "a.json", '{"id":1}\n{"id":2,"city":"Oslo"}\n{"id":3,"city":null,"zip":7}\n')
    shown = tarn("run", pipeline).stdout
    assert 'field "city" is not in the schema: in 2 records' in shown
    assert "a.json:2" in shown and '"Oslo"' in shown
    (fields,) = [source["new_fields"] for source in tarn.json("runs", pipeline)["runs"][0]["sources"]]
    assert [(field["key"], field["records"], field["line"]) for field in fields] == [("city", 2, 2), ("zip", 1, 3)]
    assert "city" not in tarn("run", pipeline, "--set", "source.events.on_new_field=ignore").stdout
    refuses = ["--set", "source.events.on_new_field=fail"]
    refused = tarn("run", pipeline, *refuses, exit_code=3)
    assert "a.json: line 2" in refused.stderr and '"city"' in refused.stderr
    # What the schema names is not new, whether a table reads it or not.
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("name STRING", "name STRING, city STRING, zip INT"))
    assert "not in the schema" not in tarn("run", pipeline, *refuses).stdout


def test_new_fields_inside_values_are_reported(tarn, pipeline):
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace("name STRING", "name STRING, o STRUCT<a: INT>"))
    write(pipeline, "a.json", '{"id":1,"o":{"a":1}}\n{"id":2,"o":{"a":1,"b":{"c":"Oslo"}}}\n')
    shown = tarn("run", pipeline).stdout
    assert 'field "o.b" is not in the schema: in 1 record, ' in shown and "a.json:2" in shown and "Oslo" in shown
    refused = tarn("run", pipeline, "--set", "source.events.on_new_field=fail", exit_code=3)
    assert "a.json: line 2" in refused.stderr and '"o.b"' in refused.stderr


def test_fields_that_no_record_has_are_reported(tarn, pipeline):
    config = pipeline / "tarn.toml"
    schema = "name STRING, nmae STRING, o STRUCT<a: INT, b: INT>, p STRUCT<a: INT>, l ARRAY<STRUCT<a: INT, b: INT>>"
    config.write_text(config.read_text().replace("name STRING", schema))
    write(pipeline, "a.json", '{"id":1,"name":"x","o":null,"p":{},"l":[]}\n')
    write(pipeline, "b.json", '{"id":2,"o":{"a":null},"l":[{"b":1}]}\n')
    told = [line for line in tarn("run", pipeline).stdout.split("\n") if "no record has" in line]
    assert [re.search('field "(.*)" of the schema', line)[1] for line in told] == ["nmae", "o.b", "l[].a"]
    (missing,) = [source["missing_fields"] for source in tarn.json("runs", pipeline)["runs"][0]["sources"]]
    assert missing == ["nmae", "o.b", "l[].a"]
    assert "no record" not in tarn("run", pipeline, "--set", "source.events.on_new_field=ignore").stdout
    # Of no records nothing can be said.
    for file in (pipeline / "raw").iterdir():
        file.write_text("")
    assert "no record" not in tarn("run", pipeline, "--set", "table.things.allow_empty=true").stdout


def test_columns_of_folders(tarn, pipeline):
    for name in ("name=a%3Ab", "name=__HIVE_DEFAULT_PARTITION__"):
        (pipeline / "raw" / name).mkdir()
        write(pipeline, f"{name}/a.json", '{"id":%d}\nbad\n' % len(name))
    files = ["--set", f"source.events.path={pipeline}/raw/**/*.json"]
    run = tarn("run", pipeline, *files).stdout
    assert "no record has" not in run
    rows = dataset.dataset(pipeline / "lake" / "things").to_table().to_pylist()
    assert sorted(rows, key=str) == [{"id": 10, "name": "a:b"}, {"id": 31, "name": None}]
    write(pipeline, "plain.json", lines(1))
    refused = tarn("run", pipeline, *files, exit_code=3).stderr
    assert "some of the files are in folders name=…, others are not" in refused


def test_the_quarantine_command_answers_wrong_names(tarn, pipeline):
    write(pipeline, "a.json", lines(1))
    assert "nothing in quarantine" in tarn("quarantine", pipeline).stdout
    assert "did you mean 'events'" in tarn("quarantine", pipeline, "--source", "event", exit_code=2).stderr
    assert "nothing in quarantine" in tarn("quarantine", pipeline, "--run", "x", exit_code=2).stderr


def test_a_run_is_named_by_how_its_id_begins(tarn, pipeline):
    write(pipeline, "a.json", lines(1) + "bad\n")
    runs = [tarn.json("run", pipeline, "--full")["run_id"] for _ in range(2)]
    for run in runs:
        assert f"since run {run}" in tarn("quarantine", pipeline, "--run", run).stdout
        assert f"since run {run}" in tarn("quarantine", pipeline, "--run", run[:-1]).stdout
    several = tarn("quarantine", pipeline, "--run", "20", exit_code=2).stderr
    assert "more than one run begins with '20'" in several and runs[0] in several and runs[1] in several
