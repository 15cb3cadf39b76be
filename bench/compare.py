"""Whether engines made the same tables: compare.py SPEC, a JSON object {"tables": {name: [column, …]}, "lakes": {engine: folder},
"tolerance": relative or 0}. Prints {"rows": {table: n}, "different": [text, …]}.

Rows are compared without their order. Without a tolerance, by the sum of their hashes; with one, each row, numbers within it: sums
of floating-point numbers depend on the order in which they are added, averages of decimals have another scale in each engine.
"""

import glob
import json
import math
import os
import sys

import duckdb


def files_of(lake, table):
    single = os.path.join(lake, f"{table}.parquet")
    return (
        [single]
        if os.path.exists(single)
        else sorted(glob.glob(os.path.join(lake, table, "**", "*.parquet"), recursive=True))
    )


def relation(lake, table, columns):
    """A query of these columns, or of all, with one type for each kind of value: integers of any width are BIGINT."""
    files = files_of(lake, table)
    if not files:
        return None
    read = f"read_parquet({files!r}, hive_partitioning = true, hive_types_autocast = false)"
    found = duckdb.sql(f"FROM {read}")
    types = dict(zip(found.columns, map(str, found.types)))
    return f"SELECT {', '.join(same_kind(name, types[name]) for name in columns or types)} FROM {read}"


PARTITIONS = ("year", "month")  # text in the folders' names, a number for some engines


def same_kind(name, type_name):
    integers = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT")
    if name in PARTITIONS or type_name in integers:
        return f'CAST("{name}" AS BIGINT) AS "{name}"'
    if type_name.startswith("DECIMAL"):
        return f'CAST("{name}" AS DOUBLE) AS "{name}"'
    if type_name.startswith("TIMESTAMP"):
        return f'CAST("{name}" AS TIMESTAMPTZ) AS "{name}"'
    if type_name == "DATE":
        return f'CAST("{name}" AS VARCHAR) AS "{name}"'
    return f'"{name}"'


def fingerprint(query):
    return duckdb.sql(f"SELECT count(*), sum(hash(t)) FROM ({query}) AS t").fetchall()[0]


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def rows_of(query):
    rows = duckdb.sql(query).fetchall()
    # Numbers differ a little, so text leads the order, and numbers follow by their first digits.
    return sorted(
        rows,
        key=lambda row: ([str(v) for v in row if not is_number(v)], [float(f"{v:.6g}") for v in row if is_number(v)]),
    )


def close(ours, theirs, tolerance):
    if is_number(ours) and is_number(theirs):
        return math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance)
    return ours == theirs


def same_rows(ours, theirs, tolerance):
    return len(ours) == len(theirs) and all(
        close(left, right, tolerance) for row, other in zip(ours, theirs) for left, right in zip(row, other)
    )


def main():
    spec = json.loads(sys.argv[1])
    duckdb.sql("SET TimeZone = 'UTC'")
    rows, different = {}, []
    for table, columns in spec["tables"].items():
        queries = {engine: relation(lake, table, columns) for engine, lake in spec["lakes"].items()}
        missing = [engine for engine, query in queries.items() if query is None]
        if missing:
            # Without a row, some write no file.
            empty = all(query is None or fingerprint(query)[0] == 0 for query in queries.values())
            rows[table] = 0
            different += [] if empty else [f"{table}: no file of {', '.join(missing)}"]
            continue
        prints = {engine: fingerprint(query) for engine, query in queries.items()}
        rows[table] = prints["tarn"][0]
        for engine, found in prints.items():
            if found == prints["tarn"]:
                continue
            if spec["tolerance"] and same_rows(rows_of(queries["tarn"]), rows_of(queries[engine]), spec["tolerance"]):
                continue
            different.append(f"{table}: {engine} has {found[0]} rows, tarn {prints['tarn'][0]}, and not the same ones")
    print(json.dumps({"rows": rows, "different": different}))


if __name__ == "__main__":
    main()
