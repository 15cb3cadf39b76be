"""Spark Connect servers for tests beside that of spark_servers.py: an old Spark, and Sail, which needs no Java."""

import contextlib
import socket
import subprocess
import sys

import servers
import spark_servers


class Spark35Server(spark_servers.ConnectServer):
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
        super().__init__(folder, home=spark_servers.JARS / "spark35")

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
