"""Random queries by type. The same seed gives the same query, whatever was asked for before."""

from dataclasses import dataclass, field

from edge_sources import SOURCES
from expression_generator import BOOLEAN, INT, PAIR, SMALL, STRING, Column, ExpressionGenerator, Scope, signatures
from query_constants import POOLS, literal
from sql_tree import Listing, Node
from sql_types import Type, is_in_class

JOINS = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"]
ROW_FRAMES = [
    "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING", "ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING",
    "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", "ROWS 2 PRECEDING", "",
]  # fmt: skip
RANGE_FRAMES = [
    "RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING", "RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING", "RANGE BETWEEN CURRENT ROW AND 3 FOLLOWING",
    "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", "",
]  # fmt: skip
# By the type of what the rows are in the order of.
RANGES = {
    "SMALL": RANGE_FRAMES,
    "DECIMAL": ["RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW", *RANGE_FRAMES],
    "DATE": [
        "RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW",
        "RANGE BETWEEN INTERVAL '2' MONTH PRECEDING AND INTERVAL '1' MONTH FOLLOWING", "",
    ],
    "TIMESTAMP_NTZ": ["RANGE BETWEEN INTERVAL '36' HOUR PRECEDING AND INTERVAL '24' HOUR FOLLOWING", ""],
    "STRING": ["RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"],
}  # fmt: skip
ALL_KEYS = " GROUP BY ALL"
SET_OPERATORS = ["UNION ALL", "UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL", "MINUS"]


@dataclass
class Query:
    seed: int
    tree: Node
    approximate: frozenset  # columns of the result whose last digits are left to the engine
    may_fail: bool
    sql: str = field(init=False)

    def __post_init__(self):
        self.sql = str(self.tree)

    @property
    def is_ordered(self):
        """Only the ORDER BY of the whole is on a line of its own; it is total."""
        return "\nORDER BY " in self.sql

    def with_tree(self, tree):
        return Query(self.seed, tree, self.approximate, self.may_fail)


