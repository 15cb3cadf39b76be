"""A pipeline: a folder with tarn.toml and one SQL file per table."""

from __future__ import annotations

import dataclasses
import math
import os
import sys
from typing import Any, Mapping, NamedTuple, Optional, Sequence, Union

from tarn._lake import Lake
from tarn._program import Progress, absolute, ask
from tarn._rows import Rows, thread_options
from tarn._runs import Run


class Column(NamedTuple):
    """A column's name, and its type in Spark's words, such as `STRING` or `ARRAY<INT>`."""

    name: str
    type: str


@dataclasses.dataclass(frozen=True)
class TableColumns:
    """A table of a pipeline, and the columns that its SQL gives it."""

    name: str
    columns: list[Column]


@dataclasses.dataclass(frozen=True)
class Check:
    """A pipeline without mistakes."""

    sources: list[str]
    tables: list[TableColumns]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a run computes."""

    sources: list[dict[str, Any]]
    """Of each: its files, the columns that are read and the filter, as `tarn plan --json` has them (docs/json.md)."""
    tables: list[dict[str, Any]]
    """Of each: its steps, and what new files of its sources change, in the same way."""


class Pipeline:
    """A folder with tarn.toml and one SQL file per table. Its files are read anew by each call.

    >>> shop = tarn.open("shop")
    >>> shop.check().sources
    ['raw_customers', 'raw_orders']
    >>> shop.run(full=True)["orders"].rows
    5
    """

    def __init__(self, path: str, overrides: Mapping[str, str]) -> None:
        self.path = path
        """Absolute, or a URI."""
        self._words = [path, *(word for key, value in overrides.items() for word in ("--set", f"{key}={value}"))]
        self.check()

    @property
    def lake(self) -> Lake:
        """The lake that it writes to."""
        return Lake("", self._words)

    def check(self, data: bool = False) -> Check:
        """Look for mistakes in tarn.toml and the SQL. Raises BadInputError with all of them.

        data
            Also read a part of the sources' files, and compare it with their schemas.
        """
        found = ask("check", *self._words, *(["--data"] if data else []))
        tables = [TableColumns(table["name"], [Column(**column) for column in table["columns"]]) for table in found["tables"]]
        return Check(found["sources"], tables)

    def plan(self, select: Sequence[str] = ()) -> Plan:
        """What a run would compute, of all tables or of those named.

        >>> [table["table"] for table in tarn.open("shop").plan(["customers"]).tables]
        ['customers']
        """
        found = ask("plan", *self._words, *select)
        return Plan(found["sources"], found["tables"])

    def run(
        self,
        select: Sequence[str] = (),
        *,
        engine: str = "local",
        full: bool = False,
        shrink: bool = False,
        wait: float = 0,
        threads: int = 0,
        memory: str = "",
        remote: str = "",
        master: str = "",
        conf: Optional[Mapping[str, str]] = None,
        progress: Union[bool, Progress, None] = None,
    ) -> Run:
        """Build the tables, all of them or none. Ctrl-C stops it, and leaves the lake as it was.

        select
            Names of tables; empty: all.
        engine
            `"local"`, this machine, or `"spark"`.
        full
            Compute every table from all files, whatever is new.
        shrink
            A shorter period than before may take rows away.
        wait
            Seconds for a lake that another run holds.
        threads, memory
            Of the local engine: 0, one per core; and what it holds at most, such as `"2GB"`, or three quarters of what there is.
        remote, master, conf
            Of Spark: a server that runs, `sc://host:port`; or the one to start, and its settings. Without any, SPARK_REMOTE,
            else Spark on this machine.
        progress
            True: what happens is printed on the standard error; or a function that is called with each line of it, in this thread.
            What it raises stops the run.

        Raises CheckFailedError where tables break keys or checks, ConflictError where another run holds the lake, BadInputError for
        mistakes in the pipeline and for bad data, all with `record`, as far as the run came.
        """
        words = [*self._words, "--engine", engine, *thread_options(threads)]
        words += ["--select", ",".join(select)] if select else []
        words += ["--full"] if full else []
        words += ["--shrink"] if shrink else []
        words += ["--wait", f"{math.ceil(wait)}s"] if wait else []
        for option, value in (("--memory", memory), ("--remote", remote), ("--master", master)):
            words += [option, value] if value else []
        for key, setting in (conf or {}).items():
            words += ["--conf", f"{key}={setting}"]
        taker = (lambda line: print(line, file=sys.stderr)) if progress is True else progress or None
        return Run(ask("run", *words, progress=taker))

    def sql(self, query: str, threads: int = 0) -> Rows:
        """The rows of a query over the lake's tables, the pipeline's sources, and its tables that are not stored.

        >>> tarn.open("shop").sql("SELECT count(*) AS n FROM raw_orders").to_arrow().to_pylist()
        [{'n': 6}]
        """
        return self.lake.sql(query, threads)

    def __repr__(self) -> str:
        return f"<tarn.Pipeline {self.path}>"


def open(path: str | os.PathLike[str], overrides: Optional[Mapping[str, str]] = None) -> Pipeline:
    """Open a pipeline. Raises BadInputError with all that is wrong in its files.

    path
        Its folder, or its tarn.toml; on a disk or in S3.
    overrides
        Settings in the place of tarn.toml's, as `--set` gives them: `{"lake.output": "s3://bucket/lake"}`.

    >>> tarn.open("shop", {"lake.output": "elsewhere"}).lake.tables
    []
    """
    return Pipeline(absolute(path), overrides or {})
