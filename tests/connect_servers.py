"""Spark Connect servers for tests, as servers.py has the others: real Spark, an old one, and Sail, which needs no Java."""

import contextlib
import os
import pathlib
import secrets
import socket
import subprocess
import sys

import servers

PYSPARK = next(iter(pathlib.Path(sys.prefix).glob("lib/python3*/site-packages/pyspark")), None)


class SparkServer(servers.Server):
    """Spark in a process of its own, with two cores and 1 GB. It asks for `token`.

    Streams of answers end after a second or a megabyte, which clients must bear.
    """

    program = "spark-connect"
    settings = {
        "spark.connect.execute.reattachable.senderMaxStreamDuration": "1s",
        "spark.connect.execute.reattachable.senderMaxStreamSize": "1m",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
    }

    def __init__(self, folder, home=PYSPARK):
        super().__init__(folder)
        self.home = pathlib.Path(home)
        self.token = secrets.token_hex(16)

    @property
    def remote(self):
        return f"sc://127.0.0.1:{self.port}/;token={self.token}"

    def _command(self):
        return [self.home / "bin" / "spark-submit", "--driver-memory", "1g", *self._submitted()]

    def _submitted(self):
        settings = {
            **self.settings,
            "spark.connect.grpc.binding.port": self.port,
            "spark.sql.warehouse.dir": self.folder / "warehouse",
        }
        return [
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
            *("--master", "local[2]"),
            *(argument for name, value in settings.items() for argument in ("--conf", f"{name}={value}")),
        ]

    def _environment(self):
        return {
            "SPARK_CONNECT_AUTHENTICATE_TOKEN": self.token,
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOG_DIR": str(self.folder),
            "SPARK_PID_DIR": str(self.folder),
            "TZ": "UTC",
            **{name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ},
        }

    def _answers(self):
        return "Spark Connect server started at" in self.log.read_text(errors="replace")


class Spark35Server(SparkServer):
    """Spark 3.5, of requirements/maven/spark35.xml: its jars alone, without the scripts that start it.

    It listens on every address and asks for no token. So it has a network of its own, with no way out and none in: what
    is to reach it is started by `inside`.
    """

    program = "spark35-connect"
    alone = ("unshare", "--user", "--map-root-user", "--net")
    # What Spark's scripts open of Java for it.
    opened = [
        *("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util"),
        *("java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.util.calendar"),
        "sun.security.action",
    ]

    def __init__(self, folder):
        super().__init__(folder, servers.ROOT / ".servers" / "spark35")

    @property
    def remote(self):
        return f"sc://127.0.0.1:{self.port}"

    @classmethod
    def is_possible(cls):
        """Whether this machine gives such networks."""
        return subprocess.run([*cls.alone, "true"], capture_output=True).returncode == 0

    @property
    def inside(self):
        """What goes before a command that is to reach the server."""
        return ["nsenter", "--target", str(self.process.pid), "--user", "--net", "--preserve-credentials"]

    def _command(self):
        return [
            *self.alone,
            *("sh", "-c", 'ip link set lo up && exec "$@"', "sh"),
            # Its work is short: what the compiler would make faster is over by then.
            *("java", "-Xmx1g", "-XX:TieredStopAtLevel=1", *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in self.opened)),
            *("-cp", f"{self.home}/*", "org.apache.spark.deploy.SparkSubmit"),
            *(*self._submitted(), "spark-internal"),
        ]

    def _environment(self):
        # In the C locale Java writes no files whose names have letters beyond ASCII.
        return {**super()._environment(), "LC_ALL": "C.UTF-8"}


class SailServer(servers.Server):
    """Sail, Spark Connect on DataFusion. It is up in a second and asks for no token."""

    program = "sail"

    @property
    def remote(self):
        return f"sc://127.0.0.1:{self.port}"

    def _command(self):
        return [sys.executable, "-m", "pysail", "spark", "server", "--ip", "127.0.0.1", "--port", str(self.port)]

    def _environment(self):
        return {"PYTHONPATH": str(servers.ROOT / ".servers" / "sail")}

    def _answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False
