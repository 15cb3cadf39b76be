"""The program as a new user meets it: help, wrong commands, wrong pipelines, pipes and interrupts."""

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
import time

import pyarrow.parquet as parquet
import pytest

from conftest import PIPELINE, SAMPLE, lake_files, table_files

COMMANDS = ["run", "check", "plan", "show", "query", "functions", "runs", "files", "quarantine", "recover", "clean", "sync", "generate", "init", "infer"]


@pytest.fixture
def pipeline(tmp_path):
    """A copy of Sparkify that a test may break."""
    folder = tmp_path / "pipeline"
    shutil.copytree(PIPELINE, folder, ignore=shutil.ignore_patterns("sample"))
    (folder / "sample").symlink_to(PIPELINE / "sample")
    config = folder / "tarn.toml"
    config.write_text(config.read_text().replace("../../lake/sparkify", "lake"))
    return folder


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(tarn, command):
    text = tarn(command, "--help").stdout
    assert re.search(r"example", text, re.IGNORECASE)
    assert f"tarn {command}" in text


def test_version(tarn):
    assert re.match(r"tarn \d+\.\d+\.\d+", tarn("--version").stdout)


def test_help_documents_exit_codes(tarn):
    text = tarn("--help").stdout
    for command in COMMANDS:
        assert command in text
    assert re.search(r"exit codes", text, re.IGNORECASE)


