"""Who reaches a bucket, and how: profiles, roles, TLS, encryption, policies, regions; pipelines in buckets."""

import contextlib
import http.server
import json
import re

import servers
from conftest import PIPELINE, ROOT, SAMPLE
from test_s3 import keys

KEY_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_REGION")

FAKE_CLOCK = {
    "LD_PRELOAD": "/usr/$LIB/faketime/libfaketimeMT.so.1",
    "FAKETIME_DONT_FAKE_MONOTONIC": "1",
}


def without(env, *names):
    return {**env, **{name: "" for name in names}}


def settings(raw, lake, **others):
    values = {"lake.input": raw, "lake.output": lake, **others}
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


def test_profiles_of_two_accounts(tarn, s3_server, own_s3_server, raw, tmp_path):
    bucket = own_s3_server.create_bucket()
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    for name, server in {"reader": s3_server, "writer": own_s3_server}.items():
        with open(config, "a") as file:
            file.write(f"[profile {name}]\nregion = {server.region}\nendpoint_url = {server.endpoint}\n")
        with open(credentials, "a") as file:
            file.write(f"[{name}]\naws_access_key_id = {server.access_key}\naws_secret_access_key = {server.secret_key}\n")
    files = {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
    lake = f"s3://{bucket}/lake"
    of_buckets = {"s3.profile": "reader", f"bucket.{bucket}.profile": "writer"}
    # Keys of the environment do not come before a profile that is named.
    wrong = {**s3_server.env(), **files, "AWS_ACCESS_KEY_ID": "wrong", "AWS_ENDPOINT_URL": "", "AWS_REGION": ""}
    for env in (without({**s3_server.env(), **files}, *KEY_NAMES), wrong):
        tarn("run", PIPELINE, *settings(raw, lake, **of_buckets), env=env)
    assert keys(own_s3_server, bucket, "lake/songplays/")
    unknown = tarn("run", PIPELINE, *settings(raw, lake, **{"s3.profile": "nobody"}), env=wrong, exit_code=1)
    assert "no AWS profile nobody" in unknown.stderr


def test_tls_with_the_ca_of_tarn_toml(tarn, lake, tmp_path):
    with servers.S3Server(tmp_path / "s3", tls=True) as server:
        bucket = server.create_bucket()
        server.upload(SAMPLE, bucket, "raw/")
        env = without(server.env(), "AWS_CA_BUNDLE")
        raw = f"s3://{bucket}/raw"
        tarn("run", PIPELINE, *settings(raw, lake, **{"s3.ca_file": server.ca}), env=env)
        refused = tarn("run", PIPELINE, *settings(raw, lake), env=env, exit_code=1)
        assert "certificate" in refused.stderr


def test_a_clock_that_is_hours_off(tarn, s3_server, bucket, raw):
    """The service refuses what is signed at another time than its own; the client takes the time from its answer."""
    lake = f"s3://{bucket}/lake"
    for offset in ("+3h", "-3h"):
        faked = {**FAKE_CLOCK, "FAKETIME": offset}
        tarn("run", PIPELINE, "--full", *settings(raw, lake), env={**s3_server.env(), **faked})
        assert len(keys(s3_server, bucket, "lake/songplays/")) == 1


def test_a_role_is_assumed(tarn, moto_server, lake, tmp_path):
    """By moto's STS; its S3 takes the session token that came of it."""
    client = moto_server.client()
    bucket = "role-of-moto"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": moto_server.region})
    for path in SAMPLE.rglob("*.json"):
        client.put_object(Bucket=bucket, Key=f"raw/{path.relative_to(SAMPLE)}", Body=path.read_bytes())
    role = "arn:aws:iam::123456789012:role/tarn"
    with recorder(moto_server) as (endpoint, seen):
        env = moto_server.env(endpoint)
        tarn("run", PIPELINE, *settings(f"s3://{bucket}/raw", lake, **{"s3.role_arn": role}), env=env)
        gets = [headers for method, path, headers in seen if method == "GET"]
        assert gets and all(headers["X-Amz-Security-Token"] for headers in gets)
        assert all(len(headers.get_all(name)) == 1 for *_, headers in seen for name in headers)
        assert all(moto_server.access_key not in headers["Authorization"] for headers in gets)
        config = tmp_path / "config"
        config.write_text(
            f"[profile tarn]\nrole_arn = {role}\nsource_profile = base\n"
            "[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\n"
        )
        seen.clear()
        env = without({**env, "AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "tarn"}, *KEY_NAMES[:2])
        tarn("run", PIPELINE, *settings(f"s3://{bucket}/raw", lake), env=env)
        asked = [headers["Authorization"] for method, path, headers in seen if method == "POST" and path == "/"]
        assert len(asked) == 1 and "AKIABASE" in asked[0]
        broken = {**env, "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{servers.free_port()}"}
        refused = tarn("run", PIPELINE, *settings(f"s3://{bucket}/raw", lake), env=broken, exit_code=1)
        assert "AssumeRole" in refused.stderr and role in refused.stderr


@contextlib.contextmanager
def recorder(server):
    """In front of a server. Gives its endpoint and the list of (method, path, headers) that it saw."""
    seen = []
    with servers.passing_on(server.port, lambda *request: seen.append(request)) as endpoint:
        yield endpoint, seen


def test_headers_of_encryption_and_of_requester_pays(tarn, s3_server, bucket, raw):
    with recorder(s3_server) as (endpoint, seen):
        options = {
            "s3.endpoint": endpoint,
            "s3.encryption": "aws:kms",
            "s3.kms_key_id": "alias/lake",
            "s3.requester_pays": "true",
        }
        tarn("run", PIPELINE, *settings(raw, f"s3://{bucket}/lake", **options), env=s3_server.env())
    assert {headers["X-Amz-Request-Payer"] for *_, headers in seen} == {"requester"}
    # A part of an upload and its completion take what the upload began with.
    made = [
        headers
        for method, path, headers in seen
        if (method == "PUT" and "partNumber=" not in path) or (method == "POST" and "uploads" in path)
    ]
    assert len(made) > 70
    assert {headers["X-Amz-Server-Side-Encryption"] for headers in made} == {"aws:kms"}
    assert {headers["X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"] for headers in made} == {"alias/lake"}
    assert all("x-amz-server-side-encryption" in headers["Authorization"] for headers in made)


def test_an_anonymous_bucket(tarn, s3_server, bucket, raw, lake):
    env = without(s3_server.env(), *KEY_NAMES[:2])
    refused = tarn("run", PIPELINE, *settings(raw, lake, **{"s3.anonymous": "true"}), env=env, exit_code=1)
    assert "AccessDenied" in refused.stderr
    allow(s3_server, bucket, "*", [(["s3:ListBucket"], ""), (["s3:GetObject"], "/raw/*")])
    tarn("run", PIPELINE, *settings(raw, lake, **{f"bucket.{bucket}.anonymous": "true"}), env=env)


def allow(server, bucket, principal, statements):
    """The bucket's policy: what a principal may do, as (actions, what follows the bucket's name)."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": f"arn:aws:s3:::{bucket}{suffix}"}
            for actions, suffix in statements
        ],
    }
    server.client().put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def test_a_denied_prefix(tarn, s3_server, bucket, raw, lake):
    user = s3_server.add_user()
    env = s3_server.env(credentials=user)
    refused = tarn("run", PIPELINE, *settings(raw, lake), env=env, exit_code=1).stderr
    assert "AccessDenied" in refused and "ListObjectsV2" in refused and f"s3://{bucket}/raw/" in refused
    allow(s3_server, bucket, {"AWS": user[0]}, [(["s3:ListBucket"], ""), (["s3:GetObject"], "/raw/log_data/*")])
    refused = tarn("run", PIPELINE, *settings(raw, lake), env=env, exit_code=1).stderr
    assert "AccessDenied" in refused and "GetObject" in refused and f"s3://{bucket}/raw/song_data/" in refused
    assert "check the policies of the user or role and of the bucket" in refused


def test_the_policy_of_the_docs_is_enough(tarn, s3_server, bucket, raw):
    page = (ROOT / "docs" / "s3.md").read_text()
    policy = json.loads(re.search(r"```json\n(\{\s*\"Version\".*?)```", page, re.DOTALL)[1])
    user = s3_server.add_user()
    for statement in policy["Statement"]:
        statement["Principal"] = {"AWS": user[0]}
        statement.pop("Condition", None)  # the server knows none
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        statement["Resource"] = [re.sub("RAW-BUCKET|LAKE-BUCKET", bucket, resource) for resource in resources]
    s3_server.client().put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    env = s3_server.env(credentials=user)
    for words in (["--full"], ["--full"], []):
        tarn("run", PIPELINE, *words, *settings(raw, f"s3://{bucket}/lake"), env=env)
    s3_server.client().create_multipart_upload(Bucket=bucket, Key="lake/songs/left")
    assert "aborted 1" in tarn("clean", PIPELINE, "--older-than", "0m", *settings(raw, f"s3://{bucket}/lake"), env=env).stdout


def test_clean_aborts_old_uploads(tarn, s3_server, bucket):
    client = s3_server.client()
    client.create_multipart_upload(Bucket=bucket, Key="lake/songs/left")
    client.create_multipart_upload(Bucket=bucket, Key="elsewhere/left")
    arguments = ["clean", PIPELINE, "--set", f"lake.output=s3://{bucket}/lake"]
    assert tarn(*arguments, env=s3_server.env()).stdout == "nothing to clean\n"  # it is young
    listed = tarn(*arguments, "--older-than", "0m", "--dry-run", env=s3_server.env()).stdout
    assert f"s3://{bucket}/lake/songs/left" in listed and "would abort 1 unfinished upload" in listed
    assert len(client.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 2
    assert "aborted 1 unfinished upload" in tarn(*arguments, "--older-than", "0m", env=s3_server.env()).stdout
    assert [upload["Key"] for upload in client.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["elsewhere/left"]


@contextlib.contextmanager
def instance_metadata(region):
    """EC2's instance metadata, version 2, of a machine in that region."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, text):
            self.send_response_only(200 if text else 401)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def do_PUT(self):
            has_ttl = self.path == "/latest/api/token" and self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
            self.answer("a token" if has_ttl else "")

        def do_GET(self):
            knows = self.path == "/latest/meta-data/placement/region" and self.headers["X-aws-ec2-metadata-token"] == "a token"
            self.answer(region if knows else "")

        def log_message(self, *_):
            pass

    with servers.serving(Handler) as endpoint:
        yield endpoint


def test_regions_that_differ(tarn, s3_server, bucket, raw, tmp_path):
    other = servers.S3Server(tmp_path / "s3")
    other.region = "us-west-2"
    with other:
        far = other.create_bucket()
        of_bucket = {"endpoint": other.endpoint, "region": other.region, "profile": "other"}
        credentials = tmp_path / "credentials"
        credentials.write_text(
            f"[other]\naws_access_key_id = {other.access_key}\naws_secret_access_key = {other.secret_key}\n"
        )
        env = {**s3_server.env(), "AWS_SHARED_CREDENTIALS_FILE": str(credentials)}
        words = settings(raw, f"s3://{far}/lake", **{f"bucket.{far}.{name}": value for name, value in of_bucket.items()})
        strict = tarn("run", PIPELINE, "--strict-region", *words, env=env, exit_code=3).stderr
        assert f"bucket {bucket} is in {s3_server.region}" in strict and f"bucket {far} is in us-west-2" in strict
        assert not keys(other, far, "lake/songs/")
        warned = tarn("run", PIPELINE, *words, env=env).stderr
        assert "warning: bucket" in warned and "leaves a region" in warned
        assert "warning" not in tarn("run", PIPELINE, "--quiet", *words, env=env).stderr
    words = settings(raw, f"s3://{bucket}/lake")
    assert "warning" not in tarn("run", PIPELINE, "--strict-region", *words, env=s3_server.env()).stderr
    for region, is_near in [(s3_server.region, True), ("ap-south-1", False)]:
        with instance_metadata(region) as endpoint:
            env = {**s3_server.env(), "AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint, "AWS_EC2_METADATA_DISABLED": ""}
            said = tarn("run", PIPELINE, "--strict-region", *words, env=env, exit_code=0 if is_near else 3).stderr
            assert is_near or f"this machine is in {region}" in said


def test_a_pipeline_in_s3(tarn, s3_server, bucket, lake):
    s3_server.upload(PIPELINE, bucket, "pipelines/sparkify/")
    folder, env = f"s3://{bucket}/pipelines/sparkify", s3_server.env()
    output = ["--set", f"lake.output=s3://{bucket}/lake"]
    assert "6,820" in tarn("run", folder, *output, env=env).stdout  # its input is the sample beside it
    record = tarn.json("runs", f"{folder}/tarn.toml", *output, env=env)["runs"][0]
    assert (record["pipeline"]["name"], record["pipeline"]["directory"]) == ("sparkify", folder)
    assert "songplays" in tarn("plan", folder + "/", "songplays", *output, env=env).stdout
    assert "songplays" in tarn("plan", folder, *output, env=env).stdout
    client = s3_server.client()
    client.put_object(Bucket=bucket, Key="pipelines/sparkify/users.sql", Body=b"SELECT nothing FROM events")
    wrong = tarn("check", folder, env=env, exit_code=3).stderr
    assert f"{folder}/users.sql:1:8" in wrong
    missing = tarn("run", f"s3://{bucket}/pipelines", env=env, exit_code=3).stderr
    assert f"s3://{bucket}/pipelines: there is no tarn.toml here" in missing
