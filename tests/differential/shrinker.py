"""A smaller query, over fewer records, that both engines still differ on in the same way."""

import re

from edge_sources import SOURCES

TRIES = 250


class Shrinker:
    """`differs(query, data)`: whether the difference is still there."""

    def __init__(self, differs):
        self.differs = differs
        self.tries = TRIES

    def shrink(self, query, data):
        query = self._shrink_query(query, data)
        for source in SOURCES:
            if re.search(rf"\b{source.name} AS\b", query.sql):
                data = self._shrink_records(query, data, source.name)
        return self._shrink_query(query, data), data

    def _try(self, query, data):
        if self.tries <= 0:
            return False
        self.tries -= 1
        return self.differs(query, data)

    def _shrink_query(self, query, data):
        tried = {query.sql}
        while True:
            for tree in query.tree.smaller():
                candidate = query.with_tree(tree)
                if candidate.sql in tried:
                    continue
                tried.add(candidate.sql)
                if self._try(candidate, data):
                    query = candidate
                    break
                if self.tries <= 0:
                    return query
            else:
                return query

    def _shrink_records(self, query, data, name):
        """First halves, then quarters, at last single records left out."""
        size = len(data.lines[name])
        while size:
            size = size // 2 if size > 1 else 0
            start = 0
            while size and start < len(data.lines[name]):
                candidate = data.without(name, start, start + size)
                if self._try(query, candidate):
                    data = candidate
                else:
                    start += size
        return data


def case_text(query, data, difference, time_zone):
    """As tests/cases/*.test has it; --complete fills in Spark's answer."""
    lines = [f"# {difference.kind} (seed {query.seed})"]
    if time_zone != "UTC":
        lines.append(f"setting time_zone {time_zone}")
    for source in SOURCES:
        if re.search(rf"\b{source.name} AS\b", query.sql):
            lines += [f"source {source.name} {source.schema}", *data.lines[source.name], ""]
    kind = "query" if query.is_ordered else "query rowsort"
    if match := re.fullmatch(r"only Spark refuses: (\S+)", difference.kind):
        kind = f"error {match[1]}"
    return "\n".join([*lines, kind, query.sql, ""])
