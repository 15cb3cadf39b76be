"""The command `tarn`: the program of the package takes the place of Python's process."""

import os
import pathlib
import sys


def main() -> None:
    program = pathlib.Path(__file__).parent / "bin" / "tarn"
    os.execv(program, ["tarn", *sys.argv[1:]])
