"""What is built loads no library from where it happens to run, and what users get is compiled with what makes a bug hard to use."""

import json
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess

import pytest

from conftest import ROOT


def is_elf(path):
    if path.is_symlink() or not path.is_file():
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def readelf(path, *options):
    return subprocess.run(["readelf", "-W", *options, path], capture_output=True, text=True, check=True).stdout


def search_path(path):
    """The elements of RPATH and RUNPATH."""
    return [
        element
        for paths in re.findall(r"\((?:RPATH|RUNPATH)\).*\[(.*)\]", readelf(path, "-d"))
        for element in paths.split(":")
    ]


def programs(folder):
    return [path for path in sorted(folder.iterdir()) if is_elf(path)]


def built():
    return [path for preset in sorted((ROOT / "build").glob("*")) if preset.is_dir() for path in programs(preset)]


def assert_no_current_folder(paths):
    assert paths
    wrong = {str(path): search_path(path) for path in paths if not all(e.startswith(("/", "$ORIGIN")) for e in search_path(path))}
    assert not wrong, wrong


def test_built_programs_load_nothing_from_the_current_folder():
    assert_no_current_folder(built())


def test_installed_programs_load_nothing_from_the_current_folder(installed):
    paths = [path for path in sorted(installed.rglob("*")) if is_elf(path)]
    assert_no_current_folder(paths)
    for path in programs(installed / "bin"):
        assert search_path(path) == ["$ORIGIN/../lib"]
    assert all(e.startswith("$ORIGIN") for path in paths for e in search_path(path)), "they would run what others put there"


@pytest.mark.parametrize("which", ["built", "installed"])
def test_a_library_in_the_current_folder_does_not_run(tarn, installed, tmp_path, which):
    program = pathlib.Path(tarn.path) if which == "built" else installed / "bin" / "tarn"
    mark = tmp_path / "mark"
    (tmp_path / "evil.c").write_text(
        '#include <stdio.h>\n__attribute__((constructor)) static void run(void) { fclose(fopen("mark", "w")); }\n'
    )
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "evil.so", "evil.c"], cwd=tmp_path, check=True)
    # The fake one works where it is looked for: by its name alone, as each library of the program.
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", readelf(program, "-d"))
    assert "libhwy.so.1" in needed
    shutil.copy(tmp_path / "evil.so", tmp_path / "libhwy.so.1")
    for name in ["libcurl-gnutls.so.4", "libcurl.so.4"]:  # loaded by name when S3 is used
        shutil.copy(tmp_path / "evil.so", tmp_path / name)
    shown = subprocess.run([program, "--version"], cwd=tmp_path, capture_output=True, text=True)
    assert shown.returncode == 0 and not mark.exists(), shown.stderr
    subprocess.run([program, "show", "s3://b/t"], cwd=tmp_path, capture_output=True, text=True,
                   env={**os.environ, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
                        "AWS_MAX_ATTEMPTS": "1"})  # fmt: skip
    assert not mark.exists()
    # And the fake does leave its mark where the loader takes it.
    subprocess.run([program, "--version"], cwd=tmp_path, capture_output=True, env={**os.environ, "LD_PRELOAD": "./evil.so"})
    assert mark.exists()


def released():
    return programs(ROOT / "build" / "release")


def test_release_is_hardened():
    assert released()
    for path in released():
        header, dynamic, segments = readelf(path, "-h"), readelf(path, "-d"), readelf(path, "-l")
        assert re.search(r"Type:\s+DYN", header) and re.search(r"FLAGS_1\).*\bPIE\b", dynamic), f"{path}: PIE"
        assert re.search(r"FLAGS_1\).*\bNOW\b", dynamic), f"{path}: its function table stays writable"
        assert "GNU_RELRO" in segments, path
        assert re.search(r"GNU_STACK\s.*\sRW\s", segments), f"{path}: its stack is executable"
        assert not re.search(r"LOAD\s.*\sRWE\s", segments), path
        assert "(TEXTREL)" not in dynamic, path
        symbols = readelf(path, "--dyn-syms")
        assert "__stack_chk_fail@" in symbols, path


def release_options():
    """The options of each compilation of the release build that decide how it is hardened."""
    commands = json.loads((ROOT / "build" / "release" / "compile_commands.json").read_text())
    return [[word for word in entry["command"].split() if re.match("-[OfDU]", word)] for entry in commands]


def test_every_source_of_the_release_is_hardened():
    """Each by itself, as one that was compiled without would not show in the program that it is linked into."""
    wanted = {"-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fstack-clash-protection", "-fPIE"}
    assert release_options()
    for options in release_options():
        assert wanted <= set(options), options
    objects = list((ROOT / "build" / "release" / "src").rglob("*.o"))
    assert objects
    if platform.machine() == "x86_64":
        assert all("-fcf-protection" in options for options in release_options())
        unmarked = [path for path in objects if not {"IBT", "SHSTK"} <= set(re.findall(r"\w+", readelf(path, "-n")))]
        assert not unmarked


def test_the_options_do_what_they_say(tmp_path):
    """An overflow that the compiler can't see ends the program, under every set of options that there is."""
    (tmp_path / "overflow.cc").write_text(
        "#include <cstring>\nint main(int, char** arguments) {\n  char buffer[4];\n"
        "  std::memcpy(buffer, arguments[1], std::strlen(arguments[1]));\n  return buffer[0];\n}\n"
    )
    for options in sorted({tuple(word for word in options if not word.startswith("-D") or "FORTIFY" in word)
                           for options in release_options()}):  # fmt: skip
        subprocess.run(["g++", *options, "-pie", "-o", "overflow", "overflow.cc"], cwd=tmp_path, check=True)
        ended = subprocess.run([tmp_path / "overflow", "longer than four"], capture_output=True, text=True)
        assert ended.returncode == -signal.SIGABRT and "buffer overflow detected" in ended.stderr, options
        assert subprocess.run([tmp_path / "overflow", "a"], capture_output=True).returncode == ord("a")
