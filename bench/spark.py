"""`make bench-spark`: tarn on Spark beside a script for Spark that was written by hand (bench/peers/pyspark_sparkify.py), both on
`local[2]`; the sample on a server that is up; and what `tarn plan` estimates beside what ten runs take.

Programs take turns, each a process of its own with its Spark, into a fresh folder on the disk, and their tables are compared. "All
on Spark" is tarn with `spark.small = 0`.
"""

import argparse
import dataclasses
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import servers  # noqa: E402
import spark_servers  # noqa: E402
from cases.sparkify import TABLES  # noqa: E402

PIPELINE = ROOT / "pipelines" / "sparkify"
SCRIPT = ROOT / "bench" / "peers" / "pyspark_sparkify.py"
MASTER = "local[2]"
SCRIPT_CONF = {
    # INT96, Spark's default for timestamps, is another type than tarn's, for the same moments.
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}
ALL_ON_SPARK = ["--set", "spark.small=0"]


def conf_words(conf):
    return [word for item in conf.items() for word in ("--conf", "=".join(item))]


class Bench:
    def __init__(self, options, folder):
        self.tarn, self.folder, self.runs, self.scale = options.tarn.resolve(), folder, options.runs, options.scale
        self.data = (options.data or folder / "data").resolve()
        self.num_lakes = 0
        self.env = {
            **os.environ,
            "SPARK_HOME": str(spark_servers.SPARK_HOME),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_LOCAL_IP": "127.0.0.1",
            "TZ": "UTC",
        }

    def raw(self, events, songs, compressed=False):
        """Generated Sparkify; the same folder for the same numbers."""
        events, songs = max(1, int(events * self.scale)), max(1, int(songs * self.scale))
        raw = self.data / f"{events}-{songs}{'-gz' if compressed else ''}"
        if raw.exists():
            return raw
        unfinished = raw.with_name(f"{raw.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        subprocess.run([self.tarn, "generate", unfinished, "--events", str(events), "--songs", str(songs),
                        "--users", str(max(1, min(10_000, events // 2))), "--days", "30"],
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        for file in unfinished.rglob("*.json") if compressed else []:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), compresslevel=1))
            file.unlink()
        unfinished.rename(raw)
        return raw

    def fresh(self):
        self.num_lakes += 1
        return self.folder / "lakes" / f"{self.num_lakes:03}"

    def seconds(self, command, env=None):
        log = self.folder / "log"
        with open(log, "wb") as out:
            begin = time.perf_counter()
            done = subprocess.run([str(word) for word in command], env={**self.env, **(env or {})}, cwd=self.folder,
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=out)  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"exit code {done.returncode}: {' '.join(map(str, command))}\n{log.read_text()[-3000:]}")
        return time.perf_counter() - begin

    def run_tarn(self, raw, lake, *words):
        return [self.tarn, "run", PIPELINE, "--quiet", "--set", f"lake.input={raw}", "--set", f"lake.output={lake}", *words]

    def run_script(self, raw, lake, master=MASTER, conf=SCRIPT_CONF):
        submit = [spark_servers.SPARK_HOME / "bin" / "spark-submit", "--master", master, *conf_words(conf)]
        return [*submit, SCRIPT, raw, lake]

    @staticmethod
    def compare(lakes, tables):
        """{program: folder of its tables}; ends this program when they differ."""
        spec = {"tables": tables, "lakes": {name: str(lake) for name, lake in lakes.items()}, "tolerance": 0}
        command = [sys.executable, ROOT / "bench" / "compare.py", json.dumps(spec)]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        if found["different"]:
            raise SystemExit("the tables differ\n  " + "\n  ".join(found["different"]))

    def take_turns(self, title, programs, fetch=lambda lake: lake, tables=TABLES):
        """Print the median of each: {name: function of a lake -> command}. × is the first one's time beside it.

        `fetch` gives the folder on this machine that a lake is in."""
        readings = {name: [] for name in programs}
        for turn in range(self.runs):
            lakes = {name: self.fresh() for name in programs}
            for name, command in programs.items():
                readings[name].append(self.seconds(command(lakes[name])))
            if turn == 0:
                self.compare({name: fetch(lake) for name, lake in lakes.items()}, tables)
        medians = {name: statistics.median(taken) for name, taken in readings.items()}
        print(f"\n{title}\n{'':28} {'wall s':>8} {'×':>7}   all")
        first = next(iter(medians.values()))
        for name, median in medians.items():
            print(f"{name:28} {median:8.1f} {first / median:7.2f}   {', '.join(f'{s:.1f}' for s in readings[name])}", flush=True)


