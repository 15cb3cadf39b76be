"""The kept inputs of the fuzz targets are in one form, and each that has a name is explained."""

import fnmatch
import re
import shutil
import subprocess
import tarfile

from conftest import ROOT

CORPUS = ROOT / "fuzz" / "corpus"


def inputs(archive):
    with tarfile.open(archive) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def test_each_target_has_one_archive_whose_named_inputs_are_explained():
    targets = {file.stem for file in (ROOT / "fuzz").glob("*_fuzz.cc")}
    assert {file.name for file in CORPUS.iterdir()} == {"README.md"} | {f"{target}.tar.gz" for target in targets}
    explained = {target: [] for target in targets}
    for archive, names in re.findall(r"^\| (`\w+_fuzz`)? ?\| (`.*`) \|", (CORPUS / "README.md").read_text(), re.M):
        target = archive.strip("`") or target
        explained[target] += re.findall(r"`(.*?)`", names)
    for target, patterns in explained.items():
        named = [name for name in inputs(CORPUS / f"{target}.tar.gz") if not re.fullmatch("[0-9a-f]{40}", name)]
        assert not [name for name in named if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
        assert not [pattern for pattern in patterns if not fnmatch.filter(named, pattern)], "not kept"


def test_an_input_is_kept_under_its_name(tmp_path):
    archive = tmp_path / "fuzz" / "corpus" / "toml_fuzz.tar.gz"
    archive.parent.mkdir(parents=True)
    shutil.copy(CORPUS / archive.name, archive)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "fuzz-keep", tmp_path / "scripts")
    (tmp_path / "a new one").write_bytes(b"[\0")
    keep = [tmp_path / "scripts" / "fuzz-keep", "toml_fuzz", tmp_path / "a new one"]
    subprocess.run(keep, check=True)
    first = archive.read_bytes()
    assert inputs(archive) == {**inputs(CORPUS / archive.name), "a new one": b"[\0"}
    subprocess.run(keep, check=True)
    assert archive.read_bytes() == first
