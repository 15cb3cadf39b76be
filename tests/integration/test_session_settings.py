"""[pipeline] time_zone and double_quotes: the same on both engines, in folders' names, in rules and in what is printed."""

import urllib.parse

import pytest

CONFIG = """
[pipeline]
time_zone = "Europe/Berlin"
double_quotes = "string"
[lake]
input = "raw"
output = "lake"
[source.events]
path = "*.json"
schema = "id INT, at TIMESTAMP"
[table.visits]
partition_by = ["hour"]
key = ["id"]
checks = ['note = "ok"']
"""
SQL = "SELECT id, \"ok\" AS note, date_trunc('hour', at) AS hour FROM events WHERE at >= \"2018-07-01\""


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    moments = ["2018-06-30T21:59:59Z", "2018-07-01T00:30:00", "2018-11-01T23:30:00Z"]
    records = [f'{{"id":{number},"at":"{moment}"}}\n' for number, moment in enumerate(moments)]
    (tmp_path / "raw" / "1.json").write_text("".join(records))
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "visits.sql").write_text(SQL)
    return tmp_path


def check_lake(tarn, pipeline, *engine):
    tarn("run", pipeline, "--quiet", *engine)
    folders = sorted(urllib.parse.unquote(folder.name) for folder in (pipeline / "lake" / "visits").glob("hour=*"))
    assert folders == ["hour=2018-07-01 00:00:00", "hour=2018-11-02 00:00:00"]
    sql = "SELECT id, hour, \"a\" AS a FROM visits ORDER BY id"
    printed = tarn("query", sql, "--pipeline", pipeline, "--format", "csv").stdout
    assert printed == "id,hour,a\n1,2018-07-01 00:00:00,a\n2,2018-11-02 00:00:00,a\n"
    printed = tarn("query", sql, "--pipeline", pipeline, "--format", "ndjson").stdout
    assert printed.splitlines()[0] == '{"id":1,"hour":"2018-06-30T22:00:00Z","a":"a"}'
    assert "2018-11-02 00:00:00" in tarn("show", pipeline, "visits").stdout


def test_on_this_machine(tarn, pipeline):
    check_lake(tarn, pipeline)
    assert "at >= TIMESTAMP '2018-07-01 00:00:00'" in tarn("plan", pipeline).stdout
    names = ["--double-quotes", "identifier", "--format", "csv"]
    assert tarn("query", 'SELECT "id" FROM visits WHERE id = 1', "--pipeline", pipeline, *names).stdout == "id\n1\n"


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("small", ["0", "1 GB"])
def test_on_spark(tarn, pipeline, connect_server, small):
    check_lake(tarn, pipeline, "--remote", connect_server.remote, "--set", f"spark.small={small}")


def test_a_zone_that_there_is_not(tarn, pipeline):
    toml = (pipeline / "tarn.toml").read_text()
    (pipeline / "tarn.toml").write_text(toml.replace("Berlin", "Berlim"))
    refused = tarn("check", pipeline, exit_code=3).stderr
    assert "tarn.toml:3:" in refused and "there is no such time zone: Europe/Berlim" in refused
    assert "hint: write a region" in refused
