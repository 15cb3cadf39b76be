"""What counts as the same answer, and what is allowed to differ (README.md)."""

import math
import pathlib
import re
from typing import NamedTuple

from engines import Crashed, Refused, Unreadable

KNOWN = pathlib.Path(__file__).with_name("known.txt")
RELATIVE_TOLERANCE = 1e-9


class Difference(NamedTuple):
    kind: str  # what a smaller query must have in common with this one
    text: str


class Allowed(NamedTuple):
    """A difference that is none."""

    reason: str


def compare(query, ours, theirs):
    """None, Allowed or a Difference."""
    if isinstance(ours, Crashed):
        return Difference(f"tarn {ours.how}", ours.text)
    if isinstance(ours, Unreadable) or isinstance(theirs, Unreadable):
        return Allowed("collections of VOID are not read")
    if isinstance(ours, Refused) and isinstance(theirs, Refused):
        return compare_refusals(ours, theirs)
    if isinstance(theirs, Refused):
        if not theirs.is_at_check and may_skip(query.sql):
            return Allowed("only Spark computes a value that no row needs")
        return Difference(f"only Spark refuses: {theirs.error_class}", f"tarn:  {shown(ours)}\nSpark: {theirs.text}")
    if isinstance(ours, Refused):
        if ours.error_class is not None and query.may_fail and may_skip(query.sql):
            return Allowed("only tarn computes a value that no row needs")
        return Difference(f"only tarn refuses: {ours.error_class or gist(ours.text)}", f"tarn:  {ours.text}\nSpark: {shown(theirs)}")
    return compare_rows(query, ours, theirs)


def gist(text):
    """The start of an error that has no class, without its place, names and numbers."""
    return re.sub(r"^error: (?:\S+?:\d+:\d+: )?|'[^']*'|\d+", "", text)[:40].strip()


def compare_refusals(ours, theirs):
    if theirs.error_class is None:
        return None
    if ours.error_class is None:
        return Allowed("tarn's error has no class") if theirs.is_at_check else Difference("no class", f"tarn:  {ours.text}\nSpark: {theirs.text}")
    if main_class(ours.error_class) == main_class(theirs.error_class):
        return None
    if theirs.is_at_check:
        return Difference(f"{ours.error_class} is {theirs.error_class}", f"tarn:  {ours.text}\nSpark: {theirs.text}")
    return Allowed("of several errors another one came first")


def main_class(error_class):
    return error_class.split(".")[0]


def may_skip(sql):
    """Whether rows or values may be left out before or after an expression is computed: by plans, which are the engines' own."""
    return re.search(r"\b(WHERE|JOIN|HAVING|LIMIT|QUALIFY|EXISTS|GROUP BY|WITH|OVER|INTERSECT|EXCEPT|MINUS)\b|\(SELECT\b", sql) is not None


def compare_rows(query, ours, theirs):
    if [name.lower() for name in ours.names] != [name.lower() for name in theirs.names]:
        return Difference("names", f"tarn:  {ours.names}\nSpark: {theirs.names}")
    if ours.types != theirs.types:
        return Difference("types", f"tarn:  {ours.types}\nSpark: {theirs.types}")
    approximate = [name in query.approximate for name in ours.names]
    our_rows, their_rows = (rows_of(answer, approximate, query.is_ordered) for answer in (ours, theirs))
    if len(our_rows) == len(their_rows) and all(is_same_row(*pair, approximate) for pair in zip(our_rows, their_rows, strict=True)):
        return None
    if query.is_ordered and sorted(our_rows, key=repr) == sorted(their_rows, key=repr):
        return Difference("order of rows", f"tarn:  {our_rows[:8]}\nSpark: {their_rows[:8]}")
    our_own = [row for row in our_rows if row not in their_rows]
    their_own = [row for row in their_rows if row not in our_rows]
    return Difference(
        "rows",
        f"tarn:  {len(our_rows)} rows, of which Spark has not {[plain_row(row) for row in our_own[:4]]}\n"
        f"Spark: {len(their_rows)} rows, of which tarn has not {[plain_row(row) for row in their_own[:4]]}",
    )


def plain_row(row):
    """Without the tags that tell equal values of different types apart."""
    return tuple(value[1] if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) else value for value in row)


def rows_of(answer, approximate, is_ordered):
    if is_ordered:
        return answer.rows
    # Approximate values must not decide which rows stand side by side.
    return sorted(answer.rows, key=lambda row: repr([rounded(*one) for one in zip(row, approximate, strict=True)]))


def number_of(value):
    """That of a tagged float."""
    return float(value[1]) if isinstance(value, tuple) and value[:1] == ("float",) else None


def rounded(value, is_approximate):
    number = number_of(value) if is_approximate else None
    return value if number is None else f"{number:.6g}"


def is_same_row(ours, theirs, approximate):
    return all(is_same_value(*one) for one in zip(ours, theirs, approximate, strict=True))


def is_same_value(ours, theirs, is_approximate):
    if ours == theirs:
        return True
    our, their = number_of(ours), number_of(theirs)
    return is_approximate and our is not None and their is not None and math.isclose(our, their, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-12)


def shown(answer):
    return f"{answer.types} {[plain_row(row) for row in answer.rows[:3]]}"


# Known differences ---------------------------------------------------------------------------------


class Known(NamedTuple):
    kind: re.Pattern
    sql: re.Pattern
    reason: str


def read_known():
    lines = [line.split("\t") for line in KNOWN.read_text().splitlines() if line and not line.startswith("#")]
    return [Known(re.compile(kind), re.compile(sql, re.IGNORECASE | re.DOTALL), reason) for kind, sql, reason in lines]


def known_reason(known, difference, sql):
    return next((one.reason for one in known if one.kind.search(difference.kind) and one.sql.search(sql)), None)
