"""What S3 answers is not trusted: a run is right, or it fails with the old tables intact and the next one is right."""

import dataclasses
import io
import random
import re
import signal
import time

import pyarrow.parquet
import pytest

import rewriting_proxy
from rewriting_proxy import Rule, answer, changed, failing, rewriting, with_body
from test_s3 import keys

VALUES = ["Pink Floyd", "AC/DC", "x:y", "a+b", "%41", "Ünïcödé ☃", "a & <b>", "100%"]
COMPLETED = "CompleteMultipartUpload"


class Lake:
    """A pipeline of one table, from objects of the bucket to a lake in it."""

    def __init__(self, tarn, server, bucket, folder, select="SELECT id, value FROM raw", toml=""):
        self.tarn, self.server, self.bucket, self.folder = tarn, server, bucket, folder / "pipeline"
        self.client = server.client()  # making one takes as long as a run
        self.folder.mkdir()
        (self.folder / "t.sql").write_text(select)
        (self.folder / "tarn.toml").write_text(
            f'[lake]\ninput = "s3://{bucket}/raw"\noutput = "s3://{bucket}/lake"\n'
            f'[source.raw]\npath = "**/*.json"\nschema = "id BIGINT, value STRING"\n{toml}'
        )

    def put(self, name, lines):
        self.client.put_object(Bucket=self.bucket, Key=f"raw/{name}", Body="\n".join(lines).encode())

    def run(self, endpoint=None, exit_code=0, **options):
        return self.tarn("run", self.folder, env=self.server.env(endpoint), exit_code=exit_code, **options)

    def show(self, endpoint=None, exit_code=0):
        env = self.server.env(endpoint)
        return self.tarn("show", f"s3://{self.bucket}/lake/t", env=env, exit_code=exit_code)

    def rows(self):
        """The ids in the table's files, as the server has them."""
        ids = []
        for key in keys(self.server, self.bucket, "lake/t/"):
            body = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            ids += pyarrow.parquet.ParquetFile(io.BytesIO(body)).read(["id"])["id"].to_pylist()
        return sorted(ids)


def lines(ids, value="v"):
    return [f'{{"id":{id},"value":"{value}"}}' for id in ids]


LARGE = 80_000  # rows of a file that is sent in parts


def large_lines():
    """Such rows, which no encoding makes small."""
    text = random.Random(1).randbytes(LARGE * 60).hex()
    return [f'{{"id":{10 + at},"value":"{text[at * 120 : at * 120 + 120]}"}}' for at in range(LARGE)]


def of_a_large_table(lake_of):
    """A lake of two rows, whose next run sends a file in parts, and the ids after it."""
    lake = lake_of(toml='[table.t]\ncompression = "none"\n')
    lake.put("a.json", lines([1, 2]))
    lake.run()
    lake.put("b.json", large_lines())
    return lake, [1, 2, *range(10, 10 + LARGE)]


@pytest.fixture
def lake_of(tarn, s3_server, bucket, tmp_path):
    def make(*arguments, **options):
        return Lake(tarn, s3_server, bucket, tmp_path, *arguments, **options)

    return make


# Names of objects.


@pytest.mark.parametrize("page_size", [None, 3, 1000])
def test_partition_values_of_all_kinds_are_replaced(lake_of, s3_server, page_size):
    lake = lake_of(toml='[table.t]\npartition_by = ["value"]\n')
    names = ["a b.json", "a+b.json", "a%20b.json", "ü/%41.json", "ü/A.json", "c d/x.json", "c+d/x.json", "e/x~*.json"]
    for id, (name, value) in enumerate(zip(names, VALUES, strict=True)):
        lake.put(name, lines([id], value))
    rules = [Rule(None, rewriting_proxy.aws_listing(s3_server, page_size))] if page_size else []
    with rewriting(s3_server, *rules) as proxy:
        for _ in range(3):
            lake.run(proxy.endpoint)
            assert lake.rows() == list(range(len(VALUES)))
        shown = lake.show(proxy.endpoint).stdout
        assert f"{len(VALUES)} rows, {len(VALUES)} files" in shown and "Pink Floyd" in shown


def test_sync_of_names_that_are_encoded(tarn, s3_server, bucket, tmp_path):
    names = ["a b", "a+b", "a%20b", "ü/%41", "ü/A"]
    for name in names:
        s3_server.client().put_object(Bucket=bucket, Key=f"raw/{name}", Body=name.encode())
    for page_size in (2, 1000):
        with rewriting(s3_server, Rule(None, rewriting_proxy.aws_listing(s3_server, page_size))) as proxy:
            to = tmp_path / str(page_size)
            tarn("sync", f"s3://{bucket}/raw", to, env=s3_server.env(proxy.endpoint))
        found = {path.relative_to(to).as_posix(): path.read_text() for path in to.rglob("*") if path.is_file()}
        assert found == {name: name for name in names}


