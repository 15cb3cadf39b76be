"""The benchmarks work on little data: engines' tables are compared, readings written, losses told. No time is asserted."""

import copy
import json
import os
import subprocess
import sys

import pytest

from conftest import ROOT

sys.path.append(str(ROOT / "bench"))

import results  # noqa: E402
from peers import tpch_queries  # noqa: E402


def run(tarn, *words, exit_code=0):
    command = [sys.executable, ROOT / "bench" / "run.py", *words]
    done = subprocess.run(command, env={**os.environ, "TARN": tarn.path}, capture_output=True, text=True, timeout=300)
    assert done.returncode == exit_code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_cases(tarn, tmp_path):
    """One of each module that needs no download, tables equal in all engines."""
    names = ["sparkify", "nested", "zstd", "files_read"]
    cases = [word for name in names for word in ("--case", name)]
    shown = run(tarn, *cases, "--scale", "0.001", "--runs", "1", "--data", tmp_path / "raw", "--output", tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    assert list(found["cases"]) == names
    for name in names:
        case = found["cases"][name]
        assert f"{name}: {case['title']}" in shown
        assert {"tarn", "duckdb", "polars"} <= set(case["engines"]) and all(rows > 0 for rows in case["rows"].values())
        assert all(engine["peak_bytes"] > 1e6 and engine["cpu_s"] > 0 for engine in case["engines"].values())


def test_the_same_data_each_time(tarn, tmp_path):
    for folder in ("one", "two"):
        run(tarn, "--case", "escapes", "--scale", "0.001", "--runs", "1", "--data", tmp_path / folder)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.json"))
    assert len(files) == 4
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_tables_that_differ_are_not_measured(tarn, tmp_path):
    """The engines' raw data is changed between the first and the second, as a wrong engine would change its table."""
    program = tmp_path / "tarn"
    program.write_text(f'#!/bin/sh\n"{tarn.path}" "$@" && if [ "$1" = run ]; then for f in {tmp_path}/raw/*/*.json; do : > "$f"; done; fi\n')
    program.chmod(0o755)
    words = ["--case", "wide", "--scale", "0.001", "--runs", "1", "--data", tmp_path / "raw", "--tarn", program]
    shown = run(tarn, *words, exit_code=1)
    assert "wide: the engines' tables differ" in shown and "failed, and not measured: wide" in shown


def test_a_case_that_is_none(tarn):
    assert "no case 'nothing'" in run(tarn, "--case", "nothing", exit_code=1)


def test_dates_of_tpch_are_computed(tmp_path):
    (tmp_path / "queries").write_text("""-- TPC-H 1
----
select 1 from orders where a < date '1998-12-01' - interval '90' day and b < DATE '1995-12-15' + INTERVAL '1' MONTH;
""")
    query = tpch_queries.read(tmp_path / "queries", 1)
    assert query == "select 1 from orders where a < DATE '1998-09-02' and b < DATE '1996-01-15'"
    assert tpch_queries.tables_of(query) == ["orders"]


def engine(wall_s, cpu_s, peak_bytes):
    return {"wall_s": wall_s, "cpu_s": cpu_s, "peak_bytes": peak_bytes}


BEFORE = {"cases": {"nested": {"engines": {"tarn": engine(1, 2, 100), "duckdb": engine(4, 8, 300), "polars": engine(2, 4, 200)}}},
          "scan": {"TwoColumns": 2.8, "PlainRead": 8.0}}  # fmt: skip


@pytest.mark.parametrize("kind, words", results.KINDS.items())
def test_a_loss_is_told(kind, words):
    now = copy.deepcopy(BEFORE)
    now["cases"]["nested"]["engines"]["tarn"][kind] *= 1.2
    assert results.losses(BEFORE, now) == [f"nested: {words} beside the peers is 1.20 times what it was"]


def test_a_slower_machine_is_no_loss():
    now = copy.deepcopy(BEFORE)
    for found in now["cases"]["nested"]["engines"].values():
        found["wall_s"] *= 3
        found["cpu_s"] *= 3
    now["scan"] = {name: rate / 2 for name, rate in now["scan"].items()}
    assert results.losses(BEFORE, now) == []


def test_a_slower_scan_is_told():
    now = copy.deepcopy(BEFORE)
    now["scan"]["TwoColumns"] = 2.0
    assert results.losses(BEFORE, now) == ["scan TwoColumns: 1.40 times as slow as before, beside a plain read"]
