"""`make bench-s3`: many small objects, read from a real S3 server and written to it by tarn, beside boto3 and `aws s3 cp`.

Server and clients share this machine's processors. Connections stay open between requests, as AWS's do, and objects lie
in memory where the system offers that, as a disk would be what is measured. Latency is added by a proxy in front of the
server. Each run is a process of its own that reads all objects, or writes one partition of one row for each; programs
take turns.
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

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import servers  # noqa: E402

TARN = ROOT / "build" / "release" / "tarn"
SONGS = """
[pipeline]
name = "songs"
[lake]
input = "${RAW}"
output = "${LAKE}"
[source.songs]
path = "song_data/**/*.json"
schema = "song_id STRING, title STRING, artist_id STRING, artist_name STRING, year INT, duration DOUBLE"
[table.out]
"""
PIPELINES = {
    "read": (SONGS, "SELECT count(*) AS num_songs, sum(duration) AS seconds FROM songs"),
    "write": (SONGS + 'partition_by = ["song_id"]\n', "SELECT title, year, song_id FROM songs"),
}
BOTO3 = """
import concurrent.futures, os, sys, boto3, botocore.config
bucket, prefix = sys.argv[1:]
config = botocore.config.Config(max_pool_connections=64, s3={"addressing_style": "path"})
client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=config)
pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
keys = [entry["Key"] for page in pages for entry in page["Contents"]]
with concurrent.futures.ThreadPoolExecutor(64) as pool:
    sizes = pool.map(lambda key: len(client.get_object(Bucket=bucket, Key=key)["Body"].read()), keys)
    print(sum(sizes))
"""


def run(command, env):
    """Wall seconds, CPU seconds and peak bytes of one run."""
    begin = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} failed with exit code {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def report(name, readings, num_objects):
    walls, cpus, peaks = zip(*readings)
    wall = statistics.median(walls)
    print(
        f"{name:28} {wall:7.2f} {min(walls):7.2f} {max(walls):7.2f} {num_objects / wall:10.0f}"
        f" {statistics.median(cpus) / num_objects * 1e3:14.3f} {max(peaks) / 1e6:8.0f}",
        flush=True,
    )


class Bench:
    """The programs, and what they read: `num_objects` songs below song_data/ of a bucket."""

    def __init__(self, folder, server, proxy, num_objects, num_runs):
        self.folder, self.server, self.proxy = folder, server, proxy
        self.num_objects, self.num_runs = num_objects, num_runs
        raw = folder / "raw"
        subprocess.run([TARN, "generate", raw, "--songs", str(num_objects), "--events", "1", "--users", "1",
                        "--days", "1"], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        self.bucket = server.create_bucket()
        server.upload(raw, self.bucket, "raw/")
        for name, (toml, sql) in PIPELINES.items():
            pipeline = folder / name
            pipeline.mkdir()
            (pipeline / "tarn.toml").write_text(toml)
            (pipeline / "out.sql").write_text(sql)

    def tarn(self, pipeline, endpoint, raw, lake):
        env = {**self.server.env(endpoint=endpoint), "RAW": str(raw), "LAKE": lake}
        return run([TARN, "run", self.folder / pipeline, "--quiet"], env)

    def read(self, endpoint):
        lake = self.folder / "lake"
        shutil.rmtree(lake, ignore_errors=True)
        return self.tarn("read", endpoint, f"s3://{self.bucket}/raw", str(lake))

    def write(self, endpoint):
        bucket = self.server.create_bucket()
        try:
            return self.tarn("write", endpoint, self.folder / "raw", f"s3://{bucket}/lake")
        finally:
            self.server.remove_bucket(bucket)

    def boto3(self, endpoint):
        return run([sys.executable, "-c", BOTO3, self.bucket, "raw/song_data/"], self.server.env(endpoint=endpoint))

    def aws_cli(self, endpoint):
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        command = ["aws", "--endpoint-url", endpoint, "s3", "cp", "--recursive", "--quiet"]
        return run([*command, f"s3://{self.bucket}/raw/song_data/", copy], self.server.env(endpoint=endpoint))

    def compare(self, title, endpoint, programs):
        readings = {name: [] for name in programs}
        for _ in range(self.num_runs):
            for name, program in programs.items():
                readings[name].append(program(endpoint))
        print(f"\n{title}\n{'':28} {'wall s':>7} {'min':>7} {'max':>7} {'objects/s':>10} {'CPU ms/object':>14}"
              f" {'peak MB':>8}")  # fmt: skip
        for name, taken in readings.items():
            report(name, taken, self.num_objects)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency-ms", type=int, default=30)
    options = parser.parse_args()
    servers.forget_aws()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(prefix="tarn-bench-", dir=memory) as folder,
        servers.S3Server(f"{folder}/s3", keep_alive=True) as server,
        servers.FaultProxy(f"{folder}/proxy", server) as proxy,
    ):
        bench = Bench(pathlib.Path(folder), server, proxy, options.objects, options.runs)
        readers = {"tarn run": bench.read, "boto3, 64 threads": bench.boto3}
        if shutil.which("aws"):
            readers["aws s3 cp --recursive"] = bench.aws_cli
        bench.compare("read, no latency added", server.endpoint, readers)
        bench.compare("write, no latency added", server.endpoint, {"tarn run": bench.write})
        proxy.latency(options.latency_ms)
        bench.compare(f"read, {options.latency_ms} ms added", proxy.endpoint, {"tarn run": bench.read})
        bench.compare(f"write, {options.latency_ms} ms added", proxy.endpoint, {"tarn run": bench.write})
    print(f"(medians of {options.runs} runs, {os.cpu_count()} processors, which the server shares)")


if __name__ == "__main__":
    main()
