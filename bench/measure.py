"""One run of a program as the operating system counts it, and rounds of several programs in turns.

What runs here must stay small: a child's peak memory is never below what its parent had when it started it. So nothing here
imports an engine, and tables are compared in a process of their own (compare.py).
"""

import dataclasses
import os
import shutil
import subprocess
import time


@dataclasses.dataclass
class Reading:
    """One run."""

    wall_s: float
    cpu_s: float
    peak_bytes: int


class RunFailed(Exception):
    """A program ended with another exit code than 0."""


def measure(command, log):
    """Run `command`; its output goes to the file `log`."""
    os.sync()
    with open(log, "wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        with open(log, errors="replace") as text:
            end = text.read()[-2000:]
        raise RunFailed(f"exit code {process.returncode}: {' '.join(map(str, command))}\n{end}")
    return Reading(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


class Outputs:
    """A fresh folder for each run. Nothing is removed while runs are measured: on ext4 the kernel avoids inodes that were freed
    seconds ago, which would slow the next run."""

    def __init__(self, folder):
        self._folder, self._count = folder, 0

    def fresh(self, name):
        self._count += 1
        folder = self._folder / f"{self._count:04}-{name}"
        folder.mkdir(parents=True)
        return folder

    def remove_all(self):
        shutil.rmtree(self._folder, ignore_errors=True)


def rounds(programs, num_runs, outputs, log):
    """Readings of each program: {name: [Reading]}. `programs` are functions from an output folder to a command; they take turns,
    so that a slow moment of the machine is everybody's."""
    readings = {name: [] for name in programs}
    for _ in range(num_runs):
        for name, command in programs.items():
            readings[name].append(measure(command(outputs.fresh(name)), log))
    return readings
