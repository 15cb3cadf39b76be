"""Decompress all files and drop what comes out, one core: decompress.py gzip|zstd INPUT OUTPUT. A yardstick, not an engine."""

import pathlib
import sys

import pyarrow

codec, source, _ = sys.argv[1:]
for path in sorted(pathlib.Path(source).iterdir()):
    with pyarrow.input_stream(str(path), compression=codec) as stream:
        while stream.read(1 << 20):
            pass
