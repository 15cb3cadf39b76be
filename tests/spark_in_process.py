"""Real Spark in the tests' own process, for many small queries."""

import contextlib
import os
import shlex

# Tests are over before code that is compiled well has paid for it.
JAVA_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"

# Over few rows, compiling Java for a query and handing rows over between stages cost more than the rest.
FOR_SMALL_QUERIES = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    # Whether each rule of the optimizer keeps a plan whole.
    "spark.sql.lightweightPlanChangeValidation": "false",
}


@contextlib.contextmanager
def spark_in_process(settings):
    """A session in one partition: in several ones, the last digits of statistics depend on how many there are."""
    os.environ.update(
        TZ="UTC",
        SPARK_LOCAL_IP="127.0.0.1",
        PYSPARK_SUBMIT_ARGS=f"--driver-memory 1g --driver-java-options {shlex.quote(JAVA_OPTIONS)} pyspark-shell",
    )
    from pyspark.logger import PySparkLogger
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        # As tarn has it in Spark's session.
        "spark.sql.timeType.enabled": "true",
        # What a page of the UI would show of each plan.
        "spark.sql.ui.explainMode": "simple",
        **settings,
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    # Errors are answers here: the client would log each with its stack.
    PySparkLogger.getLogger("SQLQueryContextLogger").setLevel("CRITICAL")
    try:
        yield session
    finally:
        session.stop()
