"""Clusters on Amazon EMR: every call through the real AWS CLI to moto, argument by argument; what moto lacks (steps that
run, clusters that fail) by a stand-in for the CLI (aws_stand_in.py), up to tables that Spark computes."""

import contextlib
import gzip
import json
import os
import pathlib
import re
import signal
import time
import subprocess
import urllib.request
import zipfile

import botocore
import pytest

import aws_stand_in
import servers
import spark_servers
from conftest import PIPELINE
from test_s3 import keys
from test_spark_engine import same_tables
from test_spark_yarn import soon

HOSTILE = "-x '\";$(touch pwned)`id` & ü"
SELECTED = "users,artists"  # of the tables that Spark computes: the others have hundreds of files


@pytest.fixture(scope="module")
def aws_server(moto_server):
    """moto, and the bodies of the EMR calls that it gets: (operation, what was sent)."""
    seen = []

    def look_inside(headers, body):
        target = headers.get("X-Amz-Target", "")
        if target.startswith("ElasticMapReduce."):
            seen.append((target.partition(".")[2], json.loads(body)))

    with servers.passing_on(moto_server.port, lambda *request: None, look_inside) as endpoint:
        # The distribution's CLI: others may stand before it in PATH.
        yield {**moto_server.env(endpoint), "PATH": f"/usr/bin:{os.environ['PATH']}"}, seen


