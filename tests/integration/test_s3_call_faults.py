"""Every call that a run makes to S3, in turn, is answered in each wrong way, once and for ever: the new tables or the old ones.

What the tables hold is read from the server itself, not by tarn and not through the proxy. A seed, which is printed,
draws some of all cases; `--call-faults 0` takes them all, `-n 4` four at once.
"""

import re
import dataclasses
import io
import json
import random
import secrets
import subprocess

import pyarrow.parquet
import pytest

import rewriting_proxy as wrong
import servers
from rewriting_proxy import Rule, rewriting
from test_s3 import keys

PARTS = 4  # tests that share the cases
TIMEOUT_S = 60


def stale(request):
    """As wrong.stale, of the lake: what a listing of the input has is what there is to read, and nothing else tells."""
    return wrong.stale(request) if "/lake-" in f"/{request.query.get('prefix', '')}" else request.pass_on()


WRONG_ANSWERS = {
    "400": wrong.failing(400, "InvalidRequest"),
    "403": wrong.failing(403, "AccessDenied"),
    "404": wrong.failing(404, "NoSuchBucket"),
    "500": wrong.failing(500, "InternalError"),
    "503": wrong.failing(503, "SlowDown"),
    "short": wrong.short,
    "long": wrong.long,
    "late": wrong.late(0.3),
    "twice": wrong.twice,
    "empty": wrong.empty,
    "HTML": wrong.html,
    "redirect": wrong.redirect(),
    "cut": wrong.cut(-1),
    "wrong length": wrong.changed(
        lambda answered: dataclasses.replace(answered, length=answered.length + 10, sent_bytes=len(answered.body))
    ),
    "stale listing": stale,
    "missing key": wrong.missing_key,
}

PIPELINE = """
[lake]
input = "{raw}"
output = "{lake}"
[s3]
retry_for = "1 s"
[source.events]
path = "*.json"
schema = "id INT, generation INT, day STRING, payload STRING"
[table.by_day]
partition_by = ["day"]
[table.payloads]
compression = "none"
"""
MODELS = {
    "by_day": "SELECT id, generation, day FROM events",
    "payloads": "SELECT generation, payload FROM events",
}
ROWS = 4
LARGE_BYTES = 9 << 20  # more than the first part of an upload


@dataclasses.dataclass(frozen=True)
class Scene:
    """A kind of run, and which of its calls are answered wrongly."""

    name: str
    source: str = "small"
    operations: tuple = ()  # empty: all
    rules: tuple = ()  # of (operation, how) that hold anyway
    crash: str = ""  # where a run before was killed
    succeeds: bool = True


