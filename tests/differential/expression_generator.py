"""Random expressions by type, and the columns that they stand on."""

import functools
import random
from dataclasses import dataclass

from edge_sources import SOURCES
from query_constants import POOLS, literal
from signatures import Lambda, Pool, Signatures
from sql_tree import Listing, Node
from sql_types import INTERVALS, SCALARS, VARIABLES, Type, is_in_class, parse_type, substitute, variables_of

SMALL, INT, BOOLEAN, STRING = Type("SMALL"), Type("INT"), Type("BOOLEAN"), Type("STRING")
SCALAR_TYPES = [parse_type(name) for name in SCALARS]
PAIR = parse_type("STRUCT<p: INT, q: STRING>")


@functools.cache
def signatures(*sections):
    return Signatures(*sections)


@dataclass
class Column:
    """Something that expressions may stand on."""

    text: str | Node
    type: Type
    is_approximate: bool = False

    def matches(self, kind):
        if self.type.name == "SMALL" and kind.name == "INT":
            return True
        return self.type == kind or kind == Type("DECIMAL") == Type(self.type.name)


@dataclass
class Scope:
    columns: list
    key: list | None = None  # columns that together are different in each row
    is_of_rows: bool = True  # lambdas and subqueries may use the columns: they are no aggregates or windows
    depth: int = 0  # of subqueries

    def exact(self):
        return [column for column in self.columns if not column.is_approximate]


