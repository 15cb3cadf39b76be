"""Set-up installs nothing that is not pinned by its hash, and a checkout that was moved or copied is set up and built where it is."""

import base64
import hashlib
import os
import pty
import re
import shutil
import subprocess
import zipfile

import pytest

from conftest import ROOT

REQUIREMENTS = ROOT / "requirements"
S3A = ROOT / ".servers" / "s3a"
# A stand-in for Maven: it copies the jars of $JARS to where it is told.
MAVEN = """#!/usr/bin/env bash
for argument; do case $argument in -DoutputDirectory=*) cp -r "$JARS" "${argument#*=}" ;; esac; done
"""
CMAKE_LISTS = """cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES C)
add_custom_command(OUTPUT first COMMAND ${CMAKE_COMMAND} -E touch first)
add_custom_command(OUTPUT second COMMAND sleep 3 COMMAND ${CMAKE_COMMAND} -E touch second DEPENDS first)
add_custom_target(slow DEPENDS second)
add_executable(where where.c)
target_compile_definitions(where PRIVATE HERE="${CMAKE_SOURCE_DIR}")
"""


def run(*command, cwd, **environment):
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True
    )


@pytest.fixture
def checkout(tmp_path):
    """The scripts and the pins alone."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copytree(REQUIREMENTS, folder / "requirements")
    return folder


def make_wheel(folder, name, version, source):
    """A wheel of one module, and its line in a file of requirements."""
    information = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": source,
        f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text)}\n"
    files[f"{information}/RECORD"] = record + f"{information}/RECORD,,\n"
    folder.mkdir(exist_ok=True)
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def test_every_wheel_is_pinned_with_hashes():
    for path in REQUIREMENTS.glob("*.txt"):
        entries = re.findall(r"^[^#\s].*(?:\n\s+.*)*", path.read_text(), re.M)
        assert entries
        for entry in entries:
            assert re.fullmatch(r"[a-z0-9.-]+==\S+ \\\n(\s+--hash=sha256:[0-9a-f]{64}( \\)?\n?)+", entry), entry


def test_pins_are_those_that_are_asked_for():
    for path in REQUIREMENTS.glob("*.in"):
        pinned = path.with_suffix(".txt").read_text()
        for line in path.read_text().splitlines():
            if line.startswith("-r "):  # what the other file pins, this one pins alike
                for version in re.findall(r"^\S+==\S+", (REQUIREMENTS / line[3:]).with_suffix(".txt").read_text(), re.M):
                    assert f"\n{version} " in pinned, path
            elif line and not line.startswith("#"):
                assert f"\n{line.replace('[connect]', '').replace('[server]', '')} " in pinned, f"{path}: {line}: run scripts/pins"


def test_no_pin_names_where_it_came_from():
    """The index, proxy and mirror are those that the user's pip, Go and Maven are set to."""
    for path in REQUIREMENTS.rglob("*"):
        if path.is_file() and path.name != "go.sum":
            text = path.read_text().replace("http://maven.apache.org/POM/4.0.0", "")
            assert not re.search("https?://|index-url|find-links|<repositor", text), path


def test_a_wheel_with_another_hash_is_refused(checkout, tmp_path):
    (checkout / ".venv").symlink_to(ROOT / ".venv")
    line = make_wheel(tmp_path / "wheels", "tarn_probe", "1.0", "x = 1\n")
    pins = checkout / "requirements" / "probe.txt"
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}
    pins.write_text(line)
    good = run(checkout / "scripts" / "wheels", "probe", "--target", tmp_path / "good", cwd=tmp_path, **offline)
    assert good.returncode == 0 and (tmp_path / "good" / "tarn_probe.py").exists(), good.stderr
    make_wheel(tmp_path / "wheels", "tarn_probe", "1.0", "x = 2\n")
    bad = run(checkout / "scripts" / "wheels", "probe", "--target", tmp_path / "bad", cwd=tmp_path, **offline)
    assert bad.returncode != 0 and "DO NOT MATCH THE HASHES" in bad.stderr and not (tmp_path / "bad").exists()
    pins.write_text("tarn_probe==1.0\n")
    unpinned = run(checkout / "scripts" / "wheels", "probe", "--target", tmp_path / "bad", cwd=tmp_path, **offline)
    assert unpinned.returncode != 0 and not (tmp_path / "bad").exists()


