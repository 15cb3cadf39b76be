"""TPC-H's 22 queries over its tables as Parquet, a file each, at scale 1: from files to the answer, by whole processes."""

import subprocess

from peers import tpch_queries

from cases.case import Case, peer, written_pipeline
from cases.tpch import GENERATOR, QUERIES

SIZE = 1000  # in thousandths of TPC-H's scale factor
NUMBERS = range(1, 23)


def generate(folder, size, tarn):
    folder.mkdir(parents=True)
    subprocess.run(
        [GENERATOR, "parquet", "--scale-factor", str(size / 1000), "--output-dir", folder],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def query(number):
    def tarn(program, pipeline, raw, lake):
        text = tpch_queries.read(QUERIES, number)
        sources = "".join(
            f'[source.{table}]\npath = "{table}.parquet"\nformat = "parquet"\nschema = "{tpch_queries.TABLES[table]}"\n'
            for table in tpch_queries.tables_of(text)
        )
        return written_pipeline(sources, {"result": text})(program, pipeline, raw, lake)

    return Case(
        name=f"parquet_q{number}",
        title=f"TPC-H query {number} over Parquet",
        size=SIZE,
        generate=generate,
        data="tpch-parquet",
        tables={"result": []},
        tarn=tarn,
        peers={
            "duckdb": peer("duckdb_tpch.py", "parquet", str(number), QUERIES),
            "polars": peer("polars_tpch.py", "parquet", str(number), QUERIES),
        },
        tolerance=1e-6,
        group="TPC-H over Parquet",
    )


# Without its queries there is no such case.
CASES = [query(number) for number in NUMBERS] if QUERIES.exists() else []
