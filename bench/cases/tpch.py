"""TPC-H's tables as JSON to the answers of the queries that tarn's SQL has today."""

import subprocess
import sys

from peers import tpch_queries

from cases.case import BENCH, ROOT, Case, peer, written_pipeline

FOLDER = ROOT / ".servers" / "tpch"  # scripts/tpch
GENERATOR = FOLDER / "bin" / "tpchgen-cli"
QUERIES = FOLDER / "tpc-h.sql"
# In thousandths of TPC-H's scale factor.
SIZES = dict.fromkeys([1, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 19], 100)


def generate(folder, size, tarn):
    subprocess.run([sys.executable, BENCH / "tpch_data.py", GENERATOR, str(size / 1000), folder], check=True)


def query(number):
    def tarn(program, pipeline, raw, lake):
        text = tpch_queries.read(QUERIES, number)
        sources = "".join(
            f'[source.{table}]\npath = "{table}.json"\nschema = "{tpch_queries.TABLES[table]}"\n'
            for table in tpch_queries.tables_of(text)
        )
        return written_pipeline(sources, {"result": text})(program, pipeline, raw, lake)

    return Case(
        name=f"tpch_q{number}",
        title=f"TPC-H query {number} over JSON",
        size=SIZES[number],
        generate=generate,
        data="tpch",
        tables={"result": []},
        tarn=tarn,
        peers={
            "duckdb": peer("duckdb_tpch.py", "json", str(number), QUERIES),
            "polars": peer("polars_tpch.py", "json", str(number), QUERIES),
        },
        tolerance=1e-6,
    )


# Without its data there is no such case.
CASES = [query(number) for number in SIZES] if QUERIES.exists() else []
