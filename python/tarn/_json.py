"""Raw JSON, without a pipeline."""

from __future__ import annotations

import os
from typing import Optional

from tarn._program import absolute
from tarn._rows import Rows, quoted, thread_options


def read_json(path: str | os.PathLike[str], schema: Optional[str] = None, threads: int = 0) -> Rows:
    """The records of JSON files as rows: JSON lines, compressed or not, on a disk or in S3.

    path
        A file, or a pattern such as `raw/*/*.json.gz` or `s3://bucket/raw/**/*.json`.
    schema
        The columns in Spark's words, `"id BIGINT, tags ARRAY<STRING>"`, by the records' keys; other keys are left out.
        None: what the first 64 MB of the files have.
    threads
        That read it; 0: one per core.

    A record that is no JSON, or does not fit, ends the reading with BadInputError.

    >>> events = tarn.read_json(sample / "log_data/2018/11/*.json", schema="userId STRING, ts BIGINT, page STRING")
    >>> events.scanner(filter="page = 'NextSong'", columns=["userId"]).to_polars().height
    6820
    """
    found = absolute(path)
    if schema is None:
        relation, source = f"json.{quoted(found)}", None
    else:
        relation, source = "records", {"path": found, "schema": schema}
    return Rows(f"SELECT * FROM {relation}", relation, thread_options(threads), source)
