"""Types of SQL as the generator needs them: read from DDL, matched with the variables of a signature."""

import re
from typing import NamedTuple

TOKEN = re.compile(r"\w+|\S")
SCALARS = [
    "BOOLEAN", "TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(10,2)", "DECIMAL(38,18)", "STRING", "BINARY", "DATE",
    "TIMESTAMP", "TIMESTAMP_NTZ",
]  # fmt: skip
INTERVALS = {"YM": "INTERVAL YEAR TO MONTH", "DT": "INTERVAL DAY TO SECOND"}
VARIABLES = set("TUVOEK")


class Type(NamedTuple):
    """DECIMAL has its precision and scale as arguments, or none for any; a STRUCT has (name, type) for each field."""

    name: str
    arguments: tuple = ()

    def __str__(self):
        match self.name:
            case "SMALL":
                return "INT"
            case "DECIMAL":
                return "DECIMAL({},{})".format(*(self.arguments or (20, 4)))
            case "STRUCT":
                return f"STRUCT<{', '.join(f'{name}: {kind}' for name, kind in self.arguments)}>"
            case "ARRAY" | "MAP":
                return f"{self.name}<{','.join(map(str, self.arguments))}>"
        return INTERVALS.get(self.name, self.name)


def parse_type(text):
    tokens = TOKEN.findall(text)
    kind = _parse(tokens)
    assert not tokens, text
    return kind


def _parse(tokens):
    name = tokens.pop(0)
    if not tokens or tokens[0] not in ("<", "("):
        return Type(name)
    tokens.pop(0)
    arguments = []
    while True:
        if name == "STRUCT":
            field = tokens.pop(0)
            assert tokens.pop(0) == ":"
            arguments.append((field, _parse(tokens)))
        else:
            arguments.append(int(tokens.pop(0)) if name == "DECIMAL" else _parse(tokens))
        if tokens.pop(0) in ">)":
            return Type(name, tuple(arguments))


def is_in_class(variable, kind):
    """Whether a variable of signatures may stand for the type."""
    if kind.name in INTERVALS:
        return False
    if kind.name == "MAP":
        return variable in "TUV"
    if kind.name == "ARRAY":
        return variable in "TUV" or variable == "O" and is_in_class("O", kind.arguments[0])
    if kind.name == "STRUCT":
        return variable in "TUV" or variable == "O" and all(is_in_class("O", field) for _, field in kind.arguments)
    return variable in "TUVO" or kind.name not in ("FLOAT", "DOUBLE")


def unify(pattern, kind, bound):
    """Whether a pattern with variables gives the type; `bound` then says what they are."""
    if pattern.name in VARIABLES:
        if pattern.name in bound:
            return bound[pattern.name] == kind
        bound[pattern.name] = kind
        return is_in_class(pattern.name, kind)
    if pattern.name == "SMALL" and kind.name == "INT":
        return True
    if pattern.name != kind.name:
        return False
    if kind.name == "DECIMAL":
        return not kind.arguments or pattern.arguments in ((), kind.arguments)
    if kind.name == "STRUCT":
        return pattern == kind
    return all(unify(one, other, bound) for one, other in zip(pattern.arguments, kind.arguments, strict=True))


def substitute(pattern, bound):
    if pattern.name in VARIABLES:
        return bound[pattern.name]
    if pattern.name in ("ARRAY", "MAP"):
        return Type(pattern.name, tuple(substitute(one, bound) for one in pattern.arguments))
    return pattern


def variables_of(pattern):
    if pattern.name in VARIABLES:
        yield pattern.name
    if pattern.name in ("ARRAY", "MAP"):
        for one in pattern.arguments:
            yield from variables_of(one)
