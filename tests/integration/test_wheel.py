"""`make wheel`: an archive that pip installs anywhere, and a package of Debian, of the same programs and libraries."""

import os
import re
import subprocess
import sys

import pytest

from conftest import PIPELINE, ROOT, Packaged
from test_hardening import is_elf, readelf, search_path
from test_install import SYSTEM, needs_of_glibc

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def site(packaged, tmp_path_factory):
    """A virtual environment with nothing but the wheel. Returns the folder of its programs."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin" / "pip", "install", "-q", "--no-index", packaged.wheel], check=True)
    return folder / "bin"


def elves(unpacked):
    found = [path for path in sorted((unpacked / "tarn").rglob("*")) if is_elf(path)]
    assert len(found) > 20
    return found


def test_the_tag_is_honest(packaged, unpacked):
    """Of all files the newest glibc that one asks for; Amazon Linux 2023, of EMR's nodes, has 2.34."""
    glibc = max(version for path in elves(unpacked) for version in needs_of_glibc(path))
    assert glibc <= (2, 34)
    assert packaged.wheel.name.endswith(f"-py3-none-manylinux_{glibc[0]}_{glibc[1]}_x86_64.whl")
    # No file asks for more than the first x86-64 processors have, as the tag says no more.
    assert not [path for path in elves(unpacked) if re.search(r"x86 ISA needed:.*x86-64-v[2-4]", readelf(path, "-n"))]


def test_has_what_it_needs_and_no_more(unpacked):
    shipped = {path.name for path in (unpacked / "tarn" / "lib").rglob("*.so*")}
    needed = {name for path in elves(unpacked) for name in re.findall(r"\(NEEDED\).*\[(.*)\]", readelf(path, "-d"))}
    from_system = {name for name in needed if name.startswith((*SYSTEM, "ld-linux"))}
    assert shipped == needed - from_system
    assert all(element.startswith("$ORIGIN") for path in elves(unpacked) for element in search_path(path))


def test_is_small(packaged):
    assert packaged.wheel.stat().st_size < 80e6 and packaged.deb.stat().st_size < 80e6


def test_the_same_build_gives_the_same_bytes(packaged, tmp_path):
    again = Packaged(tmp_path)
    assert again.wheel.name == packaged.wheel.name and again.deb.name == packaged.deb.name
    assert again.wheel.read_bytes() == packaged.wheel.read_bytes()
    assert again.deb.read_bytes() == packaged.deb.read_bytes()


def test_runs_from_a_clean_environment(site, tmp_path):
    """As a user has it: nothing of this checkout, `tarn` found by PATH."""
    env = {"PATH": f"{site}:/usr/bin:/bin", "HOME": str(tmp_path)}
    where = ["--set", f"lake.output={tmp_path / 'lake'}"]
    done = subprocess.run(["tarn", "run", PIPELINE, *where], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and "songplays" in done.stdout, done.stderr
    module = subprocess.run([site / "python", "-m", "tarn", "show", tmp_path / "lake" / "songplays"], env=env, capture_output=True, text=True)
    assert module.returncode == 0 and "songplay_id" in module.stdout
    # The engine on Spark loads; exit codes are the program's own.
    nobody = subprocess.run(["tarn", "run", PIPELINE, "--full", *where, "--remote", "sc://127.0.0.1:1"], env=env, capture_output=True, text=True)
    assert nobody.returncode == 1 and "No Spark Connect server answers at sc://127.0.0.1:1" in nobody.stderr
    assert subprocess.run(["tarn", "run", tmp_path], env=env, capture_output=True).returncode == 3


@pytest.mark.parametrize("program", ["tarn", "tarn-spark"])
def test_every_symbol_is_found(site, program):
    (path,) = site.parent.glob(f"lib/python*/site-packages/tarn/bin/{program}")
    env = {key: value for key, value in os.environ.items() if key != "LD_LIBRARY_PATH"}
    found = subprocess.run(["ldd", "-r", path], capture_output=True, text=True, check=True, env=env)
    assert "undefined" not in found.stdout + found.stderr and "not found" not in found.stdout + found.stderr


def test_the_package_of_debian(packaged, tmp_path):
    subprocess.run(["dpkg-deb", "--extract", packaged.deb, tmp_path / "root"], check=True)
    shown = subprocess.run([tmp_path / "root" / "usr" / "bin" / "tarn", "--version"], capture_output=True, text=True, check=True)
    version = subprocess.run(["dpkg-deb", "--field", packaged.deb, "Version"], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["tarn", version.stdout.strip()]
    depends = subprocess.run(["dpkg-deb", "--field", packaged.deb, "Depends"], capture_output=True, text=True, check=True)
    assert "libc6 (>= 2.34)" in depends.stdout
    owners = subprocess.run(["dpkg-deb", "--contents", packaged.deb], capture_output=True, text=True, check=True)
    assert {line.split()[1] for line in owners.stdout.splitlines()} == {"root/root"}


def test_licences_are_in_it(unpacked):
    (licences,) = unpacked.glob("tarn-*.dist-info/licenses")
    assert (licences / "NOTICE").read_bytes() == (ROOT / "NOTICE").read_bytes()
    assert len(list((licences / "licences").iterdir())) > 20
