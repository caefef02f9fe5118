"""Who may use the server, over real connections and with its flags; and what it writes for others."""

import fcntl
import json
import os
import re
import signal
import socket
import stat
import subprocess
import termios
import threading

import pytest

from conftest import BINARY, ROOT, stop
from wire import answered

HEALTH = b"GET /_mock/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"


def run(*flags, fixtures="fixtures/default", seconds=20, **options):
    """Runs a server that does not start; returns its exit code and its standard error."""
    done = subprocess.run(
        [BINARY, "--port", "0", "--fixtures", fixtures, *map(str, flags)],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL, **options,
    )
    return done.returncode, done.stderr


class Logged:
    """A server whose standard error is read."""

    def __init__(self, *flags, **environment):
        self.process = subprocess.Popen(
            [BINARY, "--port", "0", "--fixtures", "fixtures/default", *map(str, flags)], cwd=ROOT,
            env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.ready = json.loads(self.process.stdout.readline())

    def say(self, data):
        with socket.create_connection(("127.0.0.1", self.ready["port"]), timeout=10) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def log(self):
        """Stops the server; returns its whole log."""
        self.process.send_signal(signal.SIGTERM)
        log = self.process.communicate(timeout=10)[1]
        assert self.process.returncode == 0
        return log


# Hosts


@pytest.mark.parametrize("host", [b"127.0.0.1", b"localhost:80", b"[::1]:9", b"intercom", b"mock.test", b"api.intercom.io"])
def test_a_local_host_is_served(server, host):
    assert [status for status, _ in answered(server.say(HEALTH % host))] == [200]


@pytest.mark.parametrize("host", [b"evil.example.com", b"127.0.0.1.nip.io:4020", b"evil.com."])
def test_a_foreign_host_is_refused(server, host):
    (status, body), = answered(server.say(HEALTH % host))
    assert status == 403 and "--allow-host" in json.loads(body)["errors"][0]["message"]


def test_the_host_of_an_absolute_target_counts(server):
    request = b"GET http://%s/_mock/health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
    assert [status for status, _ in answered(server.say(request % (b"evil.com", b"localhost")))] == [403]
    assert [status for status, _ in answered(server.say(request % (b"localhost", b"evil.com")))] == [200]


def test_http_1_0_needs_no_host(server):
    assert server.say(b"GET /_mock/health HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_hosts_and_origins_are_allowed_by_flags(start):
    server = start("--allow-host", "a.example.com,.b.example.com", "--allow-host", "c.example.com", "--allow-origin", "https://app.example.com")
    for host in (b"a.example.com", b"x.b.example.com:1", b"c.example.com"):
        assert [status for status, _ in answered(server.say(HEALTH % host))] == [200]
    origin = b"GET /_mock/state HTTP/1.1\r\nHost: h\r\nConnection: close\r\nOrigin: %s\r\n\r\n"
    assert server.say(origin % b"https://app.example.com").startswith(b"HTTP/1.1 200 ")
    assert server.say(origin % b"https://app.example.com:1").startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("flag, value", [
    ("--allow-host", "http://a"), ("--allow-host", "a:1"), ("--allow-host", "*"), ("--allow-origin", "*"),
    ("--allow-origin", "a.example.com"), ("--control-token", ""), ("--control-token", "with space"),
])
def test_an_invalid_value_stops_the_start(flag, value):
    code, text = run(f"{flag}={value}")
    assert code == 64 and flag in text
    assert flag != "--control-token" or not value or value not in text


# The token of the control plane


def test_the_control_plane_asks_for_its_token(start):
    server = start("--control-token", "open-sesame", "--host", "0.0.0.0")
    assert server.call("POST", "/_mock/reset")[0] == 401
    assert server.call("POST", "/_mock/reset", token="open-sesame")[0] == 200
    assert server.get("/_mock/health", token="x")[0] == 200 and server.get("/admins")[0] == 200
    environment = {"PATH": os.environ["PATH"], "INTERCOM_MOCK_CONTROL_TOKEN": "open-sesame", "INTERCOM_MOCK_HOST": "0.0.0.0", "INTERCOM_MOCK_PORT": str(server.port)}
    assert subprocess.run([BINARY, "health"], env=environment, capture_output=True).returncode == 0


def test_listed_tokens_protect_the_control_plane(start):
    server = start("--tokens", "listed")
    assert [server.get("/_mock/state", token=token)[0] for token in ("x", "test-token", "ada-token")] == [401, 401, 200]


@pytest.mark.parametrize("flags, warns", [
    (["--host", "0.0.0.0"], True), (["--host", "127.0.0.1"], False), (["--host", "localhost"], False),
    (["--host", "0.0.0.0", "--control-token", "open-sesame"], False), (["--host", "0.0.0.0", "--tokens", "listed"], False),
])
def test_an_open_control_plane_is_reported(flags, warns):
    log = Logged(*flags).log()
    assert ("--control-token" in log) == warns and "open-sesame" not in log


# Logs


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_request_cannot_write_to_the_terminal(form):
    server = Logged("--log", form, "--log-level", "debug")
    token = "dG9rOjEyMzQ1Njc4OTA="
    version = b"2.14\xc2\x9b31m\xe2\x80\xae"
    server.say(b"GET /tags?accessToken=%s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nIntercom-Version: %s\r\nConnection: close\r\n\r\n"
               % (token.encode(), token.encode(), version))
    log = server.log()
    lines = [line for line in log.splitlines() if "/tags" in line]
    assert len(lines) == 1 and "9b" in lines[0] and "****OTA=" in lines[0]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", log)
    assert token not in log


# Files for others


def test_the_port_file_is_never_stale(start, tmp_path):
    path = tmp_path / "port"
    path.write_text("1\n")
    assert run("--port-file", path, fixtures="/nonexistent")[0] == 65
    assert not path.exists(), "removed at the start, also of a server that does not start"
    server = Logged("--port-file", path)
    assert path.read_text() == f"{server.ready['port']}\n" and list(tmp_path.iterdir()) == [path]
    server.log()
    assert not path.exists()


def test_the_port_file_of_a_later_server_stays(tmp_path):
    path = tmp_path / "port"
    first = Logged("--port-file", path)
    second = Logged("--port-file", path)
    first.log()
    assert path.read_text() == f"{second.ready['port']}\n"
    second.log()
    assert not path.exists()


@pytest.mark.parametrize("flags", [["--port-file"], ["--tls", "--tls-ca-file"]])
def test_files_are_not_written_through_a_link(tmp_path, flags):
    precious, path = tmp_path / "precious", tmp_path / "file"
    precious.write_text("precious")
    path.symlink_to(precious)
    server = Logged(*flags, path)
    assert precious.read_text() == "precious" and path.is_file() and not path.is_symlink()
    server.log()
    assert precious.read_text() == "precious"


@pytest.mark.parametrize("flags", [["--port-file"], ["--tls", "--tls-ca-file"]])
def test_special_files_are_not_replaced(tmp_path, flags):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code, text = run(*flags, pipe)
    assert code == 73 and f"{pipe}: not a regular file" in text
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("mask, mode", [(0o077, 0o700), (0o022, 0o755)])
def test_a_socket_has_the_mask_of_its_user(tmp_path, mask, mode):
    path = tmp_path / "socket"
    process = subprocess.Popen(
        [BINARY, "--unix-socket", path, "--fixtures", "fixtures/empty", "--log", "off"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, umask=mask,
    )
    assert process.stdout.readline()
    assert stat.S_IMODE(path.stat().st_mode) == mode
    stop(process)


# Files from others


@pytest.fixture
def world(tmp_path):
    """A folder of fixtures over the empty ones."""
    for file in (ROOT / "fixtures/empty").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def test_a_fixture_that_is_a_pipe_is_refused(world):
    os.mkfifo(world / "tags.json")
    code, text = run(fixtures=world)
    assert code == 65 and f"{world}/tags.json: not a regular file" in text


def test_a_fixture_that_is_a_folder_or_a_device_is_refused(world):
    (world / "tags.json").mkdir()
    assert run(fixtures=world)[0] == 65
    (world / "tags.json").rmdir()
    (world / "tags.json").symlink_to("/dev/zero")
    code, text = run(fixtures=world)
    assert code == 65 and "tags.json: not a regular file" in text
    check = subprocess.run([BINARY, "fixtures", "check", world], cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert check.returncode == 65 and "tags.json: not a regular file" in check.stderr


def test_a_fixture_folder_that_is_a_file_is_refused(world):
    code, text = run(fixtures=world / "admins.json")
    assert code == 65 and "admins.json" in text


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def certificate(tmp_path):
    key, file = tmp_path / "key.pem", tmp_path / "cert.pem"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", file, "-subj", "/CN=h", "-days", 1)
    key.chmod(0o600)
    return file, key


@pytest.mark.parametrize("form", ["pkcs8", "ec"])
def test_an_encrypted_key_is_refused_without_a_question(certificate, tmp_path, form):
    file, key = certificate
    locked = tmp_path / "locked.pem"
    openssl(form, *(["-topk8", "-v2", "aes128"] if form == "pkcs8" else ["-aes128"]), "-in", key, "-out", locked, "-passout", "pass:sesame")
    locked.chmod(0o600)
    # With a terminal of its own, on which OpenSSL would ask.
    master, terminal = os.openpty()
    process = subprocess.Popen(
        [BINARY, "--port", "0", "--fixtures", "fixtures/empty", "--tls-cert", file, "--tls-key", locked],
        cwd=ROOT, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    watchdog = threading.Timer(15, process.kill)
    watchdog.start()
    text = process.communicate()[1].decode()
    watchdog.cancel()
    os.close(terminal)
    os.close(master)
    assert process.returncode == 65 and "it is encrypted" in text and str(locked) in text


def test_a_key_that_others_can_read_is_reported(certificate):
    file, key = certificate
    assert "chmod 600" not in Logged("--tls-cert", file, "--tls-key", key).log()
    key.chmod(0o644)
    assert "chmod 600" in Logged("--tls-cert", file, "--tls-key", key).log()


# TLS


@pytest.mark.parametrize("data", [b"", bytes.fromhex("16030101000100 00fc0303".replace(" ", ""))])
def test_a_stalled_handshake_ends(start, data):
    server = start("--tls", "--request-timeout", "1")
    with server.connect(timeout=10) as connection:
        connection.sendall(data)
        try:
            assert connection.recv(1) == b"", "the server closes it"
        except ConnectionResetError:
            pass


# Webhooks


def test_no_webhook_reaches_a_metadata_service(start):
    server = start()
    for url in ("http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://metadata.google.internal/"):
        status, body = server.call("POST", "/_mock/webhooks?check=off", {"url": url, "topics": ["*"]})
        assert status == 201
        status, body = server.call("POST", f"/_mock/webhooks/{json.loads(body)['id']}/ping")
        assert status == 202
    assert server.call("POST", "/_mock/webhooks/wait", {})[0] == 200
    deliveries = json.loads(server.get("/_mock/webhooks/deliveries")[1])["data"]
    assert [delivery["state"] for delivery in deliveries] == ["failed"] * 3
    assert all("metadata service of a cloud" in delivery["attempts"][0]["error"] for delivery in deliveries)
