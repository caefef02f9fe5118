"""The server for pytest: one for the run (one per worker with pytest-xdist), a workspace for each test."""

import json
import os
import subprocess
import uuid

import pytest


@pytest.fixture(scope="session")
def intercom_url():
    command = [os.environ.get("INTERCOM_MOCK", "intercom-mock"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        yield json.loads(server.stdout.readline())["url"]
        server.terminate()


@pytest.fixture
def intercom_token():
    return f"test-{uuid.uuid4()}"
