"""A run that would take rows away says so before it does, and a lake is no place where other files are."""

import json

import pytest

from conftest import lake_files, table_files

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.events]
path = "{yyyy}-{MM}-{dd}.json"
schema = "id INT, day DATE, kind STRING"
[table.by_day]
partition_by = ["day"]
"""


@pytest.fixture
def pipeline(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "tarn.toml").write_text(CONFIG)
    (tmp_path / "by_day.sql").write_text("SELECT id, day FROM events")
    (tmp_path / "kinds.sql").write_text("SELECT kind, count(*) AS n FROM by_kind GROUP BY kind")
    (tmp_path / "by_kind.sql").write_text("SELECT kind FROM events WHERE kind <> 'x'")
    for day in (1, 2, 3):
        records = [{"id": day * 10 + i, "day": f"2026-11-0{day}", "kind": "ab"[i % 2]} for i in range(4)]
        (tmp_path / "raw" / f"2026-11-0{day}.json").write_text("\n".join(map(json.dumps, records)))
    return tmp_path


def tables(pipeline):
    return table_files(pipeline / "lake").keys()


def test_a_shorter_period_is_refused(tarn, pipeline):
    tarn("run", pipeline)
    before = tables(pipeline)
    since = ["--set", "source.events.since=2026-11-02"]
    for shorter in (since, ["--set", "source.events.until=2026-11-03"]):
        refused = tarn("run", pipeline, *shorter, exit_code=3).stderr
        assert "source events" in refused and "table by_day" in refused and "--shrink" in refused
        assert tables(pipeline) == before
    summary = tarn("run", pipeline, *since, "--shrink").stdout
    assert "12 → 8" in summary
    # The same period, and a longer one, take nothing away.
    tarn("run", pipeline, *since)
    assert "8 → 12" in tarn("run", pipeline).stdout


def test_a_first_run_and_another_lake_may_be_short(tarn, pipeline, tmp_path):
    tarn("run", pipeline, "--set", "source.events.since=2026-11-03")
    tarn("run", pipeline)
    tarn("run", pipeline, "--set", "source.events.since=2026-11-03", "--set", f"lake.output={tmp_path / 'other'}")


def test_rows_before_and_after_are_recorded(tarn, pipeline):
    tarn("run", pipeline)
    assert "→" not in tarn("run", pipeline).stdout
    (pipeline / "raw" / "2026-11-04.json").write_text('{"id":1,"day":"2026-11-04","kind":"c"}')
    run = tarn.json("run", pipeline)
    rows = {table["table"]: (table["rows_before"], table["rows"]) for table in run["tables"]}
    assert rows == {"by_day": (12, 13), "by_kind": (12, 13), "kinds": (2, 3)}


@pytest.mark.parametrize("has_record", [True, False])
@pytest.mark.parametrize("left", ["", '{"id":"no number","day":"2026-11-01"}\n{"id":1,"day":"2026-11-02","kind":"x"}\n'])
def test_a_table_is_not_left_empty(tarn, pipeline, left, has_record):
    """An input file that is empty, and one whose only good record the WHERE drops."""
    tarn("run", pipeline)
    before = tables(pipeline)
    if not has_record:
        for record in (pipeline / "lake" / "_tarn" / "runs").iterdir():
            record.unlink()
    for file in (pipeline / "raw").iterdir():
        file.unlink()
    (pipeline / "raw" / "2026-11-01.json").write_text(left)
    refused = tarn("run", pipeline, "--set", "table.by_day.allow_empty=true", exit_code=3).stderr
    assert "table by_kind has 12 rows" in refused and "allow_empty = true in [table.by_kind]" in refused
    assert tables(pipeline) == before
    allowed = [f"--set=table.{name}.allow_empty=true" for name in ("by_day", "by_kind", "kinds")]
    tarn("run", pipeline, *allowed)
    # A table without rows stays so without a word.
    tarn("run", pipeline, "--set=table.by_day.allow_empty=true")


def test_more_than_half_of_the_records_bad(tarn, pipeline):
    file = pipeline / "raw" / "2026-11-01.json"
    good, bad = '{"id":1,"day":"2026-11-01","kind":"a"}\n', '{"id":"bad"}\n'
    for other in ("02", "03"):
        (pipeline / "raw" / f"2026-11-{other}.json").unlink()
    file.write_text(good * 3 + bad * 3)
    tarn("run", pipeline)
    file.write_text(good * 3 + bad * 4)
    refused = tarn("run", pipeline, exit_code=3).stderr
    assert "4 of 7 records are bad, more than half" in refused and "max_bad_records" in refused
    tarn("run", pipeline, "--set", "source.events.max_bad_records=100%")


@pytest.mark.parametrize("output", ["raw", "raw/lake", ".", "raw/", "raw/../raw", "link", "/"])
def test_a_lake_beside_other_files_is_refused(tarn, pipeline, output):
    (pipeline / "link").symlink_to(pipeline / "raw")
    before = lake_files(pipeline / "raw")
    refused = tarn("run", pipeline, "--set", f"lake.output={output if output == '/' else pipeline / output}", exit_code=3).stderr
    assert "lake.output" in refused and "hint: " in refused and ("overlap" in refused or "root of the disk" in refused)
    config = pipeline / "tarn.toml"
    config.write_text(config.read_text().replace('output = "lake"', f'output = "{output}"'))
    assert "tarn.toml:4" in tarn("check", pipeline, exit_code=3).stderr
    assert lake_files(pipeline / "raw") == before


@pytest.mark.parametrize("output, words", [("s3://bucket", "whole bucket"), ("~", "home folder"), ("s3://data/lake", "overlap")])
def test_whole_buckets_and_homes_are_refused(tarn, pipeline, monkeypatch, output, words):
    monkeypatch.setenv("HOME", str(pipeline / "home"))
    output = output.replace("~", str(pipeline / "home"))
    settings = ["--set", "lake.input=s3://data", "--set", f"lake.output={output}"]
    refused = tarn("check", pipeline, *settings, exit_code=3).stderr
    assert words in refused and "hint: " in refused


def test_files_elsewhere_that_the_lake_would_hold_are_refused(tarn, pipeline):
    settings = ["--set", f"source.events.path={pipeline / 'lake' / 'by_day'}/*.json"]
    assert "overlap" in tarn("check", pipeline, *settings, exit_code=3).stderr
