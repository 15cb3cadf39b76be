"""`make install` makes a folder that runs from anywhere, without the checkout's .venv, and says under which licences."""

import fnmatch
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

from conftest import PIPELINE, ROOT
from test_hardening import is_elf

SYSTEM = ("linux-vdso", "/lib64/ld-linux", "libc.so", "libm.so", "libdl.so", "librt.so", "libpthread.so", "libresolv.so", "libgcc_s.so")
EMR_GLIBC = (2, 34)  # Amazon Linux 2023's


@pytest.fixture
def moved(installed, tmp_path):
    """A copy of the folder in another place."""
    shutil.copytree(installed, tmp_path / "moved", symlinks=True)
    return tmp_path / "moved"


@pytest.fixture
def environment():
    return {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}


@pytest.mark.parametrize("program", ["tarn", "tarn-spark"])
def test_every_library_is_in_the_folder(moved, environment, program):
    """Those that its libraries need too: they come without a search path of their own."""
    libraries = subprocess.run(
        ["ldd", moved / "bin" / program], capture_output=True, text=True, check=True, env=environment
    ).stdout  # fmt: skip
    for line in libraries.splitlines():
        name = line.split()[0]
        assert name.startswith(SYSTEM) or str(moved / "lib") in os.path.realpath(line.split()[2]), line


def needs_of_glibc(path):
    """Each version of glibc that a library or program asks for, as (2, 34), with a symbol that does, where one is known."""
    lines = subprocess.run(["objdump", "-p", "-T", path], capture_output=True, text=True, check=True).stdout.splitlines()
    return {tuple(map(int, version.split("."))): line.split()[-1] for line in lines for version in re.findall(r"GLIBC_([0-9.]+)", line)}


def test_emrs_c_library_is_new_enough(installed):
    files = [path for path in sorted(installed.rglob("*")) if is_elf(path)]
    assert len(files) > 20
    needs = {path.name: needs_of_glibc(path) for path in files}
    assert (2, 34) in needs["tarn"], "none was read"
    newer = {name: {v: symbol for v, symbol in found.items() if v > EMR_GLIBC} for name, found in needs.items()}
    assert not {name: found for name, found in newer.items() if found}
    # Relative relocations in short (DT_RELR), which glibc 2.36 is the first to know.
    assert not [path for path in files if b"GLIBC_ABI_DT_RELR" in path.read_bytes()]


@pytest.mark.parametrize("program", ["tarn", "tarn-spark"])
def test_every_symbol_is_found(moved, environment, program):
    """Also those that are looked up only when they are called: our libstdc++ lacks old ones of Debian's."""
    found = subprocess.run(["ldd", "-r", moved / "bin" / program], capture_output=True, text=True, check=True, env=environment)
    assert "undefined" not in found.stdout + found.stderr and "not found" not in found.stdout + found.stderr


def test_runs_on_emrs_c_library(installed, tmp_path):
    """TARN_EMR_ROOT is a root folder of Amazon Linux 2023, or one with such a glibc. With docker:
    `docker export $(docker create amazonlinux:2023) | tar -C FOLDER -x`. Or glibc 2.34 of its source, with GCC 11's
    libgcc_s.so.1 at most in its usr/lib64, a link to it at lib64, and the folders tmp and proc."""
    root = os.environ.get("TARN_EMR_ROOT")
    if not root:
        pytest.skip("TARN_EMR_ROOT names no root folder of Amazon Linux 2023")
    if os.geteuid() != 0:
        pytest.skip("only root can change to another root folder")
    with tempfile.TemporaryDirectory(dir=pathlib.Path(root) / "tmp") as folder:
        shutil.copytree(installed, pathlib.Path(folder) / "tarn", symlinks=True)
        inside = f"/tmp/{pathlib.Path(folder).name}"
        # The loader finds the folder's libraries ($ORIGIN) by /proc, which ends with the process.
        enter = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
        program = ["unshare", "--mount", "sh", "-c", enter, root, f"{inside}/tarn/bin/tarn"]
        pipeline = f"{inside}/tarn/share/tarn/pipelines/sparkify"
        subprocess.run([*program, "run", pipeline, "--quiet", "--set", f"lake.output={inside}/lake"], check=True)
        shown = subprocess.run([*program, "show", f"{inside}/lake/songplays"], check=True, capture_output=True, text=True)
        assert "songplay_id" in shown.stdout
        # The engine on Spark loads too.
        remote = ["run", pipeline, "--full", "--set", f"lake.output={inside}/lake", "--remote", "sc://127.0.0.1:1"]
        nobody = subprocess.run([*program, *remote], capture_output=True, text=True)
        assert "No Spark Connect server answers at sc://127.0.0.1:1" in nobody.stderr


