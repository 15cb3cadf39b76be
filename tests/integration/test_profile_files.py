"""~/.aws/config and ~/.aws/credentials are read as botocore reads them: over generated files, and by the seed that a failure prints."""

import json
import os
import random
import subprocess

import botocore.credentials
import botocore.exceptions
import botocore.session

from conftest import ROOT

READER = os.environ.get("TARN_S3_TEST", str(ROOT / "build" / "asan-ubsan" / "tarn_s3_test"))
NUM_FOLDERS = 200
SEED = int(os.environ.get("TARN_TEST_SEED", "20"))

NAMES = ("default", "dev", "my dev", "prod", "A", "é")
KEYS = (*("aws_access_key_id", "aws_secret_access_key") * 4, "aws_session_token", "aws_security_token", "region", "Region", "output",
        "endpoint_url", "AWS_ACCESS_KEY_ID", "x y", "é", "s3")  # fmt: skip
VALUES = ("AKIA1", "wJalr/+=", "eu-north-1", "", "a b", '"quoted"', "a # no comment", "a ; none", "a=b", "a: b", "é", "$HOME", "\u00a0x\u00a0")
COMMENTS = ("# a = b", "; [x]", "  # indented", "#")
SPACES = ("", " ", "  ", "\t", "\u00a0")


class Generator:
    """Files that are mostly right: names that come twice are rare."""

    def __init__(self, choose):
        self.choose = choose

    def new(self, make, used):
        """What `make` gives, seldom one that is in `used`."""
        for _ in range(20):
            made = make()
            if made not in used or self.choose((False,) * 60 + (True,)):
                break
        used.add(made)
        return made

    def section(self, is_config):
        choose = self.choose
        name = choose(NAMES)
        word = choose(("profile ",) * 8 + ("profile  ", "profile\t", "Profile ", "profile", "sso-session ", "services ", " profile ", ""))
        if is_config and (name != "default" or choose((True, False, False))):
            quote = choose(("", '"', '"', "'")) if " " in name else choose(("", "", "", '"', "'"))
            name = f"{word}{quote}{name}{quote}"
        return choose(("[{}]",) * 50 + ("[{}] # comment", "[ {} ]", " [{}]", "[{}", "[{}]]", "[]")).format(name)

    def entry(self, used):
        choose = self.choose
        equals = choose(("=", " = ", " = ", ": ", ":", " : ", "\t=\t"))
        key = self.new(lambda: choose(KEYS).lower(), used)
        return f"{choose(SPACES + ('',) * 30)}{choose((key, key, key.upper() if key.isascii() else key))}{equals}{choose(VALUES)}"

    def nested(self, used):
        choose = self.choose
        lines = [f"{self.new(lambda: choose(('s3', 'sts', 'x')), used)} ="]
        for _ in range(choose((1, 2))):
            lines.append(choose(("  ", "\t", "    ")) + choose(("endpoint_url = http://h", "a=b=c", "a = ", "addressing_style = path")))
        return "\n".join(lines + choose(([],) * 20 + (["  no sign"],)))

    def file(self, is_config):
        choose = self.choose
        sections, keys, lines = set(), set(), []
        if choose((True,) * 30 + (False,)):
            lines.append(self.new(lambda: self.section(is_config), sections))
        for _ in range(choose(range(1, 14))):
            kind = choose(("entry",) * 9 + ("section",) * 3 + ("comment", "empty", "blank", "nested", "more"))
            if kind == "entry":
                lines.append(self.entry(keys))
            elif kind == "section":
                lines.append(self.new(lambda: self.section(is_config), sections))
                keys = set()
            elif kind == "comment":
                lines.append(choose(COMMENTS))
            elif kind == "nested":
                lines.append(self.nested(keys))
            else:
                lines.append({"empty": "", "blank": choose(SPACES), "more": "   more = of it"}[kind])
        if choose((False,) * 12 + (True,)):
            lines += ["[DEFAULT]", "region = of-all"]
        text = choose(("\n",) * 6 + ("\r\n", "\r")).join("\n".join(lines).split("\n")) + choose(("", "\n"))
        return choose((b"",) * 40 + (b"\xef\xbb\xbf",)) + text.encode() + choose((b"",) * 40 + (b"\xff",))


def of_botocore(folder, monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    try:
        profiles = botocore.session.Session().full_config["profiles"]
    except botocore.exceptions.ConfigParseError:
        return None
    return {name: {"values": values, "keys": keys_of(folder, name)} for name, values in profiles.items()}


def keys_of(folder, profile):
    """A profile's static keys; "error" when half of them is there."""
    providers = [
        botocore.credentials.SharedCredentialProvider(str(folder / "credentials"), profile),
        botocore.credentials.ConfigProvider(str(folder / "config"), profile),
    ]
    try:
        found = next(filter(None, (provider.load() for provider in providers)), None)
    except botocore.exceptions.PartialCredentialsError:
        return "error"
    if found is None:
        return None
    # An empty key signs nothing; tarn says so at once.
    if not all(isinstance(key, str) and key for key in (found.access_key, found.secret_key)):
        return "error"
    return [found.access_key, found.secret_key, found.token if isinstance(found.token, str) else ""]


def test_profile_files_mean_what_they_mean_to_botocore(tmp_path, monkeypatch):
    choose = random.Random(SEED).choice
    generator = Generator(choose)
    folders = [tmp_path / str(number) for number in range(NUM_FOLDERS)]
    for folder in folders:
        folder.mkdir()
        for name in ("config", "credentials"):
            if choose((True,) * 9 + (False,)):
                (folder / name).write_bytes(generator.file(name == "config"))
    (tmp_path / "list").write_text("".join(f"{folder}\n" for folder in folders))
    ran = subprocess.run(
        [READER, "--gtest_filter=ProfileFiles.PrintsWhatItReads"],
        env={**os.environ, "TARN_TEST_PROFILE_FOLDERS": str(tmp_path / "list"), "ASAN_OPTIONS": "detect_container_overflow=0"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr
    told = [json.loads(line.removeprefix("read ")) for line in ran.stdout.splitlines() if line.startswith("read ")]
    assert len(told) == NUM_FOLDERS
    num_read = num_profiles = 0
    for folder, ours in zip(folders, told):
        theirs = of_botocore(folder, monkeypatch)
        where = f"seed {SEED}, {folder}: {[path.read_bytes() for path in sorted(folder.iterdir())]}"
        if theirs is None:
            assert "error" in ours, where
            continue
        assert "error" not in ours, f"{where}: {ours}"
        assert ours["profiles"].keys() == theirs.keys(), where
        for name, profile in ours["profiles"].items():
            assert profile["values"] == theirs[name]["values"], f"{where}: {name}"
            keys = "error" if profile["is_error"] else profile["keys"]
            assert keys == theirs[name]["keys"], f"{where}: {name}"
            num_profiles += 1
        num_read += 1
    # The files are neither all refused nor all the same.
    assert num_read > NUM_FOLDERS // 4 and num_profiles > NUM_FOLDERS // 2
