"""The servers that other tests lean on do what is asked of them: S3's answers, the faults, their coming and going.

What differs from AWS is held here too, so that a newer server cannot change it unseen.
"""

import base64
import concurrent.futures
import contextlib
import datetime
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

import botocore
import botocore.auth
import botocore.config
import pyarrow.fs as arrow_fs
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

import rewriting_proxy
import servers
from conftest import ROOT
from rewriting_proxy import Rule, rewriting

WITH_S3 = ROOT / "scripts" / "with-s3"
NOT_AN_ETAG = '"00000000000000000000000000000000"'


@contextlib.contextmanager
def refused(status, code):
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (status, code)


@pytest.fixture(scope="module")
def s3(s3_server):
    return s3_server.client()


def complete(s3, bucket, key, body=b"part", **conditions):
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    etag = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=body)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    return s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload, MultipartUpload=parts, **conditions
    )


def race(call, count=8):
    """Call with 0, 1, … at once; returns the numbers whose call was not refused by its condition."""

    def attempt(number):
        try:
            call(number)
            return number
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("PreconditionFailed", "ConditionalRequestConflict")

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return [number for number in pool.map(attempt, range(count)) if number is not None]


def test_objects(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="a/b.json", Body=b"hello")["ETag"]
    assert etag == f'"{hashlib.md5(b"hello").hexdigest()}"'
    assert s3.get_object(Bucket=bucket, Key="a/b.json")["Body"].read() == b"hello"
    part = s3.get_object(Bucket=bucket, Key="a/b.json", Range="bytes=1-3")
    assert (part["Body"].read(), part["ContentRange"]) == (b"ell", "bytes 1-3/5")
    with refused(416, "InvalidRange"):
        s3.get_object(Bucket=bucket, Key="a/b.json", Range="bytes=5-")
    with refused(412, "PreconditionFailed"):
        s3.get_object(Bucket=bucket, Key="a/b.json", IfMatch=NOT_AN_ETAG)
    with refused(400, "BadDigest"):
        s3.put_object(Bucket=bucket, Key="a/b.json", Body=b"x", ContentMD5=md5(b"y"))
    [entry] = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (entry["Key"], entry["Size"], entry["ETag"]) == ("a/b.json", 5, etag)
    s3.delete_object(Bucket=bucket, Key="a/b.json")
    s3.delete_object(Bucket=bucket, Key="a/b.json")
    with refused(404, "NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="a/b.json")


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_arrow_writes_and_reads(tmp_path, tls):
    """By the client that tarn has: its uploads end in checksums, and it reuses connections where the server lets it."""
    with servers.S3Server(tmp_path / "s3", tls=tls) as server:
        bucket = server.create_bucket()
        key, secret = server.credentials
        scheme, _, address = server.endpoint.partition("://")
        lake = arrow_fs.S3FileSystem(
            access_key=key,
            secret_key=secret,
            region=server.region,
            scheme=scheme,
            endpoint_override=address,
            retry_strategy=arrow_fs.AwsStandardS3RetryStrategy(max_attempts=1),
            **({"tls_ca_file_path": str(server.ca)} if tls else {}),
        )

        def write_and_read(number):
            path, body = f"{bucket}/{number}", b"%d" % number * 20
            with lake.open_output_stream(path) as out:
                out.write(body)
            with lake.open_input_file(path) as file:
                assert file.read() == body

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(write_and_read, range(60)))
        assert len(lake.get_file_info(arrow_fs.FileSelector(bucket))) == 60


def test_names_of_objects(s3, bucket):
    keys = ["année=2018/é.json", "m=1/a b+c%20d&e'\"*?#.json", "m=1/~$@=,;:!().json"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert sorted(entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]) == sorted(keys)
    for key in keys:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()


def test_put_if_none_match_has_one_winner(s3, bucket):
    for attempt in range(5):
        key = f"claim-{attempt}"
        won = race(lambda n: s3.put_object(Bucket=bucket, Key=key, Body=b"%d" % n, IfNoneMatch="*"))
        assert len(won) == 1
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"%d" % won[0]
    with refused(501, "NotImplemented"):
        s3.put_object(Bucket=bucket, Key="claim-0", Body=b"", IfNoneMatch=NOT_AN_ETAG)


