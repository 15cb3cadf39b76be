"""Sparkify from S3 to S3, on a real server, read back by programs that tarn did not write."""

import time

import duckdb
import polars
import pyarrow.fs
import pyarrow.parquet
import pytest

from conftest import PIPELINE


def arrow_files(s3_server):
    env = s3_server.env()
    return pyarrow.fs.S3FileSystem(
        access_key=env["AWS_ACCESS_KEY_ID"], secret_key=env["AWS_SECRET_ACCESS_KEY"], region=env["AWS_REGION"],
        endpoint_override=env["AWS_ENDPOINT_URL"], scheme="http")  # fmt: skip


def keys(s3_server, bucket, prefix):
    pages = s3_server.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return sorted(item["Key"] for page in pages for item in page.get("Contents", []))


def requests_so_far(s3_server, bucket):
    """What the server was asked about the bucket. Its log comes late: a request of our own ends it."""
    s3_server.client().put_object(Bucket=bucket, Key="end-of-log", Body=b"")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        asked = [request for request in s3_server.requests() if request[1].startswith(f"/{bucket}")]
        if any(path.endswith("/end-of-log") for _, path, *_ in asked):
            return asked
        time.sleep(0.01)
    raise AssertionError("the server's log does not come")


def sorted_rows(table):
    return sorted(map(repr, table.to_pylist()))


def test_the_sample_from_s3_to_s3(tarn, s3_server, bucket, raw, lake):
    inputs = ["--set", f"lake.input={raw}"]
    tarn("run", PIPELINE, "--set", f"lake.output={lake}")
    for _ in range(2):  # the second run replaces what the first wrote
        tarn("run", PIPELINE, "--full", *inputs, "--set", f"lake.output=s3://{bucket}/lake", env=s3_server.env())
        files = arrow_files(s3_server)
        for name in ["songs", "artists", "users", "time", "songplays"]:
            here = pyarrow.parquet.read_table(lake / name)
            there = pyarrow.parquet.read_table(f"{bucket}/lake/{name}", filesystem=files)
            assert there.schema == here.schema
            assert sorted_rows(there) == sorted_rows(here), name
    assert len([key for key in keys(s3_server, bucket, "lake/songs/")]) == 69
    assert s3_server.client().list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
    assert "lake/_tarn/lock" not in keys(s3_server, bucket, "lake/_tarn/")


