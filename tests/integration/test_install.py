"""`make install` makes a folder that runs from anywhere, without the checkout's .venv."""

import os
import shutil
import subprocess

from conftest import PIPELINE, ROOT


def test_installed_folder_is_relocatable(tarn, tmp_path):
    for part in ([], ["--component", "spark"]):
        subprocess.run(
            ["cmake", "--install", ROOT / "build" / "release", "--prefix", tmp_path / "first", *part],
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
    nobody = subprocess.run(
        [moved / "bin" / "tarn", "run", PIPELINE, "--set", f"lake.output={tmp_path / 'lake'}", "--remote", "sc://127.0.0.1:1"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert nobody.returncode == 1 and "No Spark Connect server answers at sc://127.0.0.1:1" in nobody.stderr
