"""One server for all tests, and a separate workspace for each test."""

import json
import os
import pathlib
import re
import signal
import subprocess
import threading
from collections import defaultdict

import httpx
import pytest
from intercom import Intercom

import answers
import reads
from support import ControlPlane

ROOT = pathlib.Path(__file__).parents[3]
BINARY = ROOT / os.environ.get("INTERCOM_MOCK_BINARY", ".build/release/intercom-mock")


@pytest.fixture(scope="session")
def http():
    with httpx.Client(timeout=10) as connections:
        yield connections


@pytest.fixture(scope="session")
def base_url(http):
    """The URL of the server. It must print a ready line, and exit on SIGTERM even with open connections."""
    if not BINARY.exists():
        pytest.exit(f"{BINARY} not found: build it with `make build`, or set INTERCOM_MOCK_BINARY.", returncode=2)
    process = subprocess.Popen(
        [BINARY, "--port", "0", "--fixtures", "fixtures/default"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        ready = first_line(process)
        assert ready["ready"] is True and ready["pid"] == process.pid
        assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
        yield ready["url"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        assert process.stdout.read() == "", "the ready line is the only output on standard output"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def first_line(process):
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    line = process.stdout.readline()
    watchdog.cancel()
    try:
        return json.loads(line)
    except ValueError:
        pytest.exit(f"{BINARY} printed {line!r} instead of a ready line.", returncode=1)


@pytest.fixture
def token(request):
    """The access token, constant and unique per test: `sdk-contacts-a-contact-is-found-by-id`."""
    name = f"{request.path.stem}-{request.node.name}".replace("test_", "")
    return "sdk-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@pytest.fixture
def mock(base_url, token, http):
    """The control plane of the test's workspace, after a reset to the fixtures."""
    plane = ControlPlane(base_url, token, http)
    plane.reset()
    return plane


@pytest.fixture
def connect(base_url, http):
    """An SDK client for any token and version."""

    def connect(token, version=None):
        headers = {"Intercom-Version": version} if version else None
        return Intercom(base_url=base_url, token=token, headers=headers, httpx_client=http)

    return connect


@pytest.fixture
def client(mock, token, connect):
    """The SDK without a version, so that the server uses the default, 2.14."""
    return connect(token)


@pytest.fixture
def preview(mock, token, connect):
    """The workspace of `client` in the Preview version."""
    return connect(token, version="Preview")


@pytest.fixture(autouse=True)
def answers_have_the_declared_types():
    """Every answer that the library reads in a test has the types that the library declares."""
    answers.kept.clear()
    yield
    assert answers.unknown_misfits(answers.kept) == set()


@pytest.fixture(scope="session")
def read(base_url, http):
    """All that the library reads of each fixture folder: method -> declared type and JSON of each answer."""
    found = defaultdict(list)
    for world in ("default", "awkward", "empty"):
        token = f"sdk-reads-{world}"
        plane = ControlPlane(base_url, token, http)
        plane.reset(world)
        for method, calls in reads.calls(plane.state()).items():
            # The version of the models: 2.14, and Preview for `unstable`.
            headers = {"Intercom-Version": "Preview" if method.startswith("unstable.") else "2.14"}
            client = Intercom(base_url=base_url, token=token, headers=headers, httpx_client=http)
            answers.kept.clear()
            for arguments in calls:
                reads.read(client, method, arguments)
            found[method] += answers.kept
    return found
