"""No library may take another's symbols: the wheel's libraries export what they bundle (docs/adr/0002)."""

import os
import re
import subprocess

BINDING = re.compile(r"binding file (\S+) \[\d+\] to (\S+) \[\d+\]: normal symbol `([^']+)'")
RUNTIME = re.compile(r"^(libc|libm|libdl|librt|libpthread|libstdc\+\+|libgcc_s|ld-linux-x86-64)\.so")
WHEEL = re.compile(r"^lib(arrow|parquet)")
# Templates and inline functions of the interface itself may be bound either way: they are the same code.
SHARED = re.compile(r"^_Z(Z*N[KVRO]*|T[ISTVh]N?|GVZ*(N[K]?)?)*(5arrow|14arrow_vendored|7parquet|St|NSt|S[abdios]|NKSt|n[wa]m|d[la]Pv)")

# The C library's own variables: a program that names them holds them for all.
OF_C = {"environ", "stdin", "stdout", "stderr"}


def name(path):
    return os.path.basename(path)


def crossings(trace):
    """Symbols that go from the wheel's libraries to others, or back."""
    bindings = BINDING.findall(trace)
    assert len(bindings) > 1000
    crossing = set()
    for user, provider, symbol in bindings:
        user, provider = name(user), name(provider)
        if user == provider or RUNTIME.match(provider) or RUNTIME.match(user) or SHARED.match(symbol) or symbol in OF_C:
            continue
        if bool(WHEEL.match(user)) != bool(WHEEL.match(provider)):
            crossing.add((user, provider, symbol))
    return crossing


def bindings_of(command, **env):
    environment = {**os.environ, **env, "LD_DEBUG": "bindings", "LD_BIND_NOW": "1"}
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace"
    ).stderr


def test_no_symbol_crosses(tarn):
    assert crossings(bindings_of([tarn.path, "--version"])) == set()


def test_grpc_and_what_it_brings_keep_to_themselves(tarn):
    trace = bindings_of([f"{tarn.path}-spark"])
    assert "libgrpc" in trace and "libssl" in trace
    assert crossings(trace) == set()


def test_libcurl_and_what_it_brings_keep_to_themselves(tarn, s3_server, bucket):
    trace = bindings_of([tarn.path, "infer", f"s3://{bucket}/nothing"], **s3_server.env())
    assert "libcurl" in trace
    assert crossings(trace) == set()
