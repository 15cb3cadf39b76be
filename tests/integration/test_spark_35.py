"""The engine on Spark 3.5, whose Connect server lacks much that later ones have: the same tables, rules and errors."""

import json

import pytest

import connect_servers
from conftest import PIPELINE, table_files
from test_spark_engine import TABLES, same_tables, write_orders

pytestmark = pytest.mark.xdist_group("spark")


def check_ancient_dates(tarn, pipeline, server):
    """Spark 3 counts old dates as their writer did, and refuses to guess."""
    (pipeline / "raw").mkdir(parents=True)
    (pipeline / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\nschema = "day DATE, at TIMESTAMP"\n'
    )
    (pipeline / "days.sql").write_text("SELECT day, at FROM events")
    rows = [("0001-01-01", "0001-01-01 00:00:00.5"), ("1582-10-10", "1582-10-04 23:59:59"), ("1899-12-31", "1883-11-18 12:00:00")]
    records = [json.dumps({"day": day, "at": at.replace(" ", "T") + "Z"}) for day, at in rows]
    (pipeline / "raw" / "days.json").write_text("\n".join(records))
    tarn("run", pipeline)
    with server.session() as session:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        read = session.read.parquet(str(pipeline / "lake" / "days"))
        assert sorted(map(tuple, read.selectExpr("CAST(day AS STRING)", "CAST(at AS STRING)").collect())) == rows


def test_spark_35(tarn, tmp_path):
    """In one test, as the server is for it alone."""
    with connect_servers.Spark35Server(tmp_path / "spark") as server:
        remote = ["--remote", server.remote, "--set", "spark.small=0"]

        tarn("run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'local'}")
        for small in ("0", "100 kB", "1 GB"):
            lake = ["--set", f"lake.output={tmp_path / 'spark-lake'}", "--set", f"spark.small={small}"]
            run = tarn.json("run", PIPELINE, "--full", *remote, *lake)
            assert run["engine_version"].startswith("Spark 3.5.")
            same_tables(tmp_path / "local", tmp_path / "spark-lake", TABLES)

        check_ancient_dates(tarn, tmp_path / "ancient", server)

        orders = write_orders(tmp_path / "orders")
        with open(orders / "raw" / "orders" / "0.json", "a") as file:
            file.write('{"id": "no number"}\n')
        output = ["--set", f"lake.output={tmp_path / 'orders-lake'}"]
        broken = tarn("run", orders, *output, *remote, "--set", 'table.latest.checks=["total < 50"]', exit_code=4)
        assert "orders: 1 bad record in quarantine" in broken.stderr
        assert "check `total < 50` fails in " in broken.stderr
        (orders / "latest.sql").write_text("SELECT id, total, city, customer, 100 / (id - 7) AS share FROM orders")
        failed = tarn("run", orders, *output, *remote, exit_code=3)
        assert "latest.sql: [DIVIDE_BY_ZERO]" in failed.stderr and "\tat " not in failed.stderr
        assert not table_files(tmp_path / "orders-lake")
