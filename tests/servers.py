"""Real servers for tests, each on a free port of 127.0.0.1 and in a folder of its own, ended by its own process id.

S3Server is versitygw on its posix backend, FaultProxy is toxiproxy in front of any of them, MotoServer is moto, for
AWS's control plane only. passing_on() is of this process. `scripts/setup test` provides them; integration/test_servers.py holds them to what they answer.

As a program (scripts/with-s3): run a command beside an S3 server with an empty bucket.
"""

import base64
import concurrent.futures
import contextlib
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib

import boto3
import botocore.config
import botocore.exceptions

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".servers" / "bin"
# Not the region that clients fall back to: a client that does not learn the region from us fails.
REGION = "eu-north-1"
WITH_S3_BUCKET = "tarn-test"
# Owner, bucket, time, address, requester, id; then what S3's server access logs have there.
ACCESS = re.compile(r"\S+ \S+ \[[^]]*\] \S+ \S+ \S+ s3_(?P<operation>\w+) \S+ (?P<target>\S+) (?P<status>\d+) ")


def forget_aws():
    """Take the user's own AWS settings out of this process's environment, and so out of what it starts."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def free_port():
    """A port below those that systems hand out for outgoing connections, so that it is still free after kill -9."""
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


class Server:
    """A server process. `with Server(folder) as server:` starts it and ends it; the folder is the caller's to remove.

    The kernel kills the server when the thread that started it is gone, also by kill -9: start it in the main thread.
    """

    program: str
    start_timeout_s = 60

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / f"{self.program}.log"
        self.port = None
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.kill()
            raise

    def __exit__(self, *_):
        self.stop()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start, and return when it answers. Once started it keeps its port, also after kill()."""
        fixed = self.port
        for _ in range(5):
            self.port = fixed or free_port()
            position = self.log.stat().st_size if self.log.exists() else 0
            self._spawn()
            if self._wait():
                return self
            said = self.log.read_text(errors="replace")[position:]
            if "address already in use" not in said.lower():
                break
        raise RuntimeError(f"{self.program} ended at its start, see {self.log}: {said[-2000:]}")

    def stop(self):
        """End it in an orderly way; a server that does not listen to that is killed."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self):
        """kill -9. start() starts again, on the same port and folder."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self):
        self.kill()
        return self.start()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def _command(self):
        raise NotImplementedError

    def _environment(self):
        return {}

    def _answers(self):
        raise NotImplementedError

    def _spawn(self):
        die_with_us = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*die_with_us, *self._command()],
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **self._environment()},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the test, which ends the server itself
            )

    def _wait(self):
        deadline = time.monotonic() + self.start_timeout_s
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if self._answers():
                return self.running()
            time.sleep(0.01)
        self.kill()
        raise TimeoutError(f"{self.program} did not answer in {self.start_timeout_s} s, see {self.log}")

    def _built(self):
        path = PROGRAMS / self.program
        if not os.access(path, os.X_OK):
            raise FileNotFoundError(f"{path} is not built: run `scripts/setup test`")
        return str(path)


class AwsServer(Server):
    """What S3Server and MotoServer share: credentials, and clients that use them."""

    region = REGION
    ca = None

    def __init__(self, folder):
        super().__init__(folder)
        self.access_key, self.secret_key = _random_credentials()

    @property
    def credentials(self):
        return self.access_key, self.secret_key

    def env(self, endpoint=None, credentials=None):
        """What tools that speak to AWS take from the environment; forget_aws() keeps the user's own settings out.

        `endpoint` puts something else in front, such as a FaultProxy's. `credentials` are those of add_user().
        """
        access_key, secret_key = credentials or self.credentials
        local = "127.0.0.1,localhost"
        environment = {
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": secret_key,
            "AWS_REGION": self.region,
            "AWS_ENDPOINT_URL": endpoint or self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(self.folder / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "no-credentials"),
            "NO_PROXY": local,
            "no_proxy": local,
        }
        if self.ca:
            environment["AWS_CA_BUNDLE"] = str(self.ca)
        return environment

    def client(self, service="s3", *, endpoint=None, credentials=None, config=None, **options):
        """A boto3 client: one attempt per call, so that a test sees each answer; threads may share it."""
        access_key, secret_key = credentials or self.credentials
        settings = botocore.config.Config(
            retries={"total_max_attempts": 1},
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=64,
            proxies={},
            s3={"addressing_style": "path"},
        )
        arguments = {
            "aws_access_key_id": access_key,
            "aws_secret_access_key": secret_key,
            "region_name": self.region,
            "endpoint_url": endpoint or self.endpoint,
            "verify": str(self.ca) if self.ca else None,
            **options,
        }
        return boto3.Session().client(service, config=settings.merge(config) if config else settings, **arguments)


