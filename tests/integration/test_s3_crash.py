"""kill -9 at every step of a run into S3 leaves the old tables or the new ones; of runs at once, exactly one wins.

The lake's unit tests do the same without the program, and race 100 times (src/lake/s3_commit_test.cc).
"""

import re
import json
import signal

import pyarrow.parquet as parquet
import pytest

import servers
from conftest import SAMPLE
from test_crash import NEW, OLD, pipeline  # noqa: F401
from test_s3 import arrow_files, keys
from test_s3_access import FAKE_CLOCK

UNDONE = ["write.file", "write.file:50", "commit.staged", "commit.journal", "commit.publish:40", "commit.published"]
DECIDED = ["commit.decided", "commit.remove", "commit.removed", "commit.journal_removed", "commit.done"]


def arguments(folder, bucket):
    return ["run", folder, "--quiet", "--set", f"lake.input={SAMPLE}", "--set", f"lake.output=s3://{bucket}/lake"]


def state(s3_server, bucket):
    """OLD or NEW when both marked tables say so and each holds one run's objects; fails otherwise."""
    files = arrow_files(s3_server)

    def column(table, name):
        objects = [f"{bucket}/{key}" for key in keys(s3_server, bucket, f"lake/{table}/")]
        return [value for path in objects
                for value in parquet.ParquetFile(files.open_input_file(path)).read([name])[name].to_pylist()]  # fmt: skip

    titles, genders = column("songs", "title"), column("users", "gender")
    assert len(titles) == 71 and len(keys(s3_server, bucket, "lake/users/")) == 1
    assert set(titles) == set(genders) and len(set(titles)) == 1
    return titles[0]


@pytest.mark.parametrize("step", UNDONE + DECIDED)
def test_killed_at_a_step(tarn, s3_server, bucket, pipeline, step):  # noqa: F811
    env = s3_server.env()
    tarn(*arguments(pipeline(OLD), bucket), env=env)
    before = keys(s3_server, bucket, "lake/songs/")
    process = tarn.start(*arguments(pipeline(NEW), bucket), env={**env, "TARN_FAULT": step})
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, f"the run never reached {step}"
    tarn("recover", pipeline(NEW), "--set", f"lake.output=s3://{bucket}/lake", env=env)
    assert state(s3_server, bucket) == (OLD if step in UNDONE else NEW)
    if step in UNDONE:
        assert keys(s3_server, bucket, "lake/songs/") == before
    assert not s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads")


def test_runs_at_once(tarn, s3_server, bucket, pipeline):  # noqa: F811
    env = s3_server.env()
    tarn(*arguments(pipeline(OLD), bucket), env=env)
    folder = pipeline(NEW)
    runs = [tarn.start(*arguments(folder, bucket), env=env) for _ in range(4)]
    errors = [run.communicate(timeout=60)[1] for run in runs]
    codes = [run.returncode for run in runs]
    assert codes.count(0) >= 1 and set(codes) <= {0, 5}
    assert all("another run" in error.lower() for code, error in zip(codes, errors) if code == 5)
    assert state(s3_server, bucket) == NEW


def test_a_lock_of_another_machine_is_taken_over_by_the_servers_clock(tarn, s3_server, bucket, pipeline):  # noqa: F811
    """Whatever the clocks of both machines say: one is three hours ahead, the other as much behind."""
    env, s3 = s3_server.env(), s3_server.client()
    lock = {"Bucket": bucket, "Key": "lake/_tarn/lock"}
    for step, ahead in [("commit.journal", "+3h"), ("commit.decided", "-3h")]:
        behind = {"+3h": "-3h", "-3h": "+3h"}[ahead]
        tarn(*arguments(pipeline(OLD), bucket), env=env)
        process = tarn.start(*arguments(pipeline(NEW), bucket),
                             env={**env, **FAKE_CLOCK, "FAKETIME": ahead, "TARN_FAULT": step})  # fmt: skip
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        # As another machine's: nobody here can tell that its process is dead.
        holder = json.loads(s3.get_object(**lock)["Body"].read())
        s3.put_object(**lock, Body=json.dumps({**holder, "host": "elsewhere"}).encode())
        words = ["recover", pipeline(NEW), "--set", f"lake.output=s3://{bucket}/lake"]
        for clock in (ahead, behind):
            refused = tarn(*words, env={**env, **FAKE_CLOCK, "FAKETIME": clock}, exit_code=5)
            assert "The lake is locked by another run" in refused.stderr and "on elsewhere since" in refused.stderr
        servers.set_back(s3_server.data / bucket / lock["Key"], 63)  # the server's Date may be a second old
        tarn(*words, env={**env, **FAKE_CLOCK, "FAKETIME": behind})
        assert state(s3_server, bucket) == (OLD if step in UNDONE else NEW)
        assert not [key for key in keys(s3_server, bucket, "lake/_tarn/") if not re.search("/(runs|ledger|state)/", key)]
