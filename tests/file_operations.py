"""A run whose n-th file operation goes wrong, by fail_file_operation.c."""

import collections
import subprocess

from conftest import ROOT

Call = collections.namedtuple("Call", "number operation ways fails path")


def build(folder):
    """The library that makes operations fail."""
    library = folder / "fail_file_operation.so"
    source = ROOT / "tests" / "fail_file_operation.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


class FileOperations:
    """The environment of a process whose operations below `folders` are counted and may go wrong."""

    def __init__(self, library, log, *folders):
        self.log = log
        self.env = {"LD_PRELOAD": str(library), "FILE_FAULT_LOG": str(log), "FILE_FAULT_FOLDERS": ":".join(map(str, folders))}
        log.unlink(missing_ok=True)

    def fail(self, number, way, forever=False):
        self.env |= {"FILE_FAULT_CALL": str(number), "FILE_FAULT_WAY": way}
        if forever:
            self.env["FILE_FAULT_FOREVER"] = "1"
        return self

    def run_before(self, number, command):
        """Run a shell command before that operation."""
        self.env |= {"FILE_FAULT_CALL": str(number), "FILE_FAULT_RUN": command}
        return self

    def calls(self):
        lines = self.log.read_bytes().decode(errors="surrogateescape").splitlines() if self.log.exists() else []
        fields = [line.split("\t", 4) for line in lines]
        return [Call(int(number), name, ways.split(), fails == "fails", path) for number, name, ways, fails, path in fields]