class S3Server(AwsServer):
    """versitygw: an S3 server whose objects are the files of `folder`/data. With tls, `ca` is the CA's path.

    It closes every connection after one answer. With keep_alive it does not, but version 1.8.0 then often answers 400
    to what follows a PUT with a trailing checksum, which is what Arrow's S3 client sends: for clients that only read.
    """

    program = "versitygw"

    def __init__(self, folder, tls=False, keep_alive=False):
        super().__init__(folder)
        self.keep_alive = keep_alive
        self.data = self.folder / "data"
        self.data.mkdir(exist_ok=True)
        self.accounts = self.folder / "accounts"
        self.accounts.mkdir(exist_ok=True)
        self.access_log = self.folder / "access.log"
        # Metadata lies in extended attributes, or beside the data where the file system has none (tmpfs before 6.6).
        self.sidecar = None if self._has_extended_attributes() else self.folder / "metadata"
        if self.sidecar:
            self.sidecar.mkdir(exist_ok=True)
        self.tls = self.folder / "tls" if tls else None
        if tls:
            self._make_certificate()

    @property
    def endpoint(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def create_bucket(self, name=None):
        name = name or f"tarn-{secrets.token_hex(8)}"
        self.client().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.region})
        return name

    def remove_bucket(self, name):
        """Whatever is in it, unfinished uploads too, and also while the server is down."""
        shutil.rmtree(self.data / name, ignore_errors=True)

    def upload(self, folder, bucket, prefix=""):
        """Put every file below a folder under its relative path. Returns the keys, sorted.

        The files become objects by being written where the server keeps them, with what a PUT would note beside them:
        15,000 small ones in a few seconds, where PUTs take half a minute or more.
        """
        folder = pathlib.Path(folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        keys = [prefix + path.relative_to(folder).as_posix() for path in files]
        client = self.client()

        def put(path, key):
            body = path.read_bytes()
            if self.sidecar:
                client.put_object(Bucket=bucket, Key=key, Body=body)
            else:
                self._place(body, bucket, key)

        for parent in {(self.data / bucket / key).parent for key in keys}:
            parent.mkdir(parents=True, exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for _ in pool.map(put, files, keys):
                pass
        return sorted(keys)

    def _place(self, body, bucket, key):
        path = self.data / bucket / key
        path.write_bytes(body)
        crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
        # Without spaces it all fits into ext4's inode, which is ten times as fast as a block beside it.
        checksums = json.dumps({"Algorithm": "CRC32", "Type": "FULL_OBJECT", "CRC32": crc}, separators=(",", ":"))
        os.setxattr(path, "user.etag", f'"{hashlib.md5(body).hexdigest()}"'.encode())
        os.setxattr(path, "user.content-type", b"binary/octet-stream")
        os.setxattr(path, "user.checksums", checksums.encode())

    def add_user(self):
        """Another account, which may do nothing yet. Returns its access key and secret key, for env() and client()."""
        access_key, secret_key = _random_credentials()
        admin = [self._built(), "admin", "--region", self.region, "--endpoint-url", self.endpoint, "--allow-insecure"]
        subprocess.run(
            [*admin, "create-user", "--access", access_key, "--secret", secret_key, "--role", "user"],
            env={**os.environ, "ADMIN_ACCESS_KEY_ID": self.access_key, "ADMIN_SECRET_ACCESS_KEY": self.secret_key},
            check=True,
            capture_output=True,
        )
        return access_key, secret_key

    def requests(self):
        """What the server was asked so far: (operation, path, query, status) of each request, in order.

        By its access log: lines of what it prints run into one another when requests do.
        """
        found = map(ACCESS.match, self.access_log.read_text(errors="replace").splitlines())
        return [
            (match["operation"], *match["target"].partition("?")[::2], int(match["status"])) for match in found if match
        ]

    def _make_certificate(self):
        import trustme

        self.tls.mkdir(exist_ok=True)
        authority = trustme.CA()
        certificate = authority.issue_cert("127.0.0.1", "localhost")
        self.ca = self.tls / "ca.pem"
        authority.cert_pem.write_to_path(self.ca)
        certificate.private_key_pem.write_to_path(self.tls / "key.pem")
        for part, pem in enumerate(certificate.cert_chain_pems):
            pem.write_to_path(self.tls / "cert.pem", append=part > 0)

    def _command(self):
        command = [self._built(), "--port", f"127.0.0.1:{self.port}", "--region", self.region]
        if self.keep_alive:
            command.append("--keep-alive")
        if self.tls:
            command += ["--cert", str(self.tls / "cert.pem"), "--key", str(self.tls / "key.pem")]
        # With an account store, an unknown key is 403 InvalidAccessKeyId as in AWS; without one, 404.
        command += ["--iam-dir", str(self.accounts), "--access-log", str(self.access_log)]
        sidecar = ["--sidecar", str(self.sidecar)] if self.sidecar else []
        return [*command, "posix", *sidecar, str(self.data)]

    def _has_extended_attributes(self):
        probe = self.folder / "probe"
        probe.touch()
        try:
            os.setxattr(probe, "user.probe", b"")
            return True
        except OSError:
            return False
        finally:
            probe.unlink()

    def _environment(self):
        return {"ROOT_ACCESS_KEY": self.access_key, "ROOT_SECRET_KEY": self.secret_key}

    def _answers(self):
        # Signed with our random key: another server on this port would refuse it.
        try:
            self.client().list_buckets()
            return True
        except (
            botocore.exceptions.ConnectionError,
            botocore.exceptions.HTTPClientError,
            botocore.exceptions.ClientError,
        ):
            return False


class MotoServer(AwsServer):
    """moto: AWS's control plane, such as STS. It accepts any secret; for objects, S3Server is the real thing."""

    program = "moto"

    def _command(self):
        return [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(self.port)]

    def _answers(self):
        return _answer(self.port, "GET", "/moto-api/data.json") is not None


class FaultProxy(Server):
    """toxiproxy in front of the port of a server. Faults hold for open connections and new ones, until clear().

    Faults add up; the same one again replaces the first. Where a method has `stream`, "downstream" is what the server
    answers and "upstream" what the client sends.
    """

    program = "toxiproxy-server"

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server
        self.proxy_port = None

    @property
    def endpoint(self):
        """The server's endpoint, through the proxy."""
        return f"{self.server.endpoint.split(':')[0]}://127.0.0.1:{self.proxy_port}"

    def start(self):
        super().start()
        listen = f"127.0.0.1:{self.proxy_port or free_port()}"  # still free after down()
        made = self._call("POST", "/proxies", name="server", listen=listen, upstream=f"127.0.0.1:{self.server.port}")
        self.proxy_port = int(made["listen"].rpartition(":")[2])
        return self

    def latency(self, ms, jitter_ms=0, stream="downstream"):
        """Delay every piece of data."""
        self._add("latency", stream, latency=ms, jitter=jitter_ms)

    def bandwidth(self, kb_per_s, stream="downstream"):
        self._add("bandwidth", stream, rate=kb_per_s)

    def limit_data(self, num_bytes, stream="downstream"):
        """Close each connection in an orderly way when that much went through, as a server that dies in mid-answer."""
        self._add("limit_data", stream, bytes=num_bytes)

    def timeout(self, ms=0, stream="upstream"):
        """Let no data through; close after that time, 0 for never.

        Downstream, the server gets the request and its answer is lost: the client sees the connection closed.
        """
        self._add("timeout", stream, timeout=ms)

    def reset(self, after_ms=0, stream="downstream"):
        """Answer each connection with TCP RST."""
        self._add("reset_peer", stream, timeout=after_ms)

    def down(self):
        """Close all connections and refuse new ones."""
        self._call("POST", "/proxies/server", enabled=False)

    def up(self):
        self._call("POST", "/proxies/server", enabled=True)

    def clear(self):
        """No faults any more, and up."""
        self._call("POST", "/reset")

    def _add(self, kind, stream, **attributes):
        name = f"{kind}_{stream}"
        if any(toxic["name"] == name for toxic in self._call("GET", "/proxies/server/toxics")):
            self._call("DELETE", f"/proxies/server/toxics/{name}")
        self._call(
            "POST", "/proxies/server/toxics", name=name, type=kind, stream=stream, toxicity=1.0, attributes=attributes
        )

    def _call(self, method, path, **body):
        answer = _answer(self.port, method, path, body)
        if answer is None or answer[0] >= 300:
            raise RuntimeError(f"toxiproxy: {method} {path} {body}: {answer}, see {self.log}")
        return json.loads(answer[1]) if answer[1] else None

    def _command(self):
        return [self._built(), "-host", "127.0.0.1", "-port", str(self.port)]

    def _answers(self):
        return _answer(self.port, "GET", "/version") is not None


@contextlib.contextmanager
def serving(handler):
    """Serve HTTP by a handler's class, on threads of this process. Gives the endpoint."""
    http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=http_server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http_server.server_port}"
    finally:
        http_server.shutdown()
        thread.join()
        http_server.server_close()


def set_back(path, seconds):
    """A file of S3Server's, and so its object's LastModified, becomes so much older."""
    now = os.stat(path)
    os.utime(path, (now.st_atime - seconds, now.st_mtime - seconds))


class PassingOn(http.server.BaseHTTPRequestHandler):
    """A server in front of the one at `port`. When what is behind does not answer, this server does not either."""

    port: int

    def exchange(self, body):
        """Answer one request."""
        self.answer(*self.ask(body))

    def ask(self, body):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as behind:
            behind.request(self.command, self.path, body, dict(self.headers))
            answer = behind.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def answer(self, status, headers, content):
        # The length of what a HEAD does not send stands in its answer.
        headers = {name.lower(): value for name, value in headers}
        headers.setdefault("content-length", str(len(content)))
        self.send_response_only(status)
        for name, value in headers.items():
            if name not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def handle_request(self):
        try:
            self.exchange(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_request

    def log_message(self, *_):
        pass


def passing_on(port, look, look_inside=lambda headers, body: None):
    """A server in front of the one at `port`, for what FaultProxy can't do: to see requests, and to answer some.
    `look_inside` sees each request's body. What rewrites answers is rewriting_proxy.py.

    `look(method, path, headers)` is called with each request. It returns None to pass the request on, or what to answer
    instead: (status, headers, body).
    """

    class Handler(PassingOn):
        def exchange(self, body):
            look_inside(self.headers, body)
            instead = look(self.command, self.path, self.headers)
            self.answer(*(self.ask(body) if instead is None else instead))

    Handler.port = port
    return serving(Handler)


def _random_credentials():
    return "AKIA" + secrets.token_hex(8).upper(), base64.b64encode(secrets.token_bytes(30)).decode()


def _answer(port, method, path, body=None):
    """Status and text of an HTTP request, or None when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def run_with_s3(command):
    """Run a command beside an S3 server with an empty bucket. Returns the command's exit code, as a shell tells it."""
    child = None
    # Ctrl-C reaches the command by itself; what is sent to us alone is passed on. The server ends after the command.
    signal.signal(signal.SIGINT, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: child.send_signal(number) if child else sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="tarn-s3-") as folder, S3Server(folder) as server:
        server.create_bucket(WITH_S3_BUCKET)
        environment = {**os.environ, **server.env(), "TARN_TEST_S3": "1", "TARN_TEST_BUCKET": WITH_S3_BUCKET}
        try:
            child = subprocess.Popen(command, env=environment)
        except OSError as error:
            print(f"with-s3: {command[0]}: {error.strerror}", file=sys.stderr)
            return 127 if isinstance(error, FileNotFoundError) else 126
        code = child.wait()
        return code if code >= 0 else 128 - code


def main(arguments):
    if not arguments:
        print("usage: scripts/with-s3 COMMAND…", file=sys.stderr)
        return 2
    forget_aws()
    try:
        return run_with_s3(arguments)
    except (FileNotFoundError, RuntimeError, TimeoutError) as error:
        print(f"with-s3: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