def test_duckdb_and_polars_read_the_tables(tarn, s3_server, bucket, raw, tmp_path):
    tarn("run", PIPELINE, "--set", f"lake.input={raw}", "--set", f"lake.output=s3://{bucket}/lake", env=s3_server.env())
    client = s3_server.client()
    for key in keys(s3_server, bucket, "lake/songplays/"):
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        client.download_file(bucket, key, str(path))
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/lake/songplays/**/*.parquet'").fetchall() == [(6820,)]
    env = s3_server.env()
    options = {"aws_access_key_id": env["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": env["AWS_SECRET_ACCESS_KEY"],
               "aws_region": env["AWS_REGION"], "aws_endpoint_url": env["AWS_ENDPOINT_URL"], "aws_allow_http": "true"}  # fmt: skip
    table = polars.scan_parquet(f"s3://{bucket}/lake/songs/**/*.parquet", storage_options=options, hive_partitioning=True)
    assert table.collect().height == 71


def test_show_runs_and_recover_on_a_lake_in_s3(tarn, s3_server, bucket, raw):
    lake = f"s3://{bucket}/lake"
    settings = ["--set", f"lake.input={raw}", "--set", f"lake.output={lake}"]
    tarn("run", PIPELINE, *settings, env=s3_server.env())
    assert "6,820" in tarn("show", f"{lake}/songplays", env=s3_server.env()).stdout
    tarn("recover", PIPELINE, *settings, env=s3_server.env())


def test_secrets_are_nowhere(tarn, s3_server, bucket, raw):
    env = s3_server.env()
    settings = ["--set", f"lake.input={raw}", "--set", f"lake.output=s3://{bucket}/lake"]
    done = tarn("run", PIPELINE, *settings, env=env)
    wrong = {**env, "AWS_SECRET_ACCESS_KEY": "a-wrong-secret"}
    refused = tarn("run", PIPELINE, *settings, env=wrong, exit_code=1)
    client = s3_server.client()
    written = [client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys(s3_server, bucket, "lake/_tarn/")]
    assert written
    texts = [done.stdout, done.stderr, refused.stdout, refused.stderr, *(text.decode(errors="replace") for text in written)]
    for text in texts:
        assert env["AWS_SECRET_ACCESS_KEY"] not in text
        assert "a-wrong-secret" not in text


def test_errors_name_the_call_and_the_object(tarn, s3_server, bucket, raw, lake):
    def refused(exit_code=1, **env):
        return tarn("run", PIPELINE, "--set", f"lake.input={env.pop('input', raw)}", "--set", f"lake.output={lake}",
                    env={**s3_server.env(), **env}, exit_code=exit_code).stderr  # fmt: skip

    assert "SignatureDoesNotMatch" in refused(AWS_SECRET_ACCESS_KEY="wrong")
    assert "InvalidAccessKeyId" in refused(AWS_ACCESS_KEY_ID="wrong")
    nothing = refused(input=f"s3://{bucket}/nothing", exit_code=3)
    assert "no file matches" in nothing
    assert "No AWS credentials" in refused(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")


MISSING = "no-such-bucket-here"


@pytest.mark.parametrize("place", [f"s3://{MISSING}/raw", "/no/such/folder"])
def test_a_missing_bucket_is_told_as_a_missing_folder_is(tarn, s3_server, tmp_path, place):
    """What is missing, where it is written, what to do; exit code 3."""
    env = s3_server.env()
    pipeline = tmp_path / "pipeline"
    pipeline.mkdir()
    (pipeline / "t.sql").write_text("SELECT id FROM events")
    text = f'[lake]\ninput = "{place}"\noutput = "{tmp_path}/lake"\n[source.events]\npath = "*.json"\nschema = "id INT"\n'
    (pipeline / "tarn.toml").write_text(text)
    missing = f"bucket {MISSING}" if place.startswith("s3") else f"folder {place}"
    what = f"no file matches, as there is no {missing}: {place}/*.json"
    refused = tarn("run", pipeline, env=env, exit_code=3).stderr
    assert f"tarn.toml:5: source.events.path: {what}\n" in refused
    assert "hint: check lake.input and source.events.path" in refused
    refused = tarn("check", pipeline, "--data", env=env, exit_code=3).stderr
    assert f"tarn.toml:5: source.events: {what}\n" in refused
    assert what in tarn("infer", f"{place}/*.json", env=env, exit_code=3).stderr
    assert f"source.events.path: {what}" in tarn("plan", pipeline, env=env).stderr


def test_a_lake_in_a_missing_bucket(tarn, s3_server, raw, tmp_path):
    env = s3_server.env()
    pipeline = tmp_path / "pipeline"
    pipeline.mkdir()
    (pipeline / "t.sql").write_text("SELECT userId FROM events")
    text = f'[lake]\ninput = "{raw}"\noutput = "s3://{MISSING}/lake"\n[source.events]\n'
    (pipeline / "tarn.toml").write_text(text + 'path = "log_data/*/*/*.json"\nschema = "userId STRING"\n')
    for command in ("run", "runs", "show", "quarantine", "recover"):
        refused = tarn(command, pipeline, env=env, exit_code=3).stderr
        assert f"tarn.toml:3: lake.output: there is no bucket {MISSING}: s3://{MISSING}/lake\n" in refused, command
        assert f"hint: check lake.output; tarn creates no buckets: `aws s3 mb s3://{MISSING}` creates it" in refused


def test_each_small_object_is_read_by_one_request(tarn, s3_server, bucket, raw, lake):
    tarn("run", PIPELINE, "--set", f"lake.input={raw}", "--set", f"lake.output={lake}", env=s3_server.env())
    songs = [(operation, path) for operation, path, *_ in requests_so_far(s3_server, bucket) if "/raw/song_data/" in path]
    assert len(songs) == len(set(songs)) == 71
    assert {operation for operation, _ in songs} == {"GetObject"}
