"""A lake and its tables."""

from __future__ import annotations

import contextlib
import difflib
import os
from typing import Any, Optional, Sequence

from tarn._errors import BadInputError
from tarn._program import absolute, ask, pipeline_of
from tarn._rows import Rows, quoted, thread_options
from tarn._runs import Run


class Lake:
    """The tables that pipelines have written to a folder or a bucket.

    >>> lake = tarn.lake("shop/lake")
    >>> lake.tables
    ['customers', 'orders']
    """

    def __init__(self, path: str, pipeline: Sequence[str] = ()) -> None:
        self._path = path  # "": the pipeline's
        self._pipeline = list(pipeline)  # its folder and the settings of the call; empty: none

    @property
    def tables(self) -> list[str]:
        """Their names."""
        return [table["table"] for table in self._shown()]

    def table(self, name: str) -> Table:
        """One of the tables; case doesn't count. Raises BadInputError where there is none of this name."""
        shown = self._shown()
        for found in shown:
            if found["table"].lower() == name.lower():
                return Table(self, found["table"], found["path"])
        names = [table["table"] for table in shown]
        near = "".join(f": did you mean '{one}'?" for one in difflib.get_close_matches(name, names, 1))
        error = BadInputError(f"no table '{name}' in {self._path or self._pipeline[0]}{near}")
        error.hint = f"its tables are {', '.join(names)}" if names else ""
        raise error

    def sql(self, query: str, threads: int = 0) -> Rows:
        """The rows of a query over the lake's tables: see `tarn.sql`."""
        return Rows(query, f"(\n{query}\n)", [*self._options(), *thread_options(threads)])

    def runs(self) -> list[Run]:
        """The runs that the lake knows of, the newest first."""
        with contextlib.ExitStack() as stack:
            pipeline = self._pipeline or [stack.enter_context(pipeline_of(lake=self._path))]
            return [Run(record) for record in ask("runs", *pipeline)["runs"]]

    def __repr__(self) -> str:
        return f"<tarn.Lake {self._path or 'of ' + self._pipeline[0]}>"

    def _shown(self) -> list[dict[str, Any]]:
        with contextlib.ExitStack() as stack:
            pipeline = self._pipeline or [stack.enter_context(pipeline_of(lake=self._path))]
            try:
                return ask("show", *pipeline, "--rows", "0")["tables"]
            except BadInputError as error:
                if error.message.startswith("no tables yet"):
                    return []
                raise

    def _options(self) -> list[str]:
        if self._pipeline:
            return ["--pipeline", *self._pipeline]
        return ["--lake", self._path] if self._path else []


class Table(Rows):
    """A table as it is stored: its rows, and the runs that wrote it.

    >>> orders = tarn.lake("shop/lake").table("orders")
    >>> orders.schema.names[:2]
    ['order_id', 'placed_at']
    >>> orders.to_arrow().num_rows
    5
    >>> [run.outcome for run in orders.history()]
    ['done']
    """

    def __init__(self, lake: Lake, name: str, path: str) -> None:
        super().__init__(f"SELECT * FROM {quoted(name)}", quoted(name), lake._options())
        self.lake = lake
        self.name = name
        self.path = path
        """Of its folder: absolute, or a URI."""

    def history(self) -> list[Run]:
        """The runs that wrote it, or found nothing new for it, the newest first; `run[table.name]` is what they did with it."""
        return [run for run in self.lake.runs() if run.outcome == "done" and any(table.name == self.name for table in run.tables)]

    def __repr__(self) -> str:
        return f"<tarn.Table {self.path}>"


def lake(path: str | os.PathLike[str]) -> Lake:
    """The lake of a folder or of a bucket, `s3://bucket/prefix`, which the environment says how to reach (docs/s3.md).

    No table is looked at before it is asked for.
    """
    return Lake(absolute(path))


def sql(query: str, lake: Optional[str | os.PathLike[str] | Lake] = None, threads: int = 0) -> Rows:
    """The rows of a query in Spark's SQL (docs/sql.md).

    It reads the tables of `lake`, and files by their path: ``FROM json.`raw/*.json` ``, `` csv.`…` ``, `` parquet.`…` ``.

    query
        One SELECT.
    lake
        A lake, or its path. None: as `tarn query` without any, the pipeline in the current folder, if there is one.
    threads
        That compute it; 0: one per core.

    >>> tarn.sql("SELECT count(*) AS n FROM orders", lake="shop/lake").to_arrow().to_pylist()
    [{'n': 5}]
    """
    if not isinstance(lake, Lake):
        lake = Lake("" if lake is None else absolute(lake))
    return lake.sql(query, threads)
