"""README and docs are true: their commands run as they stand there, page by page, in a terminal and a new folder, and show
what the page shows; their SQL and settings pass `tarn check`; their links lead somewhere.

Blocks of `sh` must succeed; those of `console` have commands after `$ ` and, below, what a terminal of 100 columns shows.
`<!-- not run: WHY -->` above a block excepts it; `<!-- run with: WHAT -->` is for the test named so. After a change of what is printed, --complete writes it into the pages.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

import markdown
import servers
import spark_servers
import terminal
from conftest import PIPELINE, ROOT
from test_emr import a_cluster, stand_in, states, use_spark  # noqa: F401
from test_spark_engine import same_tables

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
# What pages write for something of the reader's; here, it is the test's.
HOME = "/srv/data/team"  # as long as the folder that a page runs in, so that columns are as wide
CONNECT_SERVER = "sc://host:15002"
MARK = "@@ end of a command, exit code"
MASKS = [
    (re.compile(r"[\d.,]+ ?[kMGT]?i?B(/s)?\b"), "SIZE"),
    (re.compile(r"\b\d{8}T\d{6}[\w.-]*"), "RUN"),
    (re.compile(r"\b20\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?Z?"), "MOMENT"),
    (re.compile(r"\b[\d.,]+ ?(ms|s|min)\b"), "TIME"),
    (re.compile(r"\b\d+ cores?\b"), "CORES"),
    (re.compile(r"[─-]{3,}"), "RULE"),
    (re.compile(r"[ \t]+"), " "),
]


def mask(text):
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return [line.strip() for line in text.strip().splitlines()]


def agree(shown, printed):
    """Whether a page shows what was printed. Times, rates, run ids and widths may differ; `…` stands for any lines."""
    pattern = "".join("(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in mask(shown))
    return re.fullmatch(pattern, "".join(line + "\n" for line in mask(printed))) is not None


@pytest.fixture
def folder():
    """A copy of the checkout, as far as pages need it."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="t", dir="/tmp"))
    assert len(str(made)) == len(HOME)
    for name in (".venv", ".servers", "bench", "build", "docs", "scripts", "tests"):
        (made / name).symlink_to(ROOT / name)
    shutil.copytree(PIPELINE, made / "pipelines" / "sparkify")
    yield made
    shutil.rmtree(made)


class AwsAccount(servers.MotoServer):
    """An empty one, which has AWS's own policies to attach to roles."""

    def _environment(self):
        return {**super()._environment(), "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}


@pytest.fixture
def aws_account(tmp_path):
    with AwsAccount(tmp_path / "aws-account") as server:
        yield server


def environment_of(name, request):
    """Variables for a page, and what it has to call its own: {words of the page: words of the test}."""
    if name == "docs/s3.md":
        server = request.getfixturevalue("own_s3_server")
        server.create_bucket("my-bucket")
        return server.env(), {}
    if name == "docs/spark.md":
        server = request.getfixturevalue("connect_server")
        return {"SPARK_LOCAL_IP": "127.0.0.1"}, {CONNECT_SERVER: server.remote}
    if name == "docs/emr.md":
        return environment_of_aws(request)
    return {}, {}


def environment_of_aws(request):
    """moto, by the distribution's AWS CLI, which takes no endpoint from the environment."""
    server = request.getfixturevalue("aws_account")
    programs = request.getfixturevalue("tmp_path") / "bin"
    programs.mkdir()
    (programs / "aws").write_text("""#!/bin/sh
# This one takes AWS's names from the endpoint that it does not call.
[ "$2" = create-default-roles ] && exec /usr/bin/aws "$@" --iam-endpoint="$AWS_ENDPOINT_URL"
exec /usr/bin/aws --endpoint-url="$AWS_ENDPOINT_URL" "$@"
""")
    (programs / "aws").chmod(0o755)
    # Less data, and an address that needs no network.
    own = {"--events 1000000 --songs 5000": "--events 1000 --songs 5", "$(curl -s https://checkip.amazonaws.com)": "192.0.2.1"}
    return {**server.env(), "AWS_PAGER": "", "PATH": f"{programs}:{os.environ['PATH']}"}, own


def script_of(blocks):
    """A shell's text that runs the blocks, and says after each command how it ended."""
    lines = []
    for block in blocks:
        if block.language == "sh":
            commands = [f"set -eo pipefail\n{block.text}set +eo pipefail"]
        else:
            commands = [command for command, _ in block.commands()]
        for command in commands:
            # The next command may ask for $?.
            lines.append(f"{{ {command}\n}}\ncode=$?; printf '\\n{MARK} %s\\n' $code; (exit $code)\n")
    return "".join(lines)


def run_page(tarn, folder, blocks, variables, own):
    """Each command's exit code and what a terminal showed of it, in the page's words."""
    text = script_of(blocks)
    for word, ours in own.items():
        text = text.replace(word, ours)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "TERM": "xterm",
        "TZ": "UTC",
        **variables,
    }
    others = variables.get("PATH", f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}")
    environment["PATH"] = f"{pathlib.Path(tarn.path).parent}:{others}"
    printed, _ = terminal.run(["bash", "-c", text], cwd=folder, env=environment)
    *pieces, rest = re.split(rf"\r\n{MARK} (\d+)\r\n", printed)
    done = [(int(code), terminal.plain(piece)) for piece, code in zip(pieces[::2], pieces[1::2])]
    done.append((None, terminal.plain(rest)))  # of a command that ended the shell
    for word, ours in {HOME: str(folder), **own}.items():
        done = [(code, shown.replace(ours, word)) for code, shown in done]
    return done


