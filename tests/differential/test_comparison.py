"""What random queries are compared and made smaller by."""

import pyarrow as pa
import pytest

from comparison import Allowed, Difference, compare, known_reason, read_known
from edge_sources import SOURCES
from engines import Answer, Crashed, Data, Refused, Unreadable, read_answer, read_valid
from query_generator import Query
from shrinker import Shrinker, case_text
from sql_tree import Listing, Node


def query(sql, approximate=(), may_fail=False):
    return Query(1, Node(sql), frozenset(approximate), may_fail)


def doubles(*values, name="a"):
    return Answer([name], ["double"], [(("float", repr(value)),) for value in values])


def refused(error_class, is_at_check=False):
    return Refused(error_class, "text", is_at_check)


def test_rows_have_an_order_only_by_order_by():
    assert compare(query("SELECT a"), doubles(1.0, 2.0), doubles(2.0, 1.0)) is None
    assert compare(query("SELECT a\nORDER BY a"), doubles(1.0, 2.0), doubles(2.0, 1.0)).kind == "order of rows"


@pytest.mark.parametrize("approximate, kind", [([], "rows"), (["a"], None)])
def test_last_digits_differ_where_they_may(approximate, kind):
    found = compare(query("SELECT a", approximate), doubles(0.1 + 0.2, 1.0), doubles(1.0, 0.3))
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    "sql, ours, theirs, expected",
    [
        ("SELECT 1", refused("DIVIDE_BY_ZERO"), refused("DIVIDE_BY_ZERO"), None),
        ("SELECT 1", refused("DATATYPE_MISMATCH"), refused("DATATYPE_MISMATCH.CAST", True), None),
        ("SELECT 1", refused("CAST_OVERFLOW"), refused("DIVIDE_BY_ZERO"), Allowed),
        ("SELECT 1", refused("CAST_OVERFLOW"), refused("DATATYPE_MISMATCH", True), Difference),
        ("SELECT 1", refused(None), refused("DIVIDE_BY_ZERO"), Difference),
        ("SELECT 1", refused(None), refused(None), None),
        ("SELECT 1", refused("DIVIDE_BY_ZERO"), doubles(1.0), Difference),
        ("SELECT 1 WHERE true", refused("DIVIDE_BY_ZERO"), doubles(1.0), Allowed),
        ("SELECT 1", doubles(1.0), refused("DIVIDE_BY_ZERO"), Difference),
        ("SELECT 1 WHERE true", doubles(1.0), refused("DIVIDE_BY_ZERO"), Allowed),
        ("SELECT 1 WHERE true", doubles(1.0), refused("DATATYPE_MISMATCH", True), Difference),
    ],
)
def test_errors(sql, ours, theirs, expected):
    found = compare(query(sql, may_fail=True), ours, theirs)
    assert found is None if expected is None else isinstance(found, expected)


@pytest.mark.parametrize(
    "sql, is_known",
    [
        ("SELECT try_add(try_add(t1.i4, 2147483647), -2147483647) AS c", True),
        ("SELECT try_add(2147483647, try_add(t1.i4, -1)) AS c", True),
        ("SELECT hash(try_multiply(0L, try_multiply(7L, t1.i8))) AS c", True),
        ("SELECT try_add(try_add(t1.i4, t1.i4), -1) AS c", False),
        ("SELECT try_add(try_multiply(t1.i4, 2147483647), -1) AS c", False),
        ("SELECT try_add(abs(try_add(t1.i4, 7)), -1) AS c", False),
    ],
)
def test_constants_of_nested_sums_are_known(sql, is_known):
    found = known_reason(read_known(), Difference("rows", ""), sql)
    assert (found is not None) == is_known


def test_some_collections_of_void_are_not_read():
    assert isinstance(compare(query("SELECT map()"), doubles(1.0), Unreadable("text")), Allowed)
    assert isinstance(compare(query("SELECT map()"), Unreadable("text"), Unreadable("text")), Allowed)
    assert compare(query("SELECT map()"), Crashed("ends with -11", "text"), Unreadable("text")).kind == "tarn ends with -11"


@pytest.mark.parametrize("kind", [pa.map_(pa.string(), pa.null()), pa.list_(pa.null()), pa.map_(pa.date32(), pa.null())])
def test_collections_of_void_are_read(kind):
    assert read_answer(pa.table({"a": pa.array([[], None], kind)})).rows == [((),), (("NoneType", None),)]


def test_an_invalid_table_is_tarns_fault():
    text = pa.array(["ab"])
    assert read_valid(pa.table({"a": text})).rows == [(("str", "ab"),)]
    no_text = pa.Array.from_buffers(pa.string(), 1, [None, text.buffers()[1], pa.py_buffer(b"\xff\xff")])
    assert read_valid(pa.table({"a": no_text})).how == "writes an invalid table"


def test_the_smallest_query_and_records_are_found():
    call = Node("upper(", Node("bad(", Node("s", is_expression=True), ")", is_expression=True), ")", stand_ins=(1,), is_expression=True)
    items = Listing([Node("1 AS a"), Node(call, " AS b"), Node("2 AS c")], least=1)
    where = Listing([Node("x"), Node("y")], " AND ", " WHERE ")
    tree = Node("SELECT ", items, " FROM few AS t1", where)
    last = Data().lines["few"][-1]

    def differs(candidate, data):
        return "bad(" in candidate.sql and last in data.lines["few"]

    smallest, data = Shrinker(differs).shrink(Query(7, tree, frozenset(), False), Data())
    assert smallest.sql == "SELECT bad(NULL) AS b FROM few AS t1"
    assert data.lines["few"] == [last]
    source = next(source for source in SOURCES if source.name == "few")
    text = case_text(smallest, data, Difference("rows", ""), "Europe/Berlin")
    assert text.splitlines() == [
        "# rows (seed 7)", "setting time_zone Europe/Berlin", f"source few {source.schema}", last, "", "query rowsort", smallest.sql,
    ]  # fmt: skip
