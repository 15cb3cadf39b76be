"""Real Spark and YARN for tests, beside servers.py and in its manner: free ports of 127.0.0.1, ended by process id.

ConnectServer is a Spark Connect server from pyspark's wheel, HistoryServer shows what its event logs say, Yarn is a
ResourceManager with one NodeManager. `scripts/setup test` provides the wheel and S3A's jars, `make test-yarn` YARN's;
integration/test_spark_servers.py holds them to what they answer.
"""

import asyncio
import contextlib
import http
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import ssl
import threading
import time
import urllib.error
import urllib.request

import pyspark
import trustme

import servers

SPARK_HOME = pathlib.Path(pyspark.__file__).parent
JARS = servers.ROOT / ".servers"
CONNECT_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
LISTENING = re.compile(r"Spark Connect server started at: 127\.0\.0\.1:(\d+)")
EXECUTOR_CLASS = "YarnCoarseGrainedExecutorBackend"


def jars(name):
    """The jars of requirements/maven/`name`.xml, as scripts/jars fetched them."""
    found = sorted((JARS / name).glob("*.jar"))
    if not found:
        raise FileNotFoundError(f"{JARS / name} has no jars: run `scripts/jars {name}`")
    return found


def s3a_conf(s3_server):
    """Settings for s3a:// on an S3Server, by S3A's magic committer; the keys are the environment's (S3Server.env())."""
    return {
        "spark.jars": ",".join(map(str, jars("s3a"))),
        "spark.hadoop.fs.s3a.endpoint": s3_server.endpoint,
        "spark.hadoop.fs.s3a.endpoint.region": s3_server.region,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.connection.ssl.enabled": str(s3_server.tls is not None).lower(),
        "spark.hadoop.fs.s3a.committer.name": "magic",
        "spark.sql.sources.commitProtocolClass": "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol",
        "spark.sql.parquet.output.committer.class": (
            "org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter"
        ),
    }


@contextlib.contextmanager
def connect(remote):
    """A session of Spark Connect's ordinary client. It is not the process's default one: other tests run classic Spark.

    The client sends a token without TLS to a host of the name "localhost" only.
    """
    from pyspark.sql.connect.session import SparkSession

    session = SparkSession(remote.replace("//127.0.0.1:", "//localhost:"))
    try:
        yield session
    finally:
        session.client.close()


class JavaServer(servers.Server):
    """A server on the JVM. It takes the environment that servers.py has for all, and where Java is."""

    start_timeout_s = 180  # a JVM's start on a busy machine
    environment = {}

    def _environment(self):
        java = {name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ}
        # In the C locale Java finds no files whose names have letters beyond ASCII.
        # Without SPARK_LOCAL_IP Spark takes the address that the host's name has, which may be none.
        return {**java, "SPARK_LOCAL_IP": "127.0.0.1", "LC_ALL": "C.UTF-8", "SPARK_LOG_DIR": str(self.folder), "TZ": "UTC", **self.environment}


class ConnectServer(JavaServer):
    """A Spark Connect server, of the wheel's Spark or another: `remote` is where it listens, with its token.

    Its port is what its log says: with a port of ours, a taken one would end it. Up in 5 s, 30 s on a busy machine.
    spark-submit becomes the JVM (exec all the way), so that its process id is the server's.
    """

    program = "spark-connect"

    def __init__(self, folder, conf=None, *, master="local[2]", environment=None, home=SPARK_HOME):
        super().__init__(folder)
        self.home = pathlib.Path(home)
        self.master = master
        self.conf = conf or {}
        self.environment = {"SPARK_CONNECT_AUTHENTICATE_TOKEN": secrets.token_hex(16), **(environment or {})}

    @property
    def token(self):
        return self.environment["SPARK_CONNECT_AUTHENTICATE_TOKEN"]

    @property
    def remote(self):
        return f"sc://127.0.0.1:{self.port}/;token={self.token}"

    def session(self):
        """The ordinary client, for a `with`."""
        return connect(self.remote)

    def _spawn(self):
        self.log.write_bytes(b"")  # that the port in it is this start's
        super()._spawn()

    def _command(self):
        return [str(self.home / "bin" / "spark-submit"), *self._submitted()]

    def _submitted(self):
        conf = {
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": "0",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "1g",
            "spark.log.level": "INFO",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "2",
            "spark.sql.warehouse.dir": str(self.folder / "warehouse"),
            "spark.ui.enabled": "false",
            **self.conf,
        }
        settings = [argument for item in conf.items() for argument in ("--conf", "=".join(item))]
        return ["--class", CONNECT_CLASS, "--master", self.master, *settings]

    def _answers(self):
        found = LISTENING.search(self.log.read_text(errors="replace"))
        if found:
            self.port = int(found[1])
        return found is not None


