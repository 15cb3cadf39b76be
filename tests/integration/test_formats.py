"""Sources of CSV and Parquet: options, bad records, pruning, and the same tables on Spark."""

import datetime

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

ROWS = 200_000


@pytest.fixture
def pipeline(tmp_path):
    """A function that makes a pipeline of one source."""

    def make(source):
        (tmp_path / "raw").mkdir(exist_ok=True)
        (tmp_path / "tarn.toml").write_text(f'[lake]\ninput = "raw"\noutput = "lake"\n[source.items]\n{source}\n')
        return tmp_path

    return make


def rows_of(lake, table="t"):
    return sorted(map(repr, parquet.read_table(lake / table).to_pylist()))


CSV = """path = "*.csv"
format = "csv"
schema = "id INT, name STRING, price DECIMAL(8,2), day DATE, at TIMESTAMP, ok BOOLEAN, x DOUBLE"
header = true
escape = "\\""
"""
CSV_TEXT = '''id,name,price,day,at,ok,x
1,"a, ""b""",1.5,2018-11-02,2018-11-02 03:04:05,true,1e3

2,,,,,,
many,c,1,2018-11-02,2018-11-02,false,2
3,c,1
4,'''


def write_csv(folder):
    (folder / "raw" / "a.csv").write_text(CSV_TEXT + '"",12345678.00,2018-11-31,,,\n')
    (folder / "raw" / "b.csv").write_text("ID,Name,Price,Day,At,Ok,X\r\n5,e,-2,2018-11-03,2018-11-03T00:00:00Z,FALSE,-0.5\r\n")
    (folder / "t.sql").write_text("SELECT * FROM items")


