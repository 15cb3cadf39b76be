"""Reads and writes the *.test files: see README.md beside this file."""

import dataclasses
import pathlib
import re


@dataclasses.dataclass
class Case:
    kind: str  # query, error or unsupported
    argument: str  # rowsort, an error class or a word
    line: int
    sql: str = ""
    expected: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Setting:
    name: str  # a key of tarn.toml's [pipeline]
    value: str


@dataclasses.dataclass
class Source:
    name: str
    schema: str
    options: dict[str, str]  # keys of tarn.toml's [source.NAME]
    records: list[str]


class CaseFile:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.settings: list[Setting] = []
        self.sources: list[Source] = []
        self.cases: list[Case] = []
        self.blocks = []  # comment lines, settings, sources and cases in the file's order, for write()
        lines = self.path.read_text().split("\n")
        position = 0
        while position < len(lines):
            position = self._read_block(lines, position)

    def _read_block(self, lines, position):
        line = lines[position]
        if not line.strip() or line.startswith("#"):
            self.blocks.append(line)
            return position + 1
        end = position + 1
        while end < len(lines) and lines[end].strip():
            end += 1
        body = lines[position + 1 : end]
        if match := re.fullmatch(r"setting (\w+) (.+)", line):
            self.settings.append(Setting(match[1], match[2]))
            self.blocks.append(self.settings[-1])
            return position + 1
        if match := re.fullmatch(r"source (\w+) (.+)", line):
            options = [line.split(" ", 2) for line in body if line.startswith("option ")]
            records = body[len(options) :]
            source = Source(match[1], match[2], {name: value for _, name, value in options}, records)
            self.sources.append(source)
            self.blocks.append(source)
        elif match := re.fullmatch(r"(query|error|unsupported) ?(.*)", line):
            split = body.index("----") if "----" in body else len(body)
            case = Case(match[1], match[2], position + 1, "\n".join(body[:split]), body[split + 1 :])
            self.cases.append(case)
            self.blocks.append(case)
        else:
            raise ValueError(f"{self.path}:{position + 1}: not a setting, source, query, error or comment: {line}")
        return end

    def write(self):
        text = []
        for block in self.blocks:
            if isinstance(block, str):
                text.append(block)
            elif isinstance(block, Setting):
                text.append(f"setting {block.name} {block.value}")
            elif isinstance(block, Source):
                options = [f"option {name} {value}" for name, value in block.options.items()]
                text += [f"source {block.name} {block.schema}", *options, *block.records]
            else:
                text += [f"{block.kind} {block.argument}".strip(), block.sql]
                if block.kind == "query":
                    text += ["----", *block.expected]
        self.path.write_text("\n".join(text))


def format_value(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value)
    if hasattr(value, "tzinfo") and hasattr(value, "date"):
        return value.replace(tzinfo=None).isoformat(sep=" ")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex() or "(empty)"
    if hasattr(value, "asDict"):  # Spark's struct
        value = value.asDict()
    if isinstance(value, dict):
        # Maps have no order, and look like structs.
        return "{" + ", ".join(sorted(f"{format_value(key)}: {format_value(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(format_value, value)) + "]"
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") or "(empty)"


def format_rows(names_and_types, rows, rowsort):
    header = "\t".join(f"{name} {kind}" for name, kind in names_and_types)
    lines = ["\t".join(map(format_value, row)) for row in rows]
    return [header, *(sorted(lines) if rowsort else lines)]
