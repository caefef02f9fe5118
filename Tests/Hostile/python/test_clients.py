"""Clients that are slow, hang, flood or disconnect: other clients are served, and all resources are released."""

import resource
import socket
import time

import pytest

from wire import AUTHORIZATION, answered, drain

GET = b"GET /admins HTTP/1.1\r\nHost: h\r\n" + AUTHORIZATION + b"\r\n"


@pytest.fixture
def well(server):
    """A server whose number of open descriptors must be the same before and after the test."""
    before = server.descriptors()
    yield server
    assert server.settles(lambda: server.descriptors() <= before + 1), "descriptors are let go of"


def prompt(server):
    """The time of a valid request in milliseconds."""
    began = time.monotonic()
    assert server.get("/admins")[0] == 200
    return (time.monotonic() - began) * 1000


def test_a_byte_at_a_time(well):
    data = b"POST /contacts HTTP/1.1\r\nHost: h\r\nContent-Length: 26\r\n" + AUTHORIZATION + b"\r\n" + b'{"email":"slow@hostile.te"}'[:26]
    data = data[:-1] + b"}"
    answers = answered(well.say(data, pieces=[bytes([byte]) for byte in data]))
    assert [status for status, _ in answers] in ([200], [400])


def test_slow_clients_do_not_delay_others(well):
    slow = [well.connect() for _ in range(200)]
    for connection in slow:
        connection.sendall(GET[:30])
    assert max(prompt(well) for _ in range(20)) < 1000
    for connection in slow:
        connection.sendall(GET[30:])
    for connection in slow:
        assert connection.recv(12) == b"HTTP/1.1 200"
        connection.close()


def test_thousands_of_idle_connections(well):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(2000, soft - 200)
    idle = [well.connect() for _ in range(count)]
    assert max(prompt(well) for _ in range(20)) < 1000
    for connection in idle:
        connection.close()
    assert well.settles(lambda: well.descriptors() < 100)


def test_half_closed(well):
    assert [status for status, _ in answered(well.say(GET * 3))] == [200, 200, 200]


def test_a_pipelined_flood_is_answered_in_order(well):
    count = 2000
    asked = b"".join(GET.replace(b"/admins", b"/hostile/%d" % n) for n in range(count))
    answers = answered(well.say(asked))
    assert len(answers) == count and {status for status, _ in answers} == {404}


def test_a_client_that_never_reads(well):
    before = well.memory()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", well.port))
    connection.settimeout(0.5)
    try:
        for _ in range(20000):
            connection.sendall(GET.replace(b"/admins", b"/contacts?per_page=150"))
    except TimeoutError:
        pass
    assert prompt(well) < 1000
    assert well.memory() < before + 60, "what waits is bounded"
    connection.close()


def test_clients_that_disconnect_during_a_request(well):
    for number in range(300):
        connection = well.connect()
        connection.sendall((GET * 3)[: 1 + number % len(GET) * 2])
        if number % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        connection.close()
    assert prompt(well) < 1000


def test_out_of_descriptors(start):
    """With a descriptor limit of the process: connections are accepted again after others are closed."""
    server = start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    held = [server.connect() for _ in range(100)]
    time.sleep(0.2)
    for connection in held:
        connection.close()
    assert server.settles(lambda: server.get("/_mock/health")[0] == 200)


def test_a_request_that_is_never_complete(start):
    server = start("--request-timeout", "1")
    with server.connect() as connection:
        connection.sendall(GET[:-2])
        answers = answered(drain(connection))
    assert [status for status, _ in answers] == [408]


def test_a_body_that_is_too_long(start):
    server = start("--max-body", "1000")
    head = b"POST /contacts HTTP/1.1\r\nHost: h\r\n" + AUTHORIZATION
    for rest in [b"Content-Length: 1001\r\n\r\n" + b" " * 1001, b"Transfer-Encoding: chunked\r\n\r\n3E9\r\n" + b" " * 1001]:
        assert [status for status, _ in answered(server.say(head + rest))] == [413]


def test_noise(well):
    import random

    chance = random.Random(7)
    for _ in range(500):
        answered(well.say(bytes(chance.randrange(256) for _ in range(chance.randrange(400)))))
