"""One server for all tests. At the end it must be as healthy as at the start."""

import json
import os
import pathlib
import signal
import subprocess
import threading

import pytest

from wire import Server

ROOT = pathlib.Path(__file__).parents[3]
BINARY = ROOT / os.environ.get("INTERCOM_MOCK_BINARY", ".build/release/intercom-mock")


@pytest.fixture
def start(request):
    """Starts a server with flags and stops it after the test."""

    def start(*flags, **options):
        process = subprocess.Popen(
            [BINARY, "--port", "0", "--fixtures", "fixtures/default", "--log", "off", *flags],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, **options,
        )
        request.addfinalizer(lambda: stop(process))
        watchdog = threading.Timer(30, process.kill)
        watchdog.start()
        ready = json.loads(process.stdout.readline())
        watchdog.cancel()
        return Server(ready["port"], process.pid)

    return start


@pytest.fixture(scope="module")
def server():
    process = subprocess.Popen(
        [BINARY, "--port", "0", "--fixtures", "fixtures/default", "--log", "off"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    try:
        ready = json.loads(process.stdout.readline())
        watchdog.cancel()
        server = Server(ready["port"], process.pid)
        yield server
        assert server.get("/_mock/health")[0] == 200, "it is still there"
    finally:
        stop(process)


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(timeout=10) == 0, "it leaves in order"
    finally:
        process.kill()
        process.stdout.close()
