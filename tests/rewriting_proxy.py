"""A proxy in front of a real S3 server that answers wrongly where a test says so, and as AWS does where servers differ.

    with rewriting(server, Rule("GetObject", cut(100), first=2, last=2)) as proxy:
        tarn("show", table, env=server.env(proxy.endpoint))
    assert proxy.count("GetObject") == 3

A rule's `how` takes the Request and returns the Answer; it may pass the request on first, or not, or twice. Those below
are ready-made; WRONG_ANSWERS holds one of each kind.
"""

import base64
import contextlib
import copy
import dataclasses
import datetime
import itertools
import re
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

import servers

LISTINGS = ("ListObjectsV2", "ListMultipartUploads")
# What S3 tells apart by a parameter of the query: (method, whether of an object, parameter) to operation.
BY_PARAMETER = {
    ("GET", False, "list-type"): "ListObjectsV2",
    ("GET", False, "uploads"): "ListMultipartUploads",
    ("GET", False, "location"): "GetBucketLocation",
    ("POST", False, "delete"): "DeleteObjects",
    ("POST", True, "uploads"): "CreateMultipartUpload",
    ("POST", True, "uploadId"): "CompleteMultipartUpload",
    ("PUT", True, "partNumber"): "UploadPart",
    ("DELETE", True, "uploadId"): "AbortMultipartUpload",
    ("GET", True, "uploadId"): "ListParts",
}
BY_METHOD = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
BUCKET_BY_METHOD = {"GET": "ListObjects", "HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}


def operation_of(method, path, headers):
    """S3's name of a request's operation, where the bucket is in the path."""
    target = urllib.parse.urlsplit(path)
    bucket, _, key = target.path.lstrip("/").partition("/")
    for name, _ in urllib.parse.parse_qsl(target.query, keep_blank_values=True):
        if operation := BY_PARAMETER.get((method, key != "", name)):
            is_copy = operation == "UploadPart" and "x-amz-copy-source" in headers
            return "UploadPartCopy" if is_copy else operation
    if key == "":
        return BUCKET_BY_METHOD.get(method, method) if bucket else {"GET": "ListBuckets"}.get(method, method)
    is_copy = method == "PUT" and "x-amz-copy-source" in headers
    return "CopyObject" if is_copy else BY_METHOD.get(method, method)


@dataclasses.dataclass
class Answer:
    status: int
    headers: list = dataclasses.field(default_factory=list)  # of (name, value); names in lower case
    body: bytes = b""
    length: int | None = None  # told as Content-Length; None: not at all, the connection's end ends the body
    sent_bytes: int | None = None  # the connection is closed after so much of the body
    raw: object = None  # instead of all that: an iterable of bytes, sent as they are; then the connection is closed
    copies: int = 1  # on one connection
    delay_s: float = 0

    def header(self, name):
        return dict(self.headers).get(name, "")

    def with_header(self, name, value):
        """The same with another value of the header; None takes it away."""
        kept = [(each, text) for each, text in self.headers if each != name]
        return dataclasses.replace(self, headers=kept if value is None else [*kept, (name, str(value))])

    def with_body(self, body):
        body = body.encode() if isinstance(body, str) else body
        return dataclasses.replace(self, body=body, length=len(body))

    def head(self):
        lines = [f"HTTP/1.1 {self.status} Status", *(f"{name}: {value}" for name, value in self.headers)]
        if self.length is not None:
            lines.append(f"content-length: {self.length}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer(status, body=b"", **headers):
    """An answer of our own: answer(301, location="https://…")."""
    named = [(name.replace("_", "-").lower(), str(value)) for name, value in headers.items()]
    return Answer(status, named).with_body(body)


@dataclasses.dataclass
class Request:
    operation: str
    method: str
    path: str  # as it was sent, with the query
    headers: object
    body: bytes
    pass_on: object  # pass_on() is what the server answers to it
    earlier: Answer | None  # what was answered first to the same path, of a listing

    @property
    def bucket(self):
        return urllib.parse.unquote(urllib.parse.urlsplit(self.path).path.lstrip("/").partition("/")[0])

    @property
    def key(self):
        return urllib.parse.unquote(urllib.parse.urlsplit(self.path).path.lstrip("/").partition("/")[2])

    @property
    def query(self):
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query, keep_blank_values=True))


@dataclasses.dataclass
class Rule:
    """Which requests are answered otherwise: the first-th to last-th of an operation, None for ever and for any.

    `key` is a regular expression for what the object's key holds; calls of other keys do not count.
    """

    operation: str | None
    how: object
    first: int = 1
    last: int | None = None
    key: str = ""
    num_seen: int = 0

    def takes(self, request):
        if self.operation not in (None, request.operation) or not re.search(self.key, request.key):
            return False
        self.num_seen += 1
        return self.first <= self.num_seen <= (self.last or self.num_seen)


