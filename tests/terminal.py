"""What a terminal shows of a program's output: lines of styled text, after cursor movements and erasures."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

# The controls that the programs of this repository and bash print; see src/cli/terminal.cc.
CONTROL = re.compile(r"\x1b\[(?P<numbers>[0-9;]*)(?P<letter>[A-Za-z])|\x1b\[\?[0-9]+[hl]|[\r\n]|[^\x1b\r\n]+|\x1b")


def screen(output):
    """Lines of (style, text) pieces. A style is the numbers of the SGR sequence that is in force: "1;31", "" for none."""
    lines, row, column, style = [[]], 0, 0, ""
    for match in CONTROL.finditer(output):
        token, letter = match[0], match["letter"]
        count = int(match["numbers"] or 0) if letter and letter in "AJK" else 0
        if token == "\r":
            column = 0
        elif token == "\n":
            row += 1
            if row == len(lines):
                lines.append([])
        elif letter == "m":
            style = "" if match["numbers"] in ("", "0") else match["numbers"]
        elif letter == "A":
            row = max(0, row - max(1, count))
        elif letter == "J":
            del lines[row + 1 :]
            del lines[row][column:]
        elif letter == "K":
            del lines[row][column:]
        elif not token.startswith("\x1b"):
            cells = lines[row]
            cells.extend([("", " ")] * (column - len(cells)))
            cells[column : column + len(token)] = [(style, character) for character in token]
            column += len(token)
    return [_pieces(cells) for cells in lines]


def _pieces(cells):
    pieces = []
    for style, character in cells:
        if pieces and pieces[-1][0] == style:
            pieces[-1] = (style, pieces[-1][1] + character)
        else:
            pieces.append((style, character))
    return pieces


def plain(output):
    """The screen's text, without blank lines at its ends."""
    lines = ["".join(text for _, text in line).rstrip() for line in screen(output)]
    return "\n".join(lines).strip("\n")


def run(command, *, env, cwd=None, columns=100, rows=50, timeout=600):
    """Run a command in a terminal of that size; what it printed, as it was printed, and its exit code.

    After `timeout` seconds the command is killed: the exit code is negative then.
    """
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=its, stderr=its, start_new_session=True)  # fmt: skip
    os.close(its)
    deadline = time.monotonic() + timeout
    printed = bytearray()
    try:
        while piece := _read(ours, deadline):
            printed += piece
        process.wait(max(0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        pass
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        os.close(ours)
    return printed.decode(errors="replace"), process.returncode


def _read(terminal, deadline):
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        return b""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # EIO: all who could write are gone
        return b""
