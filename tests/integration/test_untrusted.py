"""What comes from others: pipelines that nobody read, names and values that drive terminals, secrets that must not leave."""

import contextlib
import fcntl
import json
import os
import pty
import re
import subprocess
import unicodedata

import pyarrow
import pyarrow.parquet as parquet
import pytest

import servers

HOSTILE = "\x1b]0;pwned\x07\x1b[31m\x9b2J\u202epwned\u2066\x7f\r"
HOSTILE_BYTES = HOSTILE.encode() + b"\xff\x9b31m"
HOSTILE_NAME = HOSTILE_BYTES.replace(b"[", b"")  # of files and folders: globs know brackets
OWN_CODES = re.compile(r"\x1b\[\d+A\r\x1b\[J|\x1b\[(?:1|2|1;31|33|32|0)m|\r\x1b\[K")
SECRET = "s3cr3tValueOfTheUser"
LAKE = '[lake]\ninput = "raw"\noutput = "lake"\n'
EVENTS = '[source.events]\npath = "*.json"\nschema = "id STRING, name STRING"\n'


def assert_harmless(output, is_terminal=False):
    """Text, and no control character in it but line ends, tabs and, on a terminal, tarn's own codes."""
    text = output.decode()  # strict: all of it is UTF-8
    if is_terminal:
        text = OWN_CODES.sub("", text.replace("\r\n", "\n"))
    bad = [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    bad += [c for c in text if "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"]
    assert not bad, (bad, text)
    return text


class Shell:
    """Runs tarn on a pipe and on a terminal, with words that need not be UTF-8."""

    def __init__(self, program, folder):
        self.path, self.folder = program.path, folder

    def pipe(self, *words, env=None, timeout=60):
        run = subprocess.run([self.path, *words], cwd=self.folder, env={**os.environ, **(env or {})},
                             capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout)  # fmt: skip
        return run.returncode, run.stdout, run.stderr

    def terminal(self, *words):
        master, slave = pty.openpty()
        with subprocess.Popen([self.path, *words], cwd=self.folder, env={**os.environ, "TERM": "xterm", "NO_COLOR": ""},
                              stdin=slave, stdout=slave, stderr=slave) as process:  # fmt: skip
            os.close(slave)
            shown = b""
            with contextlib.suppress(OSError):  # the terminal's end
                while piece := os.read(master, 65536):
                    shown += piece
            os.close(master)
        return process.returncode, shown

    def harmless(self, *words, exit_code=None, says="pwned"):
        """Runs it both ways; what it says is harmless. Returns what a pipe got."""
        code, out, err = self.pipe(*words)
        on_terminal, shown = self.terminal(*words)
        assert code == on_terminal
        if exit_code is not None:
            assert code == exit_code, err
        text = assert_harmless(out) + assert_harmless(err)
        assert says in text, text
        assert says in assert_harmless(shown, is_terminal=True)
        return text


@pytest.fixture
def shell(tarn, tmp_path):
    return Shell(tarn, tmp_path)


@pytest.fixture
def pipeline(tmp_path):
    """A pipeline of one source and one table, in the current folder of `shell`."""
    write(tmp_path, EVENTS)
    (tmp_path / "events_table.sql").write_text("SELECT id, name FROM events")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.json").write_text('{"id":"1","name":"n"}\n')
    return tmp_path


def write(folder, more, lake=LAKE):
    (folder / "tarn.toml").write_text(lake + more)


# --- terminals -----------------------------------------------------------------------------------


def test_words_of_the_command_line(shell, pipeline):
    for words in (
        [HOSTILE_BYTES],
        ["run", b"--" + HOSTILE_BYTES],
        ["run", ".", b"--set=" + HOSTILE_BYTES + b"=1"],
        ["run", ".", b"--set=lake.input=" + HOSTILE_BYTES],
        ["run", ".", b"--select=" + HOSTILE_BYTES],
        ["run", b"no/" + HOSTILE_NAME],
        ["run", ".", b"--threads=" + HOSTILE_BYTES],
        ["show", b"no/" + HOSTILE_NAME],
        ["runs", ".", b"--" + HOSTILE_BYTES],
        ["quarantine", ".", b"--run=" + HOSTILE_BYTES],
        ["sync", b"no/" + HOSTILE_NAME, b"to/" + HOSTILE_NAME],
        ["infer", b"no/" + HOSTILE_NAME],
        ["infer", "raw", b"--name=" + HOSTILE_BYTES],
        ["cluster", HOSTILE_BYTES],
        ["cluster", "plan", b"--config=" + HOSTILE_BYTES],
        ["generate", "g", b"--events=" + HOSTILE_BYTES],
    ):
        code, _, _ = shell.pipe(*words)
        assert code in (0, 1, 2, 3), words
        shell.harmless(*words)
    for words in ([HOSTILE_BYTES, "--json"], ["run", b"no/" + HOSTILE_NAME, "--json"]):
        code, out, err = shell.pipe(*words)
        assert code and "pwned" in str(json.loads(assert_harmless(out))["error"])
        assert_harmless(err)


def test_excerpts_of_sql_and_toml(shell, pipeline):
    sql = pipeline / "events_table.sql"
    for text in (
        f"SELECT '{HOSTILE}' AS a, nope FROM events".encode(),
        f"SELECT '{HOSTILE}' AS a, FROM events".encode(),
        f'SELECT "{HOSTILE}" FROM events'.encode(),
        b"SELECT id -- " + HOSTILE_BYTES + b"\nFROM events WHERE nope",
    ):
        sql.write_bytes(text)
        shell.harmless("check", ".", exit_code=3)
        code, out, _ = shell.pipe("check", ".", "--json")
        assert code == 3 and json.loads(assert_harmless(out))["error"]["diagnostics"]
    sql.write_text("SELECT id FROM events")
    for more in (
        f'[pipeline]\nnmae = "{HOSTILE}"\n'.encode(),
        b"[pipeline]\nname = 1 # " + HOSTILE_BYTES + b"\n",
        b'[pipeline]\nname = "\\u001b]0;pwned\\u0007"\n',
        f'[pipeline]\n"{HOSTILE}" = 1\n'.encode(),
        b'["\\u001b]0;pwned\\u0007"]\nx = 1\n',
        b'[table."\\u001b]0;pwned\\u0007"]\nmin_rows = 1\n',
        b'[bucket."\\u001b]0;pwned\\u0007"]\nregion = "x"\n',
    ):
        (pipeline / "tarn.toml").write_bytes((LAKE + EVENTS).encode() + more)
        shell.harmless("check", ".", exit_code=3)


def test_names_of_files_and_folders(shell, pipeline):
    folder = os.fsencode(pipeline)
    with open(os.path.join(folder, HOSTILE_NAME + b".sql"), "w") as file:
        file.write("SELECT id FROM events")
    shell.harmless("check", ".", exit_code=3)
    os.remove(os.path.join(folder, HOSTILE_NAME + b".sql"))
    os.mkdir(os.path.join(folder, HOSTILE_NAME))
    for name in ("tarn.toml", "events_table.sql"):
        os.rename(pipeline / name, os.path.join(folder, HOSTILE_NAME, name.encode()))
    os.rename(pipeline / "raw", os.path.join(folder, HOSTILE_NAME, b"raw"))
    assert "ok" in shell.harmless("check", HOSTILE_NAME, exit_code=0, says="ok")
    shell.harmless("run", HOSTILE_NAME, exit_code=0)
    shell.harmless("show", HOSTILE_NAME, exit_code=0)
    shell.harmless("runs", HOSTILE_NAME, exit_code=0, says="done")
    shell.harmless("sync", HOSTILE_NAME, "copy", "--dry-run", exit_code=0)
    code, out, _ = shell.pipe("show", "--json", HOSTILE_NAME)
    assert code == 0 and json.loads(assert_harmless(out))["tables"]


def test_values_names_and_columns(shell, pipeline):
    raw = pipeline / "raw"
    value = json.dumps(HOSTILE)  # with escapes, as JSON must
    (raw / "a.json").write_text(f'{{"id":{value},"name":{value},{value}:1}}\n')
    (raw / os.fsdecode(HOSTILE_NAME + b".json")).write_bytes(b'{"id":' + HOSTILE_BYTES + b"}\n")
    (pipeline / "events_table.sql").write_text(f'SELECT id, name AS "x{HOSTILE.strip()}" FROM events')
    text = shell.harmless("run", ".", "--full", exit_code=0)  # the new field, a bad record
    assert "quarantine" in text
    for words in (["quarantine", "."], ["show"], ["plan"], ["check", "--data"], ["infer", "raw"], ["infer", "--json", "raw"],
                  ["show", "--json"], ["quarantine", ".", "--json"], ["check", ".", "--json"]):  # fmt: skip
        shell.harmless(*words)
    (pipeline / "events_table.sql").write_text("SELECT CAST(name AS INT) AS n FROM events")
    assert "CAST_INVALID_INPUT" in shell.harmless("run", ".", exit_code=3)
    shell.harmless("runs", ".", exit_code=0, says="failed")
    code, out, _ = shell.pipe("runs", ".", "--json")
    assert code == 0 and "CAST_INVALID_INPUT" in assert_harmless(out)
    (pipeline / "events_table.sql").write_text("SELECT name FROM events")
    write(pipeline, EVENTS + "[table.events_table]\nchecks = [\"name = 'x'\"]\n")
    shell.harmless("run", ".", exit_code=4, says="name = 'x'")


def test_json_keeps_the_values(shell, pipeline):
    (pipeline / "raw" / "a.json").write_text(json.dumps({"id": HOSTILE, "name": "\\u202e \\ \u2028"}) + "\n")
    assert shell.pipe("run", ".")[0] == 0
    _, out, _ = shell.pipe("show", "--json")
    assert_harmless(out)
    assert json.loads(out)["tables"][0]["head"] == [{"id": HOSTILE, "name": "\\u202e \\ \u2028"}]


def test_what_a_lake_holds(shell, pipeline):
    assert shell.pipe("run", ".")[0] == 0
    state = pipeline / "lake" / "_tarn"
    record = next(state.glob("runs/*.json"))
    fields = json.loads(record.read_text())
    fields.update(outcome="failed", run_id=fields["run_id"][:-1] + "0", error={"kind": "failed", "message": HOSTILE})
    (state / "runs" / f"{fields['run_id']}.json").write_text(json.dumps(fields))
    (state / "runs" / "20990101T000000Z-ffffff.json").write_bytes(b"{" + HOSTILE_BYTES)
    (state / "runs" / os.fsdecode(HOSTILE_NAME + b".json")).write_bytes(b"{")
    shell.harmless("runs", ".", says="warning:")
    # A table that another program wrote.
    table = pyarrow.table({HOSTILE: [HOSTILE], "b": [HOSTILE_BYTES]})
    other = pipeline / "lake" / "other"
    other.mkdir()
    parquet.write_table(table, other / "part.parquet")
    shell.harmless("show", "lake/other")
    part = other / ("p=" + HOSTILE.replace("[", ""))
    part.mkdir()
    parquet.write_table(table, part / "part.parquet")
    shell.harmless("show", "lake/other/" + part.name)
    # A lock that somebody holds.
    lock = state / "lock"
    lock.write_text(json.dumps({"holder": HOSTILE, "host": HOSTILE, "since": HOSTILE, "process": 1}))
    with open(lock) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        shell.harmless("run", ".", exit_code=5, says="lake")


def test_answers_of_a_service(shell, pipeline):
    message = f"<Error><Code>Denied\u202epwned</Code><Message>\x9b2Jpwned\x7f{HOSTILE}</Message></Error>".encode()
    with servers.passing_on(0, lambda *_: (403, [("x-amz-request-id", "pwned")], message)) as endpoint:
        write(pipeline, EVENTS + f'[s3]\nendpoint = "{endpoint}"\nregion = "x"\n', LAKE.replace('"raw"', '"s3://bucket/raw"'))
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        code, out, err = shell.pipe("run", ".", env=keys)
        assert code in (1, 3) and "s3://bucket/raw" in assert_harmless(out) + assert_harmless(err)
        code, out, err = shell.pipe("run", ".", "--json", env=keys)
        assert "s3://bucket/raw" in str(json.loads(assert_harmless(out))["error"])


def test_what_a_program_says(shell, pipeline):
    aws = pipeline / "aws"
    aws.write_bytes(b"#!/bin/sh\n[ $1 = --version ] && { echo aws-cli/2.9.19; exit; }\nprintf '%s' '" + HOSTILE_BYTES + b"' >&2\nexit 1\n")
    aws.chmod(0o755)
    (pipeline / "cluster.toml").write_text(f'[cluster]\nregion = "x"\n[aws]\nprogram = "{aws}"\n')
    shell.harmless("cluster", "list", exit_code=1)


def test_long_lines_are_cut_around_the_place(shell, pipeline):
    (pipeline / "events_table.sql").write_text("SELECT " + "id + " * 100_000 + "nope FROM events")
    code, _, err = shell.pipe("check", ".")
    lines = err.decode().split("\n")
    assert code == 3 and len(err) < 3000
    place = next(i for i, line in enumerate(lines) if set(line.strip()) == {"^"})
    assert lines[place].index("^") < 400 and len(lines[place - 1]) < 400
    write(pipeline, EVENTS + "[pipeline]\nnmae = '" + "x" * 500_000 + "'\n")
    code, _, err = shell.pipe("check", ".")
    assert code == 3 and len(err) < 3000


# --- secrets -------------------------------------------------------------------------------------


@pytest.fixture
def foreign_service():
    """A service that a pipeline names, and all that it is sent."""
    requests = []

    def look(method, path, headers):
        requests.append(f"{method} {path} {headers}")
        return 404, [], b"<Error><Code>NoSuchKey</Code></Error>"

    with servers.passing_on(0, look, lambda headers, body: requests.append(str(body))) as endpoint:
        yield endpoint, requests


COMMANDS = (["plan"], ["run", "."], ["check", "--data"], ["show"], ["runs", "."], ["quarantine", "."])


def test_a_pipeline_gets_no_secret_of_the_environment(shell, pipeline, foreign_service):
    endpoint, requests = foreign_service
    env = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "GITHUB_TOKEN": SECRET, "DB_PASSWORD": SECRET}
    service = f'[s3]\nendpoint = "{endpoint}"\nregion = "x"\n'
    for variable in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "GITHUB_TOKEN", "DB_PASSWORD"):
        for lake, more in (
            (LAKE.replace('"raw"', f'"s3://bucket/${{{variable}}}"'), EVENTS),
            (LAKE.replace('"lake"', f'"s3://bucket/x/${{{variable}:-x}}"'), EVENTS),
            (LAKE, EVENTS.replace("*.json", f"s3://bucket/${{{variable}}}/*.json")),
        ):
            write(pipeline, more + service, lake)
            for words in COMMANDS:
                code, out, err = shell.pipe(*words, env=env)
                assert code == 3 and f"holds a secret, by its name: {variable}".encode() in err, (words, err)
                assert SECRET.encode() not in out + err
                assert b"tarn.toml:" in err
    write(pipeline, EVENTS + service.replace("://", f"://${{GITHUB_TOKEN}}."))
    assert b"holds a secret" in shell.pipe("check", ".", env=env)[2]
    assert requests == []
    # Without a secret in it, the same pipeline does ask the service.
    write(pipeline, EVENTS + service, LAKE.replace('"raw"', '"s3://bucket/${USER:-x}"'))
    shell.pipe("plan", env=env)
    assert requests and SECRET not in str(requests)