def test_csv(tarn, pipeline):
    folder = pipeline(CSV)
    write_csv(folder)
    tarn("run", folder)
    rows = parquet.read_table(folder / "lake" / "t").sort_by("id").to_pylist()
    assert [row["id"] for row in rows] == [1, 2, 5]
    assert rows[0]["name"] == 'a, "b"'
    assert rows[0]["at"] == datetime.datetime(2018, 11, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    assert set(rows[1].values()) == {2, None}
    (kept,) = tarn.json("quarantine", folder)["quarantine"]
    assert [record["line"] for record in kept["records"]] == [5, 6, 7]
    reasons = [record["reason"] for record in kept["records"]]
    assert reasons[:2] == ["field id: 'many' is not INT", "3 fields, not 7"] and "price" in reasons[2]


def test_a_large_csv_is_read_in_parts(tarn, pipeline):
    folder = pipeline('path = "*.csv"\nformat = "csv"\nschema = "id BIGINT, text STRING"\nheader = true')
    lines = "".join(f"{i},{'x' * 50}\n" for i in range(ROWS))
    (folder / "raw" / "a.csv").write_text("id,text\n" + lines)
    (folder / "t.sql").write_text("SELECT count(*) AS n, sum(id) AS s, min(id) AS least FROM items")
    tarn("run", folder, "--threads", "2")
    assert parquet.read_table(folder / "lake" / "t").to_pylist() == [{"n": ROWS, "s": ROWS * (ROWS - 1) // 2, "least": 0}]


def test_a_header_that_is_another(tarn, pipeline):
    folder = pipeline(CSV)
    (folder / "raw" / "a.csv").write_text("name,id\n")
    (folder / "t.sql").write_text("SELECT * FROM items")
    failed = tarn("run", folder, exit_code=3).stderr
    assert "a.csv" in failed and "the header has other columns than the schema of source items: name,id" in failed


def write_parquet(folder, name, first, **options):
    table = pa.table({"id": pa.array(range(first, first + ROWS), pa.int64()), "text": [f"text {i % 7}" for i in range(ROWS)]})
    (folder / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, folder / "raw" / name, row_group_size=ROWS // 20, **options)


PARQUET = 'path = "**/*.parquet"\nformat = "parquet"\nschema = "id BIGINT, text STRING, day DATE"'


def test_parquet(tarn, pipeline):
    folder = pipeline(PARQUET)
    write_parquet(folder, "day=2018-11-02/a.parquet", 0)
    write_parquet(folder, "day=2018-11-03/a.parquet", ROWS)
    (folder / "t.sql").write_text("SELECT day, count(*) AS n, sum(id) AS s, max(text) AS m FROM items GROUP BY day")
    tarn("run", folder, "--threads", "2")
    rows = parquet.read_table(folder / "lake" / "t").sort_by("day").to_pylist()
    sums = [ROWS * (ROWS - 1) // 2, ROWS * (ROWS - 1) // 2 + ROWS * ROWS]
    assert [(row["n"], row["s"], row["m"]) for row in rows] == [(ROWS, sums[0], "text 6"), (ROWS, sums[1], "text 6")]


def test_parquet_reads_no_more_than_it_needs(tarn, pipeline):
    folder = pipeline(PARQUET)
    write_parquet(folder, "day=2018-11-02/a.parquet", 0)
    write_parquet(folder, "day=2018-11-03/a.parquet", 0)
    (folder / "t.sql").write_text(f"SELECT id FROM items WHERE day = DATE '2018-11-03' AND id >= {ROWS - 5}")
    run = tarn.json("run", folder)
    assert parquet.read_table(folder / "lake" / "t").num_rows == 5
    # Of all row groups, the last one of the day.
    assert run["sources"][0]["records"] == ROWS // 20


@pytest.mark.parametrize(
    "options",
    [{}, {"data_page_version": "2.0", "compression": "zstd"}, {"data_page_size": 200, "write_batch_size": 100}, {"use_dictionary": False}],
    ids=["default", "version 2", "small pages", "plain"],
)
def test_parquet_texts_are_the_same_as_codes(tarn, pipeline, options):
    folder = pipeline('path = "*.parquet"\nformat = "parquet"\nschema = "id BIGINT, text STRING, other STRING"')
    for file in range(3):  # whose dictionaries differ
        rows = range(file * 5000, (file + 1) * 5000)
        table = pa.table(
            {
                "id": pa.array(rows, pa.int64()),
                "text": [None if i % 5 == 0 else "" if i % 11 == 0 else f"text {(i + file) % 7}" for i in rows],
                "other": pa.array([f"other {i % (3 + file)}" for i in rows], pa.large_string()),
            }
        )
        parquet.write_table(table, folder / "raw" / f"{file}.parquet", row_group_size=1500, **options)
    (folder / "joined.sql").write_text(
        "SELECT a.id, a.text, b.other, concat(a.text, '-', a.other) AS together FROM items AS a JOIN items AS b ON a.id = b.id "
        "WHERE a.text IN ('text 1', 'text 5', '') OR a.text IS NULL"
    )
    (folder / "grouped.sql").write_text(
        "SELECT text, other, count(*) AS n, sum(id) AS s, max(other) AS most FROM items WHERE other <> 'other 1' GROUP BY text, other"
    )
    tables = []
    for threads, dictionaries in ((1, "off"), (1, "on"), (3, "on")):
        lake = folder / f"{threads}-{dictionaries}"
        tarn("run", folder, "--threads", threads, "--set", f"lake.output={lake}", env={"TARN_DICTIONARIES": dictionaries})
        tables.append([parquet.read_table(lake / name).to_pylist() for name in ("joined", "grouped")])
    assert tables[0][0] and len(tables[0][1]) == len({(row["text"], row["other"]) for row in tables[0][1]})
    assert tables[1] == tables[0] and tables[2] == tables[0]


def test_parquet_of_another_type(tarn, pipeline):
    folder = pipeline('path = "*.parquet"\nformat = "parquet"\nschema = "id INT, text STRING"')
    write_parquet(folder, "a.parquet", 0)
    (folder / "t.sql").write_text("SELECT id FROM items")
    assert "column id is not INT in the file, but BIGINT" in tarn("run", folder, exit_code=3).stderr
    assert "only JSON is compared" in tarn("check", "--data", folder, exit_code=2).stderr


def bad_records(tarn, folder, engine):
    kept = tarn.json("quarantine", folder, "--set", f"lake.output={folder / engine}")["quarantine"]
    return sorted(record["record"] for source in kept for record in source["records"])


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("small", ["0", "1 GB"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_spark_makes_the_same_tables(tarn, connect_server, pipeline, kind, small):
    folder = pipeline(CSV if kind == "csv" else PARQUET)
    if kind == "csv":
        write_csv(folder)
    else:
        write_parquet(folder, "day=2018-11-02/a.parquet", 0, use_deprecated_int96_timestamps=True)
        (folder / "t.sql").write_text("SELECT day, text, count(*) AS n, sum(id) AS s FROM items GROUP BY day, text")
    for engine in ("local", "spark"):
        arguments = ["--remote", connect_server.remote, "--set", f"spark.small={small}"] if engine == "spark" else []
        tarn("run", folder, "--set", f"lake.output={folder / engine}", *arguments)
    assert rows_of(folder / "local") == rows_of(folder / "spark")
    assert bad_records(tarn, folder, "local") == bad_records(tarn, folder, "spark")


def test_query_reads_csv(tarn, tmp_path):
    (tmp_path / "a.csv").write_text("id,name\n1,a\n2,\n")
    sql = "SELECT id, name FROM read_csv('a.csv') WHERE id > 1"
    assert tarn("query", sql, "--format", "csv", cwd=tmp_path).stdout == "id,name\n2,\n"