def odd_names(bucket, prefix, names):
    """Rules that let objects of names that a disk cannot have stand in the bucket, beside those that it has."""
    bodies = {f"{prefix}{name}": f'{{"id":{100 + at},"value":"odd"}}\n'.encode() for at, name in enumerate(names)}

    def listing(request):
        answered = request.pass_on()
        entries = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{at}&quot;</ETag><Size>{len(body)}</Size></Contents>"
            for at, (key, body) in enumerate(bodies.items())
            if key.startswith(request.query.get("prefix", ""))
        ).encode()
        return answered.with_body(answered.body.replace(b"</ListBucketResult>", entries + b"</ListBucketResult>"))

    def get(request):
        # As it was sent: nothing on the way makes the path simpler.
        key = request.path.removeprefix(f"/{bucket}/").partition("?")[0]
        return answer(200, bodies[key], etag=f'"{list(bodies).index(key)}"') if key in bodies else request.pass_on()

    return [Rule("ListObjectsV2", listing), Rule("GetObject", get)]


def test_odd_names_are_read_as_they_are(lake_of, s3_server, bucket):
    lake = lake_of()
    lake.put("plain.json", lines([1]))
    names = ["/slash.json", "a//b.json", "./c.json", "d/./e.json", "../f.json", "g/../h.json"]
    with rewriting(s3_server, *odd_names(bucket, "raw/", names)) as proxy:
        lake.run(proxy.endpoint)
    assert lake.rows() == [1, *range(100, 100 + len(names))]


def test_a_slash_at_the_beginning_of_a_key(tarn, s3_server, bucket, lake_of, tmp_path):
    lake = lake_of()
    lake.put("plain.json", lines([1]))
    with rewriting(s3_server, *odd_names(bucket, "", ["/raw/first.json"])) as proxy:
        env = s3_server.env(proxy.endpoint)
        output = tmp_path / "lake"  # beside the bucket that is read
        tarn("run", lake.folder, "--set", f"lake.input=s3://{bucket}", "--set", f"lake.output={output}", env=env)
        assert sorted(pyarrow.parquet.read_table(output / "t")["id"].to_pylist()) == [1, 100]


def test_a_folder_without_a_name_is_refused(tarn, bucket, s3_server, lake_of, tmp_path):
    """S3 has one, a folder of a disk doesn't: what is meant is not guessed."""
    lake = lake_of()
    lake.put("raw/plain.json", lines([1]))
    env = s3_server.env()
    for words in (
        ("run", lake.folder, "--set", f"lake.input=s3://{bucket}//raw"),
        ("run", lake.folder, "--set", f"lake.output=s3://{bucket}/data//lake"),
        ("sync", f"s3://{bucket}//raw", tmp_path / "to"),
        ("sync", lake.folder, f"s3://{bucket}/a//b"),
    ):
        refused = tarn(*words, env=env, exit_code=3)
        assert "write one slash: s3://" in refused.stderr, words
    tarn("run", lake.folder, "--set", f"lake.output=s3://{bucket}/lake//", env=env)
    runs = tarn.json("runs", lake.folder, "--set", f"lake.output=s3://{bucket}/lake/", env=env)["runs"]
    assert sorted(run["outcome"] for run in runs) == ["done", "failed"], "the lake is one, however it is written"


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "a//b", "./a", "a/./b", "/a"])
def test_sync_refuses_names_that_lead_out_of_a_disk(tarn, s3_server, bucket, tmp_path, name):
    s3_server.client().put_object(Bucket=bucket, Key="raw/plain", Body=b"x")
    with rewriting(s3_server, *odd_names(bucket, "raw/", [name])) as proxy:
        env = s3_server.env(proxy.endpoint)
        refused = tarn("sync", f"s3://{bucket}/raw", tmp_path / "to" / "disk", env=env, exit_code=3)
    assert f"s3://{bucket}/raw/{name}" in refused.stderr
    assert list(tmp_path.rglob("*outside*")) == []


# Success is what the call's own answer says, and nothing else.

NO_SUCCESS = {
    "empty": b"",
    "html": b"<html><body>Sign in</body></html>",
    "blank, error": b"\n  <Error><Code>OperationDenied</Code></Error>",
    "mark, error": b"\xef\xbb\xbf<Error><Code>OperationDenied</Code></Error>",
    "error": b"<Error><Code>OperationDenied</Code></Error>",
    "prolog, error": b'<?xml version="1.0"?>\n<Error><Code>OperationDenied</Code></Error>',
}


