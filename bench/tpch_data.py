"""TPC-H's tables as JSON, a file each: tpch_data.py GENERATOR SCALE FOLDER."""

import pathlib
import subprocess
import sys

import duckdb

generator, scale, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
parquet = folder / "parquet"
parquet.mkdir(parents=True)
subprocess.run(
    [generator, "parquet", "--scale-factor", scale, "--output-dir", parquet], check=True, stdout=subprocess.DEVNULL
)
for path in sorted(parquet.glob("*.parquet")):
    duckdb.sql(f"COPY (FROM '{path}') TO '{folder / path.stem}.json' (FORMAT json)")
    path.unlink()
parquet.rmdir()
