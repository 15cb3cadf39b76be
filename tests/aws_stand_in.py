"""A stand-in for the AWS CLI where moto does not do: steps run, as processes of this machine, and calls fail as told.

`install(folder)` puts `aws`, `ssh` and `spark-submit` into folder/bin. What they know is files below the folder:
calls.jsonl (each call's arguments), clusters/ID.json, steps/ID/, s3/BUCKET/KEY, token (what was
put as an object last), fail/OPERATION (what that call says as
it fails; after `N\\n` on top, N times only), spark-submit.json (the program and settings of the Spark to start),
ports.json (where servers of the primary node listen, by their usual ports).
"""

import json
import os
import pathlib
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading

VERSION = "aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12 prompt/off"


def install(folder):
    for name in ("bin", "clusters", "steps", "s3", "fail"):
        (folder / name).mkdir(parents=True)
    for name in ("aws", "ssh", "spark-submit"):
        program = folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -S {__file__} {folder} {name} "$@"\n')
        program.chmod(0o755)


def end_steps(folder):
    """Kill what steps left running."""
    for file in folder.glob("steps/*/pid"):
        try:
            os.killpg(int(file.read_text()), signal.SIGKILL)
        except ProcessLookupError:
            pass


class Aws:
    def __init__(self, folder, arguments):
        self.folder = folder
        self.words = [word for word in arguments if not word.startswith("--")]
        self.options = dict(word[2:].partition("=")[::2] for word in arguments if word.startswith("--"))

    def run(self):
        if "version" in self.options:
            return VERSION
        operation = self.words[1]
        self.fail_as_told(operation)
        answer = getattr(self, f"{self.words[0]}_{operation}".replace("-", "_"), lambda: {})()
        return json.dumps(answer) if isinstance(answer, dict) else answer

    def fail_as_told(self, operation):
        file = self.folder / "fail" / operation
        if not file.exists():
            return
        count, _, text = file.read_text().partition("\n")
        if count.isdigit():
            file.write_text(f"{int(count) - 1}\n{text}") if int(count) > 1 else file.unlink()
        else:
            text = file.read_text()
        print(text, file=sys.stderr)
        sys.exit(254)

    # clusters: {"Name", "LogUri", "ReleaseLabel", "states": those that describe-cluster tells, one after the other}
    def cluster(self, change=None):
        file = self.folder / "clusters" / f"{self.options.get('cluster-id') or self.options['cluster-ids']}.json"
        cluster = json.loads(file.read_text())
        if change:
            change(cluster)
            file.write_text(json.dumps(cluster))
        return cluster

    def describe(self, id, cluster):
        state, _, reason = cluster["states"][0].partition(": ")
        return {
            "Id": id,
            "Name": cluster["Name"],
            "Status": {"State": state, "StateChangeReason": {"Message": reason}},
            "ReleaseLabel": cluster["ReleaseLabel"],
            "LogUri": cluster["LogUri"],
            "MasterPublicDnsName": "primary.example",
        }

    def emr_create_cluster(self):
        id = "j-" + secrets.token_hex(6).upper()
        states = self.folder / "states.json"
        cluster = {
            "Name": self.options["name"],
            "LogUri": self.options["log-uri"].replace("s3://", "s3n://"),
            "ReleaseLabel": self.options["release-label"],
            "states": json.loads(states.read_text()) if states.exists() else ["STARTING", "WAITING"],
        }
        (self.folder / "clusters" / f"{id}.json").write_text(json.dumps(cluster))
        return {"ClusterId": id}

    def emr_describe_cluster(self):
        def go_on(cluster):
            if len(cluster["states"]) > 1:
                cluster["states"].pop(0)

        id = self.options["cluster-id"]
        answer = {"Cluster": self.describe(id, self.cluster())}
        self.cluster(go_on)
        return answer

    def emr_list_clusters(self):
        files = self.folder.glob("clusters/*.json")
        clusters = [self.describe(file.stem, json.loads(file.read_text())) for file in files]
        return {"Clusters": [one for one in clusters if not one["Status"]["State"].startswith("TERM")]}

    def emr_terminate_clusters(self):
        self.cluster(lambda cluster: cluster.update(states=["TERMINATED"]))
        return ""

    def emr_add_steps(self):
        (step,) = json.loads(self.options["steps"])
        id = "s-" + secrets.token_hex(6).upper()
        folder = self.folder / "steps" / id
        folder.mkdir()
        (folder / "arguments.json").write_text(json.dumps(step["Args"]))
        # Its own process, which outlives this one and writes down how it ends.
        watch = "import pathlib, subprocess, sys; code = subprocess.call(sys.argv[2:]); pathlib.Path(sys.argv[1]).write_text(str(code))"
        with open(folder / "output", "w") as output:
            process = subprocess.Popen(
                [sys.executable, "-S", "-c", watch, folder / "code", *step["Args"]],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        (folder / "pid").write_text(str(process.pid))
        return {"StepIds": [id]}

    def step(self, folder):
        code = (folder / "code").read_text() if (folder / "code").exists() else ""
        cancelled = (folder / "cancelled").exists()
        state = "CANCELLED" if cancelled else {"": "RUNNING", "0": "COMPLETED"}.get(code, "FAILED")
        details = {"FailureDetails": {"Reason": "Unknown Error."}} if state == "FAILED" else {}
        return {"Id": folder.name, "Name": "step", "Status": {"State": state, **details}}

    def emr_describe_step(self):
        return {"Step": self.step(self.folder / "steps" / self.options["step-id"])}

    def emr_cancel_steps(self):
        folder = self.folder / "steps" / self.options["step-ids"]
        (folder / "cancelled").touch()
        os.killpg(int((folder / "pid").read_text()), signal.SIGTERM)
        return {}

    # serverless: everything is there at once
    def emr_serverless_list_applications(self):
        file = self.folder / "applications.json"
        return {"applications": json.loads(file.read_text()) if file.exists() else []}

    def emr_serverless_create_application(self):
        return {"applicationId": "00new"}

    def emr_serverless_start_application(self):
        return ""

    def emr_serverless_get_application(self):
        return {"application": {"state": "STARTED"}}

    def emr_serverless_start_session(self):
        return {"sessionId": "00session"}

    def emr_serverless_get_session(self):
        return {"session": {"state": "IDLE"}}

    # objects
    def object(self, uri=None):
        path = uri.removeprefix("s3://") if uri else f"{self.options['bucket']}/{self.options['key']}"
        return self.folder / "s3" / path

    def s3api_put_object(self):
        assert self.options["server-side-encryption"] == "AES256"
        file = self.object()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pathlib.Path(self.options["body"]).read_bytes())
        (self.folder / "token").write_bytes(file.read_bytes())
        return {}

    def s3api_delete_object(self):
        self.object().unlink(missing_ok=True)
        return {}

    def s3_rm(self):
        self.object(self.words[2]).unlink()
        return ""

    def s3_cp(self):
        source, target = self.words[2:]
        if target.startswith("s3://"):
            self.object(target).parent.mkdir(parents=True, exist_ok=True)
            self.object(target).write_bytes(pathlib.Path(source).read_bytes())
            return ""
        if not self.object(source).exists():
            print("fatal error: An error occurred (404) when calling the HeadObject operation: Not Found", file=sys.stderr)
            sys.exit(1)
        content = self.object(source).read_bytes()
        if target == "-":
            sys.stdout.buffer.write(content)
        else:
            pathlib.Path(target).write_bytes(content)
        return ""

    def s3api_get_bucket_location(self):
        return {"LocationConstraint": "eu-north-1"}

    def ec2_describe_security_groups(self):
        rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}
        return {"SecurityGroups": [{"IpPermissions": [rule]}]}


