"""What goes wrong, as exceptions."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Optional


@dataclasses.dataclass(frozen=True)
class Diagnostic:
    """One mistake in a file that a user wrote: SQL or tarn.toml."""

    file: str
    """As the user named it; empty of settings that the call gave."""
    line: Optional[int]
    """From 1; None: unknown."""
    column: Optional[int]
    """From 1, in characters; None: unknown."""
    subject: str
    """The key in tarn.toml, such as `source.events.path`; empty in SQL."""
    message: str
    hint: str
    """What to do; may be empty."""


class Error(Exception):
    """Something went wrong; its text says what, where, and what to do next.

    This class itself is for what is no mistake of the caller's: a disk, a network, a server.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.message: str = text
        """What is wrong, without place and hint."""
        self.hint: str = ""
        """What to do; may be empty."""
        self.file: Optional[str] = None
        """Of the pipeline, the SQL ("query" of a query) or the data; None: the error has no place."""
        self.line: Optional[int] = None
        """From 1."""
        self.column: Optional[int] = None
        """From 1, in characters."""
        self.diagnostics: list[Diagnostic] = []
        """Every mistake that was found in a pipeline's SQL and tarn.toml."""
        self.record: Optional[dict[str, Any]] = None
        """Of a run that failed: what the lake keeps of it."""


class UsageError(Error):
    """A call asks for what there is not, such as a table that the pipeline doesn't have."""


class BadInputError(Error):
    """A pipeline, a query or raw data is wrong: the place and `diagnostics` say where."""


class CheckFailedError(Error):
    """Tables broke keys or checks that the pipeline declares; the lake is as it was."""


class ConflictError(Error):
    """Another run holds the lake; a later attempt may succeed."""


class CancelledError(Error):
    """The program was stopped from outside; the lake is as it was."""


# By the program's exit code (docs/exit-codes.md), and by its word for it (docs/json.md).
_OF_CODE = {2: UsageError, 3: BadInputError, 4: CheckFailedError, 5: ConflictError, 130: CancelledError}
_OF_KIND = {
    "usage": UsageError,
    "bad_input": BadInputError,
    "check_failed": CheckFailedError,
    "conflict": ConflictError,
    "cancelled": CancelledError,
}
_PLACES = [
    re.compile(r"(?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+): (?P<message>[^\n]*)"),
    re.compile(r"(?P<file>[^\n]*?): line (?P<line>\d+)(?:, byte \d+)?: (?P<message>[^\n]*)"),
]


def error_of_text(code: int, text: str) -> Error:
    """The exception for what the program printed before it ended with `code`."""
    shown = text.partition("error: ")[2].rstrip() or text.strip() or f"tarn ended with code {code}"
    error = _OF_CODE.get(code, Error)(shown)
    error.message = shown.partition("\n")[0]
    hint = re.search(r"^  hint: (.*)$", shown, re.M)
    error.hint = hint[1] if hint else ""
    for place in _PLACES:
        if found := place.match(shown):
            error.file, error.line, error.message = found["file"], int(found["line"]), found["message"]
            error.column = int(found["column"]) if "column" in place.groupindex else None
            break
    return error


def error_of_document(document: dict[str, Any]) -> Error:
    """The exception for a document of `--json` that has an error."""
    described = document["error"]
    place = described["place"] or {}
    diagnostics = [
        Diagnostic(found["file"], found["line"] or None, found["column"] or None, found["subject"], found["message"], found["hint"])
        for found in described["diagnostics"]
    ]
    shown = [_text(found) for found in described["diagnostics"]] or [_text({**place, **described})]
    error = _OF_KIND.get(described["kind"], Error)("\n".join(shown))
    error.message, error.hint, error.diagnostics = described["message"], described["hint"], diagnostics
    error.file, error.line, error.column = place.get("file") or None, place.get("line"), place.get("column")
    if document.get("run_id"):
        error.record = document
    return error


def _text(described: dict[str, Any]) -> str:
    place = ":".join(str(described[key]) for key in ("file", "line", "column") if described.get(key))
    head = ": ".join(part for part in (place, described.get("subject"), described["message"]) if part)
    excerpt = [f"  {line}" for line in described.get("excerpt", "").splitlines()]
    return "\n".join([head, *excerpt, *([f"  hint: {described['hint']}"] if described["hint"] else [])])
