"""Real Spark, YARN and the History Server do what other tests lean on, and tarn's launcher starts and ends its server.

The launcher is driven through its unit tests' program, which holds a server until its standard input ends.
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

import duckdb
import pytest
from pyspark.errors.exceptions.connect import SparkConnectGrpcException

import spark_servers
from conftest import ROOT

pytestmark = pytest.mark.xdist_group("spark")

LAUNCHER = os.environ.get("TARN_LAUNCH_TEST", str(ROOT / "build" / "asan-ubsan" / "tarn_spark_launch_test"))


class Launched:
    """A server that tarn's launcher started: what it said of it, and the process that started it."""

    def __init__(self, process):
        self.process = process
        self.progress = []
        self.said = ""
        self.application = self.ui = self.remote = None
        for line in process.stdout:
            self.said += line
            kind, _, text = line.rstrip("\n").partition(" ")
            if kind == "progress":
                self.progress.append(text)
            elif kind in ("application", "ui", "remote"):
                setattr(self, kind, text)
            if kind == "remote":
                break

    def stop(self):
        out, err = self.process.communicate("\n", timeout=60)
        assert self.process.returncode == 0, out + err

    def server_process(self):
        """The process id of the launcher's child."""
        return int(pathlib.Path(f"/proc/{self.process.pid}/task").joinpath(self._thread(), "children").read_text())

    def _thread(self):
        for thread in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
                if (thread / "children").read_text().strip():
                    return thread.name
        raise AssertionError("the launcher has no child")