def main_job(bench):
    raw = bench.raw(2_000_000, 15_000)
    bench.take_turns(
        f"Sparkify, 2 million events (930 MB), 15,000 song files, five tables, {MASTER}, Spark's start included",
        {
            "script": lambda lake: bench.run_script(raw, lake),
            "tarn, all on Spark": lambda lake: bench.run_tarn(raw, lake, "--master", MASTER, *ALL_ON_SPARK),
            "tarn": lambda lake: bench.run_tarn(raw, lake, "--master", MASTER),
            "tarn without Spark": lambda lake: bench.run_tarn(raw, lake),
        },
    )


def songs_alone(bench):
    raw = bench.raw(1, 15_000)
    select = ["--select", "songs"]
    programs = {
        "tarn, all on Spark": lambda lake: bench.run_tarn(raw, lake, "--master", MASTER, *select, *ALL_ON_SPARK),
        "tarn": lambda lake: bench.run_tarn(raw, lake, "--master", MASTER, *select),
        "tarn without Spark": lambda lake: bench.run_tarn(raw, lake, *select),
    }
    title = f"15,000 song files to 14,673 partitions, {MASTER}, Spark's start included"
    bench.take_turns(title, programs, tables={"songs": TABLES["songs"]})


def warm_server(bench):
    raw = PIPELINE / "sample"
    with spark_servers.ConnectServer(bench.folder / "server", master=MASTER) as server:
        remote = ["--remote", server.remote]
        for _ in range(2):
            bench.seconds(bench.run_tarn(raw, bench.fresh(), *remote))
        bench.take_turns(
            "the bundled sample on a server that is up and warm (goal: tarn in 3 s)",
            {
                "tarn, all on Spark": lambda lake: bench.run_tarn(raw, lake, *remote, *ALL_ON_SPARK),
                "tarn": lambda lake: bench.run_tarn(raw, lake, *remote),
            },
        )