class TlsProxy:
    """TLS in front of a Spark Connect server, which has none of its own: a gateway's part. `ca` is the CA's path."""

    def __init__(self, folder, server):
        self.ca = folder / "ca.pem"
        self.server_port = server.port

    def __enter__(self):
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.set_alpn_protocols(["h2"])
        authority.issue_cert("127.0.0.1").configure_cert(self._context)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        listening = asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(30)
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        await asyncio.gather(self._pass_on(reader, there_writer), self._pass_on(there_reader, writer))

    @staticmethod
    async def _pass_on(reader, writer):
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


class HistoryServer(JavaServer):
    """Spark's History Server on a folder of event logs (spark.eventLog.dir). It looks for new ones every second."""

    program = "spark-history"

    def __init__(self, folder, event_logs):
        super().__init__(folder)
        self.event_logs = pathlib.Path(event_logs)
        self.event_logs.mkdir(parents=True, exist_ok=True)

    def applications(self):
        """What its REST interface knows of: id, name, attempts of each application."""
        return self.get("/api/v1/applications")

    def get(self, path):
        return json.loads(servers._answer(self.port, "GET", path)[1])

    def page(self, url, seconds=60):
        """What a browser finds at an application's URL, once the server has read its event log."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(url, timeout=30) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError as refusal:
                if refusal.code != http.HTTPStatus.NOT_FOUND or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def conf(self):
        """Settings of an application that this server is to show."""
        return {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": self.event_logs.as_uri(),
            "spark.yarn.historyServer.address": self.endpoint.removeprefix("http://"),
        }

    def _command(self):
        return [str(SPARK_HOME / "bin" / "spark-class"), "org.apache.spark.deploy.history.HistoryServer"]

    def _environment(self):
        settings = {
            "spark.history.ui.port": self.port,
            "spark.history.fs.logDirectory": self.event_logs.as_uri(),
            "spark.history.fs.update.interval": "1s",
        }
        options = " ".join(f"-D{key}={value}" for key, value in settings.items())
        return {**super()._environment(), "SPARK_HISTORY_OPTS": options, "SPARK_DAEMON_MEMORY": "512m"}

    def _answers(self):
        return servers._answer(self.port, "GET", "/api/v1/version") is not None


class ResourceManager(JavaServer):
    """YARN's ResourceManager. Without the timeline service's jars on its classpath it dies, though nothing uses them."""

    program = "resourcemanager"

    def _command(self):
        return _daemon("resourcemanager.ResourceManager", self.folder / "conf")

    def _spawn(self):
        self._write_configuration()
        super()._spawn()

    def _write_configuration(self):
        conf = self.folder / "conf"
        conf.mkdir(exist_ok=True)
        ports = {"": self.port, "scheduler.": None, "resource-tracker.": None, "admin.": None, "webapp.": None}
        addresses = {
            f"yarn.resourcemanager.{name}address": f"127.0.0.1:{port or servers.free_port()}"
            for name, port in ports.items()
        }
        self.web = addresses["yarn.resourcemanager.webapp.address"]
        write_xml(conf / "core-site.xml", {"fs.defaultFS": "file:///", "hadoop.tmp.dir": self.folder / "tmp"})
        write_xml(conf / "yarn-site.xml", {**addresses, **self._yarn_site()})
        write_xml(conf / "capacity-scheduler.xml", CAPACITY_SCHEDULER)
        (conf / "log4j.properties").write_text(LOG4J)

    def _yarn_site(self):
        return {
            "yarn.resourcemanager.hostname": "127.0.0.1",
            "yarn.resourcemanager.bind-host": "127.0.0.1",
            "yarn.scheduler.minimum-allocation-mb": 128,
            "yarn.nodemanager.hostname": "127.0.0.1",
            "yarn.nodemanager.bind-host": "127.0.0.1",
            "yarn.nodemanager.address": "127.0.0.1:0",
            "yarn.nodemanager.localizer.address": "127.0.0.1:0",
            "yarn.nodemanager.webapp.address": "127.0.0.1:0",
            "yarn.nodemanager.resource.memory-mb": 8192,
            "yarn.nodemanager.resource.cpu-vcores": 8,
            "yarn.nodemanager.local-dirs": self.folder / "local",
            "yarn.nodemanager.log-dirs": self.folder / "logs",
            # A JVM reserves more than it uses, and a test machine's disk may be nearly full: neither is a fault here.
            "yarn.nodemanager.vmem-check-enabled": "false",
            "yarn.nodemanager.pmem-check-enabled": "false",
            "yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage": 99,
        }

    def _answers(self):
        return self.get("/ws/v1/cluster/info") is not None

    def get(self, path):
        """What its REST interface says, None while it does not answer."""
        answer = servers._answer(int(self.web.rpartition(":")[2]), "GET", path)
        return json.loads(answer[1]) if answer and answer[0] == 200 else None


class NodeManager(JavaServer):
    """YARN's NodeManager: it runs the containers. They outlive it when it is killed, so that Yarn ends them."""

    program = "nodemanager"

    def __init__(self, resource_manager):
        super().__init__(resource_manager.folder)
        self.resource_manager = resource_manager

    def _command(self):
        return _daemon("nodemanager.NodeManager", self.folder / "conf")

    def _answers(self):
        nodes = (self.resource_manager.get("/ws/v1/cluster/nodes") or {}).get("nodes") or {}
        return any(node["state"] == "RUNNING" for node in nodes.get("node", []))


