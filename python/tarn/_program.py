"""The program of the package: it takes the place of Python's process as the command `tarn`, and does the work of the package."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import warnings
from typing import Any, Callable, Iterator, Optional, Sequence

from tarn._errors import error_of_document, error_of_text

PROGRAM = pathlib.Path(__file__).parent / "bin" / "tarn"

Progress = Callable[[str], None]


def main() -> None:
    """The command `tarn`."""
    os.execv(PROGRAM, ["tarn", *sys.argv[1:]])


def _execute(words: Sequence[str], progress: Optional[Progress]) -> tuple[int, str, str]:
    """Run the program. Returns its exit code, and what it wrote to its standard output and error.

    Ctrl-C, and what `progress` raises, stop it, and are raised once it has put everything in order; a second Ctrl-C doesn't wait for
    that.
    """
    with tempfile.TemporaryFile() as out:
        # In a session of its own, so that a terminal's Ctrl-C comes to it by us alone: twice would end it at once.
        process = subprocess.Popen(
            [PROGRAM, *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        lines = []
        try:
            for line in process.stderr:
                lines.append(line)
                if line.startswith("warning: "):
                    warnings.warn(line[len("warning: ") :].rstrip("\n"), stacklevel=5)
                elif progress is not None:
                    progress(line.rstrip("\n"))
            process.wait()
        except BaseException:
            process.send_signal(signal.SIGINT)
            process.communicate()
            raise
        out.seek(0)
        return process.returncode, out.read().decode(errors="replace"), "".join(lines)


def ask(command: str, *words: str, progress: Optional[Progress] = None) -> dict[str, Any]:
    """What a command prints with --json (docs/json.md). Raises the error that it tells."""
    code, out, err = _execute([command, *words, "--json"], progress)
    try:
        document = json.loads(out)
    except ValueError:
        raise error_of_text(code, err) from None
    if document["error"] is not None:
        raise error_of_document(document)
    return document


@contextlib.contextmanager
def query_file(sql: str, options: Sequence[str]) -> Iterator[str]:
    """The rows of a query as a file of Arrow, while the context lasts; who has mapped it keeps it."""
    with tempfile.TemporaryDirectory(prefix="tarn-") as folder:
        path = os.path.join(folder, "rows.arrow")
        code, _, err = _execute(["query", *options, "--output", path, "--format", "arrow", "--", sql], None)
        if code != 0:
            raise error_of_text(code, err)
        yield path


@contextlib.contextmanager
def pipeline_of(lake: str = "lake", path: str = "*.json", schema: str = "value STRING") -> Iterator[str]:
    """A pipeline of one source, `records`, for what no pipeline is of: a lake, or files with a schema."""
    with tempfile.TemporaryDirectory(prefix="tarn-") as folder:
        settings = (
            f"[lake]\ninput = 'raw'\noutput = {_toml(lake)}\n"
            f"[source.records]\npath = {_toml(path)}\nschema = {_toml(schema)}\non_bad_record = 'fail'\non_new_field = 'ignore'\n"
        )
        pathlib.Path(folder, "tarn.toml").write_text(settings, encoding="utf-8")
        pathlib.Path(folder, "all_records.sql").write_text("SELECT * FROM records")
        yield folder


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def absolute(path: str | os.PathLike[str]) -> str:
    """A path that the program understands in any folder; URIs as they are."""
    text = os.fspath(path)
    return text if "://" in text else os.path.abspath(os.path.expanduser(text))
