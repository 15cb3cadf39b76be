"""Runs from S3 to S3 through a faulty network and a faulty service: the new tables, or the old ones, never a mixture.

Seeds choose the faults: `--fault-runs 200` takes that many. What a seed chooses is the same each time; when it hits the
run is not.
"""

import random
import time

import pyarrow.parquet
import pytest

import servers
from conftest import PIPELINE, SAMPLE
from test_s3 import arrow_files, sorted_rows

TABLES = ["songs", "artists", "users", "time", "songplays"]
OLD_EVENTS = "log_data/2018/11/2018-11-1*.json"
SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
RUN_TIMEOUT_S = 150


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(1, metafunc.config.getoption("--fault-runs") + 1))


class BusyService:
    """What passing_on() looks with: that share of the requests is answered 503 SlowDown or 500."""

    def __init__(self, chance):
        self.refused_share = 0.0
        self.chance = chance

    def __call__(self, *_):
        if self.chance.random() < self.refused_share:
            return self.chance.choice([500, 503]), [], SLOW_DOWN
        return None


def read_lake(server, root):
    files = arrow_files(server)
    return {name: sorted_rows(pyarrow.parquet.read_table(f"{root}/{name}", filesystem=files)) for name in TABLES}


class Lake:
    """A lake whose tables are of some of the events; a run over all of them will replace the tables."""

    def __init__(self, tarn, folder):
        self.tarn = tarn
        self.server = servers.S3Server(folder / "s3").start()
        self.bucket = self.server.create_bucket()
        self.server.upload(SAMPLE, self.bucket, "raw/")
        self.words = ["--set", f"lake.input=s3://{self.bucket}/raw", "--set", f"lake.output=s3://{self.bucket}/lake"]
        self.run_all()
        self.new = read_lake(self.server, f"{self.bucket}/lake")
        self.reset()
        self.old = read_lake(self.server, f"{self.bucket}/lake")
        assert self.old != self.new

    def reset(self):
        events = f"source.events.path=s3://{self.bucket}/raw/{OLD_EVENTS}"
        self.tarn("run", PIPELINE, *self.words, "--set", events, env=self.server.env())

    def run_all(self):
        self.tarn("run", PIPELINE, *self.words, env=self.server.env())


@pytest.fixture(scope="module")
def lake(tarn, tmp_path_factory):
    lake = Lake(tarn, tmp_path_factory.mktemp("faults"))
    yield lake
    lake.server.stop()


def faults_of(chance, proxy, service, server):
    """What the seed chooses: (begin, end) of some faults."""
    kinds = {
        "latency": lambda: proxy.latency(chance.randrange(5, 200), chance.randrange(0, 100)),
        "slow": lambda: proxy.bandwidth(chance.randrange(16, 512)),
        "reset": lambda: proxy.reset(chance.randrange(0, 20)),
        "truncated": lambda: proxy.limit_data(chance.randrange(1, 20_000)),
        "request lost": lambda: proxy.timeout(chance.randrange(50, 500)),
        "answer lost": lambda: proxy.timeout(chance.randrange(50, 500), stream="downstream"),
        "down": proxy.down,
    }

    def refuse(share):
        service.refused_share = share

    for _ in range(chance.randrange(2, 6)):
        kind = chance.choice([*kinds, "busy", "killed"])
        if kind == "busy":
            share = chance.choice([0.2, 0.5, 1.0])
            yield lambda: refuse(share), lambda: refuse(0.0)
        elif kind == "killed":
            yield server.kill, server.start
        else:
            yield kinds[kind], proxy.clear


def test_faults(tarn, lake, tmp_path, seed):
    chance = random.Random(seed)
    service = BusyService(random.Random(seed))
    with (
        servers.FaultProxy(tmp_path / "proxy", lake.server) as proxy,
        servers.passing_on(proxy.proxy_port, service) as endpoint,
    ):
        process = tarn.start("run", PIPELINE, *lake.words, env=lake.server.env(endpoint))
        begin = time.monotonic()
        for start, end in faults_of(chance, proxy, service, lake.server):
            time.sleep(chance.uniform(0, 0.3))
            start()
            time.sleep(chance.uniform(0.05, 1.0))
            end()
        out, err = process.communicate(timeout=RUN_TIMEOUT_S)
        seconds = time.monotonic() - begin
    found = read_lake(lake.server, f"{lake.bucket}/lake")
    if process.returncode == 0:
        assert found == lake.new, f"{seconds:.1f} s\n{out}\n{err}"
    else:
        assert process.returncode == 1 and "error:" in err
        # Once its journal is in place, a commit is done, whoever finishes it.
        tarn("recover", PIPELINE, *lake.words, env=lake.server.env())
        assert read_lake(lake.server, f"{lake.bucket}/lake") in (lake.old, lake.new), err
        assert found in (lake.old, lake.new) or "tarn recover" in err, err
    lake.reset()
    assert read_lake(lake.server, f"{lake.bucket}/lake") == lake.old


def test_ten_seconds_of_outage(tarn, lake, tmp_path):
    with servers.FaultProxy(tmp_path / "proxy", lake.server) as proxy:
        proxy.latency(20)
        process = tarn.start("run", PIPELINE, *lake.words, env=lake.server.env(proxy.endpoint))
        time.sleep(0.5)
        assert process.poll() is None
        proxy.down()
        time.sleep(10)
        proxy.clear()
        out, err = process.communicate(timeout=RUN_TIMEOUT_S)
    assert process.returncode == 0, err
    assert read_lake(lake.server, f"{lake.bucket}/lake") == lake.new
    lake.reset()
