"""Turn raw JSON in a data lake into partitioned tables, and read them from Python.

>>> shop = tarn.open("shop")           # a folder with tarn.toml and one SQL file per table
>>> run = shop.run()                   # all of its tables, or none
>>> run["orders"].rows
5
>>> orders = shop.lake.table("orders")
>>> orders.to_polars().height          # to_arrow(), to_pandas(), to_duckdb() too
5
>>> tarn.sql("SELECT max(order_id) AS last FROM orders", lake=shop.lake).to_arrow().column_names
['last']

Errors are `tarn.Error`s: they say what is wrong, where, and what to do. See docs/python.md.
"""

from tarn._errors import BadInputError, CancelledError, CheckFailedError, ConflictError, Diagnostic, Error, UsageError
from tarn._json import read_json
from tarn._lake import Lake, Table, lake, sql
from tarn._pipeline import Check, Column, Pipeline, Plan, TableColumns, open
from tarn._rows import Rows
from tarn._runs import Run, SourceRun, TableRun

__all__ = [
    "BadInputError",
    "CancelledError",
    "Check",
    "CheckFailedError",
    "Column",
    "ConflictError",
    "Diagnostic",
    "Error",
    "Lake",
    "Pipeline",
    "Plan",
    "Rows",
    "Run",
    "SourceRun",
    "Table",
    "TableColumns",
    "TableRun",
    "UsageError",
    "lake",
    "open",
    "read_json",
    "sql",
]