def test_put_if_match_has_one_winner(s3, bucket):
    for _ in range(5):
        etag = s3.put_object(Bucket=bucket, Key="head", Body=b"old")["ETag"]
        won = race(lambda n: s3.put_object(Bucket=bucket, Key="head", Body=b"new %d" % n, IfMatch=etag))
        assert len(won) == 1
        assert s3.get_object(Bucket=bucket, Key="head")["Body"].read() == b"new %d" % won[0]
    with refused(404, "NoSuchKey"):
        s3.put_object(Bucket=bucket, Key="missing", Body=b"", IfMatch=etag)


def test_complete_multipart_upload_on_condition(s3, bucket):
    won = race(lambda n: complete(s3, bucket, "big", b"%d" % n, IfNoneMatch="*"))
    assert len(won) == 1
    etag = s3.head_object(Bucket=bucket, Key="big")["ETag"]
    assert etag == f'"{hashlib.md5(hashlib.md5(b"%d" % won[0]).digest()).hexdigest()}-1"'
    with refused(412, "PreconditionFailed"):
        complete(s3, bucket, "big", b"other", IfMatch=NOT_AN_ETAG)
    won = race(lambda n: complete(s3, bucket, "big", b"then %d" % n, IfMatch=etag))
    assert len(won) == 1
    with refused(404, "NoSuchKey"):
        complete(s3, bucket, "missing", IfMatch=etag)


def test_delete_on_condition(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"a")["ETag"]
    with refused(412, "PreconditionFailed"):
        s3.delete_object(Bucket=bucket, Key="a", IfMatch=NOT_AN_ETAG)
    s3.delete_object(Bucket=bucket, Key="a", IfMatch=etag)
    with refused(404, "404"):
        s3.head_object(Bucket=bucket, Key="a")
    s3.delete_object(Bucket=bucket, Key="a", IfMatch=etag)  # of nothing: no error


def test_multipart_uploads_are_listed_and_aborted(s3, bucket):
    keys = ["in/a", "in/b", "out/c"]
    uploads = {key: s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in keys}
    listed = s3.list_multipart_uploads(Bucket=bucket, Prefix="in/")["Uploads"]
    assert {entry["Key"]: entry["UploadId"] for entry in listed} == {key: uploads[key] for key in keys[:2]}
    first = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=2)
    assert first["IsTruncated"]
    rest = s3.list_multipart_uploads(Bucket=bucket, KeyMarker=first["NextKeyMarker"])
    assert [entry["Key"] for entry in first["Uploads"] + rest["Uploads"]] == keys
    # Unlike AWS: the server refuses the marker that it gave.
    with refused(400, "InvalidArgument"):
        s3.list_multipart_uploads(
            Bucket=bucket, KeyMarker=first["NextKeyMarker"], UploadIdMarker=first["NextUploadIdMarker"]
        )

    a = {"Bucket": bucket, "Key": "in/a", "UploadId": uploads["in/a"]}
    etags = [s3.upload_part(**a, PartNumber=part, Body=b"small")["ETag"] for part in (1, 2)]
    assert [(part["PartNumber"], part["Size"]) for part in s3.list_parts(**a)["Parts"]] == [(1, 5), (2, 5)]
    with refused(400, "EntityTooSmall"):
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        s3.complete_multipart_upload(**a, MultipartUpload={"Parts": parts})
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    for key, upload in uploads.items():
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
        with refused(404, "NoSuchUpload"):
            s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_listing(s3_server, s3, bucket, tmp_path):
    for key in ["a/1", "a/2", "a/sub/3", "a-b", "a.b", "b/4", "c"]:
        path = tmp_path / "files" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(key)
    keys = s3_server.upload(tmp_path / "files", bucket)

    def listed(**options):
        return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, **options).get("Contents", [])]

    assert listed() == keys == sorted(keys)
    assert keys == ["a-b", "a.b", "a/1", "a/2", "a/sub/3", "b/4", "c"]  # bytes, not folders, make the order
    assert listed(StartAfter="a/1") == keys[3:]
    assert listed(StartAfter="a/11") == keys[3:]
    assert listed(Prefix="a/", StartAfter="a/2") == ["a/sub/3"]
    assert listed(Prefix="nothing") == []
    folders = s3.list_objects_v2(Bucket=bucket, Prefix="a/", Delimiter="/")
    assert [entry["Key"] for entry in folders["Contents"]] == ["a/1", "a/2"]
    assert [entry["Prefix"] for entry in folders["CommonPrefixes"]] == ["a/sub/"]

    paged = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}):
        paged.append([entry["Key"] for entry in page["Contents"]])
    assert [len(page) for page in paged] == [2, 2, 2, 1]
    assert sum(paged, []) == keys
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2}
    )
    entries = [entry for page in pages for entry in page.get("Contents", []) + page.get("CommonPrefixes", [])]
    assert sorted(entry.get("Key") or entry["Prefix"] for entry in entries) == ["a-b", "a.b", "a/", "b/", "c"]


