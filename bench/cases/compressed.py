"""Events in gzip and in zstd, beside what decompressing them takes by itself."""

import gzip

from cases import records
from cases.case import Case, peer, written_pipeline
from cases.shapes import EVENTS, source

COLUMNS = ["id", "userId", "level"]


def open_gzip(path):
    # Without a name and a time, the same data is the same bytes.
    return gzip.GzipFile(filename="", mode="wb", fileobj=open(path, "wb"), compresslevel=6, mtime=0)


def open_zstd(path):
    import pyarrow

    return pyarrow.CompressedOutputStream(str(path), "zstd")


class _Lines:
    """A binary file for `writelines`, in pieces that a compressor likes."""

    def __init__(self, out):
        self._out = out

    def __enter__(self):
        return self

    def writelines(self, lines):
        piece = []
        for line in lines:
            piece.append(line)
            if len(piece) == 4_096:
                self._out.write(b"".join(piece))
                piece.clear()
        self._out.write(b"".join(piece))

    def __exit__(self, *error):
        below = getattr(self._out, "fileobj", None)
        self._out.close()
        if below:
            below.close()


def compressed(name, suffix, opener):
    return Case(
        name=name,
        title=f"events in {name}, {records.FILES} files, 3 columns out",
        size=700_000,
        generate=lambda folder, size, tarn: records.write(
            folder, size, records.ordered, lambda path: _Lines(opener(path)), f".json{suffix}"
        ),
        data=name,
        tables={"rows": COLUMNS},
        tarn=written_pipeline(
            source(EVENTS, f".json{suffix}"),
            {"rows": f"SELECT {', '.join(COLUMNS)} FROM records WHERE page = 'NextSong'"},
        ),
        peers={
            "duckdb": peer("duckdb_shapes.py", name),
            "polars": peer("polars_shapes.py", name),
            "decompress": peer("decompress.py", name),
        },
        yardsticks=("decompress",),
    )


CASES = [compressed("gzip", ".gz", open_gzip), compressed("zstd", ".zst", open_zstd)]
