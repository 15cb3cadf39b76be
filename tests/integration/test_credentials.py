"""Whose keys sign: a profile that is named is the only source; what it names in turn is asked as the AWS CLI asks."""

import contextlib
import datetime
import hashlib
import http.server
import json
import os
import pty
import shlex
import stat
import time
import urllib.parse

import pytest

import servers
from conftest import PIPELINE

ROLE = "arn:aws:iam::123456789012:role/"
NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def env_of(server, endpoint=None):
    """What a server's clients take from the environment, with the profiles of the home folder."""
    return {**server.env(endpoint), "AWS_CONFIG_FILE": "", "AWS_SHARED_CREDENTIALS_FILE": ""}


def list_of(bucket):
    """The cheapest command that reads a bucket."""
    return ["runs", PIPELINE, "--set", f"lake.output=s3://{bucket}/lake"]


@pytest.fixture
def aws(tmp_path, monkeypatch):
    """Writes ~/.aws/config of a home of the test's own."""
    home = tmp_path / "home"
    (home / ".aws" / "sso" / "cache").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))

    def write(config, credentials=""):
        (home / ".aws" / "config").write_text(config)
        (home / ".aws" / "credentials").write_text(credentials)
        return home

    return write


def process_of(access_key, secret_key, **others):
    """A credential_process that gives these keys."""
    keys = {"Version": 1, "AccessKeyId": access_key, "SecretAccessKey": secret_key, **others}
    return f"echo {shlex.quote(json.dumps(keys))}"


def test_a_named_profile_keeps_the_environments_keys_out(tarn, s3_server, bucket, aws):
    user, secret = s3_server.add_user()
    aws(
        f"[profile of-process]\ncredential_process = {process_of(user, secret)}\n"
        "[profile region]\nregion = eu-north-1\n"
        f"[profile admin]\ncredential_process = {process_of(s3_server.access_key, s3_server.secret_key)}\n"
    )
    named = lambda profile: [*list_of(bucket), "--set", f"s3.profile={profile}"]  # noqa: E731
    env = env_of(s3_server)
    refused = tarn(*named("of-process"), env=env, exit_code=1).stderr
    assert "AccessDenied" in refused
    refused = tarn(*named("region"), env=env, exit_code=1).stderr
    assert "AWS profile region has no credentials" in refused
    unknown = tarn(*named("nobody"), env=env, exit_code=1).stderr
    assert "no AWS profile nobody" in unknown and "admin, of-process, region" in unknown
    tarn(*named("admin"), env={**env, "AWS_ACCESS_KEY_ID": "wrong"})
    # Where the environment names it, its keys come first, and the profile has to be there all the same.
    tarn(*list_of(bucket), env={**env, "AWS_PROFILE": "of-process"})
    tarn(*list_of(bucket), env={**env, **NO_KEYS, "AWS_PROFILE": "admin"})
    unknown = tarn(*list_of(bucket), env={**env, "AWS_PROFILE": "nobody"}, exit_code=1).stderr
    assert "no AWS profile nobody, which AWS_PROFILE names" in unknown


def test_what_is_the_matter_with_credentials_is_told(tarn, s3_server, bucket, aws):
    aws("[profile failing]\ncredential_process = sh -c 'echo token=abc is old >&2; exit 7'\n")
    env = {**env_of(s3_server), **NO_KEYS, "AWS_EC2_METADATA_DISABLED": "true"}
    assert "No AWS credentials found" in tarn(*list_of(bucket), env=env, exit_code=1).stderr
    failed = tarn(*list_of(bucket), env={**env, "AWS_PROFILE": "failing"}, exit_code=1).stderr
    assert "credential_process of AWS profile failing failed: exit code 7; it printed: token=*** is old" in failed
    half = tarn(*list_of(bucket), env={**env, "AWS_ACCESS_KEY_ID": "AKIA"}, exit_code=1).stderr
    assert "AWS_SECRET_ACCESS_KEY is not" in half
    blank = tarn(*list_of(bucket), env={**env_of(s3_server), "AWS_REGION": "eu-north-1 "}, exit_code=3).stderr
    assert "'eu-north-1 '" in blank and "AWS_REGION" in blank
    aws("region = before any section\n")
    broken = tarn(*list_of(bucket), env=env_of(s3_server), exit_code=1).stderr
    assert "/.aws/config: line 1" in broken