class RewritingProxy:
    """See rewriting()."""

    def __init__(self, rules):
        self.rules = rules
        self.endpoint = None
        self.seen = []  # (operation, key, status) of each request, in order
        self._first_answers = {}
        self._lock = threading.Lock()

    def count(self, operation):
        with self._lock:
            return sum(seen == operation for seen, *_ in self.seen)

    def exchange(self, request):
        with self._lock:
            request.earlier = copy.copy(self._first_answers.get(request.path))
            # Each rule counts, also where one before it takes the request.
            hows = [rule.how for rule in self.rules if rule.takes(request)]
        answered = hows[0](request) if hows else request.pass_on()
        with self._lock:
            self.seen.append((request.operation, request.key, answered.status))
            if request.operation in LISTINGS:
                self._first_answers.setdefault(request.path, answered)
        return answered


@contextlib.contextmanager
def rewriting(server, *rules):
    """In front of a server of servers.py, without TLS. The first rule that takes a request says how it is answered."""
    proxy = RewritingProxy(list(rules))

    class Handler(servers.PassingOn):
        protocol_version = "HTTP/1.1"
        port = server.port

        def exchange(self, body):
            operation = operation_of(self.command, self.path, self.headers)

            def pass_on():
                status, headers, content = self.ask(body)
                headers = [(name.lower(), value) for name, value in headers]
                length = int(dict(headers).get("content-length", len(content)))
                hidden = ("content-length", "transfer-encoding", "connection")
                return Answer(status, [each for each in headers if each[0] not in hidden], content, length)

            self.send(proxy.exchange(Request(operation, self.command, self.path, self.headers, body, pass_on, None)))

        def send(self, answered):
            time.sleep(answered.delay_s)
            if answered.raw is not None:
                self.close_connection = True
                for piece in answered.raw:
                    self.wfile.write(piece)
                return
            body = b"" if self.command == "HEAD" else answered.body[: answered.sent_bytes]
            for _ in range(answered.copies):
                self.wfile.write(answered.head() + body)
            is_open = answered.length is not None or self.command == "HEAD" or answered.status in (204, 304)
            if answered.sent_bytes is not None or not is_open:
                self.close_connection = True

    with servers.serving(Handler) as proxy.endpoint:
        yield proxy


# Ways to answer: each is a `how`, or makes one.


def changed(change):
    """The server does as it is asked, and what it answers is changed: Answer to Answer."""
    return lambda request: change(request.pass_on())


def instead(answered):
    """The request never reaches the server."""
    return lambda request: copy.copy(answered)


