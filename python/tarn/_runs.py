"""What is known of runs."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any, Optional


@dataclasses.dataclass(frozen=True)
class TableRun:
    """A table that a run wrote, or found to be as it would write it."""

    name: str
    rows: int
    """Of the table, after the run."""
    rows_before: Optional[int]
    """None: there was no table, or nobody knows."""
    change: str
    """`"none"`, `"append"`, `"rebuild"` or how else it was brought up to date."""
    reason: str
    """Why it was rebuilt, where there is more to say than that it is new."""
    files: int
    bytes: int
    seconds: float


@dataclasses.dataclass(frozen=True)
class SourceRun:
    """A source that a run read."""

    name: str
    files: int
    bytes: int
    records: int
    rows: int
    """Of these, that its tables' filters kept."""
    bad_records: int
    """That are in quarantine, or were dropped."""


class Run:
    """A run, as the lake keeps it.

    >>> run = tarn.open("shop").run()
    >>> run.outcome, run["orders"].rows
    ('done', 5)
    """

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        """All that is kept, as `tarn runs --json` prints it (docs/json.md)."""
        self.id: str = record["run_id"]
        self.outcome: str = record["outcome"]
        """`"done"`, `"failed"`, `"cancelled"`, `"running"`, or `"interrupted"` where its process is gone."""
        self.engine: str = record["engine"]
        self.started_at = datetime.datetime.strptime(record["started_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
        self.seconds: float = record["seconds"]
        self.error: str = (record.get("error") or {}).get("message", "")
        """Of a run that failed; else empty."""
        self.tables = [
            TableRun(
                table["table"],
                table["rows"],
                table.get("rows_before"),
                table.get("change", "rebuild"),
                table.get("reason", ""),
                table["files"],
                table["bytes"],
                table["seconds"],
            )
            for table in record["tables"]
        ]
        self.sources = [
            SourceRun(source["source"], source["files"], source["bytes"], source["records"], source["rows"], source["bad_records"])
            for source in record["sources"]
        ]

    def __getitem__(self, table: str) -> TableRun:
        """What it did with a table."""
        for one in self.tables:
            if one.name == table:
                return one
        raise KeyError(table)

    def __repr__(self) -> str:
        tables = ", ".join(f"{table.name} {table.rows:,}" for table in self.tables)
        return f"<tarn.Run {self.id} {self.outcome} in {self.seconds:.2f} s: {tables or self.error or 'no tables'}>"
