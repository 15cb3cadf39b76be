"""A query as a tree of text, from which smaller queries can be made without knowing what they mean."""


class Node:
    """Text and trees, one after the other."""

    def __init__(self, *parts, stand_ins=(), is_expression=False):
        self.parts = parts
        self.stand_ins = stand_ins  # the parts, by their numbers, each of which may stand in place of the whole
        self.is_expression = is_expression  # NULL may stand in its place

    def __str__(self):
        return "".join(map(str, self.parts))

    def smaller(self):
        """Each tree that differs from this one by one part."""
        yield from (self.parts[number] for number in self.stand_ins)
        if self.is_expression and str(self) != "NULL":
            yield Node("NULL", is_expression=True)
        for number, part in enumerate(self.parts):
            for other in smaller(part):
                parts = (*self.parts[:number], other, *self.parts[number + 1 :])
                yield Node(*parts, stand_ins=self.stand_ins, is_expression=self.is_expression)


class Listing:
    """Items with a separator; a smaller one lacks some, as long as `least` remain. Nothing at all without items."""

    def __init__(self, items, separator=", ", prefix="", suffix="", least=0):
        self.items = list(items)
        self.separator, self.prefix, self.suffix, self.least = separator, prefix, suffix, least

    def __str__(self):
        return f"{self.prefix}{self.separator.join(map(str, self.items))}{self.suffix}" if self.items else ""

    def _with(self, items):
        return Listing(items, self.separator, self.prefix, self.suffix, self.least)

    def smaller(self):
        if len(self.items) > self.least + 1:
            half = max(self.least, len(self.items) // 2)
            yield self._with(self.items[:half])
            yield self._with(self.items[-half:] if half else [])
        if len(self.items) > self.least:
            for number in range(len(self.items)):
                yield self._with(self.items[:number] + self.items[number + 1 :])
        for number, item in enumerate(self.items):
            for other in smaller(item):
                yield self._with([*self.items[:number], other, *self.items[number + 1 :]])


def smaller(tree):
    return iter(()) if isinstance(tree, str) else tree.smaller()
