"""The JSON scanner alone, on one core: what tarn_json_bench says, best of ten repetitions."""

import json
import subprocess

from cases.case import ROOT

PROGRAM = ROOT / "build" / "bench" / "tarn_json_bench"  # scripts/build bench tarn_json_bench
TITLES = {
    "FourteenColumns": "14 of 18 columns kept",
    "TwoColumns": "2 kept",
    "TwoColumnsOfOnePercent": "2 kept, by a filter that keeps 1 %",
    "PlainRead": "a plain read of the same bytes",
}


def rates(repetitions=10):
    """{benchmark: GB/s}, the best of the repetitions."""
    command = [PROGRAM, "--benchmark_format=json", f"--benchmark_filter=^({'|'.join(TITLES)})$",
               f"--benchmark_repetitions={repetitions}", "--benchmark_min_time=0.2"]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    best = {}
    for reading in json.loads(done.stdout)["benchmarks"]:
        if reading["run_type"] == "iteration":
            name = reading["run_name"]
            best[name] = max(best.get(name, 0), reading["GB/s"])
    return best