def on_yarn(bench):
    """Both from S3 to S3 through S3A, on one NodeManager."""
    raw = bench.raw(200_000, 1_000)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(prefix="tarn-bench-", dir=memory) as folder,
        servers.S3Server(f"{folder}/s3") as s3,
        spark_servers.Yarn(bench.folder / "yarn") as yarn,
    ):
        bucket = s3.create_bucket()
        s3.upload(raw, bucket, "raw/")
        bench.env |= {**s3.env(), **yarn.env()}
        yarn_conf = {**yarn.conf(), "spark.driver.memory": "1g"}
        jars = {"spark.jars": ",".join(map(str, spark_servers.jars("s3a")))}
        tarn_words = ["--master", "yarn", *conf_words({**yarn_conf, **jars})]
        script_conf = {**SCRIPT_CONF, **yarn_conf, **spark_servers.s3a_conf(s3)}

        def key(lake):
            return f"lakes/{lake.name}"

        def fetched(lake):
            subprocess.run([bench.tarn, "sync", f"s3://{bucket}/{key(lake)}", lake], env=bench.env, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            return lake

        s3_raw = f"s3://{bucket}/raw"
        bench.take_turns(
            "Sparkify, 200,000 events, 1,000 song files, from S3 to S3 on YARN",
            {
                "script": lambda lake: bench.run_script(
                    f"s3a://{bucket}/raw", f"s3a://{bucket}/{key(lake)}", "yarn", script_conf
                ),
                "tarn, all on Spark": lambda lake: bench.run_tarn(
                    s3_raw, f"s3://{bucket}/{key(lake)}", *tarn_words, *ALL_ON_SPARK
                ),
                "tarn": lambda lake: bench.run_tarn(s3_raw, f"s3://{bucket}/{key(lake)}", *tarn_words),
            },
            fetch=fetched,
        )


@dataclasses.dataclass
class Estimated:
    """A run whose time is estimated."""

    title: str
    events: int
    songs: int
    tables: str = ""
    compressed: bool = False
    all_on_spark: bool = True


ESTIMATED = [
    Estimated("all, few of both", 20_000, 100),
    Estimated("all, what is small by tarn", 20_000, 100, all_on_spark=False),
    Estimated("users, time of 0.23 GB", 500_000, 1, "users,time"),
    Estimated("users, time of 0.93 GB", 2_000_000, 1, "users,time"),
    Estimated("users, time of 0.23 GB, gzip", 500_000, 1, "users,time", compressed=True),
    Estimated("artists of 5,000 files", 1, 5_000, "artists"),
    Estimated("artists of 15,000 files, by tarn", 1, 15_000, "artists", all_on_spark=False),
    Estimated("songs of 5,000 files, a partition each", 1, 5_000, "songs"),
    Estimated("all of 0.23 GB and 1,000 files", 500_000, 1_000),
    Estimated("all of 0.93 GB and 15,000 files, small ones by tarn", 2_000_000, 15_000, all_on_spark=False),
]


def estimates(bench):
    """The time of a run after one that wrote the same partitions, which the estimate then knows."""
    print(f"\n`tarn plan` before a run, and the run, {MASTER}, Spark's start included (goal: each within a factor of 2)")
    print(f"{'':52} {'estimate s':>14} {'took s':>8} {'off by':>7} {'without Spark':>14} {'took s':>8}")
    worst = 1
    for case in ESTIMATED:
        raw, lake = bench.raw(case.events, case.songs, case.compressed), bench.fresh()
        tables = case.tables.split(",") if case.tables else []
        settings = ["--set", f"lake.input={raw}", "--set", f"lake.output={lake}", *(ALL_ON_SPARK if case.all_on_spark else [])]
        if case.compressed:
            settings += ["--set", "source.events.path=log_data/*/*/*.json.gz"]
        run = [bench.tarn, "run", PIPELINE, "--quiet", *settings, *(["--select", case.tables] if tables else [])]
        local = bench.seconds(run)
        plan = [bench.tarn, "plan", PIPELINE, *tables, "--json", *settings]
        estimate = json.loads(subprocess.run(list(map(str, plan)), check=True, stdout=subprocess.PIPE).stdout)["estimate"]
        least, most = (estimate["spark_here"]["seconds"][end] for end in ("least", "most"))
        took = bench.seconds([*run, "--full", "--master", MASTER])
        off = max(least / took, took / most, 1)
        worst = max(worst, off)
        print(f"{case.title:52} {least:6.1f} to {most:4.1f} {took:8.1f} {off:7.2f}"
              f" {estimate['local']['seconds']:14.2f} {local:8.2f}", flush=True)  # fmt: skip
    print(f"the worst is off by {worst:.2f}")


PARTS = {"main": main_job, "songs": songs_alone, "warm": warm_server, "estimates": estimates, "yarn": on_yarn}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--part", action="append", choices=PARTS, help="this one; may be repeated (default: all but yarn)"
    )
    parser.add_argument("--runs", type=int, default=1, help="readings of each program (default: 1)")
    parser.add_argument("--scale", type=float, default=1, help="so many times the usual amount of data (default: 1)")
    parser.add_argument("--data", type=pathlib.Path, help="make the raw data here, or take it from here, and keep it")
    parser.add_argument(
        "--tarn", type=pathlib.Path, default=os.environ.get("TARN", ROOT / "build" / "release" / "tarn")
    )
    options = parser.parse_args()
    options.tarn = pathlib.Path(options.tarn)
    servers.forget_aws()
    with tempfile.TemporaryDirectory(prefix="tarn-bench-", dir="/var/tmp") as folder:
        bench = Bench(options, pathlib.Path(folder))
        bench.data.mkdir(parents=True, exist_ok=True)
        for name in options.part or [name for name in PARTS if name != "yarn"]:
            PARTS[name](bench)
    print(f"(medians of {options.runs} runs in turns, {os.cpu_count()} processors)")


if __name__ == "__main__":
    main()