def test_uploaded_files_are_what_put_makes_of_them(s3_server, s3, bucket, tmp_path):
    (tmp_path / "files" / "year=2018").mkdir(parents=True)
    (tmp_path / "files" / "year=2018" / "a b.json").write_bytes(b"{}\n")
    (tmp_path / "files" / "empty").write_bytes(b"")
    keys = s3_server.upload(tmp_path / "files", bucket, "uploaded/")
    assert keys == ["uploaded/empty", "uploaded/year=2018/a b.json"]
    for key in keys:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        s3.put_object(Bucket=bucket, Key=key.replace("uploaded/", "put/"), Body=body)

    def objects(prefix):
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
            head = s3.head_object(Bucket=bucket, Key=entry["Key"], ChecksumMode="ENABLED")
            for times in (entry, head):
                times.pop("LastModified")
            head.pop("ResponseMetadata")
            yield entry.pop("Key").removeprefix(prefix), entry, head

    assert list(objects("uploaded/")) == list(objects("put/"))


def test_delete_a_thousand(s3_server, s3, bucket, tmp_path):
    (tmp_path / "files").mkdir()
    for number in range(1100):
        (tmp_path / "files" / f"{number:04}").write_bytes(b"x")
    keys = s3_server.upload(tmp_path / "files", bucket)
    sent = []

    def with_md5(request, **_):
        request.headers["Content-MD5"] = md5(request.body)
        sent.append(request.headers["Content-MD5"])

    client = s3_server.client()
    client.meta.events.register("before-sign.s3.DeleteObjects", with_md5)
    answer = client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys[:1000]]})
    assert sent and sorted(entry["Key"] for entry in answer["Deleted"]) == keys[:1000]
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == keys[1000:]

    client.meta.events.unregister("before-sign.s3.DeleteObjects", with_md5)
    client.meta.events.register(
        "before-sign.s3.DeleteObjects", lambda request, **_: request.headers.add_header("Content-MD5", md5(b"other"))
    )
    with refused(400, "BadDigest"):
        client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": keys[1000]}]})
    # Unlike AWS, which refuses more than a thousand as MalformedXML.
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def md5(body):
    return base64.b64encode(hashlib.md5(body).digest()).decode()


def test_region(s3_server, s3, bucket):
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == servers.REGION
    head = s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPHeaders"]
    assert head["x-amz-bucket-region"] == servers.REGION
    # Signed for another region, the answer names the right one; but a HEAD has no text, and here no header either.
    elsewhere = {"region": "us-west-2"}
    status, headers, text = signed(s3_server, "GET", f"/{bucket}?list-type=2", **elsewhere)
    assert status == 400
    assert "<Code>AuthorizationHeaderMalformed</Code>" in text and f"<Region>{servers.REGION}</Region>" in text
    status, headers, text = signed(s3_server, "HEAD", f"/{bucket}", **elsewhere)
    assert (status, headers.get("x-amz-bucket-region"), text) == (400, None, "")


