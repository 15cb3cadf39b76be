"""Argument lists and Parquet files made by chance: an error or an answer, never a crash, a hang or a file that was not asked for.

Texts of SQL, TOML, JSON and listings are made so too, by the fuzz targets (fuzz/).
"""

import random
import re
import secrets
import subprocess

import pyarrow
import pyarrow.parquet
import pytest

from conftest import PIPELINE

RUNS = 150
TIMEOUT_S = 60
EXIT_CODES = {0, 1, 2, 3, 4}
ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

WORDS = [
    "", " ", "-", "--", "---", "-h", "--help", "--version", "--json", "--quiet", "--set", "--set=", "--config", "--engine", "--master",
    "--remote", "--limit", "--rows", "--files", "--tables", "--threads", "--memory", "--since", "--until", "--data", "--analyze", "--conf",
    "--dryrun", "--delete", "--source", "--discard", "--region", "--events", "--seed", "--bytes", "--retry-quarantine",
    "local", "spark", "lake.output", "lake.output=", "lake.output=out", "=", "a=b", "source.events.path=[", "0", "-1", "1e9", "1.5",
    "9223372036854775808", "99999999999999999999999", "2018-11-01", "2018-11-31", "nowhere", ".", "..", "/", "/dev/null", "s3://", "s3:///",
    "s3://b", "file:///x", "sc://", "sc://x", "http://[", "é", "\u202e", "\x1b[31m", "a\nb", "\ud800".encode("utf-8", "surrogatepass"),
    b"\xff\xfe", "x" * 5000, "%s%n", "{a,b}", "**", "${HOME}", "'", '"', "\\",
]  # fmt: skip
# Those that write are left out where they would write what was asked for, and clusters, where it costs money.
COMMANDS = ["check", "plan", "show", "runs", "quarantine", "recover", "clean", "infer", "emr-step", "sync", "cluster", "", "no-such"]


def ends(tarn, *words, cwd):
    """Exit code, output and errors; a signal fails the test."""
    env = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "PATH": ""}
    process = tarn.start(*words, cwd=cwd, env=env, text=False)
    try:
        out, err = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        pytest.fail(f"{words} goes on for {TIMEOUT_S} s: {err}")
    assert process.returncode in EXIT_CODES, f"{words}: exit code {process.returncode}: {err}"
    return process.returncode, out.decode("utf-8", "strict"), err.decode("utf-8", "strict")


def test_argument_lists(tarn, tmp_path):
    seed = secrets.randbelow(1 << 30)
    print(f"seed {seed}")
    draw = random.Random(seed)
    for number in range(RUNS):
        folder = tmp_path / str(number)
        folder.mkdir()
        words = [draw.choice(COMMANDS)] + [draw.choice([*WORDS, PIPELINE]) for _ in range(draw.randrange(6))]
        code, out, err = ends(tarn, *words, cwd=folder)
        assert not ESCAPES.search(out + err), (seed, words, out, err)
        assert code == 0 or "error" in out + err, (seed, words)
        assert code == 0 or not list(folder.iterdir()), (seed, words, "a command that fails leaves nothing")


def damaged(data, draw):
    """A file with some bytes changed, left out, doubled or cut off, often in its metadata, which is at the end."""
    data = bytearray(data)
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(data)) if draw.random() < 0.3 else len(data) - 1 - draw.randrange(min(len(data), 2000))
        match draw.randrange(5):
            case 0:
                data[at] = draw.randrange(256)
            case 1:
                data[at] ^= 1 << draw.randrange(8)
            case 2:
                del data[at : at + draw.randrange(1, 40)]
            case 3:
                data[at:at] = data[max(0, at - draw.randrange(1, 40)) : at]
            case 4 if draw.random() < 0.2:
                del data[at:]
        data = data or bytearray(b"PAR1")
    return bytes(data)


@pytest.mark.parametrize("compression", ["snappy", "zstd", "none"])
def test_parquet_files(tarn, tmp_path, compression):
    seed = secrets.randbelow(1 << 30)
    print(f"seed {seed}")
    draw = random.Random(seed)
    rows = [{"a": i, "b": f"text {i % 7}", "c": [i, None], "d": {"e": i / 3}, "f": None if i % 3 else i} for i in range(200)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "whole.parquet", compression=compression)
    whole = (tmp_path / "whole.parquet").read_bytes()
    for number in range(RUNS // 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "x.parquet").write_bytes(damaged(whole, draw))
        code, out, err = ends(tarn, "show", folder, "--json", cwd=folder)
        assert code == 0 or "error" in out + err, (seed, number, err)