def runnable(text):
    """Blocks of commands, without those that only a stand-in runs."""
    return [block for block in commands_in(text) if not block.run_with]


def commands_in(text):
    return [block for block in markdown.blocks(text) if block.language in ("sh", "console") and not block.not_run]


def page_param(name):
    marks = [pytest.mark.xdist_group("spark")] if name == "docs/spark.md" else []
    return pytest.param(name, marks=marks)


@pytest.mark.parametrize("name", [page_param(name) for name, page in zip(NAMES, PAGES) if runnable(page.read_text())])
def test_commands(tarn, request, folder, name):
    text = (ROOT / name).read_text()
    blocks = runnable(text)
    done = run_page(tarn, folder, blocks, *environment_of(name, request))
    completed, wrong = text, []
    for block in blocks:
        place = f"{name}:{block.line}"
        if block.language == "sh":
            code, shown = done.pop(0)
            assert code == 0, f"{place}: this block failed, exit code {code}:\n{block.text}\n{shown}"
        else:
            anew = console_of(place, block.commands(), done, wrong)
            completed = completed.replace(f"```console\n{block.text}```", f"```console\n{anew}```")
    if request.config.getoption("--complete"):
        (ROOT / name).write_text(completed)
    else:
        assert not wrong, "\n\n".join(wrong)


def console_of(place, commands, done, wrong):
    """A block's text as it should be. What it shows now that is not so is added to `wrong`."""
    anew = ""
    following = [command for command, _ in commands[1:]] + [""]
    for (command, shown), after in zip(commands, following):
        code, printed = done.pop(0)
        may_fail = after == "echo $?" or re.search(r"(?m)^error: ", printed)  # which the page shows then
        assert code == 0 or may_fail, f"{place}: exit code {code}: {command}\n{printed}"
        if not agree(shown, printed):
            wrong.append(f"{place}: $ {command}\n--- the page shows\n{shown}\n--- it is\n{printed}")
            shown = printed
        anew += f"$ {command}\n" + (shown + "\n" if shown else "")
    return anew


@pytest.mark.xdist_group("spark")
def test_runs_on_emr(tarn, stand_in, s3_server, raw, bucket, folder):
    """The runs of docs/emr.md, of two tables: their steps are carried out by real Spark on this machine."""
    aws, variables = stand_in
    use_spark(aws, s3_server)
    a_cluster(aws, "sparkify")
    (folder / "cluster.toml").write_text((ROOT / "docs" / "cluster.toml").read_text().replace("us-west-2", servers.REGION))
    blocks = [block for block in commands_in((ROOT / "docs" / "emr.md").read_text()) if block.run_with]
    assert len(blocks) == 2
    own = {"pipelines/sparkify": "pipelines/sparkify --select users,artists", "lake/songplays": "lake/users"}
    done = run_page(tarn, folder, blocks, {**variables, "TARN_BUCKET": bucket}, own)
    assert [code for code, _ in done] == [0, 0, None], done
    assert sorted(states(aws)) == ["TERMINATED", "WAITING"]