def test_installed_folder_is_relocatable(moved, environment, tmp_path):
    subprocess.run(
        [moved / "bin" / "tarn", "run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'lake'}"],
        check=True,
        env=environment,
    )
    assert (tmp_path / "lake" / "songplays").is_dir()
    nobody = subprocess.run(
        [moved / "bin" / "tarn", "run", PIPELINE, "--full", "--set", f"lake.output={tmp_path / 'lake'}", "--remote", "sc://127.0.0.1:1"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert nobody.returncode == 1 and "No Spark Connect server answers at sc://127.0.0.1:1" in nobody.stderr


def test_without_libcurl_s3_says_what_to_install(moved, environment, tmp_path):
    """It is the system's. Here the loader finds files by its names that are no libraries, and tries no further."""
    assert not list((moved / "lib").glob("libcurl*"))
    for name in ["libcurl-gnutls.so.4", "libcurl.so.4"]:
        (tmp_path / name).write_text("not a library")
    shown = subprocess.run([moved / "bin" / "tarn", "show", "s3://bucket/table"], capture_output=True, text=True,
                           env={**environment, "LD_LIBRARY_PATH": str(tmp_path), "AWS_NO_SIGN_REQUEST": "YES",
                                "AWS_REGION": "us-east-1"})  # fmt: skip
    assert shown.returncode == 1
    assert "S3 needs libcurl, which is not installed; install the package libcurl3-gnutls" in shown.stderr


def notice_entries():
    """NOTICE's lists: the words of each entry, of which those before the last `;` tell what it is and the last the texts' names."""
    text = re.sub(r"\n  +", " ", (ROOT / "NOTICE").read_text())
    return [[part.strip() for part in line.split(";")] for line in text.splitlines() if line.count(";") >= 2]


def test_notice_names_every_library_that_is_shipped(installed):
    patterns = [pattern for entry in notice_entries() if entry[0].startswith("lib") for pattern in entry[0].split()]
    shipped = [path.name for path in (installed / "lib").iterdir()]
    assert shipped
    assert not [name for name in shipped if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    assert not [pattern for pattern in patterns if ".so" in pattern and not fnmatch.filter(shipped, pattern)], "no longer shipped"


def test_notice_tells_what_gets_no_security_updates(installed):
    """What is shipped stays as it was; what the system has is named as the system's, and is not shipped."""
    text = " ".join((installed / "share" / "doc" / "tarn" / "NOTICE").read_text().split())
    assert re.search(r"Security updates", text)
    shipped = {path.name for path in (installed / "lib").iterdir()}
    assert "libcurl" in text and not [name for name in shipped if name.startswith("libcurl")]


def test_licence_texts_are_shipped(installed):
    documents = installed / "share" / "doc" / "tarn"
    for name in ["LICENSE", "NOTICE"]:
        assert (documents / name).read_bytes() == (ROOT / name).read_bytes()
    named = {f"{text}.txt" for entry in notice_entries() for text in entry[-1].split()}
    shipped = {path.name for path in (documents / "licences").iterdir()}
    assert len(named) > 10 and not named - shipped, "NOTICE names texts that are not there"
    for name in sorted(shipped):
        text = (documents / "licences" / name).read_text(errors="replace")
        assert len(text) > 500, name
        for referred in re.findall(r"/usr/share/common-licenses/([A-Za-z]+-[0-9.]*[0-9])", text):
            assert f"{referred}.txt" in shipped, f"{name} refers to {referred}"
