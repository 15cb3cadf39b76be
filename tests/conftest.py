"""What all tests share: the built program, a lake that each test has to itself, and servers (servers.py)."""

import json
import os
import pathlib
import subprocess
import zipfile

import pytest

import servers
import spark_servers
from spark_in_process import spark_in_process

ROOT = pathlib.Path(__file__).resolve().parent.parent
PIPELINE = ROOT / "pipelines" / "sparkify"
SAMPLE = PIPELINE / "sample"


def pytest_addoption(parser):
    parser.addoption(
        "--complete",
        action="store_true",
        help="write what real Spark answers into tests/cases/*.test, and what commands print into README and docs, for review",
    )
    parser.addoption("--call-faults", type=int, default=12, help="wrong answers that test_s3_call_faults.py tries; 0: all")
    parser.addoption("--call-fault-seed", type=int, default=0, help="which ones; 0: by chance")
    parser.addoption("--fault-runs", type=int, default=5, help="runs through a faulty network that test_s3_faults.py makes")
    parser.addoption("--file-faults", default="30", help="file operations that test_file_faults.py lets fail, by chance; or all")
    parser.addoption("--file-fault-seed", type=int, help="the seed of that chance; without it another one each time")
    parser.addoption("--random-queries", type=int, help="how many of them differential/test_random_queries.py compares; without it CI's")
    parser.addoption("--random-seed", type=int, help="the seed of the first one; the next ones follow")


def pytest_configure():
    """No test sees the AWS settings of who runs it."""
    servers.forget_aws()


class Tarn:
    """Runs the program; every call is a process of its own."""

    def __init__(self):
        self.path = os.environ.get("TARN", str(ROOT / "build" / "release" / "tarn"))

    def start(self, *args, cwd=None, env=None, text=True, **options):
        """Arguments are texts, paths, numbers, or bytes as they are."""
        return subprocess.Popen(
            [self.path, *(word if isinstance(word, bytes) else str(word) for word in args)],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=text,
            **options,
        )

    def __call__(self, *args, exit_code=0, cwd=None, env=None, timeout=120):
        process = self.start(*args, cwd=cwd, env=env)
        out, err = process.communicate(timeout=timeout)
        assert process.returncode == exit_code, (
            f"tarn {' '.join(map(str, args))}: exit code {process.returncode}, not {exit_code}\n{out}\n{err}"
        )
        return subprocess.CompletedProcess(args, process.returncode, out, err)

    def json(self, *args, **options):
        return json.loads(self(*args, "--json", **options).stdout)


@pytest.fixture(scope="session")
def tarn():
    program = Tarn()
    assert os.access(program.path, os.X_OK), f"{program.path} is not built: run `make build`"
    return program


@pytest.fixture(scope="session")
def installed(tarn, tmp_path_factory):
    """The folder that `make install` makes, tarn-spark with it."""
    folder = tmp_path_factory.mktemp("installed") / "tarn"
    for part in ([], ["--component", "spark"]):
        subprocess.run(
            ["cmake", "--install", pathlib.Path(tarn.path).parent, "--prefix", folder, *part],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return folder


class Packaged:
    """What `make wheel` puts into dist/, in a folder: `wheel` and `deb`."""

    def __init__(self, folder):
        subprocess.run([ROOT / "scripts" / "package", folder], check=True, stdout=subprocess.DEVNULL)
        (self.wheel,) = folder.glob("tarn-*.whl")
        (self.deb,) = folder.glob("tarn_*.deb")


@pytest.fixture(scope="session")
def packaged(tarn, tmp_path_factory):
    """Tests that use it have the mark xdist_group("wheel"): it is made once."""
    return Packaged(tmp_path_factory.mktemp("packaged"))


@pytest.fixture(scope="session")
def unpacked(packaged, tmp_path_factory):
    """What pip makes of the wheel: a folder for Python's path. Marks as of `packaged`."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(packaged.wheel) as archive:
        archive.extractall(folder)
    for program in (folder / "tarn" / "bin").iterdir():
        program.chmod(0o755)
    return folder


@pytest.fixture
def lake(tmp_path):
    return tmp_path / "lake"


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Real Spark. Tests that use it have the mark xdist_group("spark")."""
    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.sql.ansi.doubleQuotedIdentifiers": "true",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    with spark_in_process(settings) as session:
        yield session


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """An S3 server for all tests of this worker. A test that ends its server takes own_s3_server."""
    with servers.S3Server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3_server):
    """The name of an empty bucket, which goes with all that is in it."""
    name = s3_server.create_bucket()
    yield name
    s3_server.remove_bucket(name)


@pytest.fixture
def raw(s3_server, bucket):
    """The sample, as objects below raw/ of the bucket."""
    s3_server.upload(SAMPLE, bucket, "raw/")
    return f"s3://{bucket}/raw"


@pytest.fixture
def own_s3_server(tmp_path):
    """An S3 server that the test may kill and start again."""
    with servers.S3Server(tmp_path / "s3") as server:
        yield server


@pytest.fixture
def fault_proxy(s3_server, tmp_path):
    """A proxy in front of s3_server that slows, cuts or refuses connections: use its endpoint."""
    with servers.FaultProxy(tmp_path / "proxy", s3_server) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory):
    """AWS's control plane, such as STS."""
    with servers.MotoServer(tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture(scope="session")
def history_server(tmp_path_factory):
    """A History Server, for the event logs in its folder event_logs."""
    folder = tmp_path_factory.mktemp("history")
    with spark_servers.HistoryServer(folder, folder / "event-logs") as server:
        yield server


@pytest.fixture(scope="session")
def connect_server(tmp_path_factory, s3_server):
    """A Spark Connect server that reaches s3_server as s3a://. Tests that use it have the mark xdist_group("spark")."""
    conf = spark_servers.s3a_conf(s3_server)
    with spark_servers.ConnectServer(tmp_path_factory.mktemp("connect"), conf, environment=s3_server.env()) as server:
        yield server


@pytest.fixture(scope="session")
def yarn(tmp_path_factory):
    """A YARN cluster. Tests that use it have the marks yarn and xdist_group("spark")."""
    with spark_servers.Yarn(tmp_path_factory.mktemp("yarn")) as cluster:
        yield cluster


def table_files(lake):
    """Every file of a lake's tables: relative path to content."""
    return {name: content for name, content in lake_files(lake).items() if not name.startswith("_tarn/")}


def children(process):
    """Numbers of the processes that a process, by its number, has started."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == process:
                found.append(int(stat.parent.name))
        except OSError:
            pass
    return found


def lake_files(lake):
    """Every file of a lake but the run records: relative path to content."""
    files = {}
    for path in sorted(pathlib.Path(lake).rglob("*")):
        relative = path.relative_to(lake)
        if path.is_file() and relative.parts[:2] != ("_tarn", "runs"):
            files[str(relative)] = path.read_bytes()
    return files
