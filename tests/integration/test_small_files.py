"""Tables of one row a partition, and sources of one record a file: what a file costs, and who can read it."""

import collections
import datetime
import decimal

import duckdb
import polars
import pyarrow.parquet as parquet

import file_operations

CONFIG = """
[lake]
input = "raw"
output = "lake"
[source.raw_things]
path = "things/*.json"
schema = "id BIGINT, name STRING, score DOUBLE, ok BOOLEAN, day DATE, at TIMESTAMP, money DECIMAL(9,2), large DECIMAL(30,3)"
[table.things]
partition_by = ["kind", "id"]
"""
MODEL = "SELECT id % 2 AS kind, id, id AS number, name, score, ok, day, at, money, large, {generation} AS generation FROM raw_things\n"


def make_pipeline(folder, num_files, generation=1):
    (folder / "raw" / "things").mkdir(parents=True, exist_ok=True)
    (folder / "tarn.toml").write_text(CONFIG)
    (folder / "things.sql").write_text(MODEL.format(generation=generation))
    for id in range(num_files):
        record = (
            f'{{"id":{id},"name":"näme {id}","score":{id}.5,"ok":{"true" if id % 3 else "null"},"day":"2020-01-{id % 28 + 1:02}",'
            f'"at":"2020-01-01T00:00:{id % 60:02}Z","money":{id}.25,"large":"{id}00000000000000000000.125"}}'
        )
        (folder / "raw" / "things" / f"{id}.json").write_text(record)


def operations_of_a_run(tarn, folder, library, num_files, generation):
    make_pipeline(folder, num_files, generation)
    operations = file_operations.FileOperations(library, folder / "calls.log", folder / "raw", folder / "lake")
    tarn("run", folder, "--quiet", "--threads", "1", env=operations.env)
    return collections.Counter(call.operation.removesuffix("64") for call in operations.calls())


def test_operations_of_one_file(tarn, tmp_path):
    """What each further file adds, to a run that makes the tables and to one that replaces them."""
    library = file_operations.build(tmp_path)
    few, many = 20, 120
    for generation, most in [(1, 12), (2, 30)]:
        counts = [
            operations_of_a_run(tarn, tmp_path / str(num_files), library, num_files, generation) for num_files in (few, many)
        ]
        # Names of a folder are read many at once.
        of_one = {name: (counts[1][name] - counts[0][name]) / (many - few) for name in counts[1] if name != "readdir"}
        assert sum(of_one.values()) <= most, of_one
        assert of_one["write"] == 1 and of_one["renameat"] == 1
        assert of_one["mkdirat"] == (1 if generation == 1 else 0)


def test_readers_see_the_rows(tarn, tmp_path):
    make_pipeline(tmp_path, 30)
    tarn("run", tmp_path, "--quiet")
    files = sorted((tmp_path / "lake" / "things").rglob("*.parquet"))
    assert len(files) == 30
    expected = [
        (
            id,
            f"näme {id}",
            id + 0.5,
            True if id % 3 else None,
            datetime.date(2020, 1, id % 28 + 1),
            decimal.Decimal(f"{id}.25"),
            decimal.Decimal(f"{id}00000000000000000000.125"),
        )
        for id in range(30)
    ]
    names = ["number", "name", "score", "ok", "day", "money", "large"]

    def rows(table):
        return sorted(tuple(row[name] for name in names) for row in table.to_pylist())

    def instants(values):
        return sorted(value.second for value in values)

    by_arrow = [parquet.ParquetFile(path).read() for path in files]
    assert sorted(row for table in by_arrow for row in rows(table)) == expected
    assert instants(value for table in by_arrow for value in table["at"].to_pylist()) == list(range(30))
    pattern = f"{tmp_path}/lake/things/*/*/*.parquet"
    by_duckdb = duckdb.sql(f"SELECT * FROM read_parquet('{pattern}', hive_partitioning = false)").arrow()
    by_duckdb = by_duckdb.read_all() if hasattr(by_duckdb, "read_all") else by_duckdb
    assert rows(by_duckdb) == expected
    # By statistics alone.
    found = duckdb.sql(f"SELECT name FROM read_parquet('{pattern}') WHERE number = 7 AND money > 7").fetchall()
    assert found == [("näme 7",)]
    by_polars = polars.scan_parquet(pattern, hive_partitioning=False).collect()
    assert rows(by_polars.to_arrow()) == expected
    found = polars.scan_parquet(pattern).filter(polars.col("score") == 7.5).collect()
    assert found["name"].to_list() == ["näme 7"]
    statistics = parquet.ParquetFile(files[0]).metadata.row_group(0).column(0).statistics
    assert statistics.has_min_max and statistics.null_count == 0