SCENES = [
    Scene("small"),
    Scene("large", "large", ("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "ListMultipartUploads")),
    Scene(
        "undone",
        "large",
        ("AbortMultipartUpload", "DeleteObjects", "DeleteObject", "CompleteMultipartUpload"),
        (("CompleteMultipartUpload", wrong.failing(403, "AccessDenied")),),
        succeeds=False,
    ),
    Scene("after a decided commit", operations=("GetObject", "DeleteObjects"), crash="commit.decided"),
    Scene("after an undecided commit", operations=("GetObject", "DeleteObjects"), crash="commit.published"),
]


@dataclasses.dataclass(frozen=True)
class Case:
    scene: Scene
    operation: str
    number: int  # of the call among those of its operation
    kind: str
    for_ever: bool

    def rule(self):
        return Rule(self.operation, WRONG_ANSWERS[self.kind], self.number, None if self.for_ever else self.number)

    def __str__(self):
        often = "for ever" if self.for_ever else "once"
        return f"{self.scene.name}: {self.operation} {self.number}: {self.kind}, {often}"


class Lake:
    """A lake in a bucket of its own; generation 0, 1 or 2 is in every row of its tables."""

    def __init__(self, tarn, folder):
        self.tarn = tarn
        self.server = servers.S3Server(folder / "s3").start()
        self.s3 = self.server.client()
        self.bucket = self.server.create_bucket()
        for size, payload in [("small", 10), ("large", LARGE_BYTES // ROWS)]:
            for generation in range(3):
                for file in range(2):
                    rows = [{"id": file * 2 + i, "generation": generation, "day": f"day {i}",
                             "payload": secrets.token_hex(payload // 2)} for i in range(2)]  # fmt: skip
                    text = "".join(json.dumps(row) + "\n" for row in rows)
                    key = f"{size}/{generation}/{file}.json"
                    self.s3.put_object(Bucket=self.bucket, Key=key, Body=text.encode())
        self.pipeline = folder / "pipeline"
        self.pipeline.mkdir()
        for name, sql in MODELS.items():
            (self.pipeline / f"{name}.sql").write_text(sql + "\n")
        self.renew()

    def renew(self):
        """A new lake with generation 0."""
        self.prefix = f"lake-{secrets.token_hex(4)}"
        text = PIPELINE.format(raw=f"s3://{self.bucket}/small/0", lake=f"s3://{self.bucket}/{self.prefix}")
        (self.pipeline / "tarn.toml").write_text(text)
        assert self.run("small", 0).returncode == 0

    def run(self, size, generation, endpoint=None, crash=""):
        source = f"source.events.path=s3://{self.bucket}/{size}/{generation}/*.json"
        return self.call("run", "--quiet", "--set", source, endpoint=endpoint, crash=crash)

    def call(self, command, *words, endpoint=None, crash=""):
        env = {**self.server.env(endpoint), **({"TARN_FAULT": crash} if crash else {})}
        process = self.tarn.start(command, self.pipeline, *words, env=env)
        try:
            out, err = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            err += f"\nit went on for {TIMEOUT_S} s"
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def files(self, table):
        return [key for key in keys(self.server, self.bucket, f"{self.prefix}/{table}/") if key.endswith(".parquet")]

    def generation(self):
        """That of all rows of all tables, None for a mixture or other rows than a run writes."""
        found = set()
        for table in MODELS:
            column = []
            for key in self.files(table):
                body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
                column += pyarrow.parquet.read_table(io.BytesIO(body), columns=["generation"])["generation"].to_pylist()
            found.add(column[0] if len(column) == ROWS and len(set(column)) == 1 else None)
        return found.pop() if len(found) == 1 else None

    def left_over(self):
        """What is there beside run records, the ledger and one file for each table or partition."""
        uploads = self.s3.list_multipart_uploads(Bucket=self.bucket).get("Uploads", [])
        keys_of_lake = keys(self.server, self.bucket, f"{self.prefix}/")
        others = [key for key in keys_of_lake if "/_tarn/runs/" not in key and not (re.search("/_tarn/(ledger|state)/", key) and key.endswith(".parquet"))]
        tables = self.files("by_day") + self.files("payloads")
        return [each["Key"] for each in uploads] + ([] if len(others) == len(tables) == 3 else others)

    def age(self):
        """The objects that are there are older than what a run writes, also by a clock that ticks in seconds."""
        for path in (self.server.data / self.bucket / self.prefix).rglob("*.parquet"):
            servers.set_back(path, 60)

    def prepare(self, scene):
        """The generations that the lake may have after a run of the next one that fails, and the next one."""
        if not scene.crash:
            return (0,), 1
        assert self.run("small", 1, crash=scene.crash).returncode < 0
        return ((1,) if scene.crash == "commit.decided" else (0,)), 2


def cases_of(lake):
    """All cases, by what calls a run makes in each scene when nothing but the scene's own is wrong."""
    cases = []
    for scene in SCENES:
        _, generation = lake.prepare(scene)
        with rewriting(lake.server, *(Rule(*rule) for rule in scene.rules)) as proxy:
            done = lake.run(scene.source, generation, proxy.endpoint)
        assert (done.returncode == 0) == scene.succeeds, done.stderr
        counts = {}
        for operation, *_ in proxy.seen:
            counts[operation] = counts.get(operation, 0) + 1
        for operation, count in counts.items():
            if scene.operations and operation not in scene.operations:
                continue
            for kind in WRONG_ANSWERS:
                if kind == "stale listing" and operation not in wrong.LISTINGS:
                    continue
                for number in range(1, count + 1):
                    cases += [Case(scene, operation, number, kind, for_ever) for for_ever in (False, True)]
        assert lake.run("small", 0).returncode == 0
    return cases


def codes_of(case):
    """5 where a write on a condition is told that its object is gone: another run may have removed it."""
    return (1, 3, 5) if (case.operation, case.kind) == ("PutObject", "missing key") else (1, 3)


def try_case(lake, case):
    """What is wrong about it, "" for nothing."""
    before, new = lake.prepare(case.scene)
    lake.age()
    scene_rules = [Rule(*rule) for rule in case.scene.rules]
    with rewriting(lake.server, case.rule(), *scene_rules) as proxy:
        done = lake.run(case.scene.source, new, proxy.endpoint)
    said = f"exit code {done.returncode}: {done.stderr.strip()}"
    found = lake.generation()
    if done.returncode == 0:
        if found != new:
            return f"the tables are of generation {found}, not {new}; {said}"
    elif done.returncode not in codes_of(case) or "error:" not in done.stderr:
        return said
    elif found not in before:
        if "tarn recover" not in done.stderr and not case.scene.crash:
            return f"the tables are of generation {found}, not {before}; {said}"
        recovered = lake.call("recover")
        if recovered.returncode != 0 or lake.generation() not in (*before, new):
            return f"recovered to generation {lake.generation()}: {recovered.stderr}; {said}"
    again = lake.run("small", 0)
    if again.returncode != 0 or lake.generation() != 0 or lake.left_over():
        return f"the next run leaves generation {lake.generation()} and {lake.left_over()}: {again.stderr}; {said}"
    return ""


@pytest.fixture(scope="module")
def lake(tarn, tmp_path_factory):
    lake = Lake(tarn, tmp_path_factory.mktemp("calls"))
    lake.cases = cases_of(lake)
    yield lake
    lake.server.stop()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_call_answered_wrongly(lake, request, part):
    seed = request.config.getoption("--call-fault-seed") or secrets.randbelow(1 << 30)
    count = request.config.getoption("--call-faults")
    cases = list(lake.cases)
    print(f"--call-fault-seed {seed}: {count or 'all'} of {len(cases)} cases")
    random.Random(seed).shuffle(cases)
    failures = []
    for case in cases[: count or None][part::PARTS]:
        if problem := try_case(lake, case):
            failures.append(f"{case}: {problem}")
            lake.renew()
    assert not failures, f"{len(failures)} of --call-fault-seed {seed}:\n" + "\n\n".join(failures)
