"""tarn sync: folders on disks and in S3 made alike."""

import hashlib
import os
import signal
import time

import pytest

from conftest import PIPELINE, SAMPLE
from test_s3 import keys


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def objects_below(s3_server, bucket, prefix):
    client = s3_server.client()
    return {
        key.removeprefix(prefix): client.get_object(Bucket=bucket, Key=key)["Body"].read()
        for key in keys(s3_server, bucket, prefix)
    }


def test_there_and_back(tarn, s3_server, bucket, tmp_path):
    env = s3_server.env()
    there, num_files = f"s3://{bucket}/pipelines/sparkify", len(files_below(PIPELINE))
    assert f"would copy {num_files} files" in tarn("sync", PIPELINE, there, "--dry-run", env=env).stdout
    assert keys(s3_server, bucket, "") == []
    assert tarn("sync", PIPELINE, there, env=env).stdout.startswith(f"copied {num_files} files")
    assert objects_below(s3_server, bucket, "pipelines/sparkify/") == files_below(PIPELINE)
    assert f"copied 0 files, 0 B; {num_files} the same" in tarn("sync", PIPELINE, there + "/", env=env).stdout
    tarn("sync", there, f"s3://{bucket}/copy", env=env)
    tarn("sync", f"s3://{bucket}/copy", tmp_path / "back", env=env)
    assert files_below(tmp_path / "back") == files_below(PIPELINE)
    assert "copied 0 files" in tarn("sync", f"s3://{bucket}/copy", tmp_path / "back", env=env).stdout
    assert "copied 0 files" in tarn("sync", there, f"s3://{bucket}/copy", env=env).stdout
    # What came back runs from where it is.
    assert "6,820" in tarn("run", there, "--set", f"lake.output={tmp_path}/lake", env=env).stdout


def test_only_what_changed(tarn, s3_server, bucket, tmp_path):
    env, there, raw = s3_server.env(), f"s3://{bucket}/raw", tmp_path / "raw"
    for name in ["touched", "changed", "grown", "same"]:
        (raw / "a" / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / "a" / name).write_text(name)
    tarn("sync", raw, there, env=env)
    later = time.time() + 100
    (raw / "a" / "changed").write_text("CHANGED")
    (raw / "a" / "grown").write_text("grown more")
    os.utime(raw / "a" / "changed", (later, later))
    os.utime(raw / "a" / "touched", (later, later))
    listed = tarn("sync", raw, there, "--dry-run", env=env).stdout
    assert f"copy {raw}/a/changed to {there}/a/changed\n" in listed
    assert "would copy 2 files" in listed and "2 the same" in listed
    tarn("sync", raw, there, "--quiet", env=env)
    assert objects_below(s3_server, bucket, "raw/a/") == files_below(raw / "a")


def test_delete(tarn, s3_server, bucket, tmp_path):
    env, there, raw = s3_server.env(), f"s3://{bucket}/raw", tmp_path / "raw"
    raw.mkdir()
    (raw / "kept").write_text("1")
    client = s3_server.client()
    for key in ["raw/gone", "raw/_tarn/state", "elsewhere"]:
        client.put_object(Bucket=bucket, Key=key, Body=b"1")
    tarn("sync", raw, there, env=env)
    assert "raw/gone" in keys(s3_server, bucket, "")
    assert f"delete {there}/gone\n" in tarn("sync", raw, there, "--delete", "--dry-run", env=env).stdout
    assert "raw/gone" in keys(s3_server, bucket, "")
    assert "deleted 1" in tarn("sync", raw, there, "--delete", env=env).stdout
    assert keys(s3_server, bucket, "") == ["elsewhere", "raw/_tarn/state", "raw/kept"]
    # An empty source is a mistake rather than a wish to lose everything.
    assert "no files to copy" in tarn("sync", tmp_path / "typo", there, "--delete", env=env, exit_code=3).stderr
    assert "raw/kept" in keys(s3_server, bucket, "")
    (raw / "new").write_text("2")
    tarn("sync", there, raw, "--delete", env=env)
    assert list(files_below(raw)) == ["kept"]


def test_large_files_go_in_parts(tarn, s3_server, bucket, tmp_path):
    env, raw = s3_server.env(), tmp_path / "raw"
    raw.mkdir()
    (raw / "large").write_bytes(os.urandom(20 << 20))
    tarn("sync", raw, f"s3://{bucket}/raw", env=env)
    object = s3_server.client().get_object(Bucket=bucket, Key="raw/large")
    assert object["ETag"].strip('"').endswith("-3")
    assert hashlib.md5(object["Body"].read()).digest() == hashlib.md5((raw / "large").read_bytes()).digest()
    tarn("sync", f"s3://{bucket}/raw", tmp_path / "back", env=env)
    assert files_below(tmp_path / "back") == files_below(raw)
    assert "Uploads" not in s3_server.client().list_multipart_uploads(Bucket=bucket)


def test_a_sync_that_ends_early_leaves_no_halves(tarn, s3_server, fault_proxy, bucket, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    for i in range(4):
        (raw / f"large{i}").write_bytes(os.urandom(48 << 20))
    fault_proxy.bandwidth(2048, stream="upstream")
    process = tarn.start("sync", raw, f"s3://{bucket}/raw", env=s3_server.env(fault_proxy.endpoint))
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    fault_proxy.clear()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and "interrupted" in err
    assert keys(s3_server, bucket, "raw/") == []
    assert "Uploads" not in s3_server.client().list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("key", ["raw/../../outside", "raw/./a", "raw/a//b"])
def test_keys_that_lead_out_of_the_folder(tarn, s3_server, bucket, moto_server, tmp_path, key):
    """versitygw, whose objects are files, has no such keys: moto has."""
    client, name = moto_server.client(), f"keys-{hashlib.md5(key.encode()).hexdigest()}"
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": moto_server.region})
    client.put_object(Bucket=name, Key=key, Body=b"1")
    refused = tarn("sync", f"s3://{name}/raw", tmp_path / "below" / "raw", env=moto_server.env(), exit_code=3)
    assert "cannot be a file's on a disk" in refused.stderr and key in refused.stderr
    assert files_below(tmp_path) == {}


def test_wrong_folders(tarn, s3_server, bucket, tmp_path):
    env = s3_server.env()
    missing = tarn("sync", SAMPLE, "s3://no-such-bucket-here/raw", env=env, exit_code=3).stderr
    assert "There is no such bucket: s3://no-such-bucket-here" in missing and "hint: " in missing
    assert "no such bucket" in tarn("sync", "s3://no-such-bucket-here/raw", tmp_path / "raw", env=env, exit_code=3).stderr
    assert "no files to copy" in tarn("sync", tmp_path / "none", tmp_path / "raw", env=env, exit_code=3).stderr
    same = tarn("sync", f"s3a://{bucket}/a", f"s3://{bucket}/a/", env=env, exit_code=3).stderr
    assert "within the other" in same
    inside = tarn("sync", f"s3://{bucket}", f"s3://{bucket}/copy", env=env, exit_code=3).stderr
    assert "within the other" in inside