@pytest.mark.parametrize(
    "arguments, meant",
    [
        (["rnu"], "run"),
        (["chekc"], "check"),
        (["run", "--selct", "users"], "--select"),
        (["run", "--thread", "2"], "--threads"),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(tarn, arguments, meant):
    refused = tarn(*arguments, exit_code=2)
    assert f"{meant}" in refused.stderr and "did you mean" in refused.stderr
    assert refused.stdout == ""


def test_unknown_table_in_select(tarn, pipeline):
    refused = tarn("run", pipeline, "--select", "user", exit_code=2)
    assert "users" in refused.stderr


def test_check_touches_no_data(tarn, pipeline):
    (pipeline / "sample").unlink()
    assert "5 tables" in tarn("check", pipeline).stdout
    assert not (pipeline / "lake").exists()


def test_check_reports_every_error_at_once(tarn, pipeline):
    edit(pipeline / "tarn.toml", 'partition_by = ["year", "artist_id"]', 'partition_by = ["yaer", "artist_id"]')
    edit(pipeline / "tarn.toml", "[table.artists]", "[table.artists]\nkeys = 1")
    edit(pipeline / "users.sql", "firstName AS", "firstNme AS")
    edit(pipeline / "time.sql", "weekofyear(", "weekofyaer(")
    edit(pipeline / "artists.sql", "WHERE choice = 1", "WHERE choice = = 1")
    text = tarn("check", pipeline, exit_code=3).stderr
    # The file with a syntax error hides nothing of the other files.
    assert "artists.sql:16:16" in text
    assert "table.artists.keys" in text and re.search(r"tarn\.toml:\d+", text)
    edit(pipeline / "artists.sql", "= =", "=")
    edit(pipeline / "tarn.toml", "keys = 1", "")
    text = tarn("check", pipeline, exit_code=3).stderr
    assert re.search(r"users\.sql:\d+:\d+.*firstNme", text) and "firstName" in text
    assert re.search(r"time\.sql:\d+:\d+.*weekofyaer", text) and "weekofyear" in text
    assert "yaer" in text and "^" in text


def test_unknown_keys_are_explained(tarn, pipeline):
    edit(pipeline / "tarn.toml", "path = ", "paht = ")
    text = tarn("check", pipeline, exit_code=3).stderr
    assert re.search(r"tarn\.toml:\d+:\d+", text)
    assert "source.song_data.paht" in text and "did you mean" in text


def test_a_folder_without_a_pipeline(tarn, tmp_path):
    text = tarn("run", tmp_path, exit_code=3).stderr
    assert "tarn.toml" in text and "tarn init" in text


def test_no_files_match(tarn, pipeline):
    text = tarn("run", pipeline, "--set", "source.events.path=nothing/*.json", exit_code=3).stderr
    assert "nothing/*.json" in text
    assert not (pipeline / "lake" / "users").exists()


def test_a_broken_record_says_where(tarn, pipeline):
    (pipeline / "sample").unlink()
    shutil.copytree(PIPELINE / "sample", pipeline / "sample")
    broken = pipeline / "sample" / "log_data" / "2018" / "11" / "2018-11-02-events.json"
    lines = broken.read_text().split("\n")
    offset = sum(len(line) + 1 for line in lines[:41])
    lines[41] = '{"artist":"x", "ts": 12,, }'
    broken.write_text("\n".join(lines))
    text = tarn("run", pipeline, "--set", "source.events.on_bad_record=fail", exit_code=3).stderr
    assert f"{broken}" in text
    assert re.search(r"line 42|:42\b", text)
    assert re.search(rf"\b{offset}\b|\b{offset + 24}\b", text), (offset, text)


def test_a_failed_check_is_exit_code_4_and_publishes_nothing(tarn, pipeline):
    tarn("run", pipeline)
    before = table_files(pipeline / "lake")
    edit(pipeline / "tarn.toml", "level IN ('free', 'paid')", "level = 'free'")
    text = tarn("run", pipeline, exit_code=4).stderr
    assert "users" in text and "level = 'free'" in text
    assert table_files(pipeline / "lake") == before
    edit(pipeline / "tarn.toml", "level = 'free'", "level IS NOT NULL")
    edit(pipeline / "tarn.toml", 'key = ["user_id"]', 'key = ["last_name"]')
    assert "last_name" in tarn("run", pipeline, exit_code=4).stderr


def test_plan_estimates_both_engines(tarn, pipeline):
    all_on_spark = ["plan", pipeline, "--set", "spark.small=0"]
    text = tarn(*all_on_spark).stdout
    assert "Estimate for 101 files" in text
    assert re.search(r"local, \d+ cores? +under 1 s +up to \d+ MB of", text)
    assert re.search(r"spark, the same \d+ cores? +\d+ s to \d+ (s|min)", text)
    assert re.search(r"partitions that it writes: 5 to [\d,]+ here, known only after a run", text)
    tarn("run", pipeline, "--quiet")
    assert re.search(r"partitions that it writes: [1-9]\d* here\.", tarn(*all_on_spark).stdout)
    assert "partitions that it writes: 0 here." in tarn("plan", pipeline).stdout


def test_every_command_names_its_pipeline_first(tarn, pipeline):
    """Or not at all: then it is that of the current folder."""
    tarn("run", pipeline, "--quiet")
    for command in ("check", "plan", "show", "runs", "quarantine", "recover", "run"):
        named = tarn(command, pipeline)
        assert re.search(rf"Usage: tarn {command} \[PIPELINE\]", tarn(command, "--help").stdout)
        of_folder = tarn(command, cwd=pipeline).stdout
        assert of_folder.partition("\n")[0].split() == named.stdout.partition("\n")[0].split(), command
        refused = tarn(command, "--pipeline", pipeline, exit_code=2).stderr
        assert f"the pipeline is named first, as in `tarn {command} PIPELINE`" in refused
    for command in ("plan", "show"):
        of_one = tarn(command, pipeline, "users").stdout
        assert "users" in of_one and "table songs" not in of_one
        assert tarn(command, "users", cwd=pipeline).stdout == of_one.replace(f"{pipeline}/tarn.toml", "tarn.toml")
        assert "the pipeline comes first" in tarn(command, "users", pipeline, exit_code=2).stderr
    # What could be no table is a pipeline that is not there.
    assert "there is no such folder" in tarn("plan", pipeline / "typo", exit_code=3).stderr


def test_plan_tells_what_new_files_change(tarn, pipeline):
    text = tarn("plan", pipeline).stdout
    assert re.search(r"\nsongplays +song_data +rebuild: .*\n +events +append\n", text)
    assert re.search(r"\nusers +events +merge: the first row of each group\n", text)
    plan = json.loads(tarn("plan", pipeline, "users", "--json").stdout)
    assert plan["tables"][0]["new_files"] == [
        {
            "source": "events",
            "how": "merge",
            "reason": "the first row of each group",
        }
    ]


def test_plan_without_data(tarn, pipeline, tmp_path):
    shown = tarn("plan", pipeline, "--set", f"lake.input={tmp_path / 'nothing'}")
    assert "Scan events" in shown.stdout and "Estimate" not in shown.stdout
    assert re.search(r"no estimate: \S+tarn.toml:\d+: source.\w+.path: no file matches", shown.stderr)


def test_a_run_warns_when_most_of_it_would_go_through_the_disk(tarn, pipeline, tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "raw")
    large = tmp_path / "raw" / "log_data" / "2018" / "11" / "large.json"
    large.touch()
    os.truncate(large, 10 << 40)  # a hole, which takes no room: one bad record
    arguments = ["run", pipeline, "--full", "--threads", 16, "--set", f"lake.input={tmp_path / 'raw'}"]
    assert re.search(r"may take up to \S+ TB .*--engine spark", tarn(*arguments).stderr)
    assert "may take up to" not in tarn(*arguments, "--quiet").stderr


def test_plan_shows_what_is_pushed_into_a_source(tarn, pipeline):
    text = tarn("plan", pipeline, "users").stdout
    assert "page = 'NextSong'" in text
    assert "userAgent" not in text  # users needs no such column
    assert "song_data" not in text
    analyzed = tarn("plan", pipeline, "users", "--analyze").stdout
    assert re.search(r"6,?820", analyzed)
    assert re.search(r"\nsource events +8,056 +\S+ MB +\S+ m?s .*\ntable users +96 ", analyzed)
    assert "\nusers: 1 file in 1 partition\n  dictionary: " in analyzed and " % serial, " in analyzed
    assert max(len(line) for line in analyzed.partition("\nstep ")[2].splitlines()) <= 100
    assert not (pipeline / "lake").exists()


def test_show(tarn, pipeline):
    tarn("run", pipeline, "--quiet")
    text = tarn("show", pipeline, "users").stdout
    assert "user_id" in text and "STRING" in text and "96" in text
    by_path = tarn("show", pipeline / "lake" / "songs").stdout
    assert "duration" in by_path and "artist_id" in by_path and "71" in by_path
    assert "users" in tarn("show", pipeline, "user", exit_code=3).stderr


def test_show_knows_the_types_of_partition_columns(tarn, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.json").write_text('{"id":1,"code":"00123","day":"2020-01-02"}\n{"id":2,"code":"1e3","day":null}\n')
    (tmp_path / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\n'
        'schema = "id INT, code STRING, day DATE"\n[table.t]\npartition_by = ["code", "day"]\n'
    )
    (tmp_path / "t.sql").write_text("SELECT id, code, day FROM events")
    tarn("run", tmp_path)

    def shown(*words):
        (table,) = tarn.json("show", *words)["tables"]
        types = {column["name"]: column["type"] for column in table["columns"]}
        return types["code"], types["day"], sorted(row["code"] for row in table["head"])

    recorded = ("STRING", "DATE", ["00123", "1e3"])
    assert shown(tmp_path) == recorded
    assert shown(tmp_path / "lake" / "t") == recorded
    for record in (tmp_path / "lake" / "_tarn" / "runs").iterdir():
        record.unlink()
    assert shown(tmp_path) == recorded
    # Nobody knows what they were.
    assert shown(tmp_path / "lake" / "t") == ("STRING", "STRING", ["00123", "1e3"])


def test_runs_are_recorded_failures_too(tarn, pipeline):
    tarn("run", pipeline, "--quiet")
    tarn("run", pipeline, "--quiet", "--set", "table.users.min_rows=1000", exit_code=4)
    text = tarn("runs", pipeline).stdout
    assert "done" in text and "failed" in text
    records = [json.loads(path.read_text()) for path in (pipeline / "lake" / "_tarn" / "runs").glob("*.json")]
    assert sorted(record["outcome"] for record in records) == ["done", "failed"]


def test_ids_of_runs_are_whole_on_a_terminal(tarn, pipeline):
    tarn("run", pipeline, "--quiet")
    tarn("run", pipeline, "--quiet", "--set", "table.users.min_rows=1000", exit_code=4)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    subprocess.run([tarn.path, "runs", pipeline], stdout=slave, check=True)
    os.close(slave)
    text = os.read(master, 100_000).decode()
    os.close(master)
    ids = [path.stem for path in (pipeline / "lake" / "_tarn" / "runs").glob("*.json")]
    assert len(ids) == 2 and all(run in text for run in ids)


def test_json_is_the_only_thing_on_stdout(tarn, pipeline):
    assert tarn.json("run", pipeline)["tables"]
    failed = tarn("run", pipeline, "--json", "--set", "source.events.path=none", exit_code=3)
    assert json.loads(failed.stdout)["error"]


def test_environment_in_the_configuration(tarn, pipeline, tmp_path):
    tarn("run", pipeline, "--quiet", env={"SPARKIFY_OUTPUT": str(tmp_path / "elsewhere")})
    assert (tmp_path / "elsewhere" / "users").is_dir()
    edit(pipeline / "tarn.toml", "${SPARKIFY_INPUT:-sample}", "${NOT_SET_ANYWHERE}")
    text = tarn("check", pipeline, exit_code=3).stderr
    assert "NOT_SET_ANYWHERE" in text and "lake.input" in text


def test_init_makes_a_pipeline_that_runs(tarn, tmp_path):
    folder = tmp_path / "new"
    tarn("init", folder)
    tarn("check", folder)
    report = tarn.json("run", folder)
    assert all(table["rows"] > 0 for table in report["tables"])
    before = lake_files(folder)
    tarn("init", folder, exit_code=2)
    assert lake_files(folder) == before


def test_generate_is_the_same_for_the_same_seed(tarn, tmp_path):
    def generate(name, *options):
        tarn("generate", tmp_path / name, "--events", 5000, "--songs", 50, *options)
        return lake_files(tmp_path / name)

    first = generate("a", "--seed", 7)
    assert first == generate("b", "--seed", 7)
    assert first != generate("c", "--seed", 8)
    report = tarn.json("run", PIPELINE, "--set", f"lake.input={tmp_path / 'a'}", "--set", f"lake.output={tmp_path / 'l'}")
    rows = {table["table"]: table["rows"] for table in report["tables"]}
    assert rows["songs"] == 50
    assert 0.75 * 5000 < rows["songplays"] < 0.95 * 5000
    known = parquet.read_table(tmp_path / "l" / "songplays", columns=["song_id"]).column(0)
    assert known.null_count < rows["songplays"]


def test_generated_listeners_have_tastes_and_trouble(tarn, tmp_path):
    tarn("generate", tmp_path / "raw", "--events", 20_000, "--songs", 50, "--users", 100, "--tastes", 3, "--trouble", 0.8)
    truth = [json.loads(line) for line in (tmp_path / "raw" / "truth" / "listeners.json").read_text().splitlines()]
    assert len(truth) == 100 and {user["taste"] for user in truth} == {0, 1, 2}
    events = [json.loads(line) for day in sorted(tmp_path.glob("raw/log_data/*/*/*.json")) for line in day.open()]
    cancelled = {event["userId"] for event in events if event["page"] == "Cancellation Confirmation"}
    assert cancelled == {user["userId"] for user in truth if user["end"] == "cancels"} != set()
    tarn("generate", tmp_path / "other", "--trouble", 1.5, exit_code=2)


def test_many_partitions_in_bounded_memory(tarn, tmp_path):
    tarn("generate", tmp_path / "raw", "--events", 100, "--songs", 20_000)
    report = tarn.json("run", PIPELINE, "--select", "songs", "--set", f"lake.input={tmp_path / 'raw'}",
                       "--set", f"lake.output={tmp_path / 'lake'}")  # fmt: skip
    assert report["tables"][0]["partitions"] > 10_000
    assert sum(1 for _ in (tmp_path / "lake" / "songs").rglob("*.parquet")) == report["tables"][0]["files"]
    assert report["peak_memory_bytes"] < 400e6


@pytest.fixture(scope="module")
def large_input(tarn, tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "raw"
    tarn("generate", folder, "--events", 1_000_000, "--songs", 1000, "--users", 1000)
    return folder


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_stops_within_a_second_and_leaves_the_tables(tarn, pipeline, large_input, signal_number):
    tarn("run", pipeline, "--quiet")
    before = lake_files(pipeline / "lake")
    process = tarn.start("run", pipeline, "--set", f"lake.input={large_input}", "--threads", "1")
    time.sleep(0.6)
    process.send_signal(signal_number)
    begin = time.monotonic()
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130, error
    assert time.monotonic() - begin < 1.0
    assert "interrupted" in error.lower()
    assert lake_files(pipeline / "lake") == before
    outcomes = [json.loads(path.read_text())["outcome"] for path in (pipeline / "lake/_tarn/runs").glob("*.json")]
    assert sorted(outcomes) == ["cancelled", "done"]


LONG_QUERIES = {
    "sort": "SELECT * FROM events ORDER BY location, artist, song, userAgent, ts DESC",
    "row number": "SELECT ts, row_number() OVER (PARTITION BY userId ORDER BY song, artist, ts) AS n FROM events",
    "aggregate": "SELECT ts, song, artist, location, userAgent, count(*) AS n FROM events GROUP BY ts, song, artist, location, userAgent",
    # 10^12 pairs, of which none is kept.
    "join without a match": "SELECT a.ts FROM events AS a JOIN events AS b ON a.ts < b.ts - 1000000000000000",
    "build side": "SELECT a.ts FROM events AS a JOIN events AS b ON a.ts = b.ts AND a.userId = b.userId AND a.song > b.song",
}


@pytest.mark.parametrize("name", LONG_QUERIES)
def test_interrupt_in_the_midst_of_one_step(tarn, tmp_path, large_input, name):
    toml = (PIPELINE / "tarn.toml").read_text()
    pipeline = tmp_path / "pipeline"
    pipeline.mkdir()
    events = toml[toml.index("[source.events]") :].split("\n[table")[0]
    (pipeline / "tarn.toml").write_text(f'[lake]\ninput = "{large_input}"\noutput = "lake"\n{events}\n')
    (pipeline / "t.sql").write_text(LONG_QUERIES[name])
    process = tarn.start("run", pipeline)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    _, error = process.communicate(timeout=10)
    print(f"{name}: {time.monotonic() - begin:.2f} s after {3} s, exit code {process.returncode}")
    # What was done before is no failure: only the join takes longer than that anywhere.
    assert process.returncode == 130 or name != "join without a match", error
    assert not list((pipeline / "lake" / "_tarn" / "staging").glob("*"))


def test_progress_is_live_on_a_terminal_and_plain_in_a_pipe(tarn, pipeline, large_input):
    arguments = ["run", str(pipeline), "--full", "--set", f"lake.input={large_input}"]
    piped = tarn(*arguments)
    assert "\x1b" not in piped.stderr + piped.stdout and "\r" not in piped.stderr
    assert "events" in piped.stderr and "songplays" in piped.stdout

    master, slave = pty.openpty()
    process = subprocess.Popen([tarn.path, *arguments], stdout=slave, stderr=slave, stdin=slave, cwd=pipeline,
                               env={**os.environ, "TERM": "xterm"})  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(master)
    assert process.wait() == 0
    text = shown.decode()
    assert "\x1b[" in text and "%" in text and "/s" in text and "events" in text


def test_a_full_disk_or_missing_rights_leave_the_tables(tarn, pipeline, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    text = tarn("run", pipeline, "--set", f"lake.output={blocked}", exit_code=1).stderr
    assert str(blocked) in text
    assert blocked.read_text() == "not a folder"
