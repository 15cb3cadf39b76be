"""The client of Spark Connect against real servers: the unit tests RealServer.*, run beside each of them.

TARN_TEST_SPARK_HOMES may name other Sparks to try, as SPARK_HOME would, with `:` between them.
"""

import os
import re
import subprocess

import pytest

import connect_servers
import servers
import spark_servers
from conftest import ROOT

PROGRAM = "tarn_spark_connect_test"
PRESETS = ("asan-ubsan", "dev")
# Streams of answers end after a second or a megabyte, which clients must bear.
SHORT_STREAMS = {
    "spark.connect.execute.reattachable.senderMaxStreamDuration": "1s",
    "spark.connect.execute.reattachable.senderMaxStreamSize": "1m",
}
HOMES = [spark_servers.SPARK_HOME, *filter(None, os.environ.get("TARN_TEST_SPARK_HOMES", "").split(":"))]


def program():
    for preset in PRESETS:
        path = ROOT / "build" / preset / PROGRAM
        if os.access(path, os.X_OK):
            return path
    pytest.skip(f"{PROGRAM} is not built: run `scripts/build dev {PROGRAM}`")


def run_beside(remote, kind, tests="*"):
    """Run the tests. Returns what they printed, once all have passed or said why they cannot."""
    environment = {
        **os.environ,
        "TARN_TEST_SPARK_REMOTE": remote,
        "TARN_TEST_SPARK_KIND": kind,
        # As scripts/ctest says.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "ASAN_OPTIONS": "detect_container_overflow=0",
    }
    command = [program(), f"--gtest_filter=RealServer.{tests}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout[-10_000:] + done.stderr[-5_000:]
    return done.stdout


def passed(output):
    return int(re.search(r"\[  PASSED  \] (\d+) test", output)[1])


def rows_through_cut_connections(server, folder):
    """Each row comes once also when every connection dies after 3 MB of the 64."""
    with servers.FaultProxy(folder, server) as proxy:
        proxy.limit_data(3_000_000)
        remote = server.remote.replace(str(server.port), str(proxy.proxy_port))
        assert passed(run_beside(remote, "spark", "GivesEachRowOnce")) == 1


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("home", HOMES, ids=str)
def test_spark(home, tmp_path):
    program()
    with spark_servers.ConnectServer(tmp_path / "spark", SHORT_STREAMS, home=home) as server:
        output = run_beside(server.remote, "spark")
        log = server.log.read_text(errors="replace")
        rows_through_cut_connections(server, tmp_path / "proxy")
    assert "SKIPPED" not in output
    assert passed(output) >= 18
    # The server did cut streams, so that the rows came over many of them.
    assert len(re.findall("lastConsumedStreamIndex=[1-9]", log)) > 20, "the server cut no streams"


def test_sail(tmp_path):
    program()
    with connect_servers.SailServer(tmp_path / "sail") as server:
        output = run_beside(server.remote, "sail")
    assert passed(output) >= 12