class ExpressionGenerator:
    def __init__(self, seed):
        self.seed = seed
        self.draw = random.Random(seed)
        self.may_fail = self.draw.random() < 0.15
        self.num_names = 0

    def name(self, prefix):
        self.num_names += 1
        return f"{prefix}{self.num_names}"

    def chance(self, share):
        return self.draw.random() < share

    # Types -----------------------------------------------------------------------------------------

    def any_type(self, variable="T", depth=1):
        """A type that the variable may stand for."""
        while True:
            part = self.draw.random()
            if depth <= 0 or part < 0.72:
                kind = self.draw.choice(SCALAR_TYPES)
            elif part < 0.88:
                kind = Type("ARRAY", (self.any_type("T", depth - self.draw.choice([0, 1, 1])),))
            elif part < 0.94:
                kind = PAIR
            else:
                kind = Type("MAP", (self.draw.choice([STRING, INT, Type("DATE")]), self.any_type("T", depth - 1)))
            if is_in_class(variable, kind):
                return kind

    def type_of_scope(self, scope):
        """Often one that the scope has a column of."""
        columns = scope.exact()
        if columns and self.chance(0.5):
            return self.draw.choice(columns).type
        return self.any_type()

    # Expressions -----------------------------------------------------------------------------------

    def expression(self, kind, scope, depth=3):
        if depth <= 0 or self.chance(0.25):
            return self.leaf(kind, scope)
        if scope.is_of_rows and scope.depth < 2 and kind.name not in INTERVALS and self.chance(0.03):
            return self.subquery(kind, scope)
        choices = signatures("scalar").of(kind, self.may_fail)
        if not choices:
            return self.leaf(kind, scope)
        # Those of the type's own functions are not to drown in those of any type.
        own = [choice for choice in choices if choice[0].result.name not in VARIABLES]
        signature, bound = self.draw.choice(own if own and self.chance(0.7) else choices)
        return self.build(signature, dict(bound), scope, depth - 1)

    def leaf(self, kind, scope):
        columns = [column for column in scope.exact() if column.matches(kind)]
        if columns and self.chance(0.8):
            return Node(self.draw.choice(columns).text, is_expression=True)
        return Node(literal(self.draw, kind), is_expression=True)

    def bind(self, pattern, bound, scope):
        for variable in variables_of(pattern):
            if variable not in bound:
                candidates = [column.type for column in scope.exact() if is_in_class(variable, column.type)]
                bound[variable] = self.draw.choice(candidates) if candidates and self.chance(0.6) else self.any_type(variable)
        return substitute(pattern, bound)

    def build(self, signature, bound, scope, depth, over=""):
        parts, stand_ins = [], []
        for part in signature.parts:
            match part:
                case str():
                    parts.append(part.replace("@", over))
                case Pool(name):
                    parts.append(self.draw.choice(POOLS[name]))
                case Type("KEY"):
                    parts.append(", ".join(scope.key))
                case Type("SAME"):
                    parts.append(next(one for one in parts if isinstance(one, Node)))
                case Lambda():
                    parts.append(self.function(part, bound, scope, depth))
                case _:
                    stand_ins.append(len(parts))
                    parts.append(self.expression(self.bind(part, bound, scope), scope, depth))
        return Node(*parts, stand_ins=tuple(stand_ins), is_expression=True)

    def function(self, wanted, bound, scope, depth):
        variables = [Column(self.name(name), self.bind(kind, bound, scope)) for name, kind in wanted.parameters]
        outer = scope.exact() if scope.is_of_rows else []
        # Each variable twice: a lambda that uses none says little.
        inner = Scope([*variables, *variables, *outer], is_of_rows=False)
        body = self.expression(self.bind(wanted.result, bound, scope), inner, min(depth, 2))
        names = ", ".join(variable.text for variable in variables)
        # Spark takes no brackets around one variable.
        return Node(f"({names}) -> " if len(variables) > 1 else f"{names} -> ", body)

    # Subqueries in expressions ---------------------------------------------------------------------

    def subquery(self, kind, scope):
        source = self.draw.choice([one for one in SOURCES if one.name != "nested"])
        alias = self.name("s")
        inner = self.scope_of_source(source, alias)
        inner.depth = scope.depth + 1
        conditions = [self.correlation(inner, scope) for _ in range(self.draw.choice([0, 0, 1, 1, 1, 2]))]
        if kind == BOOLEAN:
            if self.chance(0.5):
                if self.chance(0.3):
                    conditions.append(self.correlation(inner, scope, self.draw.choice(["<", ">=", "<>"])))
                where = Listing([*conditions, self.expression(BOOLEAN, inner, 1)], " AND ", " WHERE ")
                return Node(f"({self.draw.choice(['EXISTS', 'NOT EXISTS'])} (SELECT 1 FROM {source.name} AS {alias}", where, "))", is_expression=True)
            columns = self.draw.sample(inner.columns, self.draw.choice([1, 1, 1, 2]))
            asked = Listing([self.expression(column.type, Scope(scope.exact(), is_of_rows=False), 1) for column in columns], prefix="(", suffix=")")
            where = Listing(conditions, " AND ", " WHERE ")
            negation = self.draw.choice([" IN", " NOT IN"])
            names = ", ".join(column.text for column in columns)
            return Node("(", asked, f"{negation} (SELECT {names} FROM {source.name} AS {alias}", where, "))", is_expression=True)
        where = Listing(conditions, " AND ", " WHERE ")
        value = self.aggregate(kind, inner)
        if value is None:
            return self.leaf(kind, scope)
        return Node("(SELECT ", value.text, f" FROM {source.name} AS {alias}", where, ")", is_expression=True)

    def correlation(self, inner, outer, operator="="):
        """A comparison between a column here and one of the row around."""
        pairs = [
            (one, other)
            for one in inner.columns
            for other in outer.exact()
            if one.type == other.type and is_in_class("E", one.type) and isinstance(other.text, str)
        ]
        if not pairs:
            return Node("true")
        one, other = self.draw.choice(pairs)
        return Node(f"{one.text} {operator} {other.text}")

    def scope_of_source(self, source, alias):
        return Scope([Column(f"{alias}.{name}", kind) for name, kind in source.columns], key=[f"{alias}.id"])

    # Aggregates ------------------------------------------------------------------------------------

    def aggregate(self, kind, scope, over=None, sections=("aggregate", "grouped")):
        """A column of an aggregate of this type, or None."""
        choices = []
        for signature, bound in signatures(*sections).of(kind, self.may_fail):
            needs_key = any(isinstance(part, Type) and part.name == "KEY" for part in signature.parts)
            is_distinct = any(isinstance(part, str) and "DISTINCT" in part for part in signature.parts)
            if (scope.key or not needs_key) and not (over and is_distinct):
                choices.append((signature, bound))
        if not choices:
            return None
        signature, bound = self.draw.choice(choices)
        if over is None:
            over = ""
            if self.chance(0.15):
                over = f" FILTER (WHERE {self.expression(BOOLEAN, Scope(scope.exact(), is_of_rows=False), 1)})"
        arguments = Scope(scope.exact(), scope.key, is_of_rows=False)
        return Column(self.build(signature, dict(bound), arguments, 1, over), kind, signature.is_approximate)

    def any_aggregate(self, scope, **options):
        while True:
            kind = self.draw.choice([*SCALAR_TYPES, *SCALAR_TYPES, Type("DECIMAL"), Type("ARRAY", (INT,))])
            column = self.aggregate(kind, scope, **options)
            if column is not None:
                return column