def test_passwords_in_uris_are_not_repeated(shell, pipeline):
    with_keys = f"s3://AKIAEXAMPLE:{SECRET}@bucket/x"
    signed = f"https://host/x?X-Amz-Credential=AKIA&X-Amz-Signature={SECRET}"
    for words in (
        ["run", with_keys],
        ["run", f"s3://AKIAEXAMPLE:{SECRET[:4]}/{SECRET[4:]}@bucket"],
        ["check", f"http://user:{SECRET}@host/x"],
        ["check", signed],
        ["run", ".", f"--set=lake.input={with_keys}"],
        ["run", ".", f"--set=lake.output={with_keys}"],
        ["run", ".", f"--set=source.events.path={with_keys}"],
        ["run", ".", f"--set=s3.endpoint=http://user:{SECRET}@127.0.0.1:1"],
        ["plan", "--set", f"lake.input={signed}"],
        ["show", with_keys],
        ["sync", with_keys, "x"],
        ["sync", "raw", with_keys],
        ["infer", with_keys],
        ["infer", f"http://user:{SECRET}@host/x"],
    ):
        for json_flag in ([], ["--json"]):
            code, out, err = shell.pipe(*words, *json_flag)
            assert code in (1, 2, 3), words
            assert SECRET.encode() not in out + err and SECRET[4:].encode() not in out + err, words
    write(pipeline, EVENTS + f'[bucket.b]\nendpoint = "https://user:{SECRET}@host"\n')
    code, _, err = shell.pipe("check", ".")
    assert code == 3 and SECRET.encode() not in err and b"tarn.toml:8:" in err
    assert not any(SECRET in path.read_text() for path in pipeline.rglob("_tarn/runs/*"))
    # Where the user's own environment has one, it is used, and not shown.
    write(pipeline, EVENTS + '[s3]\nretry_for = "1 s"\n', LAKE.replace('"raw"', '"s3://bucket/raw"'))
    env = {"AWS_ENDPOINT_URL": f"http://user:{SECRET}@127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
           "AWS_REGION": "x"}  # fmt: skip
    code, out, err = shell.pipe("run", ".", env=env)
    assert code == 1 and b"127.0.0.1:1" in err and SECRET.encode() not in out + err
    records = [path.read_text() for path in pipeline.rglob("_tarn/runs/*.json")]
    assert records and SECRET not in "".join(records)


