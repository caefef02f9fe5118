"""Output that nobody reads, and the end of the process: the server never waits for either."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import time

import pytest

from conftest import BINARY, ROOT
from wire import AUTHORIZATION, Server, answered

GET = b"GET /admins HTTP/1.1\r\nHost: h\r\n" + AUTHORIZATION + b"\r\n"
LOGGING = ("--log", "json", "--log-level", "debug")


@contextlib.contextmanager
def serving(*flags, **streams):
    """A server whose output is not read. The port comes from a file."""
    port = ROOT / f".build/hostile-{os.getpid()}.port"
    port.unlink(missing_ok=True)
    process = subprocess.Popen(
        [BINARY, "--port", "0", "--port-file", port, "--fixtures", "fixtures/default", *flags], cwd=ROOT, **streams)
    try:
        deadline = time.monotonic() + 30
        while not (port.exists() and port.read_text().endswith("\n")):
            assert time.monotonic() < deadline and process.poll() is None, "it starts"
            time.sleep(0.01)
        yield Server(int(port.read_text()), process.pid), process
    finally:
        process.kill()
        process.wait()
        port.unlink(missing_ok=True)


def ends(process, number=signal.SIGTERM):
    """The seconds from a signal to the end of the process, which must be orderly."""
    began = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    return time.monotonic() - began


def flood(server, count):
    """Sends many requests, each of which is logged."""
    for _ in range(count // 500):
        statuses = {status for status, _ in answered(server.say(GET * 500))}
        assert statuses == {200}


def full_pipe():
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    return reading, writing


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_a_log_that_is_not_read(kind):
    if kind == "pipe":
        reading, writing = os.pipe()
    else:
        reading, writing = (end.detach() for end in socket.socketpair())
    with serving(*LOGGING, stdout=subprocess.DEVNULL, stderr=writing) as (server, process):
        assert not fcntl.fcntl(writing, fcntl.F_GETFL) & os.O_NONBLOCK, "others that share it are not affected"
        os.close(writing)
        before = server.memory()
        flood(server, 10_000)
        assert server.memory() < before + 40, "what waits is bounded"
        os.set_blocking(reading, False)
        lines, deadline = b"", time.monotonic() + 20
        while b"were dropped" not in lines and time.monotonic() < deadline:
            try:
                lines += os.read(reading, 65_536)
            except BlockingIOError:
                time.sleep(0.005)
        entries = [json.loads(line) for line in lines.splitlines()]
        requests = [entry for entry in entries if entry["message"] == "request"]
        notices = [entry for entry in entries if "dropped" in entry]
        assert len(notices) == 1 and notices[0]["level"] == "warning"
        assert len(requests) + notices[0]["dropped"] == 10_000, "every message is written or counted"
        flood(server, 500)
        lines, deadline = b"", time.monotonic() + 20
        while lines.count(b"\n") < 500 and time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError):
                lines += os.read(reading, 65_536)
        assert lines.count(b"\n") == 500 and b"dropped" not in lines
        assert ends(process) < 1.5
    os.close(reading)


def test_a_log_whose_reader_left():
    reading, writing = os.pipe()
    with serving(*LOGGING, stdout=subprocess.DEVNULL, stderr=writing) as (server, process):
        os.close(writing)
        flood(server, 500)
        os.close(reading)
        flood(server, 500)
        assert ends(process) < 1.5


def test_standard_output_and_error_that_are_full():
    reading, writing = full_pipe()
    with serving(*LOGGING, stdout=writing, stderr=writing) as (server, process):
        flood(server, 500)
        assert ends(process) < 1.5
    os.close(reading)
    os.close(writing)


def test_standard_descriptors_that_are_closed():
    """A socket would otherwise get the number of standard error, and its client the log."""
    def close():
        for descriptor in range(3):
            os.close(descriptor)

    with serving(*LOGGING, preexec_fn=close) as (server, process):
        connections = [server.connect() for _ in range(5)]
        for connection in connections:
            connection.sendall(GET)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        for connection in connections:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)
            connection.close()
        assert ends(process) < 1.5


# MARK: SIGTERM

def ask(server, method, path, body=None, read=False):
    content = b"" if body is None else json.dumps(body).encode()
    connection = server.connect()
    connection.sendall(
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n".encode() + AUTHORIZATION + b"\r\n" + content)
    if read:
        assert connection.recv(65_536).startswith(b"HTTP/1.1 2")
    return connection


def idle(server):
    ask(server, "GET", "/admins", read=True)
    return [ask(server, "GET", "/admins", read=True)]


def verification(server):
    return [ask(server, "POST", "/_mock/requests/verify", {"match": {"path": "/never"}, "timeout_ms": 60_000})]


def delay(server):
    ask(server, "POST", "/_mock/faults", {"match": {"path": "/admins"}, "delay_ms": 60_000}, read=True)
    return [ask(server, "GET", "/admins")]


def drip(server):
    ask(server, "POST", "/_mock/faults", {"match": {"path": "/contacts"}, "connection": "drip"}, read=True)
    return [ask(server, "GET", "/contacts")]


def delivery(server):
    """A receiver that accepts the connection, and does not read or answer."""
    receiver = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{receiver.getsockname()[1]}/"
    ask(server, "POST", "/_mock/webhooks?check=off", {"url": url, "topics": ["*"]}, read=True)
    for number in range(50):
        ask(server, "POST", "/contacts", {"email": f"{number}@example.com"}, read=True)
    waiting = ask(server, "POST", "/_mock/webhooks/wait", {"timeout_ms": 60_000})
    return [receiver, receiver.accept()[0], waiting]


def stalled_reader(server):
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(GET.replace(b"/admins", b"/_mock/state") * 20)
    return [connection]


def half_a_request(server):
    connection = server.connect()
    connection.sendall(GET[:20])
    return [connection]


def generation(server):
    return [ask(server, "POST", "/_mock/generate", {"contacts": 200_000, "seed": 9})]


def large_document(server):
    contacts = [{"id": f"{n:024x}", "role": "user", "email": f"{n}@example.com"} for n in range(100_000)]
    return [ask(server, "PUT", "/_mock/state", {"contacts": contacts})]


@pytest.mark.parametrize(
    "occupy", [idle, verification, delay, drip, delivery, stalled_reader, half_a_request, generation, large_document],
    ids=lambda occupy: occupy.__name__)
def test_the_process_ends_within_a_second(occupy):
    with serving("--log", "off", stdout=subprocess.DEVNULL) as (server, process):
        held = occupy(server)
        time.sleep(0.1)
        assert ends(process) < 1.5
        for connection in held:
            connection.close()


def test_the_process_ends_within_a_second_of_a_tls_handshake():
    with serving("--tls", "--log", "off", stdout=subprocess.DEVNULL) as (server, process):
        connection = server.connect()
        connection.sendall(b"\x16\x03\x01\x02\x00\x01")
        time.sleep(0.1)
        assert ends(process, signal.SIGINT) < 1.5
        connection.close()