def forward(folder, arguments):
    """What `ssh -N -L` does, as far as this machine goes: it is the primary node, some of whose servers listen elsewhere."""
    elsewhere = folder / "ports.json"
    elsewhere = json.loads(elsewhere.read_text()) if elsewhere.exists() else {}

    def pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            target.close()

    def serve(listener, port):
        while True:
            near, _ = listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", port))
            except OSError:
                near.close()
                continue
            for pair in ((near, far), (far, near)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    for word in arguments:
        if match := re.fullmatch(r"(127\.0\.0\.1:\d+|/.*):(?:127\.0\.0\.1|primary\.example):(\d+)", word):
            if match[1].startswith("/"):
                listener = socket.create_server(match[1], family=socket.AF_UNIX)
            else:
                listener = socket.create_server(("127.0.0.1", int(match[1].rpartition(":")[2])))
            port = elsewhere.get(match[2], int(match[2]))
            threading.Thread(target=serve, args=(listener, port), daemon=True).start()
    threading.Event().wait()


def submit(folder, arguments):
    """The Spark that spark-submit.json names, instead of a cluster's."""
    settings = json.loads((folder / "spark-submit.json").read_text())
    at = arguments.index("--master") + 1
    arguments[at] = settings["master"]
    conf = [word for item in settings["conf"].items() for word in ("--conf", "=".join(item))]
    os.environ.update(settings["environment"])
    os.execv(settings["program"], [settings["program"], *conf, *arguments])


def main():
    folder, program, *arguments = sys.argv[1:]
    folder = pathlib.Path(folder)
    with open(folder / "calls.jsonl", "a") as calls:
        calls.write(json.dumps([program, *arguments]) + "\n")
    if program == "ssh":
        forward(folder, arguments)
    elif program == "spark-submit":
        submit(folder, arguments)
    else:
        sys.stdout.write(Aws(folder, arguments).run())


if __name__ == "__main__":
    main()