def test_plain_http_to_other_hosts_warns(shell, pipeline):
    for endpoint, warns in (("http://minio.example:9000", True), ("http://127.0.0.1:9000", False), ("https://minio.example", False)):
        write(pipeline, EVENTS + f'[s3]\nendpoint = "{endpoint}"\n')
        for words in (["check", "."], ["run", "."], ["plan"]):
            code, _, err = shell.pipe(*words)
            assert code == 0 and (b"warning: s3.endpoint is reached without encryption" in err) == warns
        assert b"warning" not in shell.pipe("run", ".", "--quiet")[2]


# --- programs ------------------------------------------------------------------------------------

EVIL = "#!/bin/sh\ntouch ran\n[ $1 = --version ] && echo aws-cli/2.9.19\necho '{}'\n"


def test_programs_of_the_current_folder_do_not_run(shell, pipeline):
    for name in ("aws", "evil"):
        (pipeline / name).write_text(EVIL)
        (pipeline / name).chmod(0o755)
    for program in ("./evil", "evil", "../" + pipeline.name + "/evil"):
        (pipeline / "cluster.toml").write_text(f'[aws]\nprogram = "{program}"\n')
        code, _, err = shell.pipe("cluster", "list")
        assert code == 3 and b"cluster.toml:2:" in err and b"no absolute path" in err
    (pipeline / "cluster.toml").write_text('[cluster]\nname = "x"\n')
    for path in (".", "", ":", ".:/nowhere", "/nowhere:"):
        code, _, err = shell.pipe("cluster", "list", env={"PATH": path})
        assert code == 1 and b"no program `aws` in PATH" in err
    assert not (pipeline / "ran").exists()