class Generator(ExpressionGenerator):
    # FROM ------------------------------------------------------------------------------------------

    def relation(self, depth):
        """Its text and its scope."""
        part = self.draw.random()
        if depth <= 0 or part < 0.5:
            source = self.draw.choices(SOURCES, [8, 4, 5, 1])[0]
            alias = self.name("t")
            return Node(f"{source.name} AS {alias}"), self.scope_of_source(source, alias)
        if part < 0.65:
            return self.derived(depth)
        if part < 0.7:
            return self.constant_rows()
        if part < 0.75:
            return self.lateral(depth)
        if part < 0.78:
            return self.pivot()
        if part < 0.81:
            return self.unpivot()
        return self.join(depth)

    def constant_rows(self):
        alias, kind = self.name("v"), self.any_type()
        rows = [Node(f"({number}, {literal(self.draw, kind)})") for number in range(1, self.draw.randrange(2, 6))]
        scope = Scope([Column(f"{alias}.a", INT), Column(f"{alias}.b", kind)], key=[f"{alias}.a"])
        return Node("(VALUES ", Listing(rows, least=1), f") AS {alias}(a, b)"), scope

    def pivot(self):
        """A column for each of two texts, of the rows of a source that have it."""
        alias, names = self.name("p"), [self.name("v") for _ in range(2)]
        columns = Scope([Column(name, kind) for name, kind in SOURCES[1].columns if name not in "kg"], ["id"])
        value = None
        while value is None or value.is_approximate:
            value = self.any_aggregate(columns, over="", sections=("aggregate",))
        choices = Listing([Node(f"{text} AS {name}") for text, name in zip(["'a'", "'😀'"], names, strict=True)], least=1)
        tree = Node("(SELECT * FROM few) PIVOT (", value.text, " AS x FOR g IN (", choices, f")) AS {alias}")
        return tree, Scope([Column(f"{alias}.{name}", value.type) for name in names])

    def unpivot(self):
        """A row for each of some columns of one type."""
        alias, value, of = self.name("u"), self.name("v"), self.name("n")
        kind, names = self.draw.choice([(SMALL, ["k", "n"]), (INT, ["i4"]), (STRING, ["g", "s"]), (Type("DECIMAL", (10, 2)), ["m"])])
        nulls = self.draw.choice(["", "INCLUDE NULLS ", "EXCLUDE NULLS "])
        tree = Node(f"(SELECT id, {', '.join(names)} FROM wide) UNPIVOT {nulls}({value} FOR {of} IN ({', '.join(names)})) AS {alias}")
        columns = [Column(f"{alias}.id", INT), Column(f"{alias}.{value}", kind), Column(f"{alias}.{of}", STRING)]
        return tree, Scope(columns, [f"{alias}.id", f"{alias}.{of}"])

    def lateral(self, depth):
        """Beside each row what is computed of the rows of a source that are like it."""
        left, scope = self.relation(depth - 1)
        source, inner_alias, alias = SOURCES[1], self.name("s"), self.name("l")
        inner = self.scope_of_source(source, inner_alias)
        value = self.any_aggregate(inner)
        condition = self.correlation(inner, scope)
        right = Node("LATERAL (SELECT ", value.text, f" AS a FROM {source.name} AS {inner_alias} WHERE ", condition, f") AS {alias}")
        both = Scope([*scope.columns, Column(f"{alias}.a", value.type, value.is_approximate)], scope.key)
        return Node(left, self.draw.choice([" CROSS JOIN ", " LEFT JOIN "]), right, stand_ins=(0,)), both

    def derived(self, depth):
        alias = self.name("q")
        tree, columns, key = self.draw.choice([self.plain_select, self.plain_select, self.grouped_select, self.set_operation])(depth - 1, is_inner=True)
        scope = Scope([Column(f"{alias}.{column.text}", column.type, column.is_approximate) for column in columns])
        scope.key = [f"{alias}.{name}" for name in key] if key is not None else None
        first_rows = Listing([])
        if key and self.chance(0.15):
            first_rows = Listing([Node(f" ORDER BY {', '.join(key)} LIMIT {self.draw.randrange(1, 12)}")])
        return Node("(", tree, first_rows, f") AS {alias}"), scope

    def join(self, depth):
        left, left_scope = self.relation(depth - 1)
        right, right_scope = self.relation(0)
        kind = self.draw.choice(JOINS)
        both = Scope(left_scope.columns + right_scope.columns)
        if left_scope.key and right_scope.key:
            both.key = left_scope.key + right_scope.key
        parts = ["", left, f" {kind} ", right]
        if self.is_source(left_scope) and self.is_source(right_scope) and self.chance(0.15):
            if self.chance(0.3) and not ("SEMI" in kind or "ANTI" in kind or "CROSS" in kind):
                parts[2] = f" NATURAL {kind} "
            else:
                parts[2] = f" {kind.replace('CROSS ', '')} "
                parts.append(" USING (k)")
        elif kind == "CROSS JOIN" and self.chance(0.3):
            parts[2] = ", "
        elif kind != "CROSS JOIN":
            parts += [" ON ", Listing(self.join_conditions(left_scope, right_scope, both), " AND ", least=1)]
        if "SEMI" in kind or "ANTI" in kind:
            both = left_scope
        return Node(*parts, stand_ins=(1, 3)), both

    @staticmethod
    def is_source(scope):
        return any(str(column.text).endswith(".k") for column in scope.columns) and len(scope.key or []) == 1

    def join_conditions(self, left, right, both):
        pairs = [(one, other) for one in left.exact() for other in right.exact() if one.type == other.type and is_in_class("O", one.type)]
        conditions = []
        if pairs and self.chance(0.9):
            one, other = self.draw.choice(pairs)
            conditions.append(Node(f"{one.text} {self.draw.choice(['=', '=', '=', '<=>'])} {other.text}"))
        if not conditions or self.chance(0.3):
            conditions.append(self.expression(BOOLEAN, Scope(both.exact(), is_of_rows=False), 1))
        return conditions

    def where(self, scope):
        conditions = [self.expression(BOOLEAN, scope, 2) for _ in range(self.draw.choice([0, 0, 1, 1, 2]))]
        return Listing(conditions, " AND ", " WHERE ")

    # SELECT ----------------------------------------------------------------------------------------

    def item(self, scope, columns, depth=3):
        """One more of the select list: of a type that a table can have, under a name of its own."""
        name = self.name("c")
        approximate = [column for column in scope.columns if column.is_approximate]
        if approximate and self.chance(0.5):
            column = self.draw.choice(approximate)
            columns.append(Column(name, column.type, True))
            return Node(column.text, f" AS {name}")
        kind = self.type_of_scope(scope)
        columns.append(Column(name, kind))
        return Node(self.expression(kind, scope, depth), f" AS {name}")

    def key_items(self, scope, columns):
        """The columns of the key, in a select list; their names."""
        names, items = [], []
        for text in scope.key or []:
            column = next(one for one in scope.columns if str(one.text) == text)
            name = self.name("k")
            columns.append(Column(name, column.type))
            names.append(name)
            items.append(Node(f"{text} AS {name}"))
        return items, names if scope.key is not None else None

    def plain_select(self, depth, is_inner=False):
        relation, scope = self.relation(depth)
        columns = []
        items, key = self.key_items(scope, columns) if is_inner or self.chance(0.5) else ([], None)
        is_distinct = self.chance(0.1)
        for _ in range(self.draw.randrange(1, 4)):
            items.append(self.item(scope, columns))
        if self.chance(0.15):
            # Names of the list in an expression after them.
            named = [column for column in columns if not column.is_approximate]
            items.append(self.item(Scope([*named, *named, *scope.exact()], is_of_rows=False), columns, 2))
        if is_distinct and any(not is_in_class("O", column.type) or column.is_approximate for column in columns):
            is_distinct = False
        return Node("SELECT ", "DISTINCT " if is_distinct else "", Listing(items, least=1), " FROM ", relation, self.where(scope)), columns, key

    def grouped_select(self, depth, is_inner=False):
        relation, scope = self.relation(depth)
        keys = self.group_keys(scope)
        after = Scope([*keys, *(self.any_aggregate(scope) for _ in range(self.draw.randrange(1, 4)))], is_of_rows=False)
        grouping, is_unique = self.grouping(keys)
        # Of several grouping sets, Spark's HAVING does not find keys that the select list renames.
        seen = after if is_unique else Scope(after.columns[len(keys) :], is_of_rows=False)
        having = Listing([self.expression(BOOLEAN, seen, 1)] if self.chance(0.3) else [], " AND ", " HAVING ")
        if not is_unique and keys:
            after.columns += [Column(f"grouping({keys[0].text})", Type("TINYINT")), Column("grouping_id()", Type("BIGINT"))]
        elif str(grouping) != ALL_KEYS and self.chance(0.15):
            after.columns.append(self.window_of_groups(keys, after.columns[len(keys) :]))
        columns, items, names = [], [], []
        for key in keys:
            name = self.name("k")
            names.append(name)
            columns.append(Column(name, key.type))
            items.append(Node(key.text, f" AS {name}"))
        for column in after.columns[len(keys) :]:
            name = self.name("c")
            columns.append(Column(name, column.type, column.is_approximate))
            items.append(Node(column.text, f" AS {name}"))
        if str(grouping) != ALL_KEYS and self.chance(0.4):
            items.append(self.item(after, columns, 2))
        tree = Node("SELECT ", Listing(items, least=1), " FROM ", relation, self.where(scope), grouping, having)
        return tree, columns, names if is_unique else None

    def group_keys(self, scope):
        """Columns, or one expression over them."""
        if self.chance(0.15):
            kind = self.any_type("O", 0)
            key = self.expression(kind, Scope(scope.exact(), is_of_rows=False), 2)
            if any(str(column.text) in str(key) for column in scope.exact()):
                return [Column(key, kind)]
        candidates = [column for column in scope.exact() if is_in_class("O", column.type)]
        return self.draw.sample(candidates, min(len(candidates), self.draw.choice([0, 1, 1, 2, 2, 3])))

    def window_of_groups(self, keys, aggregates):
        """A rank of groups by what is theirs, or a sum over all of them."""
        numbers = [one for one in aggregates if one.type in (SMALL, INT) and not one.is_approximate]
        if numbers and self.chance(0.5):
            return Column(Node("sum(", self.draw.choice(numbers).text, ") OVER ()"), Type("BIGINT"))
        order = Listing([Node(one.text, self.draw.choice(["", " DESC"])) for one in keys], prefix=" ORDER BY ")
        function = self.draw.choice(["row_number()", "rank()"]) if keys else "count(*)"
        return Column(Node(f"{function} OVER (", order, ")"), INT if keys else Type("BIGINT"))

    def grouping(self, keys):
        """GROUP BY, and whether each group has other keys."""
        if not keys:
            return "", True
        items, part = [Node(key.text) for key in keys], self.draw.random()
        if part < 0.55:
            return Listing(items, prefix=" GROUP BY "), True
        if part < 0.62:
            return Listing([Node(str(number + 1)) for number in range(len(keys))], prefix=" GROUP BY "), True
        if part < 0.7 or isinstance(keys[0].text, Node):
            return Node(ALL_KEYS), True
        if part < 0.8:
            return Listing(items, prefix=" GROUP BY ROLLUP (", suffix=")"), False
        if part < 0.9:
            return Listing(items, prefix=" GROUP BY CUBE (", suffix=")"), False
        names = [str(key.text) for key in keys]
        sets = [self.draw.sample(names, self.draw.randrange(len(keys) + 1)) for _ in range(2)]
        texts = [Node(f"({', '.join(one)})") for one in [names, *sets]]
        return Listing(texts, prefix=" GROUP BY GROUPING SETS (", suffix=")", least=1), False

    def window_select(self, depth, is_inner=False):
        relation, scope = self.relation(depth)
        after = Scope(list(scope.exact()), is_of_rows=False)
        windows = [self.window(scope) for _ in range(self.draw.randrange(1, 4))]
        after.columns += windows
        columns = []
        items, key = self.key_items(scope, columns)
        for window in windows:
            name = self.name("c")
            columns.append(Column(name, window.type, window.is_approximate))
            items.append(Node(window.text, f" AS {name}"))
        if self.chance(0.4):
            items.append(self.item(after, columns, 2))
        qualify = ""
        named = Listing([])
        if self.chance(0.1) and scope.key:
            named = Listing([Node(f" WINDOW w AS ({self.partition(scope)} ORDER BY {self.total_order(scope)})")])
            name, value = self.name("c"), self.any_aggregate(scope, over=" OVER w", sections=("aggregate",))
            columns.append(Column(name, value.type, value.is_approximate))
            items.append(Node(value.text, f" AS {name}"))
        if self.chance(0.1) and scope.key:
            qualify = Listing([Node(f"row_number() OVER ({self.partition(scope)} ORDER BY {self.total_order(scope)}) <= 2")], prefix=" QUALIFY ")
        return Node("SELECT ", Listing(items, least=1), " FROM ", relation, self.where(scope), named, qualify), columns, key

    def window(self, scope):
        partition = self.partition(scope)
        part = self.draw.random()
        if part < 0.25 or not scope.key:
            over = f" OVER ({partition})"
        elif part < 0.4:
            over = f" OVER ({partition} {self.range_order(scope)})"
        elif part < 0.65:
            over = f" OVER ({partition} ORDER BY {self.total_order(scope)} {self.draw.choice(ROW_FRAMES)})"
        else:
            return self.ranking(scope, partition)
        return self.any_aggregate(scope, over=over, sections=("aggregate",))

    def range_order(self, scope):
        ordered = [column for column in scope.exact() if column.type.name in RANGES]
        if not ordered:
            return ""
        column = self.draw.choice(ordered)
        direction = self.draw.choice(["", " DESC", " NULLS LAST"])
        return f"ORDER BY {column.text}{direction} {self.draw.choice(RANGES[column.type.name])}"

    def ranking(self, scope, partition):
        signature = self.draw.choice(signatures("window").all)
        bound = {}
        kind = self.bind(signature.result, bound, scope)
        value = self.build(signature, bound, Scope(scope.exact(), is_of_rows=False), 1)
        return Column(Node(value, f" OVER ({partition} ORDER BY {self.total_order(scope)})"), kind)

    def partition(self, scope):
        candidates = [str(column.text) for column in scope.exact() if is_in_class("O", column.type)]
        chosen = self.draw.sample(candidates, min(len(candidates), self.draw.choice([0, 1, 1, 2])))
        return f"PARTITION BY {', '.join(chosen)}" if chosen else ""

    def total_order(self, scope):
        """Some columns, and then the key."""
        candidates = [str(column.text) for column in scope.exact() if is_in_class("O", column.type)]
        first = self.draw.sample(candidates, min(len(candidates), self.draw.choice([0, 1, 1])))
        return ", ".join(text + self.draw.choice(["", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"]) for text in [*first, *scope.key])

    def set_operation(self, depth, is_inner=False):
        columns = [Column(self.name("c"), self.any_type("O")) for _ in range(self.draw.randrange(1, 4))]
        tree = self.side(columns)
        for _ in range(self.draw.choice([1, 1, 2])):
            right = self.side(columns)
            if self.chance(0.2):
                right = Node("(", right, f" {self.draw.choice(SET_OPERATORS)} ", self.side(columns), ")", stand_ins=(1,))
            tree = Node(tree, f" {self.draw.choice(SET_OPERATORS)} ", right, stand_ins=(0, 2))
        return tree, columns, None

    def side(self, columns):
        relation, scope = self.relation(0)
        items = [Node(self.expression(column.type, scope, 1), f" AS {column.text}") for column in columns]
        return Node("SELECT ", Listing(items, least=1), " FROM ", relation, self.where(scope))

    def generating_select(self, depth, is_inner=False):
        """Rows of a collection: in LATERAL VIEW, or in the select list."""
        relation, scope = self.relation(0)
        element = self.any_type("T", 0)
        outer = self.chance(0.3)
        function = "posexplode_outer" if outer else "posexplode"
        columns = []
        items, key = self.key_items(scope, columns)
        part = self.draw.random()
        if part < 0.3:
            position, value = self.name("p"), self.name("e")
            array = self.expression(Type("ARRAY", (element,)), scope, 2)
            items.append(Node(f"{function}(", array, f") AS ({position}, {value})"))
            columns += [Column(position, INT), Column(value, element)]
            tree = Node("SELECT ", Listing(items, least=1), " FROM ", relation, self.where(scope))
            return tree, columns, None if key is None else [*key, position]
        alias, position, value = self.name("g"), self.name("p"), self.name("e")
        if part < 0.8:
            array = self.expression(Type("ARRAY", (element,)), scope, 2)
            view = Node(f" LATERAL VIEW {'OUTER ' if outer else ''}posexplode(", array, f") {alias} AS {position}, {value}")
            made = [Column(f"{alias}.{position}", INT), Column(f"{alias}.{value}", element)]
        elif part < 0.87:
            json = self.draw.choice([*POOLS["json"], *(column.text for column in scope.columns if column.type == STRING)])
            view = Node(f" LATERAL VIEW {'OUTER ' if outer else ''}json_tuple({json}, 'p', 'q') {alias} AS {position}, {value}")
            made = [Column(f"{alias}.{position}", STRING), Column(f"{alias}.{value}", STRING)]
        else:
            array = self.expression(Type("ARRAY", (PAIR,)), scope, 2)
            view = Node(f" LATERAL VIEW {'OUTER ' if outer else ''}inline(", array, f") {alias} AS {position}, {value}")
            made, key = [Column(f"{alias}.{position}", INT), Column(f"{alias}.{value}", STRING)], None
        # Subqueries beside LATERAL VIEW are left to the cases.
        after = Scope([*made, *made, *scope.exact()], is_of_rows=False)
        for column in made:
            name = self.name("c")
            columns.append(Column(name, column.type))
            items.append(Node(f"{column.text} AS {name}"))
            if key is not None and column.type == INT and column.text.endswith(position):
                key = [*key, name]
        items.append(self.item(after, columns, 2))
        return Node("SELECT ", Listing(items, least=1), " FROM ", relation, view, self.where(after)), columns, key

    # The whole -------------------------------------------------------------------------------------

    def query(self):
        forms = [
            (self.plain_select, 30), (self.grouped_select, 25), (self.window_select, 15), (self.set_operation, 10), (self.generating_select, 10),
        ]  # fmt: skip
        form = self.draw.choices([one for one, _ in forms], [weight for _, weight in forms])[0]
        # What may fail is kept simple, so that it is clear which rows need the value.
        tree, columns, key = form(0 if self.may_fail else self.draw.choice([0, 0, 1, 1, 2]))
        if self.chance(0.15):
            tree, columns, key = self.with_common_table(tree, columns, key)
        if key is not None and self.chance(0.3):
            order = ", ".join(name + self.draw.choice(["", " DESC", " NULLS LAST"]) for name in key) or "1"
            limit = Listing([Node(f" LIMIT {self.draw.randrange(1, 12)}")] if self.chance(0.7) else [])
            offset = Listing([Node(f" OFFSET {self.draw.randrange(1, 4)}")] if self.chance(0.2) else [])
            tree = Node(tree, Listing([Node("\nORDER BY ", order, limit, offset)]))
        approximate = frozenset(column.text for column in columns if column.is_approximate)
        return Query(self.seed, tree, approximate, self.may_fail)

    def with_common_table(self, tree, columns, key):
        name = self.name("w")
        items = [Node(column.text) for column in columns]
        scope = Scope([column for column in columns if not column.is_approximate], key)
        where = Listing([self.expression(BOOLEAN, scope, 1)] if scope.columns else [], " AND ", " WHERE ")
        return Node(f"WITH {name} AS (", tree, ") SELECT ", Listing(items, least=1), f" FROM {name}", where), columns, key


def query_of(seed):
    return Generator(seed).query()
