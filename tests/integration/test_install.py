"""`make install` makes a folder that runs from anywhere, without the checkout's .venv."""

import os
import shutil
import subprocess

from conftest import PIPELINE, ROOT


def test_installed_folder_is_relocatable(tarn, tmp_path):
    subprocess.run(
        ["cmake", "--install", ROOT / "build" / "release", "--prefix", tmp_path / "first"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    moved = tmp_path / "moved"
    shutil.move(tmp_path / "first", moved)
    environment = {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}
    libraries = subprocess.run(["ldd", moved / "bin" / "tarn"], capture_output=True, text=True, check=True).stdout
    for line in libraries.splitlines():
        name = line.split()[0]
        system = name.startswith(("linux-vdso", "/lib64/ld-linux", "libc.so", "libm.so", "libdl.so", "librt.so",
                                  "libpthread.so", "libresolv.so"))  # fmt: skip
        assert system or str(moved / "lib") in os.path.realpath(line.split()[2]) or str(moved) in line, line
    subprocess.run(
        [moved / "bin" / "tarn", "run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'lake'}"],
        check=True,
        env=environment,
    )
    assert (tmp_path / "lake" / "songplays").is_dir()