@contextlib.contextmanager
def seen_by(server):
    """In front of a server. Gives its endpoint and what it was asked: (method, path, headers, form)."""
    bodies, seen = [], []

    def look(method, path, headers):
        form = dict(urllib.parse.parse_qsl(bodies[-1].decode("latin-1"))) if method == "POST" else {}
        seen.append((method, path, headers, form))

    with servers.passing_on(server.port, look, lambda headers, body: bodies.append(body)) as endpoint:
        yield endpoint, seen


@pytest.fixture(scope="module")
def moto_bucket(moto_server):
    name = "credentials-of-moto"
    moto_server.client().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": moto_server.region})
    return name


def roles_asked(seen):
    return [(form["RoleArn"].removeprefix(ROLE), form) for method, _, _, form in seen if method == "POST"]


def test_a_chain_of_roles(tarn, moto_server, moto_bucket, aws):
    aws(
        f"[profile last]\nrole_arn = {ROLE}last\nsource_profile = middle one\nexternal_id = ours\n"
        "role_session_name = me@here\nduration_seconds = 1800\nregion = ap-south-1\n"
        f'[profile "middle one"]\nrole_arn = {ROLE}middle\nsource_profile = first\n'
        f"[profile first]\nrole_arn = {ROLE}unused\n",
        "[first]\naws_access_key_id = AKIAFIRST\naws_secret_access_key = s\n",
    )
    with seen_by(moto_server) as (endpoint, seen):
        env = {**env_of(moto_server, endpoint), "AWS_REGION": "", "AWS_ACCESS_KEY_ID": "AKIAWRONG"}
        tarn(*list_of(moto_bucket), "--set", "s3.profile=last", env=env)
    (middle, _), (last, form) = roles_asked(seen)
    assert (middle, last) == ("middle", "last")
    assert form["ExternalId"] == "ours" and form["RoleSessionName"] == "me@here" and form["DurationSeconds"] == "1800"
    signed_by = [headers["Authorization"] for *_, headers, _ in seen]
    assert "AKIAFIRST" in signed_by[0] and "/ap-south-1/sts/" in signed_by[0]
    assert not any("AKIAFIRST" in signature or "AKIAWRONG" in signature for signature in signed_by[1:])
    assert "X-Amz-Security-Token" in seen[1][2], "the second role is asked for by the first"


def test_roles_by_other_sources(tarn, moto_server, moto_bucket, aws, tmp_path):
    token = tmp_path / "token"
    token.write_text("a.b.c")
    aws(
        f"[profile environment]\nrole_arn = {ROLE}e\ncredential_source = Environment\n"
        f"[profile own]\nrole_arn = {ROLE}o\nsource_profile = own\naws_access_key_id = AKIAOWN\naws_secret_access_key = s\n"
        f"[profile web]\nrole_arn = {ROLE}w\nweb_identity_token_file = {token}\n"
        f"[profile by-process]\nrole_arn = {ROLE}p\nsource_profile = process\n"
        f"[profile process]\ncredential_process = {process_of('AKIAPROCESS', 's')}\n"
        f"[profile a]\nrole_arn = {ROLE}a\nsource_profile = b\n[profile b]\nrole_arn = {ROLE}b\nsource_profile = a\n"
    )
    for profile, role, key in [("environment", "e", "AKIAENV"), ("own", "o", "AKIAOWN"), ("by-process", "p", "AKIAPROCESS"), ("web", "w", None)]:
        with seen_by(moto_server) as (endpoint, seen):
            env = {**env_of(moto_server, endpoint), "AWS_ACCESS_KEY_ID": "AKIAENV"}
            tarn(*list_of(moto_bucket), "--set", f"s3.profile={profile}", env=env)
        ((asked, form),) = roles_asked(seen)
        assert asked == role
        first = seen[0][2]["Authorization"]
        assert key in first if key else first is None and form["WebIdentityToken"] == "a.b.c"
        assert all("X-Amz-Security-Token" in headers for _, _, headers, _ in seen[1:]) and len(seen) > 1
    loop = tarn(*list_of(moto_bucket), "--set", "s3.profile=a", env=env_of(moto_server), exit_code=1).stderr
    assert "a -> b -> a" in loop
    # The role of tarn.toml is assumed by the one of the profile.
    with seen_by(moto_server) as (endpoint, seen):
        words = ["--set", "s3.profile=own", "--set", f"s3.role_arn={ROLE}of-pipeline"]
        tarn(*list_of(moto_bucket), *words, env=env_of(moto_server, endpoint))
    assert [role for role, _ in roles_asked(seen)] == ["o", "of-pipeline"]


