"""The tables of random queries: few rows of edge values, the same for every seed."""

import json
import random
from typing import NamedTuple

from sql_types import parse_type

TEXTS = ["", " ", "a", "A", "ab", "Ärger", "😀", "a😀b", "e\u0301", "12", "-7", "1.5", "2024-02-29", "x,y", "\n", "NULL", "İ", "%_"]
DATES = ["2024-02-29", "1970-01-01", "1969-12-31", "0001-01-01", "9999-12-31", "1582-10-04", "1582-10-15", "1500-02-28", "2023-12-31"]
CLOCKS = [
    "2024-02-29T12:30:15.25", "1970-01-01T00:00:00", "1969-12-31T23:59:59.999999", "0001-01-02T00:00:00", "9999-12-30T23:59:59.999999",
    "1582-10-15T12:00:00", "1500-02-28T00:00:00", "2024-03-31T01:30:00", "2024-10-27T00:30:00", "2024-10-27T01:30:00",
]  # fmt: skip
BYTES = ["", "AA==", "AP8=", "YQ==", "8J+YgA==", "//4="]
VALUES = {
    "SMALL": [0, 1, 2, 3, 5, -1, 7, 12],
    "BOOLEAN": [True, False],
    "TINYINT": [0, 1, -1, 127, -128],
    "SMALLINT": [0, 7, 32767, -32768],
    "INT": [0, 1, -1, 42, 2147483647, -2147483648],
    "BIGINT": [0, 1, -7, 9223372036854775807, -9223372036854775808, 9007199254740993],
    "FLOAT": [0.0, -0.0, 1.5, "NaN", "Infinity", 3.4028235e38, 1.4e-45, 0.1],
    "DOUBLE": [0.0, -0.0, 1.5, -2.25, 0.1, 1e100, "NaN", "Infinity", "-Infinity", 4.9e-324, 1.7976931348623157e308],
    "DECIMAL": {(10, 2): ["0.00", "1.50", "-0.01", "99999999.99", "-99999999.99"], (38, 18): ["0", "1.000000000000000001", "-12345678901234567890.5"]},
    "STRING": TEXTS,
    "BINARY": BYTES,
    "DATE": DATES,
    "TIMESTAMP": [clock + "Z" for clock in CLOCKS],
    "TIMESTAMP_NTZ": CLOCKS,
}  # fmt: skip


class Source(NamedTuple):
    name: str
    columns: list  # (name, type)
    num_rows: int

    @property
    def schema(self):
        return ", ".join(f"{name} {kind}" for name, kind in self.columns)


def columns_of(text):
    return [(name, parse_type(kind)) for name, kind in (part.split(" ", 1) for part in text.split("; "))]


SOURCES = [
    Source(
        "wide",
        columns_of(
            "id INT; k SMALL; n SMALL; g STRING; b BOOLEAN; i1 TINYINT; i2 SMALLINT; i4 INT; i8 BIGINT; f DOUBLE; f4 FLOAT; "
            "m DECIMAL(10,2); w DECIMAL(38,18); s STRING; x BINARY; d DATE; ts TIMESTAMP; tn TIMESTAMP_NTZ"
        ),
        26,
    ),
    Source("few", columns_of("id INT; k SMALL; g STRING; f DOUBLE; m DECIMAL(10,2); s STRING; d DATE; ts TIMESTAMP; i8 BIGINT; n SMALL"), 9),
    Source(
        "nested",
        columns_of(
            "id INT; k SMALL; ai ARRAY<INT>; af ARRAY<DOUBLE>; at ARRAY<STRING>; ad ARRAY<DATE>; aa ARRAY<ARRAY<INT>>; mi MAP<STRING,INT>; "
            "mt MAP<STRING,STRING>; st STRUCT<p: INT, q: STRING>; ast ARRAY<STRUCT<p: INT, q: STRING>>"
        ),
        14,
    ),
    Source("empty", columns_of("id INT; k SMALL; s STRING; f DOUBLE; d DATE"), 0),
]  # fmt: skip


def json_value(draw, kind):
    if draw.random() < 0.15:
        return None
    match kind.name:
        case "ARRAY":
            return [json_value(draw, kind.arguments[0]) for _ in range(draw.randrange(4))]
        case "MAP":
            return {key: json_value(draw, kind.arguments[1]) for key in draw.sample(["a", "b", "", "😀"], draw.randrange(4))}
        case "STRUCT":
            return {name: json_value(draw, field) for name, field in kind.arguments}
        case "DECIMAL":
            return Number(draw.choice(VALUES["DECIMAL"][kind.arguments]))
    return draw.choice(VALUES[kind.name])


class Number(float):
    """A number whose digits JSON keeps: json writes a float by its repr."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __repr__(self):
        return self.text


def record(draw, source, number):
    values = {name: json_value(draw, kind) for name, kind in source.columns}
    values["id"] = number
    if "g" in values:
        values["g"] = draw.choice(["a", "b", "", "😀", None])
    return values


def to_json(value):
    """As json.dumps, with the digits of DECIMALs."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{to_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    return repr(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def records(source):
    draw = random.Random(source.name)
    return [to_json(record(draw, source, number)) for number in range(1, source.num_rows + 1)]
