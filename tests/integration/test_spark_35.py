"""The engine on Spark 3.5, whose Connect server lacks much that later ones have: the same tables, rules and errors."""

import pytest

import connect_servers
from conftest import PIPELINE, lake_files
from test_spark_engine import TABLES, same_tables, write_orders

pytestmark = pytest.mark.xdist_group("spark")


def test_spark_35(tarn, tmp_path):
    """In one test, as the server is for it alone."""
    with connect_servers.Spark35Server(tmp_path / "spark") as server:
        remote = ["--remote", server.remote]

        tarn("run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'local'}")
        run = tarn.json("run", PIPELINE, "--set", f"lake.output={tmp_path / 'spark-lake'}", *remote)
        assert run["engine_version"].startswith("Spark 3.5.")
        same_tables(tmp_path / "local", tmp_path / "spark-lake", TABLES)

        orders = write_orders(tmp_path / "orders")
        with open(orders / "raw" / "orders" / "0.json", "a") as file:
            file.write('{"id": "no number"}\n')
        output = ["--set", f"lake.output={tmp_path / 'orders-lake'}"]
        broken = tarn("run", orders, *output, *remote, "--set", 'table.latest.checks=["total < 50"]', exit_code=4)
        assert "orders: 1 bad record in quarantine" in broken.stderr
        assert "check `total < 50` does not hold: id = " in broken.stderr
        (orders / "latest.sql").write_text("SELECT id, total, city, customer, 100 / (id - 7) AS share FROM orders")
        failed = tarn("run", orders, *output, *remote, exit_code=3)
        assert "latest.sql: [DIVIDE_BY_ZERO]" in failed.stderr and "\tat " not in failed.stderr
        assert not [name for name in lake_files(tmp_path / "orders-lake") if name.endswith(".parquet")]
