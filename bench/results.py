"""What a run of the benchmarks found: as a table, as JSON, and beside an earlier one."""

import json
import math
import os
import pathlib
import platform
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "bench" / "results"
KINDS = {"wall_s": "wall time", "cpu_s": "CPU time", "peak_bytes": "peak memory"}
MAX_LOSS = 1.10


def summary(readings, on_disk):
    """One engine's figures in one case: medians, and all readings."""
    walls = [reading.wall_s for reading in readings]
    cpus = [reading.cpu_s for reading in readings]
    return {
        "wall_s": round(statistics.median(walls), 4),
        "cpu_s": round(statistics.median(cpus), 4),
        "peak_bytes": int(statistics.median(reading.peak_bytes for reading in readings)),
        "wall_s_on_disk": round(on_disk.wall_s, 4) if on_disk else None,
        "all_wall_s": [round(value, 4) for value in walls],
        "all_cpu_s": [round(value, 4) for value in cpus],
    }


def machine():
    model = ""
    with open("/proc/cpuinfo") as cpus:
        model = next((line.partition(":")[2].strip() for line in cpus if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processors": os.cpu_count(), "model": model, "memory_bytes": memory, "kernel": platform.release()}


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def table(case, title, engines):
    """The lines that show one case."""
    lines = [f"{case}: {title}",
             f"  {'':10} {'wall s':>8} {'on disk':>8} {'cpu s':>8} {'peak MB':>8} {'wall ×':>7} {'cpu ×':>7}"]  # fmt: skip
    ours = engines["tarn"]
    for name, found in engines.items():
        disk = f"{found['wall_s_on_disk']:8.2f}" if found["wall_s_on_disk"] else f"{'':8}"
        lines.append(
            f"  {name:10} {found['wall_s']:8.3f} {disk} {found['cpu_s']:8.3f} {found['peak_bytes'] / 1e6:8.0f}"
            f" {found['wall_s'] / ours['wall_s']:7.2f} {found['cpu_s'] / ours['cpu_s']:7.2f}"
        )
    return "\n".join(lines)


def groups(cases):
    """{group: {name: case}} of cases that have one."""
    found = {}
    for name, case in cases.items():
        if "group" in case:
            found.setdefault(case["group"], {})[name] = case
    return found


def group_table(group, cases):
    """The lines that show cases of a group side by side, and their sum: of memory, the most. × is tarn's wall time beside a
    peer's, in the sum over the cases that the peer has."""
    names = list(dict.fromkeys(name for case in cases.values() for name in case["engines"]))
    rows = {}
    for case, measured in cases.items():
        tarn_wall_s = measured["engines"]["tarn"]["wall_s"]
        rows[case] = {name: {**found, "tarn_wall_s": tarn_wall_s} for name, found in measured["engines"].items()}
    sums = {}
    for name in names:
        of_engine = [engines[name] for engines in rows.values() if name in engines]
        sums[name] = {kind: sum(found[kind] for found in of_engine) for kind in ("wall_s", "cpu_s", "tarn_wall_s")}
        sums[name]["peak_bytes"] = max(found["peak_bytes"] for found in of_engine)
    head = "   ".join(f"{f'{name} s':>9}{'cpu s':>8}{'MB':>7}" + ("" if name == "tarn" else f"{'×':>8}") for name in names)
    lines = ["   ".join(cells(name, engines.get(name)) for name in names) for engines in [*rows.values(), sums]]
    shown = [f"  {title:12}{line}".rstrip() for title, line in zip(["", *rows, "all"], [head, *lines])]
    return "\n".join([f"{group}: × is tarn's wall time beside it", *shown])


def cells(name, found):
    """What one engine took; blank where it has nothing."""
    if found is None:
        return " " * (24 if name == "tarn" else 32)
    ratio = "" if name == "tarn" else f"{found['tarn_wall_s'] / found['wall_s']:8.2f}"
    return f"{found['wall_s']:9.2f}{found['cpu_s']:8.2f}{found['peak_bytes'] / 1e6:7.0f}{ratio}"


def last_committed():
    """Path of the newest result that git has, or None."""
    done = subprocess.run(
        ["git", "ls-files", "bench/results/*.json"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    names = sorted(done.stdout.split())
    return ROOT / names[-1] if names else None


def loss(then, now, kind):
    """How many times more of `kind` tarn takes than before, beside its peers: the geometric mean over those in both results. So what
    slows the whole machine is no loss, and a slow moment of one peer weighs less."""
    peers = [name for name in now if name != "tarn" and name in then]
    ratios = [(now["tarn"][kind] / now[peer][kind]) / (then["tarn"][kind] / then[peer][kind]) for peer in peers]
    return math.exp(statistics.fmean(map(math.log, ratios))) if ratios else 1.0


def losses(then, now):
    """Texts that name what became worse by more than MAX_LOSS between two results."""
    found = []
    for name, case in now["cases"].items():
        before = then["cases"].get(name)
        if before is None:
            continue
        for kind, words in KINDS.items():
            times = loss(before["engines"], case["engines"], kind)
            if times > MAX_LOSS:
                found.append(f"{name}: {words} beside the peers is {times:.2f} times what it was")
    for name, rate in now.get("scan", {}).items():
        before = then.get("scan", {})
        if name != "PlainRead" and name in before:
            times = (before[name] / before["PlainRead"]) / (rate / now["scan"]["PlainRead"])
            if times > MAX_LOSS:
                found.append(f"scan {name}: {times:.2f} times as slow as before, beside a plain read")
    return found


def load(path):
    return json.loads(pathlib.Path(path).read_text())
