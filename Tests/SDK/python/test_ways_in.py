"""HTTPS, Unix sockets, service managers and settings, each with a separate server."""

import os
import re
import signal
import socket
import ssl
import subprocess
from contextlib import contextmanager

import httpx
import pytest

from conftest import BINARY, ROOT, first_line

TOKEN = {"Authorization": "Bearer ways-in"}


@contextmanager
def serving(*arguments, **environment):
    """Starts a server with flags, yields its ready line, and checks that it exits with 0."""
    process = subprocess.Popen(
        [BINARY, "--port", "0", "--fixtures", "fixtures/default", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield first_line(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def health(*arguments, **environment):
    run = subprocess.run([BINARY, "health", *arguments], env=os.environ | environment, capture_output=True, text=True)
    return run.returncode


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    authority = tmp_path_factory.mktemp("tls") / "ca.pem"
    with serving("--tls", "--tls-ca-file", authority, "--tls-name", "intercom.test") as ready:
        context = ssl.create_default_context(cafile=authority)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        yield ready, context


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "api.intercom.io", "api.eu.intercom.io", "intercom.test"])
def test_the_certificate_is_valid_for_each_name(secure, name):
    ready, context = secure
    assert ready["url"] == f"https://127.0.0.1:{ready['port']}"
    with httpx.Client(verify=context) as client:
        for _ in range(2):
            answer = client.get(f"{ready['url']}/me", headers=TOKEN, extensions={"sni_hostname": name})
            assert answer.status_code == 200 and answer.json()["type"] == "admin"


def test_the_certificate_is_not_valid_for_other_names(secure):
    ready, context = secure
    with httpx.Client(verify=context) as client, pytest.raises(httpx.ConnectError, match="mismatch"):
        client.get(f"{ready['url']}/me", headers=TOKEN, extensions={"sni_hostname": "example.com"})


def test_a_client_that_does_not_trust_the_authority_cannot_connect(secure):
    ready, _ = secure
    with httpx.Client() as client, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        client.get(f"{ready['url']}/me", headers=TOKEN)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_connection_ends_with_close_notify(secure, version):
    ready, context = secure
    context = ssl.create_default_context(cadata="".join(map(ssl.DER_cert_to_PEM_cert, context.get_ca_certs(True))))
    context.minimum_version = context.maximum_version = version
    plain = socket.create_connection(("127.0.0.1", ready["port"]), timeout=5)
    with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as wire:
        wire.sendall(b"GET /me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: wire.recv(4096), b""))
        assert received.startswith(b"HTTP/1.1 200 OK\r\n")


def test_the_health_check_uses_the_variables_of_the_server(secure):
    ready, _ = secure
    assert health("--url", ready["url"]) == 0
    assert health(INTERCOM_MOCK_TLS="1", INTERCOM_MOCK_PORT=str(ready["port"])) == 0
    assert health(INTERCOM_MOCK_PORT=str(ready["port"])) == 69


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.2", "::1"])
def test_the_health_check_uses_the_address_of_the_server(host):
    with serving(INTERCOM_MOCK_HOST=host) as ready:
        assert health(INTERCOM_MOCK_HOST=host, INTERCOM_MOCK_PORT=str(ready["port"])) == 0


def test_a_unix_socket(tmp_path):
    path = tmp_path / "intercom.sock"
    with serving("--unix-socket", path) as ready:
        assert ready["unix_socket"] == str(path) and "url" not in ready
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://localhost") as client:
            assert client.get("/me", headers=TOKEN).json()["type"] == "admin"
        assert health(INTERCOM_MOCK_UNIX_SOCKET=str(path)) == 0
    assert not path.exists()
    assert health(INTERCOM_MOCK_UNIX_SOCKET=str(path)) == 69


@pytest.mark.parametrize("name", ["{}/notify", "@intercom-mock-{}"])
def test_a_service_manager_is_notified_of_start_and_stop(tmp_path, name):
    name = name.format(tmp_path if name.startswith("{") else os.getpid())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(name.replace("@", "\0", 1))
        manager.settimeout(5)
        with serving(NOTIFY_SOCKET=name):
            assert manager.recv(100) == b"READY=1"
        assert manager.recv(100) == b"STOPPING=1"


@pytest.mark.parametrize(
    ("flags", "status", "culprit"),
    [
        (["--tls-cert", "a.pem"], 64, "--tls-key"),
        (["--tls-key", "a.pem"], 64, "--tls-cert"),
        (["--tls-ca-file", "a.pem"], 64, "--tls-ca-file"),
        (["--tls", "--tls-name", "a,b"], 64, "a,b"),
        (["--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.pem"], 65, "/nonexistent.pem"),
        (["--tls", "--tls-ca-file", "/nonexistent/ca.pem"], 73, "/nonexistent/ca.pem"),
    ],
)
def test_an_invalid_tls_option_is_named(flags, status, culprit):
    command = [BINARY, "--port", "0", "--fixtures", "fixtures/default", *flags]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert run.returncode == status and culprit in run.stderr and run.stdout == ""


FLAGS = {
    "default_version": ("2.11", "2.11"),
    "timezone": ("Europe/Dublin", "Europe/Dublin"),
    "rate_limit": ("100/60", {"limit": 100, "window_seconds": 60}),
    "search_lag": ("calls:2", {"calls": 2}),
    "strict": ("warn", "warn"),
    "jobs": ("after_polls:3", {"after_polls": 3}),
    "side_effects": ("after_ms:250", {"after_ms": 250}),
    "etag": ("always", "always"),
    "gzip": ("off", "off"),
    "journal": ("off", "off"),
    "webhook_delivery": ("drop=0.5,delay_ms=20", {"duplicate": 0.0, "reorder": 0.0, "drop": 0.5, "delay_ms": 20}),
    "fin_webhook": ("http://127.0.0.1:9/fin s3cret", {"url": "http://127.0.0.1:9/fin", "secret": "s3cret"}),
}


def test_every_setting_has_a_flag_and_a_variable():
    def settings(ready):
        return httpx.get(f"{ready['url']}/_mock/settings", headers=TOKEN).json()

    with serving(*(part for name, (text, _) in FLAGS.items() for part in (f"--{name.replace('_', '-')}", text))) as ready:
        assert settings(ready) == {name: value for name, (_, value) in FLAGS.items()}
    with serving(**{f"INTERCOM_MOCK_{name.upper()}": text for name, (text, _) in FLAGS.items()}) as ready:
        assert settings(ready) == {name: value for name, (_, value) in FLAGS.items()}


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("--jobs", "after_polls:-1"),
        ("--jobs", "later"),
        ("--side-effects", "after_polls:1"),
        ("--side-effects", "after_ms:x"),
        ("--webhook-delivery", "drop=2"),
        ("--webhook-delivery", "lose=0.1"),
        ("--webhook-delivery", ""),
        ("--fin-webhook", "hooks.example.com"),
    ],
)
def test_an_invalid_setting_stops_the_start(flag, text):
    run = subprocess.run([BINARY, flag, text], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert run.returncode == 64 and flag in run.stderr and run.stdout == ""


def start(**environment):
    """Runs a start that must fail."""
    command = [BINARY, "--port", "0", "--fixtures", "fixtures/default"]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=20
    )