def test_an_mfa_code_is_asked_for_on_the_terminal(tarn, moto_server, moto_bucket, aws):
    aws(
        f"[profile mfa]\nrole_arn = {ROLE}m\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n",
        "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n",
    )
    words = [*list_of(moto_bucket), "--set", "s3.profile=mfa"]
    with seen_by(moto_server) as (endpoint, seen):
        env = env_of(moto_server, endpoint)
        process = tarn.start(*words, env=env, start_new_session=True)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1 and "there is no terminal to ask on" in err and "mfa/me" in err
        assert not seen
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(tarn.path, [tarn.path, *map(str, words)], {**os.environ, **env})
        shown = b""
        while b"MFA code of arn:aws:iam::1:mfa/me" not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, b"123456\n")
        with contextlib.suppress(OSError):  # its end
            while os.read(terminal, 1024):
                pass
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        os.close(terminal)
    ((_, form),) = roles_asked(seen)
    assert (form["SerialNumber"], form["TokenCode"]) == ("arn:aws:iam::1:mfa/me", "123456")


class Sso:
    """IAM Identity Center: gives keys to who has the token, and renews it."""

    def __init__(self, keys):
        self.keys = keys
        self.token = "a-token"
        self.asked = []
        sso = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, content):
                text = json.dumps(content).encode()
                self.send_response_only(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def do_GET(self):
                sso.asked.append(self.path)
                if self.headers["x-amz-sso_bearer_token"] != sso.token:
                    return self.answer(401, {"message": "Session token not found or invalid"})
                if "role_name=reader" not in self.path:
                    return self.answer(403, {"message": "No access"})
                access, secret = sso.keys
                expiration = int((time.time() + 3600) * 1000)
                keys = {"accessKeyId": access, "secretAccessKey": secret, "sessionToken": "", "expiration": expiration}
                return self.answer(200, {"roleCredentials": keys})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                sso.asked.append(body)
                if body["refreshToken"] != "r":
                    return self.answer(400, {"error": "invalid_grant"})
                return self.answer(200, {"accessToken": sso.token, "expiresIn": 28800, "refreshToken": "r2"})

            def log_message(self, *_):
                pass

        self.handler = Handler


def time_text(seconds):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_sso(tarn, s3_server, bucket, aws):
    sso = Sso((s3_server.access_key, s3_server.secret_key))
    settings = "sso_account_id = 123456789012\nsso_role_name = reader\n"
    start = "sso_start_url = https://x.awsapps.com/start\nsso_region = eu-north-1\n"
    home = aws(
        f"[profile old]\n{settings}{start}[profile new]\nsso_session = s\n{settings}[sso-session s]\n{start}"
        f"[profile denied]\nsso_session = s\nsso_account_id = 1\nsso_role_name = other\n[profile half]\nsso_session = s\nsso_role_name = x\n"
        "[profile lost]\nsso_session = nowhere\n" + settings
    )
    cache = home / ".aws" / "sso" / "cache"
    paths = {
        "old": cache / f"{hashlib.sha1(b'https://x.awsapps.com/start').hexdigest()}.json",
        "new": cache / f"{hashlib.sha1(b's').hexdigest()}.json",
    }
    with servers.serving(sso.handler) as endpoint:
        env = {**env_of(s3_server), "AWS_ENDPOINT_URL_SSO": endpoint, "AWS_ENDPOINT_URL_SSO_OIDC": endpoint}

        def run(profile, exit_code=0):
            return tarn(*list_of(bucket), "--set", f"s3.profile={profile}", env=env, exit_code=exit_code).stderr

        assert "half logs in by SSO but has no sso_account_id" in run("half", 1)
        assert "there is no [sso-session nowhere]" in run("lost", 1)
        for profile, path in paths.items():
            assert f"{profile} is not logged in; run `aws sso login --profile {profile}`" in run(profile, 1)
            path.write_text(json.dumps({"accessToken": "a-token", "expiresAt": time_text(-60)}))
            assert f"has expired; run `aws sso login --profile {profile}`" in run(profile, 1)
            path.write_text(json.dumps({"accessToken": "another", "expiresAt": time_text(3600)}))
            assert f"no longer logged in; run `aws sso login --profile {profile}`" in run(profile, 1)
            path.write_text(json.dumps({"accessToken": "a-token", "expiresAt": time_text(3600)}))
            run(profile)
        assert "SSO returned no credentials for AWS profile denied as other of account 1" in run("denied", 1)
        assert all(isinstance(asked, str) for asked in sso.asked), "nothing is renewed that is no session's"
        token = {"accessToken": "old", "expiresAt": time_text(-60), "clientId": "c", "clientSecret": "d", "refreshToken": "r"}
        paths["new"].write_text(json.dumps({**token, "registrationExpiresAt": time_text(86400)}))
        run("new")
        renewed = json.loads(paths["new"].read_text())
        assert (renewed["accessToken"], renewed["refreshToken"]) == ("a-token", "r2")
        assert renewed["expiresAt"] > time_text(28000)
        assert stat.S_IMODE(paths["new"].stat().st_mode) == 0o600
        assert sorted(cache.iterdir()) == sorted(paths.values())


@contextlib.contextmanager
def metadata(keys, token):
    """A container's or an instance's credentials, for who shows the token."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, status, text):
            asked.append((self.command, self.path))
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def do_PUT(self):
            self.answer(200, token)

        def do_GET(self):
            if token not in (self.headers["Authorization"], self.headers["X-aws-ec2-metadata-token"]):
                return self.answer(401, "")
            if self.path.endswith("/security-credentials/"):
                return self.answer(200, "the-role")
            document = {"AccessKeyId": keys[0], "SecretAccessKey": keys[1], "Token": "", "Expiration": time_text(3600), "Code": "Success"}
            return self.answer(200, json.dumps(document))

        def log_message(self, *_):
            pass

    with servers.serving(Handler) as endpoint:
        yield endpoint, asked


def test_credentials_of_a_container_and_of_an_instance(tarn, s3_server, bucket, aws):
    aws("[default]\nregion = eu-north-1\n")
    with metadata((s3_server.access_key, s3_server.secret_key), "t0ken") as (endpoint, asked):
        env = {**env_of(s3_server), **NO_KEYS}
        container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{endpoint}/keys", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t0ken"}
        tarn(*list_of(bucket), env={**env, **container})
        assert asked == [("GET", "/keys")]
        refused = tarn(*list_of(bucket), env={**env, **container, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "x"}, exit_code=1).stderr
        assert "container's credentials could not be fetched: HTTP status 401" in refused
        elsewhere = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://192.0.2.1/keys"}
        assert "not be called without TLS: 192.0.2.1" in tarn(*list_of(bucket), env={**env, **elsewhere}, exit_code=1).stderr
        instance = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": endpoint, "AWS_EC2_METADATA_DISABLED": ""}
        tarn(*list_of(bucket), env={**env, **instance})
        assert ("GET", "/latest/meta-data/iam/security-credentials/the-role") in asked


def test_a_process_is_asked_again_when_its_credentials_expire(tarn, s3_server, bucket, raw, aws, tmp_path, lake):
    count = tmp_path / "count"
    keys = {"Version": 1, "AccessKeyId": s3_server.access_key, "SecretAccessKey": s3_server.secret_key}
    script = tmp_path / "a script.sh"
    script.write_text(f"echo x >>'{count}'; printf '%s' '{json.dumps(keys)[:-1]}, \"Expiration\": \"'$1'\"}}'\n")
    for expires, at_most in [("2101-01-01T00:00:00Z", 1), (time_text(-1), None)]:
        aws(f"[profile p]\ncredential_process = sh '{script}' {expires}\n")
        count.write_text("")
        words = ["run", PIPELINE, "--set", f"lake.input={raw}", "--set", f"lake.output={lake}", "--set", "s3.profile=p"]
        done = tarn(*words, env=env_of(s3_server), exit_code=0 if at_most else 1)
        if at_most:
            assert count.read_text() == "x\n" * at_most
        else:
            assert "AWS profile p had already expired when they were received" in done.stderr


def test_spark_is_not_started_with_keys_of_another_account(tarn, s3_server, bucket, raw, aws):
    aws(f"[profile p]\ncredential_process = {process_of(s3_server.access_key, s3_server.secret_key)}\n")
    words = ["run", PIPELINE, "--set", f"lake.input={raw}", "--set", f"lake.output=s3://{bucket}/lake", "--set", "s3.profile=p"]
    refused = tarn(*words, "--master", "local[1]", env=env_of(s3_server), exit_code=2).stderr
    assert f"s3://{bucket}: p" in refused and "AWS_PROFILE=p" in refused
