"""What a case is made of, and the paths that all of them need."""

import dataclasses
import pathlib
import sys
import typing

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
SPARKIFY = ROOT / "pipelines" / "sparkify"


@dataclasses.dataclass(frozen=True)
class Case:
    """One comparison of tarn with its peers, from raw JSON to tables."""

    name: str
    title: str
    size: int
    """How much data at --scale 1: records or files, of TPC-H thousandths of its scale factor."""

    generate: typing.Callable
    """(folder, size, tarn): write the raw data, the same for the same size."""

    data: str
    """Name of that data: cases with the same one and the same size share a folder."""

    tables: dict
    """{table: columns}: what is compared before anything is timed."""

    tarn: typing.Callable
    """(tarn, pipeline folder, raw, lake) -> command. The pipeline folder is there, and empty."""

    peers: dict
    """{engine: (raw, lake) -> command}."""

    yardsticks: tuple = ()
    """Those of `peers` that make no tables: nothing of theirs is compared."""

    tolerance: float = 0
    large: bool = False
    """Only measured when it is named, or with --large."""

    group: str = ""
    """Cases of the same one are shown once more together, with their sum."""

    run_factor: int = 1
    """So many times the runs that are asked for: for what takes milliseconds."""


def peer(script, *words):
    """A command of bench/peers: SCRIPT WORDS… RAW LAKE, by this Python."""
    return lambda raw, lake: [sys.executable, BENCH / "peers" / script, *words, raw, lake]


def written_pipeline(toml, models):
    """tarn's command for a pipeline of these texts."""

    def command(tarn, folder, raw, lake):
        (folder / "tarn.toml").write_text('[lake]\ninput = "unset"\noutput = "unset"\n' + toml)
        for name, sql in models.items():
            (folder / f"{name}.sql").write_text(sql + "\n")
        return run_command(tarn, folder, raw, lake)

    return command


def run_command(tarn, pipeline, raw, lake, *options):
    return [tarn, "run", pipeline, "--quiet", "--set", f"lake.input={raw}", "--set", f"lake.output={lake}", *options]