@pytest.mark.parametrize("text", ["true", "1", "yes", "on"])
def test_a_boolean_variable_turns_a_flag_on(text):
    with serving(INTERCOM_MOCK_TLS=text) as ready:
        assert ready["url"].startswith("https:")


@pytest.mark.parametrize("text", ["false", "0", "no", "off"])
def test_a_boolean_variable_turns_a_flag_off(text):
    with serving(INTERCOM_MOCK_TLS=text) as ready:
        assert ready["url"].startswith("http:")


@pytest.mark.parametrize(
    ("name", "text", "choices"),
    [
        ("TLS", "maybe", "true, false, 1, 0, yes, no, on or off"),
        ("WEBHOOK_INSECURE", "", "true, false"),
        ("MAX_BODY", "lots", "a number from 1"),
        ("REQUEST_TIMEOUT", "0", "a number from 1 to 86400"),
        ("JOBS", "later", "immediate, after_ms:N or after_polls:N"),
        ("TIMEZONE", "Europe/Atlantis", "a time zone"),
        ("CLOCK", "frozen:soon", "running or frozen:TIME"),
        ("LOG", "xml", "text, json or off"),
    ],
)
def test_an_invalid_variable_ends_the_start_with_the_choices(name, text, choices):
    run = start(**{f"INTERCOM_MOCK_{name}": text})
    assert run.returncode == 64 and run.stdout == ""
    assert f"INTERCOM_MOCK_{name} cannot be '{text}'" in run.stderr and choices in run.stderr


def test_an_unknown_variable_ends_the_start_with_the_known_ones():
    run = start(INTERCOM_MOCK_PROT="1")
    assert run.returncode == 64 and run.stdout == ""
    assert "INTERCOM_MOCK_PROT" in run.stderr and "INTERCOM_MOCK_PORT," in run.stderr


def test_an_invalid_environment_ends_the_health_check_too():
    assert health(INTERCOM_MOCK_PORT="http") == 64
    assert health(INTERCOM_MOCK_PROT="1") == 64


def test_variables_of_the_repositorys_own_tests_are_ignored():
    with serving(INTERCOM_MOCK_BINARY="x", INTERCOM_MOCK_FUZZ="1") as ready:
        assert ready["ready"]


def test_a_flag_has_priority_over_its_variable():
    with serving("--default-version", "2.14", INTERCOM_MOCK_DEFAULT_VERSION="2.11") as ready:
        settings = httpx.get(f"{ready['url']}/_mock/settings", headers=TOKEN).json()
        assert settings["default_version"] == "2.14"


def test_the_commands_without_a_server_do_not_read_the_environment():
    for arguments in (["--version"], ["serve", "--help"], ["routes"], ["licenses"]):
        environment = os.environ | {"INTERCOM_MOCK_PROT": "1"}
        assert subprocess.run([BINARY, *arguments], env=environment, capture_output=True).returncode == 0


def test_the_version_is_the_same_everywhere():
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    assert version == subprocess.run([".ci/version"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    with serving() as ready:
        assert httpx.get(f"{ready['url']}/_mock/health").json()["version"] == version
        assert httpx.get(f"{ready['url']}/_mock/openapi.json").json()["info"]["version"] == version


def test_licenses_names_every_package_with_its_version():
    notices = subprocess.run([BINARY, "licenses"], capture_output=True, text=True, check=True).stdout
    for name, version in re.findall(r'apple/([\w-]+)", exact: "([\d.]+)"', (ROOT / "Package.swift").read_text()):
        assert f"{name}\n    version {version};" in notices
    for name in ("OpenSSL", "libevent", "zlib", "glibc", "libstdc++", "Swift standard library"):
        assert name in notices
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in notices and "Apache License" in notices


def test_a_reset_layers_partial_fixtures_over_the_served_ones():
    with serving() as ready:
        for world, admins in (("awkward", 5), ("empty", 1), ("default", 4)):
            answer = httpx.post(f"{ready['url']}/_mock/reset", json={"world": world}, headers=TOKEN)
            assert answer.status_code == 200, answer.text
            state = httpx.get(f"{ready['url']}/_mock/state", headers=TOKEN).json()
            assert len(state["admins"]) == admins
            assert ("job_seconds" in state["workspace"]) == (world == "awkward")