def test_a_program_that_a_file_names_is_told_before_it_runs(shell, pipeline):
    program = pipeline / "evil"
    program.write_text(EVIL.replace("touch ran", "echo it runs >&2"))
    program.chmod(0o755)
    (pipeline / "cluster.toml").write_text(f'[aws]\nprogram = "{program}"\n')
    code, _, err = shell.pipe("cluster", "list")
    told = f"running {program}, which cluster.toml names as the AWS CLI"
    assert err.decode().startswith(told)


# --- files ---------------------------------------------------------------------------------------


def test_links_out_of_the_pipeline_are_refused(shell, pipeline, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "shadow"
    outside.write_text("root:hash-of-a-password:1:\n")
    (pipeline / "x.sql").symlink_to(outside)
    for words in (*COMMANDS, ["check", ".", "--json"]):
        code, out, err = shell.pipe(*words)
        assert code == 3 and b"leads out of the pipeline's folder" in out + err
        assert b"hash-of-a-password" not in out + err
    (pipeline / "x.sql").unlink()
    (pipeline / "tarn.toml").rename(outside)
    (pipeline / "tarn.toml").symlink_to(outside)
    code, _, err = shell.pipe("check", ".")
    assert code == 3 and b"leads out of the pipeline's folder" in err


def test_pipes_devices_and_large_files_are_refused(shell, pipeline):
    os.mkfifo(pipeline / "x.sql")
    code, _, err = shell.pipe("check", ".", timeout=20)
    assert code == 3 and b"x.sql: this is a pipe or a device" in err
    (pipeline / "x.sql").unlink()
    (pipeline / "x.sql").touch()
    os.truncate(pipeline / "x.sql", 1 << 30)
    code, _, err = shell.pipe("check", ".", timeout=20)
    assert code == 3 and b"x.sql: the file is larger than 16 MB" in err
    (pipeline / "x.sql").unlink()
    os.mkfifo(pipeline / "cluster.toml")
    code, _, err = shell.pipe("cluster", "list", timeout=20)
    assert code == 3 and b"cluster.toml: this is a pipe or a device" in err
    (pipeline / "tarn.toml").unlink()
    os.mkfifo(pipeline / "tarn.toml")
    code, _, err = shell.pipe("check", ".", timeout=20)
    assert code == 3 and b"tarn.toml: this is a pipe or a device" in err
    (pipeline / "tarn.toml").unlink()
    (pipeline / "tarn.toml").mkdir()
    code, _, err = shell.pipe("check", ".", timeout=20)
    assert code == 3 and b"this is a folder" in err


def test_errors_of_settings_have_a_place(shell, pipeline):
    def error(*words):
        code, _, err = shell.pipe(*words)
        assert code == 3
        return err.decode()

    write(pipeline, EVENTS, "[lake]\ninput = \"raw\"\noutput = \"la\\u0000ke\"\n")
    assert "tarn.toml:3:13: lake.output: this has a control character in it" in error("run", ".")
    write(pipeline, EVENTS, "")
    assert re.search(r"tarn.toml:1: lake: this section is missing[^$]*add \[lake\] with input", error("check", "."))
    write(pipeline, EVENTS, '[lake]\noutput = "lake"\n')
    assert re.search(r"tarn.toml:1:\d+: lake.input: this key is missing[^$]*input = ", error("check", "."))
    write(pipeline, EVENTS.replace("*.json", "*.nothing"))
    assert re.search(r"tarn.toml:5: source.events.path: no file matches: .*raw/\*\.nothing\n +hint: ", error("run", "."))
    assert re.search(r"tarn.toml:5: source.events: no file matches: .*raw/\*\.nothing\n +hint: ", error("check", "--data"))
    assert "tarn.toml:5: source.events.path: no file matches" in shell.pipe("plan")[2].decode()
    (pipeline / "events_table.sql").write_text("SELECT id FROM events LIMIT 9223372036854775808")
    write(pipeline, EVENTS)
    assert "events_table.sql:1:29: LIMIT is of type DECIMAL(19,0)" in error("check", ".")
    (pipeline / "events_table.sql").write_text("SELECT id FROM events ORDER BY 9223372036854775808")
    assert "not in the select list: 9223372036854775808" in error("check", ".")
