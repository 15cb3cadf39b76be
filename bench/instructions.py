"""`make bench-instructions`: instructions that small runs execute, beside those of bench/instructions.json.

A count hardly depends on the machine or on what else it does, so CI can compare it: callgrind counts, tarn has one thread, and
Valgrind shows every program the same CPU (AVX2 without AVX-512), by which Highway, Arrow and glibc choose their code. Where
the processor has no AVX2 nothing is compared. It says nothing about the time in the kernel, the caches, or more cores.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from cases import ALL

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "bench" / "instructions.json"
SIZES = {"sparkify": 20_000, "nested": 5_000, "missing_keys": 20_000, "partitions": 200}
TOLERANCE = 0.05


def count(case, size, tarn, folder):
    """Instructions of one run of tarn."""
    raw, pipeline = folder / "raw", folder / "pipeline"
    case.generate(raw, size, tarn)
    pipeline.mkdir()
    command = [*case.tarn(tarn, pipeline, raw, folder / "lake"), "--threads", "1"]
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = subprocess.run([str(word) for word in valgrind + command], capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"error: {case.name}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    return int(found[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tarn", type=pathlib.Path, default=os.environ.get("TARN", ROOT / "build" / "release" / "tarn"))
    parser.add_argument("--save", action="store_true", help="write bench/instructions.json, for review")
    options = parser.parse_args()
    if "avx2" not in pathlib.Path("/proc/cpuinfo").read_text():
        print("not compared: this processor has no AVX2, so other code runs than that which was counted")
        return
    expected = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    found, lost = {}, []
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="tarn-bench-") as folder:
            found[name] = count(ALL[name], size, pathlib.Path(options.tarn).resolve(), pathlib.Path(folder))
        times = found[name] / expected.get(name, found[name])
        print(f"{name:14} {found[name] / 1e6:9.1f} million instructions, {times:.3f} times those of the last count", flush=True)
        if times > 1 + TOLERANCE:
            lost.append(name)
        elif times < 1 - TOLERANCE:
            print(f"{'':14} fewer than before: bench/instructions.py --save keeps the gain")
    if options.save:
        COMMITTED.write_text(json.dumps(found, indent=1) + "\n")
    elif lost:
        sys.exit(f"error: more than {TOLERANCE:.0%} more instructions: {', '.join(lost)}. Where that is the price of something"
                 " wanted, bench/instructions.py --save accepts it")  # fmt: skip


if __name__ == "__main__":
    main()
