"""tarn beside DuckDB and Polars, whole processes in turns: `make bench`, or bench/run.py --case nested --runs 3.

Each case: its raw data is made, the same each time; each engine runs once, which also warms the page cache, and their tables
are compared; then the engines take turns, each run into a fresh folder in memory (/dev/shm), and once more each onto the disk.
Wall and CPU seconds and peak memory are what the operating system counts for the process.
"""

import argparse
import datetime
import importlib.metadata
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile

import cases
import measure
import results
from cases import scan

ROOT = results.ROOT


class Failed(Exception):
    """Said to the user as it is."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--case", action="append", default=[], help="this one, or all that begin so; may be repeated (default: all)"
    )
    parser.add_argument("--large", action="store_true", help="also the cases of several GB")
    parser.add_argument("--runs", type=int, default=5, help="readings of each engine (default: 5)")
    parser.add_argument("--scale", type=float, default=1, help="so many times the usual amount of data (default: 1)")
    parser.add_argument("--data", type=pathlib.Path, help="make the raw data here, or take it from here, and keep it")
    parser.add_argument(
        "--tarn", type=pathlib.Path, default=os.environ.get("TARN", ROOT / "build" / "release" / "tarn")
    )
    parser.add_argument("--output", type=pathlib.Path, help="write the readings here, as JSON")
    parser.add_argument("--check", action="store_true",
                        help="take the cases and the scale of the last committed result, and fail when tarn lost 10 %% beside the peers")  # fmt: skip
    parser.add_argument("--list", action="store_true", help="print the cases, measure nothing")
    return parser.parse_args()


class Bench:
    """Runs cases; owns the folders that they use."""

    def __init__(self, options, folder, memory):
        self.options, self.folder, self.memory = options, folder, memory
        self.tarn = pathlib.Path(options.tarn).resolve()
        self.log = folder / "log"

    def raw_data(self, case):
        size = max(1, int(case.size * self.options.scale))
        raw = (self.options.data or self.folder / "data").resolve() / f"{case.data}-{size}"
        if not raw.exists():
            raw.parent.mkdir(parents=True, exist_ok=True)
            unfinished = raw.with_name(f"{raw.name}.unfinished")
            subprocess.run(["rm", "-rf", unfinished], check=True)
            # In a process of its own: what it imports would count as every engine's peak memory.
            child = multiprocessing.get_context("fork").Process(
                target=case.generate, args=(unfinished, size, self.tarn)
            )
            child.start()
            child.join()
            if child.exitcode != 0:
                raise Failed("its data could not be made")
            unfinished.rename(raw)
        return size, raw

    def programs(self, case, raw):
        pipeline = self.folder / "pipelines" / case.name
        pipeline.mkdir(parents=True)
        commands = {name: lambda lake, command=command: command(raw, lake) for name, command in case.peers.items()}
        return {"tarn": lambda lake: case.tarn(self.tarn, pipeline, raw, lake), **commands}

    def compare(self, case, programs, outputs):
        """Run each engine once; raise when their tables differ. Returns {table: rows}."""
        lakes = {}
        for name, command in programs.items():
            lake = outputs.fresh(name)
            measure.measure(command(lake), self.log)
            if name not in case.yardsticks:
                lakes[name] = str(lake)
        spec = {"tables": case.tables, "lakes": lakes, "tolerance": case.tolerance}
        command = [sys.executable, ROOT / "bench" / "compare.py", json.dumps(spec)]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        if found["different"]:
            raise Failed("the engines' tables differ\n  " + "\n  ".join(found["different"]))
        return found["rows"]

    def run(self, case):
        size, raw = self.raw_data(case)
        programs = self.programs(case, raw)
        outputs = measure.Outputs(self.memory / case.name)
        on_disk = measure.Outputs(self.folder / "disk" / case.name)
        try:
            rows = self.compare(case, programs, outputs)
            readings = measure.rounds(programs, self.options.runs * case.run_factor, outputs, self.log)
            disk = {name: found[0] for name, found in measure.rounds(programs, 1, on_disk, self.log).items()}
        finally:
            outputs.remove_all()  # what is on the disk goes when all cases are done
        engines = {name: results.summary(readings[name], disk[name]) for name in programs}
        group = {"group": case.group} if case.group else {}
        return {"title": case.title, **group, "size": size, "input_bytes": bytes_below(raw), "rows": rows, "engines": engines}


def bytes_below(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def fits(options):
    """The cases and options to run; with --check those of the last committed result, which is returned too."""
    if not options.check:
        return options.case, None
    path = results.last_committed()
    if path is None:
        raise Failed("no result in bench/results is committed: run `make bench` and commit what it wrote")
    then = results.load(path)
    options.scale = then["scale"]
    return options.case or [*then["cases"], *(["scan"] if "scan" in then else [])], then


def measured(options, names, folder, memory):
    chosen = cases.chosen([name for name in names if name != "scan"], options.large) if names != ["scan"] else []
    bench = Bench(options, folder, memory)
    found = {
        "date": datetime.date.today().isoformat(),
        "commit": results.commit(),
        "machine": results.machine(),
        "versions": {name: importlib.metadata.version(name) for name in ("duckdb", "polars")},
        "runs": options.runs,
        "scale": options.scale,
        "cases": {},
    }
    failed = []
    for case in chosen:
        try:
            found["cases"][case.name] = bench.run(case)
            print(results.table(case.name, case.title, found["cases"][case.name]["engines"]), flush=True)
        except (Failed, measure.RunFailed) as error:
            failed.append(case.name)
            print(f"{case.name}: {error}", file=sys.stderr, flush=True)
    for group, of_group in results.groups(found["cases"]).items():
        print(results.group_table(group, of_group), flush=True)
    if "scan" in names or not names:
        if not scan.PROGRAM.exists():
            print(
                "scan: not measured, as build/bench/tarn_json_bench is not built: scripts/build bench tarn_json_bench"
            )
        else:
            found["scan"] = scan.rates()
            print("scan: the JSON scanner on one core, best of ten")
            print("\n".join(f"  {scan.TITLES[name]:36} {rate:6.2f} GB/s" for name, rate in found["scan"].items()))
    print(f"(medians of {options.runs} runs in turns, {os.cpu_count()} processors; × is beside tarn)")
    return found, failed


def main():
    options = arguments()
    if options.list:
        for case in cases.ALL.values():
            print(f"{case.name:20} {case.title}")
        return
    if not os.access(options.tarn, os.X_OK):
        raise Failed(f"{options.tarn} is not built: run `make build`, or name another with --tarn")
    names, then = fits(options)
    memory_root = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with (
        tempfile.TemporaryDirectory(prefix="tarn-bench-") as folder,
        tempfile.TemporaryDirectory(prefix="tarn-bench-", dir=memory_root) as memory,
    ):
        found, failed = measured(options, names, pathlib.Path(folder), pathlib.Path(memory))
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(found, indent=1) + "\n")
        print(f"wrote {options.output}")
    if failed:
        raise Failed(f"failed, and not measured: {', '.join(failed)}")
    if then:
        lost = results.losses(then, found)
        if lost:
            raise Failed("lost more than 10 %:\n  " + "\n  ".join(lost))
        print("no loss of more than 10 % beside the peers")


if __name__ == "__main__":
    try:
        main()
    except KeyError as error:
        sys.exit(f"error: no case {error}; --list names them")
    except (Failed, measure.RunFailed) as error:
        sys.exit(f"error: {error}")
