"""Compares the request parser with h11, on valid requests and on thousands of mutated requests.

Both must accept the same number of requests with the same bodies and reject the same bytes, except for the differences
listed below.
"""

import random
import re

import h11
import pytest

from wire import AUTHORIZATION, answered

PATH = b"/hostile/nowhere"

SEEDS = [
    b"GET " + PATH + b" HTTP/1.1\r\nHost: h\r\n" + AUTHORIZATION + b"\r\n",
    b"GET " + PATH + b"?a=b&c=%20d HTTP/1.0\r\nHost: h\r\n\r\n",
    b"POST " + PATH + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n" + AUTHORIZATION + b"\r\n{\"a\":1}",
    b"POST " + PATH + b" HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n\r\n",
    b"PUT " + PATH + b" HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTrailer: t\r\n\r\n",
    b"DELETE " + PATH + b" HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX-Long:   spaced \t \r\nX-Empty:\r\n\r\n",
    b"HEAD " + PATH + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    b"POST " + PATH + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}GET " + PATH + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET http://h" + PATH + b" HTTP/1.1\r\nHost: h\r\nUser-Agent: x (y; z)\r\nAccept-Encoding: gzip\r\n\r\n",
]

ROUNDS = 4000


def spoiled(number):
    """A request with one to three random changes, deterministic for a number."""
    chance = random.Random(number)
    data = bytearray(chance.choice(SEEDS))
    odd = [0, 9, 10, 11, 13, 32, 34, 37, 44, 47, 58, 59, 127, 128, 255, ord("0"), ord("9"), ord("a"), ord("G"), ord("-")]
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(data))
        match chance.randrange(6):
            case 0: del data[place]
            case 1: data.insert(place, chance.choice(odd))
            case 2: data[place] = chance.choice(odd)
            case 3: data[place:place] = data[place : place + chance.randint(1, 12)]
            case 4: data[place:place] = chance.choice([b"\r\n", b"\n", b"\r", b" ", b"\r\n ", b"Content-Length: 3\r\n"])
            case 5: del data[place : place + chance.randint(2, 8)]
    return bytes(data)


def by_h11(data):
    """The number of requests that h11 parses, and whether it rejects the rest (None if it waits for more)."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=65536)
    connection.receive_data(data)
    connection.receive_data(b"")
    count = 0
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA or isinstance(event, h11.ConnectionClosed):
                return count, False
            if event is h11.PAUSED:
                if connection.our_state is h11.SEND_RESPONSE or connection.our_state is h11.IDLE:
                    reply(connection)
                if connection.our_state is h11.MUST_CLOSE or connection.our_state is h11.CLOSED:
                    return count, False
                connection.start_next_cycle()
                continue
            if isinstance(event, h11.EndOfMessage):
                count += 1
                reply(connection)
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    return count, False
                connection.start_next_cycle()
    except h11.RemoteProtocolError as error:
        return count, "closed" not in str(error) and "peer unexpectedly" not in str(error)


def reply(connection):
    connection.send(h11.Response(status_code=404, headers=[("Content-Length", "0")]))
    connection.send(h11.EndOfMessage())


def by_us(server, data):
    """The same for the server: a parsed request is answered with 404, or with 401 if it has no valid token."""
    answers = [status for status, _ in answered(server.say(data))]
    refused = bool(answers) and answers[-1] in PROTOCOL
    return (len(answers) - refused, refused)


# The statuses of the transport's errors: 400 for a malformed request, 413 and 431 for size limits, 505 for a version.
PROTOCOL = {400, 413, 431, 501, 505}


# The permitted differences between the two, with the rule of RFC 9112 or 9110 that the server follows.
FOLD = re.compile(rb"\r\n[ \t]")
BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
HOST = re.compile(rb"(?im)^host:[ \t]*(.*?)[ \t]*\r$")
GOOD_HOST = re.compile(rb"[\w.~-]*(:\d*)?")
TARGET = re.compile(rb"[A-Z]+ (\S+) HTTP/1\.")
GOOD_TARGET = re.compile(rb"/.*|https?://[^/?#]+([/?].*)?|\*")
EMPTY_LINES = re.compile(rb"(^|\r\n\r\n|\})(\r\n)+(?=[A-Z]+ |$)")


def known_difference(data, ours, theirs):
    """The reason why the two may differ; None if they must agree."""
    if ours[1] and not theirs[1] and ours[0] == theirs[0]:
        return "the server rejects an invalid line immediately, h11 after the complete header section"
    if b"HTTP/1.1" not in data and b"Host:" not in data:
        return "h11 requires Host in HTTP/1.1 only, the server in every version from 1.1 on"
    if b": ,chunked" in data or b"chunked," in data:
        return "the server skips the empty elements of a list (9110, 5.6.1.2)"
    if BARE.search(data):
        return "h11 accepts a bare LF as line end and a bare CR in a value; the server rejects both (9112, 2.2)"
    if FOLD.search(data):
        return "h11 unfolds lines; the server rejects them (9112, 5.2)"
    if b"\x7f" in data:
        return "h11 accepts DEL in values (9110, 5.5)"
    if any(not GOOD_HOST.fullmatch(host) for host in HOST.findall(data)):
        return "h11 does not check Host (9112, 3.2)"
    if any(not GOOD_TARGET.fullmatch(target) for target in TARGET.findall(data)):
        return "h11 does not check the target (9112, 3.2)"
    if ours == by_h11(EMPTY_LINES.sub(rb"\1", data)):
        return "the server skips empty lines before a request (9112, 2.2)"
    return None


def test_valid_requests_are_parsed_the_same_way(server):
    for data in SEEDS:
        assert by_us(server, data) == by_h11(data), data


@pytest.mark.parametrize("part", range(8))
def test_mutated_requests_are_parsed_or_rejected_the_same_way(server, part):
    differing = []
    for number in range(part * ROUNDS // 8, (part + 1) * ROUNDS // 8):
        data = spoiled(number)
        ours, theirs = by_us(server, data), by_h11(data)
        if ours != theirs and not known_difference(data, ours, theirs):
            differing.append((number, ours, theirs, data))
    assert not differing, f"{len(differing)}: {differing[:5]}"