@pytest.fixture
def account(moto_server, aws_server):
    """An account with what a cluster takes: roles, a key pair, a bucket for logs, an open port 22."""
    iam, ec2, s3 = (moto_server.client(service) for service in ("iam", "ec2", "s3"))
    made = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    if "EMR_DefaultRole" not in made:
        for role in ("EMR_DefaultRole", "EMR_EC2_DefaultRole"):
            iam.create_role(RoleName=role, AssumeRolePolicyDocument="{}")
        iam.create_instance_profile(InstanceProfileName="EMR_EC2_DefaultRole")
        ec2.create_key_pair(KeyName="a key")
        s3.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": servers.REGION})
        far = moto_server.client("s3", region_name="ap-south-1")
        far.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
        group = ec2.create_security_group(GroupName="ElasticMapReduce-master", Description="as EMR makes it")
        ec2.authorize_security_group_ingress(
            GroupId=group["GroupId"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="192.0.2.1/32")  # fmt: skip
    return aws_server


def write(folder, text):
    (folder / "cluster.toml").write_text(text)
    return folder / "cluster.toml"


def test_a_cluster_from_plan_to_end(tarn, account, moto_server, tmp_path):
    env, seen = account
    config = write(tmp_path, f"""
[cluster]
name = {json.dumps(HOSTILE)}
region = "{servers.REGION}"
log_uri = "s3://logs/emr/"
idle_timeout = "1h"
ec2_key = "a key"
ebs_root_volume_size = 64
[primary]
instance_type = "m5.xlarge"
[workers]
instance_type = "r5.xlarge"
count = 4
spot_share = 0.5
[managed_scaling]
min = 2
max = 8
max_on_demand = 2
[tags]
{json.dumps(HOSTILE)} = {json.dumps(HOSTILE + " = x")}
""")  # fmt: skip
    plan = tarn("cluster", "plan", "--config", config, cwd=tmp_path, env=env).stdout
    assert "$1.50 an hour, up to $2.76" in plan and not seen
    assert f"these are the prices of us-east-1, not of {servers.REGION}: name a table" in plan
    call, _, _ = plan.partition("\n\n")
    assert all(line.startswith("  ") for line in call.split(" \\\n")[1:]) and len(call.split(" \\\n")) > 10
    words = as_a_shell_reads(call)
    assert words[:3] == ["aws", "emr", "create-cluster"] and f"--name={HOSTILE}" in words
    assert '--auto-termination-policy={"IdleTimeout":3600}' in words
    id = tarn("cluster", "create", "--wait", "--config", config, cwd=tmp_path, env=env).stdout.strip()
    (sent,) = [body for operation, body in seen if operation == "RunJobFlow"]
    group = {"InstanceCount": 2, "InstanceType": "r5.xlarge"}
    assert sent == {
        "Name": HOSTILE,
        "ReleaseLabel": "emr-spark-8.0.0",
        "Applications": [{"Name": "Spark"}],
        "LogUri": "s3://logs/emr/",
        "ServiceRole": "EMR_DefaultRole",
        "JobFlowRole": "EMR_EC2_DefaultRole",
        "ScaleDownBehavior": "TERMINATE_AT_TASK_COMPLETION",
        "EbsRootVolumeSize": 64,
        "VisibleToAllUsers": True,
        "AutoTerminationPolicy": {"IdleTimeout": 3600},
        "ManagedScalingPolicy": {
            "ComputeLimits": {
                "UnitType": "Instances",
                "MinimumCapacityUnits": 2,
                "MaximumCapacityUnits": 8,
                "MaximumOnDemandCapacityUnits": 2,
            }
        },
        "Tags": [{"Key": HOSTILE, "Value": HOSTILE + " = x"}],
        "Instances": {
            "Ec2KeyName": "a key",
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": False,
            "InstanceGroups": [
                {
                    "Name": "primary",
                    "InstanceRole": "MASTER",
                    "InstanceType": "m5.xlarge",
                    "InstanceCount": 1,
                    "Market": "ON_DEMAND",
                },
                {"Name": "core", "InstanceRole": "CORE", "Market": "ON_DEMAND", **group},
                {"Name": "spot", "InstanceRole": "TASK", "Market": "SPOT", **group},
            ],
        },
    }
    assert not (tmp_path / "pwned").exists()

    name = ["--config", config, "--", HOSTILE]
    status = tarn("cluster", "status", *name, env=env).stdout
    assert id in status and "WAITING" in status and "emr-spark-8.0.0" in status
    step = add_step(tarn, seen, ["--config", config, "--cluster", id], env)
    log = gzip.compress(b"first\n") + gzip.compress(b"the last line\n")  # EMR appends so
    moto_server.client().put_object(Bucket="logs", Key=f"emr/{id}/steps/{step}/stderr.gz", Body=log)
    assert "first\nthe last line\n" in tarn("cluster", "logs", id, "--step", step, "--config", config, env=env).stdout
    tarn("cluster", "terminate", id, "--config", config, env=env)
    assert seen[-1] == ("TerminateJobFlows", {"JobFlowIds": [id]})


def as_a_shell_reads(text):
    """The words of a command that was printed to be pasted."""
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    show = 'aws() { printf "%s\\0" aws "$@"; }\n'
    return subprocess.run(["bash"], input=show + text, text=True, capture_output=True, check=True).stdout.split("\0")[:-1]


def test_prices_say_of_which_region_they_are(tarn, tmp_path):
    def shown(region, prices=None, **env):
        text = f"[cluster]\n{region}\n" + ('prices = "prices.toml"\n' if prices else "")
        (tmp_path / "prices.toml").write_text(prices or "")
        env = {"AWS_REGION": "", "AWS_DEFAULT_REGION": "", **env}
        return tarn("cluster", "plan", "--config", write(tmp_path, text), cwd=tmp_path, env=env).stdout

    same = shown('region = "us-east-1"')
    assert "(prices of us-east-1, 2026-01-19)\n" in same and "not of" not in same
    assert "prices of us-east-1, not of eu-north-1: name a table" in shown("", AWS_REGION="eu-north-1")
    assert "not of the region that the AWS CLI chooses" in shown("")
    own = '[prices]\ndate = "2030-01-01"\nregion = "eu-north-1"\n[instance."m5.xlarge"]\nec2 = 1\nemr = 1\n'
    shown_own = shown('region = "eu-north-1"', own)
    assert "$6.00 an hour, on demand, without disks (prices of eu-north-1, 2030-01-01)\nprices:" in shown_own


def test_placeholders_are_refused(tarn, tmp_path):
    classic = pathlib.Path(PIPELINE).parent.parent / "docs" / "cluster-classic.toml"
    unset = tarn("cluster", "plan", "--config", classic, env={"TARN_BUCKET": ""}, exit_code=3).stderr
    assert "TARN_BUCKET" in unset
    failed = tarn("cluster", "plan", "--config", classic, env={"TARN_BUCKET": "BUCKET"}, exit_code=3).stderr
    assert "cluster-classic.toml:10:" in failed and "this is a placeholder for a bucket's name: BUCKET" in failed
    assert "--log-uri=s3://sparkify-1/emr-logs/" in tarn(
        "cluster", "plan", "--config", classic, env={"TARN_BUCKET": "sparkify-1"}).stdout  # fmt: skip
    run = tarn("run", PIPELINE, "--set", "lake.output=s3://<bucket>/lake", exit_code=3).stderr
    assert "this is a placeholder for a bucket's name: <bucket>" in run
    step = ["emr-step", "s3://b-1/pipeline", "--cluster", "c", "--program", "s3://BUCKET/tarn.tar.gz"]
    for command in (["show", "s3://BUCKET/lake/songs"], ["sync", str(tmp_path), "s3://BUCKET/raw"], step):
        assert "is a placeholder for a bucket's name: BUCKET" in tarn(*command, exit_code=3).stderr


def add_step(tarn, seen, cluster, env):
    """A pipeline's step as EMR gets it; nothing runs it, so Ctrl-C ends the waiting. Returns its id."""
    pipeline = ["s3://logs/pipe line", "--program", "s3://logs/tarn.tar.gz", "--set", f"lake.input={HOSTILE}"]
    far = tarn("emr-step", *pipeline, *cluster, "--set", "lake.output=s3://far/lake", env=env, exit_code=3)
    assert "bucket far is in ap-south-1" in far.stderr and "--allow-cross-region" in far.stderr
    process = tarn.start("emr-step", *pipeline, *cluster, env=env)
    soon(lambda: seen[-1][0] == "DescribeStep")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    (sent,) = [body for operation, body in seen if operation == "AddJobFlowSteps"]
    (step,) = sent["Steps"]
    assert (step["Name"], step["ActionOnFailure"]) == ("tarn: run", "CONTINUE")
    assert step["HadoopJarStep"]["Jar"] == "command-runner.jar"
    bash, c, script, name, program, output, *arguments = step["HadoopJarStep"]["Args"]
    assert (bash, c, name, program) == ("bash", "-c", "tarn-step", "s3://logs/tarn.tar.gz")
    assert output.startswith(f"s3://logs/emr/{cluster[-1]}/tarn/") and HOSTILE not in script
    assert arguments == ["s3://logs/pipe line", "--quiet", f"--set=lake.input={HOSTILE}"]
    return seen[-1][1].get("StepId") or seen[-1][1]["StepIds"][0]


def test_nothing_is_made_when_a_check_fails(tarn, account, tmp_path):
    env, seen = account
    before = len(seen)
    config = write(tmp_path, f"""
[cluster]
region = "{servers.REGION}"
log_uri = "s3://far/emr/"
service_role = "no-role"
instance_profile = "no-profile"
ec2_key = "no key"
subnet = "subnet-00000000"
""")  # fmt: skip
    error = tarn("cluster", "create", "--config", config, env=env, exit_code=3).stderr
    for text in ("bucket far is in ap-south-1", "--allow-cross-region", "no such role: no-role", "create-default-roles",
                 "no such instance profile", "no such key pair", "no such subnet"):  # fmt: skip
        assert text in error, error
    assert not [operation for operation, _ in seen[before:] if operation == "RunJobFlow"]


@pytest.fixture
def stand_in(tmp_path, s3_server):
    """The stand-in's folder, and the environment that finds it first."""
    folder = tmp_path / "aws"
    aws_stand_in.install(folder)
    env = {**s3_server.env(), "PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(tmp_path)}
    yield folder, env
    aws_stand_in.end_steps(folder)


def calls(folder, operation):
    lines = (folder / "calls.jsonl").read_text().splitlines()
    return [call for call in map(json.loads, lines) if operation in call]


def states(folder):
    return [json.loads(file.read_text())["states"][0] for file in folder.glob("clusters/*.json")]


@pytest.fixture
def run(tarn, stand_in, raw, bucket, tmp_path):
    """Arguments of `tarn run` on the sample in S3, on a cluster that is made for it."""
    config = write(tmp_path, f"""
[cluster]
name = "sparkify"
region = "{servers.REGION}"
log_uri = "s3://logs/emr/"
ec2_key = "a key"
""")  # fmt: skip
    return ["run", PIPELINE, "--set", f"lake.input={raw}", "--set", f"lake.output=s3://{bucket}/lake", "--ephemeral-cluster", config]  # fmt: skip


@pytest.mark.parametrize(
    "state, hint",
    [
        ("TERMINATED_WITH_ERRORS: Your request has exceeded your vCPU limit", "higher quota"),
        ("TERMINATED_WITH_ERRORS: EMR_EC2_DefaultRole is invalid: no role", "create-default-roles"),
    ],
)
def test_a_cluster_that_ends_by_itself(tarn, stand_in, run, state, hint):
    folder, env = stand_in
    (folder / "states.json").write_text(json.dumps(["STARTING", state]))
    failed = tarn(*run, env=env, exit_code=1)
    assert hint in failed.stderr and state.partition(": ")[2] in failed.stderr
    assert states(folder) == ["TERMINATED"]


def test_a_step_that_fails_ends_the_cluster_though_the_network_is_bad(tarn, stand_in, run):
    folder, env = stand_in
    (folder / "bin" / "spark-submit").write_text("#!/bin/sh\necho no memory >&2\nexit 3\n")
    (folder / "fail" / "terminate-clusters").write_text("2\nCould not connect to the endpoint URL")
    failed = tarn(*run, env=env, exit_code=1)
    assert "ended as FAILED" in failed.stderr
    assert states(folder) == ["TERMINATED"] and len(calls(folder, "terminate-clusters")) == 3
    assert not list((folder / "s3").rglob("tarn/*"))  # no token is left


def test_a_cluster_that_cannot_be_ended_is_told(tarn, stand_in, run):
    folder, env = stand_in
    (folder / "fail" / "add-steps").write_text("An error occurred (ThrottlingException) when calling …")
    (folder / "fail" / "terminate-clusters").write_text("Could not connect to the endpoint URL")
    failed = tarn(*run, env=env, exit_code=1)
    assert "could not be terminated" in failed.stderr and "emr terminate-clusters --cluster-ids=j-" in failed.stderr
    assert "30 min" in failed.stderr and "Throttling" in failed.stderr


def test_an_answer_that_is_lost_leaves_no_cluster(tarn, stand_in, run):
    folder, env = stand_in
    # The cluster is made, and the connection breaks before its id is told.
    aws = folder / "bin" / "aws"
    real = folder / "bin" / "real-aws"
    aws.rename(real)
    aws.write_text(f'#!/bin/sh\n[ "$2" = create-cluster ] && {{ {real} "$@" >/dev/null; echo reset >&2; exit 255; }}\nexec {real} "$@"\n')
    aws.chmod(0o755)
    assert "reset" in tarn(*run, env=env, exit_code=1).stderr
    assert states(folder) == ["TERMINATED"]


def test_ctrl_c_ends_the_cluster(tarn, stand_in, run):
    folder, env = stand_in
    (folder / "states.json").write_text(json.dumps(["STARTING"]))
    process = tarn.start(*run, env=env, start_new_session=True)
    deadline = time.monotonic() + 60
    while not states(folder):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGINT):  # a closed terminal, an impatient user
        os.killpg(process.pid, number)
        time.sleep(0.1)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert states(folder) == ["TERMINATED"]


def test_a_pipeline_that_cannot_run_makes_no_cluster(tarn, stand_in, run):
    folder, env = stand_in
    failed = tarn("run", PIPELINE, *run[-2:], env=env, exit_code=3)
    assert "does not see the disks of this machine" in failed.stderr
    tarn(*run, "--set", "table.users.key=[1]", env=env, exit_code=3)
    assert not (folder / "calls.jsonl").exists()
    run[-1].write_text(run[-1].read_text().replace(servers.REGION, "us-west-2"))
    running = [*run[:-2], "--cluster", "c", "--cluster-config", run[-1]]
    assert "the cluster is to be in us-west-2" in tarn(*running, env=env, exit_code=3).stderr
    assert "No running cluster" in tarn(*running, "--allow-cross-region", env=env, exit_code=3).stderr


def test_a_pipeline_as_a_step(tarn, stand_in, run, tmp_path):
    folder, env = stand_in
    program = tmp_path / "tarn" / "bin" / "tarn"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nfor word; do echo "<$word>"; done\nexit $(cat "$0.code")\n')
    program.chmod(0o755)
    (program.parent / "tarn.code").write_text("0")
    (folder / "s3" / "here").mkdir()
    pack = ["tar", "-C", str(tmp_path), "-czf", str(folder / "s3" / "here" / "tarn.tar.gz"), "tarn"]
    os.spawnvp(os.P_WAIT, "tar", pack)
    cluster = {"Name": "c", "LogUri": "s3n://logs/", "ReleaseLabel": "emr-5.32.0", "states": ["WAITING"]}
    (folder / "clusters" / "j-1AAAAAAAAA.json").write_text(json.dumps(cluster))
    step = ["emr-step", "s3://here/pipe line", "--cluster", "c", "--program", "s3://here/tarn.tar.gz",
            "--set", f"lake.input={HOSTILE}", "--master", "yarn"]  # fmt: skip
    secret = tarn(*step, "--conf", "spark.hadoop.fs.s3a.secret.key=x", env=env, cwd=tmp_path, exit_code=2)
    assert "may hold a secret" in secret.stderr and "--conf spark.hadoop.fs.s3a.secret.key" in secret.stderr
    (folder / "fail" / "describe-step").write_text("2\nCould not connect to the endpoint URL: \"https://…/\"")
    done = tarn(*step, env=env, cwd=tmp_path)
    assert done.stdout.splitlines()[:4] == ["<run>", "<s3://here/pipe line>", "<--quiet>", f"<--set=lake.input={HOSTILE}>"]
    assert "exit code 0" in done.stdout and not (tmp_path / "pwned").exists()
    assert "asking again" in done.stderr and not (folder / "fail" / "describe-step").exists()
    (program.parent / "tarn.code").write_text("4")
    os.spawnvp(os.P_WAIT, "tar", pack)
    failed = tarn(*step, env=env, cwd=tmp_path, exit_code=1)
    assert "FAILED, exit code 4" in failed.stderr and "<--master=yarn>" in failed.stdout
    (program.parent / "tarn.code").write_text("0")
    with zipfile.ZipFile(folder / "s3" / "here" / "tarn-1-py3-none-any.whl", "w") as wheel:
        for path in program.parent.iterdir():
            wheel.write(path, path.relative_to(tmp_path))
    step[step.index("s3://here/tarn.tar.gz")] = "s3://here/tarn-1-py3-none-any.whl"
    assert "<--master=yarn>" in tarn(*step, env=env, cwd=tmp_path).stdout
    assert "j-1AAAAAAAAA" in tarn("cluster", "list", env=env, cwd=tmp_path).stdout
    unknown = tarn("cluster", "status", "C", env=env, cwd=tmp_path, exit_code=3)
    assert "No running cluster has this name: C" in unknown.stderr and "did you mean c?" in unknown.stderr
    assert "no Spark 4" in tarn("run", *run[1:-2], "--cluster", "c", env=env, cwd=tmp_path, exit_code=3).stderr


@pytest.fixture
def serverless(run, tmp_path):
    config = tmp_path / "cluster.toml"
    config.write_text(config.read_text() + '[serverless]\nexecution_role = "arn:aws:iam::1:role/x"\n')
    return [*run[:-2], "--serverless", config]


def test_serverless_needs_a_newer_cli(tarn, account, serverless):
    env, _ = account  # with the real CLI, 2.9
    there = ["--set", "lake.input=s3://logs/raw", "--set", "lake.output=s3://logs/lake"]
    failed = tarn(*serverless, *there, env=env, exit_code=1)
    assert "no sessions of EMR Serverless" in failed.stderr and "botocore 1.43" in failed.stderr


@pytest.fixture(scope="module")
def newer_models(tmp_path_factory):
    """What botocore knows of EMR Serverless, where the CLI takes it from with AWS_DATA_PATH: the distribution's CLI is older."""
    (packed,) = pathlib.Path(botocore.__file__).parent.glob("data/emr-serverless/*/service-2.json.gz")
    folder = tmp_path_factory.mktemp("models")
    model = folder / "emr-serverless" / packed.parent.name / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_bytes(gzip.decompress(packed.read_bytes()))
    return folder


def test_serverless_by_a_cli_that_knows_it(tarn, account, moto_server, serverless, newer_models):
    """Each call and argument as the service's own model has it; moto makes the application, but has no sessions."""
    env, _ = account
    calls = []
    config = serverless[-1]
    config.write_text(config.read_text() + 'release_label = "emr-7.10.0"\n')  # moto knows none of those of Spark alone

    def answer_sessions(method, path, headers):
        calls[-1][:0] = [method, path]
        if "/sessions" not in path:
            return None
        names = {"applicationId": path.split("/")[2], "sessionId": "00session"}
        if path.endswith("/endpoint"):
            return 403, [("x-amzn-errortype", "AccessDeniedException")], b'{"message": "not authorized"}'
        if method == "GET":
            names = {"session": {**names, "state": "STARTED", "stateDetails": ""}}
        return 200, [("Content-Type", "application/json")], json.dumps(names).encode()

    def see_body(headers, body):
        calls.append([json.loads(body) if body.startswith(b"{") else {}])

    there = ["--set", "lake.input=s3://logs/raw", "--set", "lake.output=s3://logs/lake", "--conf", "spark.executor.memory=2g"]
    with servers.passing_on(moto_server.port, answer_sessions, see_body) as endpoint:
        env = {**env, **moto_server.env(endpoint), "PATH": env["PATH"], "AWS_DATA_PATH": str(newer_models)}
        failed = tarn(*serverless, *there, env=env, exit_code=1)
    assert "get-session-endpoint" in failed.stderr and "IAM policy" in failed.stderr, failed.stderr
    (made,) = [body for method, path, body in calls if (method, path) == ("POST", "/applications")]
    assert made["interactiveConfiguration"] == {"sessionEnabled": True} and made["type"] == "SPARK"
    (started,) = [body for method, path, body in calls if method == "POST" and path.endswith("/sessions")]
    assert started["executionRoleArn"] == "arn:aws:iam::1:role/x" and started["idleTimeoutMinutes"] == 15
    properties = {"spark.executor.memory": "2g"}
    assert started["configurationOverrides"] == {
        "runtimeConfiguration": [{"classification": "spark-defaults", "properties": properties}]
    }
    assert calls[-1][0] == "DELETE" and calls[-1][1].endswith("/sessions/00session")


def test_a_serverless_session_is_ended(tarn, stand_in, serverless):
    folder, env = stand_in
    (folder / "fail" / "get-session-endpoint").write_text("An error occurred (AccessDeniedException) when calling …")
    failed = tarn(*serverless, "--conf", "spark.executor.memory=2g", env=env, exit_code=1)
    assert "IAM policy" in failed.stderr
    made = calls(folder, "create-application")[0]
    assert {"--name=tarn", "--type=SPARK", "--release-label=emr-spark-8.0.0",
            '--interactive-configuration={"sessionEnabled":true}'} <= set(made)  # fmt: skip
    started = calls(folder, "start-session")[-1]
    overrides = '{"runtimeConfiguration":[{"classification":"spark-defaults","properties":{"spark.executor.memory":"2g"}}]}'
    assert {"--application-id=00new", "--execution-role-arn=arn:aws:iam::1:role/x", "--idle-timeout-minutes=15",
            f"--configuration-overrides={overrides}"} <= set(started)  # fmt: skip
    assert {"--application-id=00new", "--session-id=00session"} <= set(calls(folder, "terminate-session")[0])
    # One of that name is taken, whatever its id.
    (folder / "applications.json").write_text(json.dumps([{"id": "00there", "name": "tarn", "state": "STOPPED"}]))
    tarn(*serverless, env=env, exit_code=1)
    assert len(calls(folder, "create-application")) == 1
    assert "--application-id=00there" in calls(folder, "start-session")[-1]


def use_spark(folder, s3_server, master="local[2]", conf=None, environment=None):
    """Let steps start the wheel's Spark."""
    ours = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
    }
    environment = {
        "SPARK_HOME": str(spark_servers.SPARK_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOG_DIR": str(folder),
        "LC_ALL": "C.UTF-8",
        **(environment or {}),
    }
    settings = {
        "program": str(spark_servers.SPARK_HOME / "bin" / "spark-submit"),
        "master": master,
        "conf": {**spark_servers.s3a_conf(s3_server), **ours, **(conf or {})},
        "environment": environment,
    }
    (folder / "spark-submit.json").write_text(json.dumps(settings))


def check_tables(tarn, folder, env, done, s3_server, bucket, tmp_path):
    """The local engine's tables, and no token anywhere."""
    tarn("run", PIPELINE, "--quiet", "--select", SELECTED, "--set", f"lake.output={tmp_path / 'local'}")
    tarn("sync", f"s3://{bucket}/lake", tmp_path / "spark", env=env)
    same_tables(tmp_path / "local", tmp_path / "spark", SELECTED.split(","))
    (record,) = keys(s3_server, bucket, "lake/_tarn/runs/")
    record = s3_server.client().get_object(Bucket=bucket, Key=record)["Body"].read().decode()
    token = (folder / "token").read_text()
    assert len(token) == 64
    told = [done.stdout, done.stderr, record, (folder / "calls.jsonl").read_text()]
    told += [file.read_text() for file in folder.glob("steps/*/*")]
    assert not [text for text in told if token in text]
    assert not [file for file in folder.glob("s3/**/*") if file.is_file()]
    assert len(calls(folder, "cancel-steps")) == 1
    soon(lambda: not [line for line in listening() if line in ports(folder)])


def ports(folder):
    """Those of the primary node that steps' servers listen on."""
    return [json.loads(file.read_text())[5] for file in folder.glob("steps/*/arguments.json")]


def listening():
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    lines += pathlib.Path("/proc/net/tcp6").read_text().splitlines()[1:]
    return [str(int(line.split()[1].rpartition(":")[2], 16)) for line in lines if line.split()[3] == "0A"]


@pytest.mark.xdist_group("spark")
def test_tables_come_out_of_a_cluster_made_for_the_run(tarn, stand_in, run, s3_server, bucket, tmp_path):
    folder, env = stand_in
    use_spark(folder, s3_server)
    done = tarn(*run, "--select", SELECTED, "--conf", "spark.app.name=a 'b' $(c)", env=env, timeout=300)
    assert "artists" in done.stdout
    assert states(folder) == ["TERMINATED"]
    check_tables(tarn, folder, env, done, s3_server, bucket, tmp_path)
    (ssh,) = {tuple(call) for call in calls(folder, "ssh")}
    assert ssh[-4:] == ("-l", "hadoop", "--", "primary.example") and "BatchMode=yes" in ssh
    # No other user can take its end: it is a socket in a folder of this user's, which is gone afterwards.
    local_end = ssh[ssh.index("-L") + 1].partition(":")[0]
    assert local_end.startswith("/") and not pathlib.Path(local_end).parent.exists()


def a_cluster(folder, name="c"):
    """One that waits for steps, under this name."""
    cluster = {"Name": name, "LogUri": "s3n://logs/", "ReleaseLabel": "emr-spark-8.0.0", "states": ["WAITING"]}
    (folder / "clusters" / "j-1AAAAAAAAA.json").write_text(json.dumps(cluster))


@contextlib.contextmanager
def open_tunnel(tarn, folder, ports, *args, env):
    """`tarn cluster tunnel` to servers on these ports, as {word of a printed line: URL}; closed by Ctrl-C."""
    (folder / "ports.json").write_text(json.dumps(ports))
    tunnel = tarn.start("cluster", "tunnel", *args, env=env)
    try:
        lines = [tunnel.stdout.readline() for _ in range(4)]
        assert "Ctrl-C" in lines[3], tunnel.communicate(timeout=60)
        yield {line.rpartition(" ")[0].strip(): line.split()[-1] for line in lines[:3]}
        tunnel.send_signal(signal.SIGINT)
        tunnel.communicate(timeout=60)
    finally:
        tunnel.kill()
    assert tunnel.returncode == 0


def fetch(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


@pytest.mark.xdist_group("spark")
def test_a_tunnel_to_sparks_servers(tarn, stand_in, connect_server, history_server, tmp_path):
    folder, env = stand_in
    a_cluster(folder)
    ports = {"15002": connect_server.port, "18080": history_server.port}
    with open_tunnel(tarn, folder, ports, "c", env=env) as urls:
        assert fetch(urls["Spark history"] + "api/v1/version") == fetch(f"http://127.0.0.1:{history_server.port}/api/v1/version")
        remote = f"{urls['Spark Connect']}/;token={connect_server.token}"
        assert "Physical Plan" in tarn("plan", PIPELINE, "users", "--engine", "spark", "--remote", remote).stdout
        with open_tunnel(tarn, folder, ports, "c", env=env) as others:  # beside the first: on other ports
            assert not set(others.values()) & set(urls.values())
    used = [url.rstrip("/").rpartition(":")[2] for url in urls.values()]
    soon(lambda: not set(used) & set(listening()))


@pytest.mark.yarn
@pytest.mark.xdist_group("spark")
def test_tables_come_out_of_a_cluster_on_yarn(tarn, yarn, stand_in, run, s3_server, bucket, tmp_path):
    folder, env = stand_in
    use_spark(folder, s3_server, "yarn", yarn.conf(), yarn.env())
    a_cluster(folder)
    done = tarn(*run[:-2], "--select", SELECTED, "--cluster", "c", "--cluster-config", run[-1], env=env, timeout=300)
    assert "application_" in done.stderr
    assert states(folder) == ["WAITING"]
    check_tables(tarn, folder, env, done, s3_server, bucket, tmp_path)
    (application,) = re.findall(r"application_\w+", done.stderr)[:1]
    web = int(yarn.resource_manager.web.rpartition(":")[2])
    with open_tunnel(tarn, folder, {"8088": web}, "c", env=env) as urls:
        assert json.loads(fetch(urls["YARN"] + f"ws/v1/cluster/apps/{application}"))["app"]["id"] == application