def failing(status, code, message="as the test has it"):
    return instead(answer(status, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"))


def with_body(body):
    """What the request asks for is done, and another body answered with its right length."""
    return changed(lambda answered: answered.with_body(body))


def late(seconds):
    return changed(lambda answered: dataclasses.replace(answered, delay_s=seconds))


def cut(num_bytes):
    """The connection is closed after so much of the body; a negative number is taken from its end."""

    def change(answered):
        sent = num_bytes if num_bytes >= 0 else max(0, len(answered.body) + num_bytes)
        return dataclasses.replace(answered, sent_bytes=sent)

    return changed(change)


def cut_without_length(num_bytes):
    """The same, with no Content-Length that could tell."""

    def change(answered):
        sent = num_bytes if num_bytes >= 0 else max(0, len(answered.body) + num_bytes)
        return dataclasses.replace(answered, body=answered.body[:sent], length=None)

    return changed(change)


def wrong_length(difference):
    """Content-Length is more or less than what is sent; the connection stays open, as it would for the right one."""
    return changed(lambda answered: dataclasses.replace(answered, length=max(0, answered.length + difference)))


short = changed(lambda answered: answered.with_body(answered.body[: len(answered.body) // 2]))
long = changed(lambda answered: answered.with_body(answered.body * 2 or b"more"))
empty = with_body(b"")
twice = changed(lambda answered: dataclasses.replace(answered, copies=2))
html = changed(
    lambda answered: answered.with_body("<html><body>Sign in</body></html>").with_header("content-type", "text/html")
)
missing_key = failing(404, "NoSuchKey")


def redirect(status=301, location="https://elsewhere.example/"):
    return instead(answer(status, location=location))


def stale(request):
    """A listing as it was when it was first asked for; when it was not, without its newest entry."""
    answered = request.pass_on()
    if request.operation not in LISTINGS:
        return answered
    if request.earlier is not None:
        return request.earlier
    entries = re.findall(rb"<(?:Contents|Upload)>.*?</(?:Contents|Upload)>", answered.body, re.DOTALL)
    if not entries:
        return answered
    newest = max(entries, key=lambda entry: re.search(rb"<(?:LastModified|Initiated)>([^<]*)", entry)[1])
    return answered.with_body(answered.body.replace(newest, b""))


def endless_body(request):
    """As the request asks for it, and then more of it for ever."""
    answered = request.pass_on()
    head = dataclasses.replace(answered, length=None).head()
    more = answered.body[-1:] * (1 << 16) or b" " * (1 << 16)
    return dataclasses.replace(answered, raw=itertools.chain([head, answered.body], itertools.repeat(more)))


def endless_headers(request):
    line = b"x-more: " + b"x" * 1000 + b"\r\n"
    answered = request.pass_on()
    return dataclasses.replace(
        answered, raw=itertools.chain([answered.head().removesuffix(b"\r\n")], itertools.repeat(line))
    )


WRONG_ANSWERS = {
    "500": failing(500, "InternalError"),
    "503": failing(503, "SlowDown"),
    "403": failing(403, "AccessDenied"),
    "short": short,
    "long": long,
    "late": late(1),
    "twice": twice,
    "empty": empty,
    "other content type": html,
    "redirect": redirect(),
    "cut": cut(-1),
    "wrong length": wrong_length(10),
    "stale listing": stale,
    "missing key": missing_key,
}


# Listings as AWS has them.


def aws_encoded(text):
    """encoding-type=url of AWS: a form's encoding, but for `/` and `*`."""
    return urllib.parse.quote_plus(text, safe="/*").replace("~", "%7E")


def aws_listing(server, page_size=1000):
    """A `how` that answers ListObjectsV2 and ListMultipartUploads as AWS does, of what is in the server.

    Names are encoded where the request asks for it, the answer says so, pages have at most `page_size` entries, and
    tokens mean nothing to others.
    """
    client = server.client()

    def how(request):
        if request.operation not in LISTINGS:
            return request.pass_on()
        page = {"ListObjectsV2": _objects_page, "ListMultipartUploads": _uploads_page}[request.operation]
        encode = aws_encoded if request.query.get("encoding-type") == "url" else str
        fields = [("Name", request.bucket), *page(client, request, page_size, encode)]
        if encode is aws_encoded:
            fields.append(("EncodingType", "url"))
        root = "ListBucketResult" if request.operation == "ListObjectsV2" else "ListMultipartUploadsResult"
        xml = f'<{root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{_xml(fields)}</{root}>'
        return answer(200, f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}', content_type="application/xml")

    return how


def _objects_page(client, request, page_size, encode):
    query = request.query
    asked = {"Prefix": query.get("prefix"), "Delimiter": query.get("delimiter")}
    if token := query.get("continuation-token"):
        asked["ContinuationToken"] = base64.b64decode(token).decode().removeprefix("aws:")
    elif start := query.get("start-after"):
        asked["StartAfter"] = start
    page = client.list_objects_v2(
        Bucket=request.bucket, MaxKeys=page_size, **{name: value for name, value in asked.items() if value}
    )
    yield "Prefix", encode(query.get("prefix", ""))
    if "delimiter" in query:
        yield "Delimiter", encode(query["delimiter"])
    if start := query.get("start-after"):
        yield "StartAfter", encode(start)
    if token:
        yield "ContinuationToken", token
    if page["IsTruncated"]:
        yield "NextContinuationToken", base64.b64encode(b"aws:" + page["NextContinuationToken"].encode()).decode()
    yield "KeyCount", len(page.get("Contents", [])) + len(page.get("CommonPrefixes", []))
    yield "MaxKeys", page_size
    yield "IsTruncated", "true" if page["IsTruncated"] else "false"
    for each in page.get("Contents", []):
        yield "Contents", [
            ("Key", encode(each["Key"])),
            ("LastModified", _time(each["LastModified"])),
            ("ETag", each["ETag"]),
            ("Size", each["Size"]),
            ("StorageClass", "STANDARD"),
        ]
    for each in page.get("CommonPrefixes", []):
        yield "CommonPrefixes", [("Prefix", encode(each["Prefix"]))]


def _uploads_page(client, request, page_size, encode):
    query = request.query
    # One page of the server: its own markers fail where a key has several uploads.
    listed = client.list_multipart_uploads(Bucket=request.bucket, Prefix=query.get("prefix", ""))
    left = sorted(listed.get("Uploads", []), key=lambda each: (each["Key"].encode(), each["UploadId"]))
    if marker := query.get("key-marker"):
        after = (marker.encode(), query.get("upload-id-marker", "\uffff"))
        left = [each for each in left if (each["Key"].encode(), each["UploadId"]) > after]
    uploads = left[:page_size]
    yield "KeyMarker", encode(query.get("key-marker", ""))
    yield "UploadIdMarker", query.get("upload-id-marker", "")
    # AWS tells the last one also on the last page.
    yield "NextKeyMarker", encode(uploads[-1]["Key"] if uploads else "")
    yield "NextUploadIdMarker", uploads[-1]["UploadId"] if uploads else ""
    yield "Prefix", encode(query.get("prefix", ""))
    yield "MaxUploads", page_size
    yield "IsTruncated", "true" if len(left) > page_size else "false"
    for each in uploads:
        yield "Upload", [
            ("Key", encode(each["Key"])),
            ("UploadId", each["UploadId"]),
            ("StorageClass", "STANDARD"),
            ("Initiated", _time(each["Initiated"])),
        ]


def _time(moment):
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _xml(fields):
    return "".join(
        f"<{name}>{_xml(value) if isinstance(value, list) else _escaped(value)}</{name}>"
        for name, value in fields
    )


def _escaped(value):
    return escape(str(value), {'"': "&quot;"})