def test_few_blocks_are_not_run_and_each_says_why():
    excepted = [block for page in PAGES for block in markdown.blocks(page.read_text()) if block.not_run]
    reasons = [block.not_run for block in excepted]
    assert len(reasons) <= 12 and all(len(reason.split()) >= 5 for reason in reasons), reasons
    run_by_ci = (ROOT / ".ci" / "run").read_text().splitlines()
    for block in excepted:
        if ".ci/run runs it" in block.not_run:
            assert all(line.partition("#")[0].strip() in run_by_ci for line in block.text.splitlines()), block


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"(?s)```.*?```|`[^`\n]*`", "", page.read_text())):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        led_to = (page.parent / path).resolve() if path else page
        assert led_to.exists(), f"{name}: {target}"
        if anchor:
            headings = re.findall(r"(?m)^#+ (.+)$", led_to.read_text())
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}, target


def texts(name, language):
    return [block.text for block in markdown.blocks((ROOT / name).read_text()) if block.language == language]


def write_pipeline(folder, toml, models):
    folder.mkdir()
    lake = "" if "[lake]" in toml else '[lake]\ninput = "raw"\noutput = "lake"\n'
    (folder / "tarn.toml").write_text(lake + toml)
    for name, sql in models.items():
        (folder / f"{name}.sql").write_text(sql)
    return folder


def test_the_sql_of_the_docs_is_right(tarn, tmp_path):
    models = {}
    for number, sql in enumerate(texts("docs/sql.md", "sql")):
        name = re.match(r"-- (\w+)\.sql\n", sql)
        models[name[1] if name else f"example_{number}"] = sql
    assert len(models) >= 6
    tarn("check", write_pipeline(tmp_path / "shop", "".join(texts("docs/sql.md", "toml")), models))


def test_the_settings_of_the_docs_are_right(tarn, tmp_path):
    source = '[source.events]\npath = "*.json"\nschema = "id BIGINT"\n'
    toml = "".join(texts("docs/s3.md", "toml")) + source
    folder = write_pipeline(tmp_path / "shop", toml, {"orders": "SELECT id FROM events"})
    tarn("check", folder, env={"RAW_BUCKET": "raw-bucket"})


def test_the_readme_quotes_what_is_there():
    (script,) = texts("README.md", "python")
    assert script == (ROOT / "bench" / "peers" / "pyspark_sparkify.py").read_text()
    assert f"[{len(script.splitlines())} lines]" in (ROOT / "README.md").read_text()
    (sql,) = texts("README.md", "sql")
    assert sql == (PIPELINE / "songs.sql").read_text()
    (toml,) = texts("README.md", "toml")
    for section in toml.split("\n\n"):
        assert section.strip() in (PIPELINE / "tarn.toml").read_text()


def words_of(picture):
    return mask("\n".join(re.findall(r"<text [^>]*>([^<]*)</text>", picture.read_text())))


def test_the_picture_is_of_a_real_run(tarn, folder):
    recorder = ROOT / "scripts" / "record-terminal"
    commands = re.findall("'(tarn [^']+)'", re.search(r"sparkify.svg '.*", recorder.read_text())[0])
    assert len(commands) == 3
    environment = {**os.environ, "PATH": f"{pathlib.Path(tarn.path).parent}:{os.environ['PATH']}"}
    subprocess.run([sys.executable, recorder, folder / "now.svg", *commands], check=True, cwd=folder, env=environment)
    assert words_of(folder / "now.svg") == words_of(ROOT / "docs" / "images" / "sparkify.svg")


@pytest.mark.xdist_group("spark")
def test_the_pyspark_script_makes_the_same_tables(tarn, tmp_path):
    tarn("run", PIPELINE, "--quiet", "--set", f"lake.output={tmp_path / 'tarn'}")
    environment = {
        **os.environ,
        "SPARK_HOME": str(spark_servers.SPARK_HOME),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "TZ": "UTC",
    }
    # INT96, Spark's default for timestamps, is another type than tarn's, for the same moments.
    settings = [
        "spark.sql.parquet.outputTimestampType=TIMESTAMP_MICROS",
        "spark.sql.shuffle.partitions=2",
        "spark.driver.bindAddress=127.0.0.1",
        "spark.ui.enabled=false",
    ]
    done = subprocess.run(
        [spark_servers.SPARK_HOME / "bin" / "spark-submit", "--master", "local[2]",
         *(word for setting in settings for word in ("--conf", setting)),
         ROOT / "bench" / "peers" / "pyspark_sparkify.py", PIPELINE / "sample", tmp_path / "pyspark"],
        env=environment, cwd=tmp_path, timeout=300, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    same_tables(tmp_path / "tarn", tmp_path / "pyspark", ["songs", "artists", "users", "time", "songplays"])