@contextlib.contextmanager
def launch(folder, master, conf, **environment):
    process = subprocess.Popen(
        [LAUNCHER, "--gtest_filter=RealSpark.*"],
        env={
            **os.environ,
            "SPARK_HOME": str(spark_servers.SPARK_HOME),
            "TARN_TEST_SPARK_MASTER": master,
            "TARN_TEST_SPARK_CONF": "\n".join(f"{key}={value}" for key, value in conf.items()),
            # The wheel's Arrow is not instrumented (scripts/ctest).
            "ASAN_OPTIONS": "detect_container_overflow=0",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
            **environment,
        },
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        launched = Launched(process)
        assert launched.remote, "the launcher started no server:\n" + launched.said + "".join(process.communicate())
        yield launched
    finally:
        process.kill()
        process.communicate()


def one_value(session, query):
    return session.sql(query).toArrow().column(0)[0].as_py()


def soon(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not in {seconds} s"
        time.sleep(0.1)


def refuses(remote):
    with pytest.raises(SparkConnectGrpcException, match="UNAUTHENTICATED|[Aa]uthentication"):
        with spark_servers.connect(remote) as session:
            one_value(session, "SELECT 1")
    return True


def gone(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def write_and_count(session, s3_server, uri):
    """Write 1000 rows in 3 partitions to s3a://; returns the rows that an independent reader finds."""
    query = "SELECT id, id % 3 AS part FROM range(1000)"
    session.sql(query).write.partitionBy("part").parquet(uri.replace("s3://", "s3a://"))
    # The objects are the files that the server keeps.
    path = s3_server.data / uri.removeprefix("s3://")
    success = json.loads((path / "_SUCCESS").read_text())
    assert success["committer"] == "magic"
    copied = [what for what in s3_server.requests() if what[0] == "CopyObject" and what[1].startswith(f"/{uri.split('/')[2]}/")]
    assert not copied, "nothing is renamed"
    return duckdb.sql(f"SELECT count(DISTINCT id) FROM '{path}/part=*/*.parquet'").fetchall()[0][0]


def test_a_connect_server_answers_those_who_have_its_token(connect_server):
    with connect_server.session() as session:
        assert one_value(session, "SELECT sum(id) FROM range(1000)") == 499500
        assert session.conf.get("spark.sql.session.timeZone") == "UTC"
    assert refuses(connect_server.remote.replace(connect_server.token, "another"))
    assert refuses(connect_server.remote.split(";")[0])


def test_s3a_writes_through_the_magic_committer(connect_server, s3_server, bucket):
    with connect_server.session() as session:
        assert write_and_count(session, s3_server, f"s3://{bucket}/table") == 1000
        assert session.read.parquet(f"s3a://{bucket}/table").count() == 1000


def test_a_history_server_shows_what_ran(history_server, tmp_path):
    with spark_servers.ConnectServer(tmp_path, {**history_server.conf(), "spark.app.name": "seen"}) as server:
        with server.session() as session:
            assert one_value(session, "SELECT count(*) FROM range(10)") == 10

    def seen():
        return [app for app in history_server.applications() if app["name"] == "seen"]

    soon(lambda: [app["attempts"][0]["completed"] for app in seen()] == [True])
    (application,) = seen()
    jobs = history_server.get(f"/api/v1/applications/{application['id']}/jobs")
    assert {job["status"] for job in jobs} == {"SUCCEEDED"}


def test_the_launcher_serves_and_stops(tmp_path, s3_server, bucket):
    conf = {
        "spark.jars": ",".join(map(str, spark_servers.jars("s3a"))),
        "spark.driver.memory": "1g",
        "spark.ui.port": "0",
    }
    environment = {**s3_server.env(), "TARN_TEST_SPARK_BUCKET": bucket}
    with launch(tmp_path, "local[2]", conf, **environment) as launched:
        with spark_servers.connect(launched.remote) as session:
            assert one_value(session, "SELECT sum(id) FROM range(1000)") == 499500
            assert write_and_count(session, s3_server, f"s3://{bucket}/launched") == 1000
        assert refuses(launched.remote.split(";")[0])
        server = launched.server_process()
        command = pathlib.Path(f"/proc/{server}/cmdline").read_text()
        assert "SparkConnectServer" in command
        assert launched.remote.partition("token=")[2] not in command
        assert s3_server.secret_key not in command
        launched.stop()
        assert gone(server)
    assert not list(tmp_path.iterdir()), "Spark leaves nothing in the working folder"


def test_the_local_server_keeps_its_secrets_and_files(tmp_path):
    """No setting is an argument of any of its processes, others can't end its jobs, and its files go with it."""
    scratch, work = tmp_path / "a scratch", tmp_path / "work"
    scratch.mkdir()
    work.mkdir()
    secret = "wJalrXUtnFEMI"
    conf = {"spark.hadoop.fs.s3a.secret.key": secret, "spark.hadoop.fs.s3a.user.agent.prefix": "a = b", "spark.ui.port": "0"}
    with launch(work, "local[1]", conf, TMPDIR=str(scratch)) as launched:
        (folder,) = scratch.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                assert secret not in path.read_text(errors="replace")
        assert not (folder / "spark.properties").exists()
        with spark_servers.connect(launched.remote) as session:
            # Spark does not tell of secrets, which come the same way.
            assert session.conf.get("spark.hadoop.fs.s3a.user.agent.prefix") == "a = b"
            assert session.conf.get("spark.authenticate") == "true"
            assert session.conf.get("spark.ui.killEnabled") == "false"
            # A shuffle and an artifact, which are files.
            assert one_value(session, "SELECT count(*) FROM (SELECT DISTINCT id % 7 FROM range(0, 1000, 1, 4))") == 7
            path = tmp_path / "artifact.txt"
            path.write_text("x")
            session.addArtifact(str(path), file=True)
        names = {path.name for path in folder.rglob("*")}
        assert any(name.startswith("blockmgr-") for name in names)
        assert [path for path in (folder / "java").iterdir() if path.name.startswith(("spark-", "artifacts-"))]
        launched.stop()
    assert not list(scratch.iterdir()) and not list(work.iterdir())


def test_the_server_dies_with_a_killed_launcher(tmp_path):
    with launch(tmp_path, "local[1]", {"spark.ui.enabled": "false"}) as launched:
        server = launched.server_process()
        os.kill(launched.process.pid, signal.SIGKILL)
        soon(lambda: gone(server))


@pytest.mark.yarn
def test_the_launcher_on_yarn(tmp_path, yarn, s3_server, bucket):
    """Executors come as they are needed, one that dies is replaced, and the application ends with the server."""
    conf = {**yarn.conf(), "spark.jars": ",".join(map(str, spark_servers.jars("s3a")))}
    environment = {**yarn.env(), **s3_server.env(), "TARN_TEST_SPARK_BUCKET": bucket}
    with launch(tmp_path, "yarn", conf, **environment) as launched:
        assert launched.progress[:2] == ["starting Spark 4.3.0 on yarn", f"submitted to YARN as {launched.application}"]
        assert launched.progress[-1] == f"YARN runs {launched.application}"
        assert launched.application in launched.ui
        assert yarn.list_executors() == []
        with spark_servers.connect(launched.remote) as session:
            assert one_value(session, "SELECT sum(id) FROM range(0, 1000, 1, 4)") == 499500
            killed = yarn.kill_executor()
            assert one_value(session, "SELECT sum(id) FROM range(0, 1000, 1, 8)") == 499500
            assert killed not in yarn.list_executors()
            # Keys are in the driver's environment only.
            assert write_and_count(session, s3_server, f"s3://{bucket}/on-yarn") == 1000
        launched.stop()
    (application,) = (app for app in yarn.applications() if app["id"] == launched.application)
    soon(lambda: not yarn.list_executors())
    assert (application["state"], application["finalStatus"]) == ("FINISHED", "SUCCEEDED")


@pytest.mark.yarn
def test_executors_end_with_a_killed_launcher(tmp_path, yarn):
    with launch(tmp_path, "yarn", {**yarn.conf(), "spark.executor.instances": "2"}, **yarn.env()) as launched:
        soon(lambda: len(yarn.list_executors()) == 2)
        os.kill(launched.process.pid, signal.SIGKILL)
        soon(lambda: not yarn.list_executors())


@pytest.mark.yarn
def test_yarn_without_its_configuration(tmp_path):
    environment = {**os.environ, "SPARK_HOME": str(spark_servers.SPARK_HOME), "TARN_TEST_SPARK_MASTER": "yarn"}
    result = subprocess.run(
        [LAUNCHER, "--gtest_filter=RealSpark.*"],
        env={**environment, "TARN_TEST_SPARK_CONF": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "set HADOOP_CONF_DIR to the folder with the cluster's yarn-site.xml" in result.stdout + result.stderr
    assert "\tat " not in result.stdout + result.stderr