def not_done(body):
    return lambda request: answer(200, body, content_type="application/xml", etag='"e"')


@pytest.mark.parametrize("kind", NO_SUCCESS)
def test_a_completion_without_success(lake_of, s3_server, kind):
    lake, after = of_a_large_table(lake_of)
    # Not done, and told so or not.
    with rewriting(s3_server, Rule(COMPLETED, not_done(NO_SUCCESS[kind]))) as proxy:
        failed = lake.run(proxy.endpoint, exit_code=1)
        assert COMPLETED in failed.stderr and proxy.count(COMPLETED) > 0
    assert lake.rows() == [1, 2]
    lake.run()
    assert lake.rows() == after


def test_a_completion_that_was_done_and_is_told_wrongly(lake_of, s3_server):
    lake, after = of_a_large_table(lake_of)
    with rewriting(s3_server, Rule(COMPLETED, with_body(NO_SUCCESS["html"]), last=1)) as proxy:
        lake.run(proxy.endpoint)
        assert proxy.count(COMPLETED) > 1
    assert lake.rows() == after


WRITES = ["PutObject", "CreateMultipartUpload", "UploadPart", COMPLETED, "DeleteObjects", "ListObjectsV2"]


def test_every_call_answered_wrongly_once(lake_of, s3_server):
    lake, after = of_a_large_table(lake_of)
    rules = [Rule(operation, not_done(NO_SUCCESS["html"]), last=1) for operation in WRITES]
    with rewriting(s3_server, *rules) as proxy:
        lake.run(proxy.endpoint)
        assert all(rule.num_seen > 1 for rule in rules)
    assert lake.rows() == after


def test_writes_whose_etag_is_missing_once(lake_of, s3_server):
    lake, after = of_a_large_table(lake_of)
    without = changed(lambda answered: answered.with_header("etag", None))
    rules = [Rule(operation, without, last=1) for operation in ("PutObject", "UploadPart")]
    with rewriting(s3_server, *rules) as proxy:
        lake.run(proxy.endpoint)
        assert all(rule.num_seen > 1 for rule in rules)
    assert lake.rows() == after


# What came is what was asked for.


def whole_object(request):
    """The Range is ignored."""
    answered = request.pass_on()
    if answered.status != 206:
        return answered
    whole = b"".join([b"{}\n" for _ in range(100_000)])
    return dataclasses.replace(answered.with_header("content-range", None), status=200).with_body(whole)


