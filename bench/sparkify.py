"""`make bench`: Sparkify's five tables from the same raw data by tarn, DuckDB and Polars, side by side.

The programs take turns, each run is a process of its own that writes into a new folder, and its wall time,
CPU time and peak memory are what the operating system counts. Tables are compared once before any time is taken.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import duckdb

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARN = ROOT / "build" / "release" / "tarn"
PEERS = {"duckdb": "duckdb_sparkify.py", "polars": "polars_sparkify.py"}
# Columns and their order, so that tables of different programs can be compared.
TABLES = {
    "songs": "song_id, title, artist_id, year, duration",
    "artists": "artist_id, name, location, latitude, longitude",
    "users": "user_id, first_name, last_name, gender, level",
    "time": "start_time, hour, day, week, month, year, weekday",
    "songplays": "songplay_id, start_time, user_id, level, song_id, artist_id, session_id, location, user_agent",
}


def command(program, source, lake):
    if program == "tarn":
        return [TARN, "run", ROOT / "pipelines" / "sparkify", "--quiet",
                "--set", f"lake.input={source}", "--set", f"lake.output={lake}"]  # fmt: skip
    return [sys.executable, ROOT / "bench" / "peers" / PEERS[program], source, lake]


def run(program, source, lake):
    """Wall seconds, CPU seconds and peak bytes of one run."""
    shutil.rmtree(lake, ignore_errors=True)
    lake.mkdir()
    os.sync()
    begin = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command(program, source, lake)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{program} failed with exit code {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def fingerprint(lake, table):
    """Row count and an order-free hash of all rows."""
    path = f"{lake}/{table}.parquet" if (lake / f"{table}.parquet").exists() else f"{lake}/{table}/**/*.parquet"
    columns = TABLES[table].replace("year", "CAST(year AS INT) AS year").replace("month", "CAST(month AS INT) AS month")
    columns = ", ".join(
        f"CAST({name} AS BIGINT) AS {name}" if name in ("hour", "day", "week", "weekday") else name
        for name in columns.split(", ")
    )
    query = f"SELECT {columns} FROM read_parquet('{path}', hive_partitioning = true)"
    duckdb.sql("SET TimeZone = 'UTC'")
    return duckdb.sql(f"SELECT count(*), sum(hash(t)) FROM ({query}) AS t").fetchall()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--songs", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--data", type=pathlib.Path, help="use or make the raw data here, and keep it")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="tarn-bench-") as folder:
        source = (options.data or pathlib.Path(folder) / "raw").resolve()
        if not source.exists():
            subprocess.run([TARN, "generate", source, "--events", str(options.events), "--songs", str(options.songs),
                            "--users", "10000", "--days", "30"], check=True)  # fmt: skip
        programs = ["tarn", *PEERS]
        lakes = {program: pathlib.Path(folder) / program for program in programs}
        for program in programs:  # the first run warms the page cache and is compared, not counted
            run(program, source, lakes[program])
        for table in TABLES:
            prints = {program: fingerprint(lakes[program], table) for program in programs}
            print(f"{table}: {prints['tarn'][0]} rows, "
                  f"{'same in all' if len(set(prints.values())) == 1 else f'DIFFERENT: {prints}'}")  # fmt: skip
        readings = {program: [] for program in programs}
        for _ in range(options.runs):
            for program in programs:
                readings[program].append(run(program, source, lakes[program]))

    print(f"\n{'':8} {'wall s':>8} {'min':>7} {'max':>7} {'cpu s':>7} {'peak MB':>8} {'× tarn':>7}")
    for program in programs:
        walls, cpus, peaks = zip(*readings[program])
        ratio = statistics.median(wall / tarn[0] for wall, tarn in zip(walls, readings["tarn"]))
        print(f"{program:8} {statistics.median(walls):8.2f} {min(walls):7.2f} {max(walls):7.2f}"
              f" {statistics.median(cpus):7.2f} {max(peaks) / 1e6:8.0f} {ratio:7.2f}")  # fmt: skip
    print(f"(medians of {options.runs} runs in turns, {os.cpu_count()} processors)")


if __name__ == "__main__":
    main()
