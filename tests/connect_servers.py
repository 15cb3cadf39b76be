"""Spark Connect servers for tests beside that of spark_servers.py: an old Spark, and Sail, which needs no Java."""

import contextlib
import socket
import subprocess
import sys

import servers
import spark_servers


class Spark35Server(spark_servers.ConnectServer):
    """Spark 3.5, of requirements/maven/spark35.xml: its jars alone, without the scripts that start it. It asks for no token.

    It would listen on every address: bind_to_loopback.c, below Java, has it listen on 127.0.0.1.
    """

    program = "spark35-connect"
    # What Spark's scripts open of Java for it.
    opened = [
        *("java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.util"),
        *("java.util.concurrent", "java.util.concurrent.atomic", "sun.nio.ch", "sun.nio.cs", "sun.util.calendar"),
        "sun.security.action",
    ]

    def __init__(self, folder):
        super().__init__(folder, home=spark_servers.JARS / "spark35")
        self.loopback = self.folder / "bind_to_loopback.so"

    @property
    def remote(self):
        return f"sc://127.0.0.1:{self.port}"

    def _spawn(self):
        source = servers.ROOT / "tests" / "bind_to_loopback.c"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", self.loopback, source, "-ldl"], check=True)
        super()._spawn()

    def _command(self):
        return [
            # Its work is short: what the compiler would make faster is over by then.
            *("java", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true"),
            *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in self.opened),
            *("-cp", f"{self.home}/*", "org.apache.spark.deploy.SparkSubmit"),
            *(*self._submitted(), "spark-internal"),
        ]

    def _environment(self):
        return {**super()._environment(), "LD_PRELOAD": str(self.loopback)}


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