def shorter_part(request):
    """A 206 of less than was asked for, which says so."""
    answered = request.pass_on()
    if answered.status != 206 or len(answered.body) < 2:
        return answered
    first, last, size = map(int, re.match(r"bytes (\d+)-(\d+)/(\d+)", answered.header("content-range")).groups())
    half = answered.body[: len(answered.body) // 2]
    told = f"bytes {first}-{first + len(half) - 1}/{size}"
    return answered.with_header("content-range", told).with_body(half)


WRONG_READS = {
    "range ignored": whole_object,
    "shorter part": shorter_part,
    "short": rewriting_proxy.short,
    "long": rewriting_proxy.long,
    "empty": rewriting_proxy.empty,
    "cut": rewriting_proxy.cut(-1),
    "cut without length": rewriting_proxy.cut_without_length(-1),
    "wrong length": rewriting_proxy.wrong_length(-1),
    "html": rewriting_proxy.html,
    "endless": rewriting_proxy.endless_body,
    "endless headers": rewriting_proxy.endless_headers,
    "other etag": changed(lambda answered: answered.with_header("etag", '"other"')),
}


@pytest.mark.parametrize("kind", WRONG_READS)
def test_reads_that_are_wrong_once(lake_of, s3_server, kind):
    lake = lake_of()
    lake.put("small.json", lines(range(1000)))
    lake.put("large.json", lines(range(1000, 250_000), "x" * 60))  # read in ranges
    rules = [Rule("GetObject", WRONG_READS[kind], last=1, key=name) for name in ("small", "large")]
    with rewriting(s3_server, *rules) as proxy:
        lake.run(proxy.endpoint)
        assert all(rule.num_seen > 1 for rule in rules) or kind in ("range ignored", "shorter part")
    assert lake.rows() == list(range(250_000))


@pytest.mark.parametrize("kind", ["range ignored", "shorter part", "short", "cut without length", "endless"])
def test_reads_that_are_wrong_for_ever(lake_of, s3_server, kind):
    lake = lake_of()
    lake.put("small.json", lines(range(1000)))
    lake.run()
    lake.put("large.json", lines(range(1000, 250_000), "x" * 60))
    with rewriting(s3_server, Rule("GetObject", WRONG_READS[kind], key="large")) as proxy:
        failed = lake.run(proxy.endpoint, exit_code=1)
    assert "GetObject" in failed.stderr and "raw/large.json" in failed.stderr
    assert lake.rows() == list(range(1000))
    lake.run()
    assert lake.rows() == list(range(250_000))


# Listings end.


def same_token(request):
    answered = request.pass_on()
    more = b"<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>"
    body = re.sub(rb"<IsTruncated>\w*</IsTruncated>", b"", answered.body)
    return answered.with_body(body.replace(b"</ListBucketResult>", more))


def first_page_again(request):
    """A service that takes no token: what it answers is what it answered first."""
    if request.earlier is None and "continuation-token" not in request.query:
        first_page_again.page = same_token(request)
    return first_page_again.page


@pytest.mark.parametrize("how", [same_token, first_page_again])
def test_a_listing_that_goes_round(lake_of, s3_server, how):
    lake = lake_of()
    lake.put("a.json", lines([1]))
    with rewriting(s3_server, Rule("ListObjectsV2", how)) as proxy:
        failed = lake.run(proxy.endpoint, exit_code=1)
    assert "ListObjectsV2" in failed.stderr and "does not advance" in failed.stderr


def test_a_next_token_is_followed_whatever_is_truncated(lake_of, s3_server):
    lake = lake_of()
    for id in range(10):
        lake.put(f"{id}.json", lines([id]))
    pages = rewriting_proxy.aws_listing(s3_server, page_size=3)

    def without(request):
        answered = pages(request)
        return answered.with_body(answered.body.replace(b"<IsTruncated>true</IsTruncated>", b""))

    with rewriting(s3_server, Rule("ListObjectsV2", without)) as proxy:
        lake.run(proxy.endpoint)
    assert lake.rows() == list(range(10))


# Every way out ends what is under way.


def test_failing_reads_end_in_an_exit_code(lake_of, s3_server):
    lake = lake_of(toml='[table.t]\npartition_by = ["value"]\n')
    lake.put("a.json", [line for id in range(40) for line in lines([id], f"v{id}")])
    lake.run()
    with rewriting(s3_server, Rule("GetObject", failing(403, "AccessDenied"), first=5, key="lake/t/")) as proxy:
        for _ in range(10):
            proxy.rules[0].num_seen = 0
            assert "AccessDenied" in lake.show(proxy.endpoint, exit_code=1).stderr
    for id in range(40):
        lake.put(f"{id}.json", lines([id]))
    with rewriting(s3_server, Rule("GetObject", failing(403, "AccessDenied"), first=5, key="raw/")) as proxy:
        for _ in range(10):
            proxy.rules[0].num_seen = 0
            assert "AccessDenied" in lake.run(proxy.endpoint, exit_code=1).stderr
    assert lake.rows() == list(range(40))


# Messages.


def test_redirects_say_where_to(lake_of, s3_server):
    lake = lake_of()
    for status in (301, 302, 307, 308):
        redirect = rewriting_proxy.redirect(status, "https://s3.elsewhere.example:9000/bucket/key?x=1")
        with rewriting(s3_server, Rule(None, redirect)) as proxy:
            failed = lake.run(proxy.endpoint, exit_code=1)
        assert "https://s3.elsewhere.example:9000," in failed.stderr and "AWS_ENDPOINT_URL" in failed.stderr


@pytest.mark.parametrize("region", ["eu north 1", " eu-north-1", "eu-north-1\n"])
def test_a_region_with_blanks_is_to_blame(lake_of, s3_server, region):
    lake = lake_of()
    failed = lake.tarn("run", lake.folder, env={**s3_server.env(), "AWS_REGION": region}, exit_code=3)
    assert "region" in failed.stderr and "AWS_REGION" in failed.stderr and "SECRET" not in failed.stderr


@pytest.mark.parametrize("operation", ["ListObjectsV2", "GetObject"])
def test_an_interrupt_does_not_wait_for_what_s3_does_not_answer(tarn, s3_server, bucket, tmp_path, operation):
    """It did, until the call was given up: 90 s of tries."""
    lake = Lake(tarn, s3_server, bucket, tmp_path)
    lake.put("a.json", ['{"id":1}'])
    with rewriting(s3_server, Rule(operation, rewriting_proxy.late(300), key="raw/" if operation == "GetObject" else "")) as proxy:
        process = tarn.start("run", lake.folder, "--set", f"lake.output={tmp_path / 'lake'}", env=s3_server.env(proxy.endpoint))
        time.sleep(2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert process.returncode == 130 and "interrupted" in err
    assert not list((tmp_path / "lake" / "_tarn" / "staging").glob("*"))
