"""An HTTPS server with a frozen clock, and a tunnel to it, for programs that call https://api.intercom.io."""

import json
import os
import pathlib
import ssl
import subprocess

import httpx
import pytest

from support import Workspace
from tunnel import tunnel

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
BINARY = os.environ.get("INTERCOM_MOCK", ROOT / ".build/release/intercom-mock")
# After the latest fixed time of the fixtures, and before the time of any machine: connectors ask for what happened until now.
START = "2024-06-01T12:00:00Z"


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The ready line of the server, and the file with its certificate authority."""
    authority = tmp_path_factory.mktemp("tls") / "ca.pem"
    command = [BINARY, "--port", "0", "--tls", "--tls-ca-file", authority, "--clock", f"frozen:{START}"]
    with subprocess.Popen([*command, "--fixtures", ROOT / "fixtures/default"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield json.loads(process.stdout.readline()), authority
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def environment(server):
    """The environment of a program that calls https://api.intercom.io and must reach the local server."""
    ready, authority = server
    with tunnel(ready["port"]) as proxy:
        yield {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "HTTPS_PROXY": proxy,
            "REQUESTS_CA_BUNDLE": str(authority),
            "PYTHONPATH": str(HERE / "trust"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }


@pytest.fixture(scope="module")
def open_workspace(server, request):
    """Returns the workspace of a name, separate for each module."""
    ready, authority = server
    context = ssl.create_default_context(cafile=authority)
    with httpx.Client(base_url=ready["url"], verify=context, timeout=30) as http:
        yield lambda name: Workspace(http, f"{request.path.stem}-{name}".replace("_", "-"))


@pytest.fixture(scope="module")
def workspace(open_workspace):
    return open_workspace("default")


@pytest.fixture(scope="module")
def awkward(open_workspace):
    """A workspace with right-to-left text, separators of lines, 15-digit ids, and times before 1970 and after 2038."""
    workspace = open_workspace("awkward")
    workspace.call("POST", "/_mock/reset", {"world": "awkward"})
    return workspace


@pytest.fixture(scope="module")
def large(open_workspace):
    """A workspace in which each list has several pages of 150 or 100 records."""
    workspace = open_workspace("large")
    workspace.call("POST", "/_mock/generate", {"contacts": 320, "companies": 220, "conversations": 310, "seed": 1})
    return workspace