def signed(server, method, path, region=servers.REGION, skew_s=0):
    """A request as boto3 would not send it. Returns status, headers and text."""
    request = botocore.awsrequest.AWSRequest(method, server.endpoint + path)
    credentials = botocore.credentials.Credentials(*server.credentials)
    now = botocore.auth.get_current_datetime
    skew = datetime.timedelta(seconds=skew_s)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.auth, "get_current_datetime", lambda *a, **k: now(*a, **k) + skew)
        botocore.auth.S3SigV4Auth(credentials, "s3", region).add_auth(request)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request(method, path, headers=dict(request.headers.items()))
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()


def test_refusals(s3_server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    key, secret = s3_server.credentials
    wrong_secret = s3_server.client(credentials=(key, "x" * 40))
    unknown_key = s3_server.client(credentials=("AKIA0000000000000000", secret))
    for client, code in [(wrong_secret, "SignatureDoesNotMatch"), (unknown_key, "InvalidAccessKeyId")]:
        with refused(403, code):
            client.list_objects_v2(Bucket=bucket)
        with refused(403, code):
            client.put_object(Bucket=bucket, Key="b", Body=b"b")
        with refused(403, "403"):  # HEAD has no text
            client.head_object(Bucket=bucket, Key="a")
    with refused(400, "InvalidToken"):
        s3_server.client(aws_session_token="token").list_objects_v2(Bucket=bucket)
    unsigned = botocore.config.Config(signature_version=botocore.UNSIGNED)
    with refused(403, "AccessDenied"):
        s3_server.client(config=unsigned).get_object(Bucket=bucket, Key="a")
    user = s3_server.client(credentials=s3_server.add_user())
    with refused(403, "AccessDenied"):
        user.list_objects_v2(Bucket=bucket)
    with refused(403, "403"):
        user.head_object(Bucket=bucket, Key="a")
    with refused(404, "NoSuchBucket"):
        s3.list_objects_v2(Bucket="missing")
    with refused(404, "NoSuchBucket"):
        s3.get_object(Bucket="missing", Key="a")
    with refused(404, "NoSuchBucket"):
        s3.put_object(Bucket="missing", Key="a", Body=b"")
    with refused(404, "404"):
        s3.head_bucket(Bucket="missing")
    with refused(404, "404"):
        s3.head_object(Bucket=bucket, Key="missing")
    with refused(409, "BucketAlreadyOwnedByYou"):
        s3_server.create_bucket(bucket)
    with refused(409, "BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)


def test_clock(s3_server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    for skew_s, expected in [(-3600, 403), (-600, 200), (600, 200), (3600, 403)]:
        status, _, text = signed(s3_server, "GET", f"/{bucket}/a", skew_s=skew_s)
        assert status == expected
        assert ("<Code>RequestTimeTooSkewed</Code>" in text) == (expected == 403)


def test_a_key_is_not_a_folder(s3, bucket):
    """Unlike AWS: the server's objects are files."""
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    with refused(409, "ObjectParentIsFile"):
        s3.put_object(Bucket=bucket, Key="k/child", Body=b"")
    s3.put_object(Bucket=bucket, Key="folder/child", Body=b"")
    with refused(409, "ExistingObjectIsDirectory"):
        s3.put_object(Bucket=bucket, Key="folder", Body=b"")
    with refused(400, "KeyTooLongError"):
        s3.put_object(Bucket=bucket, Key="k" * 256, Body=b"")


def test_requests_are_counted(own_s3_server):
    bucket = own_s3_server.create_bucket()
    s3 = own_s3_server.client()
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    s3.list_objects_v2(Bucket=bucket, Prefix="x")
    with refused(404, "404"):
        s3.head_object(Bucket=bucket, Key="b")
    wanted = [
        ("PutObject", f"/{bucket}/a", "", 200),
        ("ListObjectsV2", f"/{bucket}", "list-type=2&prefix=x&encoding-type=url", 200),
        ("HeadObject", f"/{bucket}/b", "", 404),
    ]
    deadline = time.monotonic() + 10
    while own_s3_server.requests()[-3:] != wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    assert own_s3_server.requests()[-3:] == wanted


def test_kill_keeps_what_was_acknowledged(own_s3_server):
    bucket = own_s3_server.create_bucket()
    s3 = own_s3_server.client()
    etag = s3.put_object(Bucket=bucket, Key="a/b", Body=b"kept")["ETag"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    endpoint = own_s3_server.endpoint
    own_s3_server.kill()
    with pytest.raises(EndpointConnectionError):
        s3.get_object(Bucket=bucket, Key="a/b")
    own_s3_server.start()
    assert own_s3_server.endpoint == endpoint
    kept = s3.get_object(Bucket=bucket, Key="a/b")
    assert (kept["Body"].read(), kept["ETag"]) == (b"kept", etag)
    assert [entry["UploadId"] for entry in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == [upload]


def test_a_server_goes_with_its_starter(tmp_path):
    starter = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(tmp_path / "s3")],
        cwd=ROOT / "tests",
        stdout=subprocess.PIPE,
        text=True,
    )
    with starter:
        server = int(starter.stdout.readline())
        assert os.path.exists(f"/proc/{server}")
        starter.kill()
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{server}") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{server}")


START_AND_WAIT = """
import servers, sys, time
server = servers.S3Server(sys.argv[1]).start()
print(server.process.pid, flush=True)
time.sleep(60)
"""


def test_tls(tmp_path):
    with servers.S3Server(tmp_path / "s3", tls=True) as server:
        bucket = server.create_bucket()
        s3 = server.client()
        s3.put_object(Bucket=bucket, Key="a", Body=b"a")
        assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"
        assert server.env()["AWS_ENDPOINT_URL"].startswith("https://")
        assert server.env()["AWS_CA_BUNDLE"] == str(server.ca)
        with pytest.raises(botocore.exceptions.SSLError):
            server.client(verify=True).list_buckets()
        with servers.FaultProxy(tmp_path / "proxy", server) as proxy:
            assert server.client(endpoint=proxy.endpoint).get_object(Bucket=bucket, Key="a")["Body"].read() == b"a"


def test_faults(s3_server, fault_proxy, bucket):
    quick = {"connect_timeout": 5, "read_timeout": 1}
    s3 = s3_server.client(endpoint=fault_proxy.endpoint, config=botocore.config.Config(**quick))
    body = os.urandom(1 << 20)
    s3.put_object(Bucket=bucket, Key="a", Body=body)

    def get():
        return s3.get_object(Bucket=bucket, Key="a")["Body"].read()

    def duration_s(call):
        begin = time.monotonic()
        call()
        return time.monotonic() - begin

    assert get() == body
    fault_proxy.latency(300)
    assert 0.3 <= duration_s(lambda: s3.head_object(Bucket=bucket, Key="a"))
    fault_proxy.clear()
    fault_proxy.bandwidth(2048)
    assert 0.4 <= duration_s(get)
    fault_proxy.clear()
    fault_proxy.reset()
    with pytest.raises(ConnectionClosedError):
        get()
    fault_proxy.clear()
    fault_proxy.limit_data(100_000)
    with pytest.raises((botocore.exceptions.IncompleteReadError, botocore.exceptions.ResponseStreamingError)):
        get()
    fault_proxy.clear()
    fault_proxy.timeout()
    with pytest.raises(ReadTimeoutError):
        get()
    fault_proxy.clear()
    fault_proxy.timeout(stream="downstream")
    with pytest.raises(ConnectionClosedError):
        s3.put_object(Bucket=bucket, Key="done all the same", Body=b"")
    fault_proxy.clear()
    s3.head_object(Bucket=bucket, Key="done all the same")
    fault_proxy.down()
    with pytest.raises(EndpointConnectionError):
        get()
    fault_proxy.up()
    assert get() == body


def test_sts_is_moto(moto_server):
    role = moto_server.client("sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/tarn", RoleSessionName="test", DurationSeconds=900
    )
    assert role["Credentials"]["SessionToken"]
    left = role["Credentials"]["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
    assert 800 < left.total_seconds() <= 900
    assert role["AssumedRoleUser"]["Arn"] == "arn:aws:sts::123456789012:assumed-role/tarn/test"


WRITE_AND_READ = """
import boto3, os
assert os.environ["TARN_TEST_S3"] == "1" and "AWS_PROFILE" not in os.environ
s3, bucket = boto3.client("s3"), os.environ["TARN_TEST_BUCKET"]
assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
s3.put_object(Bucket=bucket, Key="a", Body=b"a")
print(s3.get_object(Bucket=bucket, Key="a")["Body"].read().decode(), bucket)
"""


def test_with_s3(tmp_path):
    def run(*command):
        environment = {**os.environ, "AWS_PROFILE": "of the user", "TMPDIR": str(tmp_path)}
        done = subprocess.run([WITH_S3, *command], env=environment, cwd=tmp_path, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    assert run(sys.executable, "-c", WRITE_AND_READ) == (0, "a tarn-test\n", "")
    assert run("sh", "-c", "exit 7") == (7, "", "")
    assert run("sh", "-c", "kill -9 $$") == (128 + 9, "", "")
    assert run("pwd") == (0, f"{tmp_path}\n", "")
    assert run("no-such-program") == (127, "", "with-s3: no-such-program: No such file or directory\n")
    assert run() == (2, "", "usage: scripts/with-s3 COMMAND…\n")
    assert list(tmp_path.iterdir()) == []


def test_with_s3_ends_when_told(tmp_path):
    process = subprocess.Popen(
        [WITH_S3, "sh", "-c", "echo $AWS_ENDPOINT_URL; exec sleep 60"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        port = int(process.stdout.readline().rpartition(":")[2])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 128 + signal.SIGTERM
    with pytest.raises(ConnectionRefusedError), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as c:
        c.request("GET", "/")
    assert list(tmp_path.iterdir()) == []


def test_with_s3_says_what_is_missing(tmp_path):
    (tmp_path / "scripts").mkdir()
    copy = tmp_path / "scripts" / "with-s3"
    copy.write_bytes(WITH_S3.read_bytes())
    copy.chmod(0o755)
    done = subprocess.run([copy, "true"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "with-s3: the S3 server is not built: run scripts/setup test\n")


# The rewriting proxy, by boto3, which signs what it sends and checks what it gets.


def test_rewriting_by_operation_and_count(s3_server, bucket):
    rules = [
        Rule("GetObject", rewriting_proxy.failing(503, "SlowDown"), first=2, last=2, key="^k$"),
        Rule("HeadObject", rewriting_proxy.missing_key, first=2),
        Rule("DeleteObjects", rewriting_proxy.html),
    ]
    with rewriting(s3_server, *rules) as proxy:
        s3 = s3_server.client(endpoint=proxy.endpoint)
        s3.put_object(Bucket=bucket, Key="k", Body=b"bytes")
        s3.put_object(Bucket=bucket, Key="other", Body=b"other")
        for key, expected in [("k", b"bytes"), ("other", b"other"), ("k", None), ("k", b"bytes")]:
            with refused(503, "SlowDown") if expected is None else contextlib.nullcontext():
                assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == expected
        s3.head_object(Bucket=bucket, Key="k")
        for _ in range(2):
            with refused(404, "404"):
                s3.head_object(Bucket=bucket, Key="k")
        complete(s3, bucket, "a/b c")
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        copied = {"Bucket": bucket, "Key": "k"}
        s3.upload_part_copy(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, CopySource=copied)
        s3.abort_multipart_upload(Bucket=bucket, Key="k", UploadId=upload)
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=copied)
        s3.list_objects_v2(Bucket=bucket)
        s3.head_bucket(Bucket=bucket)
        s3.delete_object(Bucket=bucket, Key="copy")
    assert [(operation, key) for operation, key, _ in proxy.seen][-9:] == [
        ("UploadPart", "a/b c"),
        ("CompleteMultipartUpload", "a/b c"),
        ("CreateMultipartUpload", "k"),
        ("UploadPartCopy", "k"),
        ("AbortMultipartUpload", "k"),
        ("CopyObject", "copy"),
        ("ListObjectsV2", ""),
        ("HeadBucket", ""),
        ("DeleteObject", "copy"),
    ]
    assert proxy.count("GetObject") == 4
    # What is answered wrongly can have been done.
    with rewriting(s3_server, Rule("PutObject", rewriting_proxy.failing(500, "InternalError"), last=1)) as proxy:
        s3 = s3_server.client(endpoint=proxy.endpoint)
        with refused(500, "InternalError"):
            s3.put_object(Bucket=bucket, Key="k", Body=b"new")
        assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"bytes"


def raw_answer(endpoint, path, num_bytes_max=1 << 20):
    """What is sent to a GET until the connection is closed, or so much of it."""
    host, port = endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while len(received) < num_bytes_max and (piece := connection.recv(1 << 16)):
            received += piece
        return received


def test_rewriting_of_raw_answers(s3_server, bucket):
    public = s3_server.client().generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    s3_server.client().put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    path = public.removeprefix(s3_server.endpoint)

    def sent(how, **options):
        # The signature covers the host, so the request goes to the server as it would without a proxy.
        with rewriting(s3_server, Rule("GetObject", lambda request: how(as_sent(request)))) as proxy:
            return raw_answer(proxy.endpoint, path, **options)

    def as_sent(request):
        del request.headers["Host"]
        request.headers["Host"] = public.split("/")[2]
        return request

    def parts(received):
        head, _, body = received.partition(b"\r\n\r\n")
        return b"content-length: 10" in head.lower(), body

    assert parts(sent(rewriting_proxy.late(0))) == (True, b"0123456789")
    assert parts(sent(rewriting_proxy.cut(-1))) == (True, b"012345678")
    assert parts(sent(rewriting_proxy.cut_without_length(3))) == (False, b"012")
    assert parts(sent(rewriting_proxy.wrong_length(-3))) == (False, b"0123456789")
    assert sent(rewriting_proxy.twice).count(b"0123456789") == 2
    assert parts(sent(rewriting_proxy.short)) == (False, b"01234")
    assert parts(sent(rewriting_proxy.long)) == (False, b"01234567890123456789")
    assert len(sent(rewriting_proxy.endless_body)) >= 1 << 20
    assert b"\r\n\r\n" not in sent(rewriting_proxy.endless_headers)
    assert b"location: https://elsewhere.example/" in sent(rewriting_proxy.redirect())


ODD_KEYS = ["Pink Floyd", "a b+c", "a/b~c*d", "%41", "x%2Fy", "ü/ö", "<&>", "d/1", "d/2", "e/1"]


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_listings_as_aws_has_them(s3_server, bucket, page_size):
    for key in ODD_KEYS:
        s3_server.client().put_object(Bucket=bucket, Key=key, Body=b"x")
    with rewriting(s3_server, Rule(None, rewriting_proxy.aws_listing(s3_server, page_size))) as proxy:
        s3 = s3_server.client(endpoint=proxy.endpoint)
        pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket))
        assert [each["Key"] for page in pages for each in page["Contents"]] == sorted(ODD_KEYS, key=str.encode)
        assert {page["EncodingType"] for page in pages} == {"url"}
        assert len(pages) == -(-len(ODD_KEYS) // page_size)
        folders = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Delimiter="/", StartAfter="b"))
        assert [each["Prefix"] for page in folders for each in page.get("CommonPrefixes", [])] == ["d/", "e/", "ü/"]
        uploads = {s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in ["a b", "a b", "c"]}
        pages = list(s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket))
        assert {each["UploadId"] for page in pages for each in page["Uploads"]} == uploads
        raw = s3.list_multipart_uploads(Bucket=bucket, EncodingType="url", Prefix="a")
        assert (raw["Uploads"][0]["Key"], raw["NextKeyMarker"]) == ("a+b", "a+b")
        raw = s3.list_objects_v2(Bucket=bucket, EncodingType="url", Prefix="a b")
        assert (raw["Prefix"], raw["Contents"][0]["Key"]) == ("a+b", "a+b%2Bc")


def test_a_stale_listing(s3_server, bucket):
    with rewriting(s3_server, Rule("ListObjectsV2", rewriting_proxy.stale, first=2)) as proxy:
        s3 = s3_server.client(endpoint=proxy.endpoint)
        s3.put_object(Bucket=bucket, Key="a", Body=b"x")
        assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1
        s3.put_object(Bucket=bucket, Key="b", Body=b"x")
        assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a"]
        assert "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix="b")
