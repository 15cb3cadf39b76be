"""What an engine answers, as Arrow tables have it, in a form that two engines' answers compare in: types and rows."""

import decimal
import math

import pyarrow as pa


def plain(value):
    """A value that equals another one when it is the same to SQL: NaN is, 1.0 and 1 are not."""
    if isinstance(value, float):
        return ("float", "NaN" if math.isnan(value) else repr(value))
    if isinstance(value, decimal.Decimal):
        return ("decimal", str(value))
    if isinstance(value, dict):
        return tuple((name, plain(one)) for name, one in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(plain(one) for one in value)
    return (type(value).__name__, value)


def type_of(kind):
    """An Arrow type without what engines choose by themselves: names of inner fields, what may be NULL."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"list<{type_of(kind.value_type)}>"
    if pa.types.is_map(kind):
        return f"map<{type_of(kind.key_type)}, {type_of(kind.item_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {type_of(field.type)}' for field in kind)}>"
    # Spark gives nanoseconds to Arrow, tarn the microseconds that there are.
    return "time" if pa.types.is_time(kind) else str(kind)


def answer_of(table, is_ordered):
    """Types, and rows: in their order if the query has one."""
    rows = [tuple(plain(column[row].as_py()) for column in table.columns) for row in range(table.num_rows)]
    return [type_of(field.type) for field in table.schema], rows if is_ordered else sorted(rows, key=repr)
