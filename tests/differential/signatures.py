"""signatures.txt: what may be written for a type, and with which arguments."""

import pathlib
import re
from typing import NamedTuple

from sql_types import Type, parse_type, unify

PATH = pathlib.Path(__file__).with_name("signatures.txt")
PLACEHOLDER = re.compile(r"\{(.+?)\}")
LAMBDA = re.compile(r"\((.*)\) -> (.+)")


class Pool(NamedTuple):
    name: str


class Lambda(NamedTuple):
    parameters: list  # (name, type)
    result: Type


class Signature(NamedTuple):
    result: Type
    parts: list  # text, Type, Pool, Lambda
    may_fail: bool
    is_approximate: bool


def read_placeholder(text):
    if match := LAMBDA.fullmatch(text):
        parameters = [one.split(" ", 1) for one in re.split(r",(?![^<]*>) ", match[1])]
        return Lambda([(name, parse_type(kind)) for name, kind in parameters], parse_type(match[2]))
    if text.replace("_", "").islower():
        return Pool(text)
    return parse_type(text)


def read_signature(line):
    result, mark, template = re.fullmatch(r"(.+?) =([!~]?) (.+)", line).groups()
    parts = [read_placeholder(part) if number % 2 else part for number, part in enumerate(PLACEHOLDER.split(template))]
    return Signature(parse_type(result), parts, mark == "!", mark == "~")


def read_sections():
    sections = {}
    for line in PATH.read_text().splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections


class Signatures:
    """Those of a section, found by the type that they give."""

    def __init__(self, *sections):
        lines = read_sections()
        self.all = [read_signature(line) for section in sections for line in lines[section]]
        self.found = {}

    def of(self, kind, may_fail):
        """(signature, what its variables are) for each that gives the type."""
        key = kind, may_fail
        if key not in self.found:
            pairs = [(signature, {}) for signature in self.all if may_fail or not signature.may_fail]
            self.found[key] = [(signature, bound) for signature, bound in pairs if unify(signature.result, kind, bound)]
        return self.found[key]