class Yarn:
    """YARN with one node of 8 cores and 8 GB, as tests ask for them, not as the machine has them. Up in 10 to 30 s.

    Facts: spark.yarn.jars as `local:` spares the upload of 300 MB at each start; the AM and the executors need
    SPARK_LOCAL_IP as well; `--jars` of a filesystem's classes is enough in client mode only.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.resource_manager = ResourceManager(folder)
        self.node_manager = NodeManager(self.resource_manager)

    def __enter__(self):
        try:
            self.resource_manager.start()
            self.node_manager.start()
            return self
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.node_manager.stop()
        self.resource_manager.stop()
        for process in self._containers(""):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def env(self):
        """What spark-submit takes from the environment to submit to this cluster."""
        return {"HADOOP_CONF_DIR": str(self.folder / "conf"), "SPARK_LOCAL_IP": "127.0.0.1"}

    def conf(self):
        """Settings for small applications: the wheel's jars where they are, executors of one core."""
        return {
            "spark.yarn.jars": f"local:{SPARK_HOME}/jars/*",
            "spark.yarn.stagingDir": (self.folder / "staging").as_uri(),
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP": "127.0.0.1",
            "spark.executorEnv.SPARK_LOCAL_IP": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.yarn.am.memory": "512m",
            "spark.executor.memory": "512m",
            "spark.executor.cores": "1",
            # Allocation is dynamic; more JVMs would only wait for one another on a small machine.
            "spark.dynamicAllocation.maxExecutors": "2",
        }

    def applications(self):
        """Each application as the ResourceManager has it: id, name, state, finalStatus, …"""
        apps = self.resource_manager.get("/ws/v1/cluster/apps")["apps"]
        return apps["app"] if apps else []

    def list_executors(self):
        """The process ids of the Spark executors that run now, the oldest first."""
        return self._containers(EXECUTOR_CLASS)

    def kill_executor(self):
        """kill -9 of the oldest executor. Returns its process id."""
        process = self.list_executors()[0]
        os.kill(process, signal.SIGKILL)
        return process

    def _containers(self, text):
        """JVMs of this node's containers whose command line has `text`: all name a folder of this NodeManager."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                ours = any(str(self.folder / "logs") in part for part in command)
                if ours and "java" in command[0] and any(text in part for part in command):
                    found.append(int(folder.name))
        return sorted(found)


def _daemon(name, conf):
    classpath = f"{conf}:{jars('yarn')[0].parent}/*"
    return [_java(), "-Xmx384m", "-cp", classpath, f"org.apache.hadoop.yarn.server.{name}"]


def _java():
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin/java" if home else shutil.which("java")


def write_xml(path, properties):
    """A configuration file as Hadoop reads them."""
    lines = [f"<property><name>{name}</name><value>{value}</value></property>" for name, value in properties.items()]
    path.write_text("<configuration>\n" + "\n".join(lines) + "\n</configuration>\n")


CAPACITY_SCHEDULER = {
    "yarn.scheduler.capacity.root.queues": "default",
    "yarn.scheduler.capacity.root.default.capacity": 100,
    # Of a small cluster, a tenth for application masters is less than one.
    "yarn.scheduler.capacity.maximum-am-resource-percent": 0.6,
    "yarn.scheduler.capacity.resource-calculator": "org.apache.hadoop.yarn.util.resource.DominantResourceCalculator",
}
LOG4J = """\
log4j.rootLogger=INFO,console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{2}: %m%n
"""
