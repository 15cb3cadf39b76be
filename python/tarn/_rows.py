"""Rows of a table, of files or of a query, for whoever reads Arrow."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Iterator, Optional, Sequence

from tarn._errors import BadInputError
from tarn._program import pipeline_of, query_file

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars
    import pyarrow


class Rows:
    """Rows that are computed when they are asked for, and each time anew; Ctrl-C stops that.

    `to_arrow()`, `to_polars()`, `to_pandas()` and `to_duckdb()` give all of them. What knows Arrow's PyCapsule interface takes the
    object itself: `polars.DataFrame(rows)`, `pyarrow.table(rows)`; iteration gives batches of pyarrow. The program leaves them in a temporary
    file (TMPDIR), which is mapped, not read: its pages are in memory while they are used.

    >>> songs = tarn.read_json(sample / "song_data/*/*/*/*.json")
    >>> songs.scanner(columns=["title", "year"], filter="year >= 2000").to_arrow().column_names
    ['title', 'year']
    """

    def __init__(self, sql: str, relation: str, options: Sequence[str], source: Optional[dict[str, str]] = None) -> None:
        self._sql = sql
        self._relation = relation  # the same, as it stands after FROM
        self._options = list(options)  # of `tarn query`
        self._source = source  # of pipeline_of; None: the options name what is read

    @property
    def schema(self) -> pyarrow.Schema:
        """The columns and their types; no row is computed."""
        try:
            return Rows(f"SELECT * FROM {self._relation} LIMIT 0", "", self._options, self._source).to_arrow().schema
        except BadInputError:
            with self._file():  # the same mistake, but at its place in the query as it was given
                pass
            raise

    def scanner(self, filter: Optional[str] = None, columns: Optional[Sequence[str]] = None) -> Rows:
        """Some of the rows and columns; of files, only what they ask for is read.

        filter
            A condition in SQL, such as `"year = 2018 AND level = 'paid'"`.
        columns
            Their names, in the order that is wished.
        """
        names = "*" if columns is None else ", ".join(quoted(name) for name in columns)
        # A comment at the end of the condition ends with the line.
        sql = f"SELECT {names} FROM {self._relation}" + ("" if filter is None else f" WHERE (\n{filter}\n)")
        return Rows(sql, f"({sql})", self._options, self._source)

    def to_arrow(self) -> pyarrow.Table:
        """All rows as a table of pyarrow."""
        import pyarrow

        with self._file() as path, pyarrow.memory_map(path) as file:
            return pyarrow.ipc.open_file(file).read_all()

    def to_polars(self) -> polars.DataFrame:
        """All rows as a data frame of Polars; pyarrow is not needed."""
        import polars

        with self._file() as path:
            return polars.read_ipc(path)

    def to_pandas(self, **options: Any) -> pandas.DataFrame:
        """All rows as a data frame of pandas; `options` are those of `pyarrow.Table.to_pandas`."""
        return self.to_arrow().to_pandas(**options)

    def to_duckdb(self, connection: Optional[duckdb.DuckDBPyConnection] = None) -> duckdb.DuckDBPyRelation:
        """All rows as a relation of DuckDB, in `connection` or DuckDB's own."""
        import duckdb

        return duckdb.from_arrow(self.to_arrow(), connection=connection or duckdb.default_connection())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """A PyCapsule of an ArrowArrayStream, by pyarrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self.schema.__arrow_c_schema__()

    def __iter__(self) -> Iterator[pyarrow.RecordBatch]:
        return iter(self.to_arrow().to_batches())

    def __repr__(self) -> str:
        return f"<tarn.{type(self).__name__} {self._sql}>"

    @contextlib.contextmanager
    def _file(self) -> Iterator[str]:
        with contextlib.ExitStack() as stack:
            options = self._options
            if self._source is not None:
                options = ["--pipeline", stack.enter_context(pipeline_of(**self._source)), *options]
            yield stack.enter_context(query_file(self._sql, options))


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return "`" + name.replace("`", "``") + "`"


def thread_options(threads: int) -> list[str]:
    return [] if threads == 0 else ["--threads", str(threads)]
