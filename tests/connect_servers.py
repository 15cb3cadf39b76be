"""Spark Connect servers for tests, as servers.py has the others: real Spark, and Sail, which needs no Java."""

import contextlib
import os
import pathlib
import secrets
import socket
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
        settings = {
            **self.settings,
            "spark.connect.grpc.binding.port": self.port,
            "spark.sql.warehouse.dir": self.folder / "warehouse",
        }
        return [
            self.home / "bin" / "spark-submit",
            *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
            *("--master", "local[2]", "--driver-memory", "1g"),
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
