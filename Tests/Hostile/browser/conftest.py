"""The server that is attacked, the machine of the attacker, and the browser of a developer who visits its pages."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).parents[3]
BINARY = ROOT / os.environ.get("INTERCOM_MOCK_BINARY", ".build/release/intercom-mock")
# Names of the attacker. Chromium resolves them to this machine, as a name that is rebound resolves to the server.
NAMES = ["attacker.example.com", "rebound.example.com"]


class Victim:
    """A server with records that are known to it and to its user only."""

    TOKEN = "test-token"
    SECRET = "Known to the user only"

    def __init__(self):
        self.process = subprocess.Popen(
            [BINARY, "--port", "0", "--fixtures", "fixtures/default", "--log", "off"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        self.port = json.loads(self.process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def call(self, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.TOKEN}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.url + path, data, headers, method=method)) as answer:
            return json.load(answer)

    def prepare(self):
        self.call("POST", "/_mock/reset?scope=all")
        self.call("POST", "/tags", {"name": self.SECRET})
        return self.summary()

    def summary(self):
        """What an attack might change."""
        return {
            "tags": [tag["name"] for tag in self.call("GET", "/tags")["data"]],
            "webhooks": self.call("GET", "/_mock/webhooks")["data"],
            "faults": self.call("GET", "/_mock/faults"),
            "clock": self.call("GET", "/_mock/clock")["mode"],
            "settings": self.call("GET", "/_mock/settings"),
            "workspaces": self.call("GET", "/_mock/workspaces")["total_count"],
        }

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()


class Attacker:
    """A web server with an empty page at each path, which records the requests that it receives."""

    def __init__(self):
        received = self.received = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                received.append(f"{self.command} {self.path}")
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="session")
def victim():
    victim = Victim()
    yield victim
    victim.stop()


@pytest.fixture(scope="session")
def attacker():
    attacker = Attacker()
    yield attacker
    attacker.server.shutdown()


@pytest.fixture(scope="session")
def browser():
    rules = ", ".join(f"MAP {name} 127.0.0.1" for name in NAMES)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", f"--host-resolver-rules={rules}", "--disable-features=LocalNetworkAccessChecks"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser, victim):
    before = victim.prepare()
    context = browser.new_context()
    page = context.new_page()
    yield page
    context.close()
    assert victim.summary() == before, "an attack changed the server"
