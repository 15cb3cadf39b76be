"""`tarn run --master yarn` on real YARN daemons, from S3 to S3 through S3A: executors die, the server dies, the run is seen
in a History Server."""

import json
import os
import signal
import threading
import time

import pytest

import spark_servers
from conftest import PIPELINE, children
from test_s3 import keys
from test_spark_engine import same_tables

pytestmark = [pytest.mark.yarn, pytest.mark.xdist_group("spark")]


@pytest.fixture
def on_yarn(yarn, history_server):
    conf = {
        **yarn.conf(),
        "spark.jars": ",".join(map(str, spark_servers.jars("s3a"))),
        "spark.driver.memory": "1g",
        **history_server.conf(),
    }
    return ["--master", "yarn", *(word for item in conf.items() for word in ("--conf", "=".join(item)))]


@pytest.fixture
def raw_events(tarn, s3_server, bucket, tmp_path):
    """Enough that executors are at work for some seconds; few songs, as each is a partition of its table."""
    tarn("generate", tmp_path / "raw", "--events", "40000", "--songs", "40", "--users", "200", "--days", "4")
    s3_server.upload(tmp_path / "raw", bucket, "raw/")
    return tmp_path / "raw", f"s3://{bucket}/raw"


def soon(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def started(tarn, *args, **options):
    """A run that is killed when it hangs."""
    process = tarn.start(*args, **options)
    timer = threading.Timer(300, process.kill)
    timer.daemon = True
    timer.start()
    return process


def told_until(process, words):
    """What a run has said once it has said these words: `: read `, when a source is done and no table is."""
    told = ""
    while words not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
    return told


def the_rest(process):
    told = process.stderr.read()
    process.wait()
    return told


# A join of both sources, and many partitions.
SELECTED = ["songplays", "songs"]


def lake_on(bucket, raw):
    """All of it Spark's, however small."""
    return [
        "--select", ",".join(SELECTED), "--set", f"lake.input={raw}", "--set", f"lake.output=s3://{bucket}/lake",
        "--set", "spark.small=0",
    ]  # fmt: skip


def test_executors_die_in_the_middle(tarn, yarn, on_yarn, history_server, s3_server, bucket, raw_events, tmp_path):
    raw, s3_raw = raw_events
    env = {**s3_server.env(), **yarn.env(), "SPARK_HOME": str(spark_servers.SPARK_HOME)}
    process = started(tarn, "run", PIPELINE, *lake_on(bucket, s3_raw), *on_yarn, env=env)
    err = told_until(process, ": read ")
    for _ in range(2):
        killed = yarn.kill_executor()  # with rows that it kept
        soon(lambda: killed not in yarn.list_executors() and yarn.list_executors())
    err += the_rest(process)
    assert process.returncode == 0, err
    assert "application_" in err
    tarn("run", PIPELINE, "--quiet", "--set", f"lake.input={raw}", "--set", f"lake.output={tmp_path / 'local'}")
    tarn("sync", f"s3://{bucket}/lake", tmp_path / "spark", env=env)
    same_tables(tmp_path / "local", tmp_path / "spark", SELECTED)

    record_key = next(key for key in keys(s3_server, bucket, "lake/_tarn/runs/"))
    record = json.loads(s3_server.client().get_object(Bucket=bucket, Key=record_key)["Body"].read())
    application = record["application_id"]
    assert application.startswith("application_") and application in record["engine_url"]
    assert any(table["stages"] for table in record["tables"] if "stages" in table)
    assert f"Spark's History Server has this run: {record['history_url']}\n" in err
    page = history_server.page(record["history_url"])
    assert application in page and "Spark Jobs" in page
    soon(lambda: not yarn.list_executors())


def test_small_things_stay_at_home(tarn, yarn, on_yarn, s3_server, bucket, raw_events, tmp_path):
    raw, s3_raw = raw_events
    env = {**s3_server.env(), **yarn.env(), "SPARK_HOME": str(spark_servers.SPARK_HOME)}
    run = ["run", PIPELINE, "--quiet", *lake_on(bucket, s3_raw), "--set", "spark.small=1 GB", *on_yarn]
    tarn(*run, env=env)
    tarn("run", PIPELINE, "--quiet", "--set", f"lake.input={raw}", "--set", f"lake.output={tmp_path / 'local'}")
    tarn("sync", f"s3://{bucket}/lake", tmp_path / "spark", env=env)
    same_tables(tmp_path / "local", tmp_path / "spark", SELECTED)
    assert not [key for key in keys(s3_server, bucket, "lake/_tarn/staging/")]


def test_the_server_dies_in_the_middle(tarn, yarn, on_yarn, s3_server, bucket, raw_events):
    _, s3_raw = raw_events
    env = {**s3_server.env(), **yarn.env(), "SPARK_HOME": str(spark_servers.SPARK_HOME)}
    tarn("run", PIPELINE, "--quiet", "--set", f"lake.output=s3://{bucket}/lake", env=env)
    before = [key for key in keys(s3_server, bucket, "lake/") if "/_tarn/" not in key]
    process = started(tarn, "run", PIPELINE, *lake_on(bucket, s3_raw), *on_yarn, env=env)
    err = told_until(process, ": read ")
    (runner,) = children(process.pid)
    (server,) = children(runner)
    os.kill(server, signal.SIGKILL)
    err += the_rest(process)
    assert process.returncode == 1 and "error: " in err and "\tat " not in err, err
    assert [key for key in keys(s3_server, bucket, "lake/") if "/_tarn/" not in key] == before
    assert not [key for key in keys(s3_server, bucket, "lake/_tarn/staging/")]
    soon(lambda: not yarn.list_executors())