def test_a_moved_checkout_gets_its_own_virtual_environment(checkout, tmp_path):
    source = "def create_library_symlinks():\n    pass\n"
    (checkout / "requirements" / "build.txt").write_text(make_wheel(tmp_path / "wheels", "pyarrow", "1.0", source))
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}

    def setup(folder):
        done = run(folder / "scripts" / "setup", "run", cwd=tmp_path, **offline)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "installing wheels" in setup(checkout)
    assert setup(checkout) == ""
    moved = checkout.rename(tmp_path / "moved")
    assert "creating it again" in setup(moved)
    assert str(moved) in (moved / ".venv" / "bin" / "pip").read_text().splitlines()[0]
    assert setup(moved) == ""
    # What is no longer there is installed again, whatever the stamp says.
    (packages,) = (moved / ".venv" / "lib").glob("python3*/site-packages")
    (packages / "pyarrow.py").unlink()
    shutil.rmtree(packages / "pyarrow-1.0.dist-info")
    assert "installing wheels" in setup(moved)
    assert (packages / "pyarrow.py").exists()


def flip(folder):
    jar = sorted(folder.glob("*.jar"))[3]
    data = bytearray(jar.read_bytes())
    data[len(data) // 2] ^= 1
    jar.write_bytes(data)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(flip, id="another bit"),
        pytest.param(lambda folder: (folder / "more.jar").write_bytes(b"PK"), id="one more"),
        pytest.param(lambda folder: sorted(folder.glob("*.jar"))[3].unlink(), id="one less"),
    ],
)
def test_jars_that_are_not_the_pinned_ones_are_refused(checkout, tmp_path, change):
    program = tmp_path / "bin" / "mvn"
    program.parent.mkdir()
    program.write_text(MAVEN)
    program.chmod(0o755)
    jars = shutil.copytree(S3A, tmp_path / "jars")
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}", "JARS": str(jars)}
    fetched = checkout / ".servers" / "s3a"

    change(jars)
    refused = run(checkout / "scripts" / "jars", "s3a", cwd=tmp_path, **environment)
    assert refused.returncode != 0 and not fetched.exists()
    assert "the jars of s3a are not those of requirements/maven/s3a.sha256" in refused.stderr

    shutil.rmtree(jars)
    shutil.copytree(S3A, jars)
    taken = run(checkout / "scripts" / "jars", "s3a", cwd=tmp_path, **environment)
    assert taken.returncode == 0 and "fetching the jars of s3a" in taken.stdout, taken.stderr
    assert run(checkout / "scripts" / "jars", "s3a", cwd=tmp_path, **environment).stdout == ""
    sorted(fetched.glob("*.jar"))[0].unlink()
    assert "fetching the jars of s3a" in run(checkout / "scripts" / "jars", "s3a", cwd=tmp_path, **environment).stdout


@pytest.fixture
def small_project(checkout):
    """scripts/build, with sources that compile in a moment."""
    (checkout / "CMakeLists.txt").write_text(CMAKE_LISTS)
    shutil.copy(ROOT / "CMakePresets.json", checkout)
    (checkout / "where.c").write_text("#include <stdio.h>\nint main(void) { puts(HERE); return 0; }\n")
    return checkout


def test_a_moved_checkout_is_built_where_it_is(small_project, tmp_path):
    def where(folder):
        return run(folder / "build" / "release" / "where", cwd=tmp_path).stdout.strip()

    first = run(small_project / "scripts" / "build", "release", "where", cwd=tmp_path)
    assert first.returncode == 0 and where(small_project) == str(small_project), first.stderr
    assert run(small_project / "scripts" / "build", "release", "where", cwd=tmp_path).stdout == ""
    copy = shutil.copytree(small_project, tmp_path / "copy")
    again = run(copy / "scripts" / "build", "release", "where", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"build/release was made for {small_project}: creating it again" in again.stdout
    assert where(copy) == str(copy)


def test_a_build_on_a_terminal_says_how_far_it_is(small_project, tmp_path):
    output = []

    def read(descriptor):
        data = os.read(descriptor, 4096)
        output.append(data)
        return data

    saved = os.dup(1)
    try:  # pty.spawn repeats what it reads on this process's own output
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)
            status = pty.spawn([str(small_project / "scripts" / "build"), "release", "slow"], read)
    finally:
        os.dup2(saved, 1)
        os.close(saved)
    text = b"".join(output).decode()
    assert status == 0 and re.search(r"\rbuild: 1 of [23], about \d+ s left\x1b\[K", text), text


def test_a_build_that_fails_shows_the_compilers_words(small_project, tmp_path):
    (small_project / "where.c").write_text("int main(void) { return nothing; }\n")
    failed = run(small_project / "scripts" / "build", "release", "where", cwd=tmp_path)
    assert failed.returncode != 0 and "'nothing' undeclared" in failed.stderr.replace("‘", "'").replace("’", "'")
