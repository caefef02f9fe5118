#!/usr/bin/env python3
"""Checks that a server under load finishes its responses after SIGTERM and exits with 0 within a second.

    Tests/Soak/leaving.py [EXECUTABLE]
"""

import json
import pathlib
import re
import socket
import sys
import tempfile
import threading
import time

from receiver import Receiver
from server import ROOT, Server, Wire

HEAD = "Host: h\r\nAuthorization: Bearer leaving\r\nIntercom-Version: 2.14\r\n"
BUSY = 8


class Client:
    """A socket and the data received on it."""

    def __init__(self, server, request, size=None):
        self.socket = socket.socket()
        if size:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.sendall(request)

    def rest(self):
        """Reads until the end of the connection."""
        data = bytearray()
        try:
            while piece := self.socket.recv(1 << 16):
                data += piece
        except ConnectionResetError:
            pass
        self.socket.close()
        return bytes(data)


def asking(method, path, body=None):
    data = b"" if body is None else json.dumps(body).encode()
    return f"{method} {path} HTTP/1.1\r\n{HEAD}Content-Length: {len(data)}\r\n\r\n".encode() + data


def is_whole(data):
    """Whether the bytes are one complete response."""
    head, end, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head)
    return bool(end and length) and len(body) == int(length[1])


class Asking(threading.Thread):
    """Sends requests until the connection ends. The last response may be missing but not incomplete."""

    def __init__(self, server):
        super().__init__()
        self.server, self.whole, self.torn = server, 0, []

    def run(self):
        requests = [asking("GET", "/contacts?per_page=50"), asking("POST", "/contacts", {"role": "lead"}),
                    asking("GET", "/tags")]
        connection = Client(self.server, b"").socket
        while True:
            try:
                connection.sendall(requests[self.whole % 3])
                data = self.answer(connection)
            except OSError:
                return
            if not data:
                return
            if not is_whole(data):
                self.torn.append(data[:200])
                return
            self.whole += 1

    @staticmethod
    def answer(connection):
        data = b""
        while not is_whole(data):
            piece = connection.recv(1 << 16)
            if not piece:
                break
            data += piece
        return data


def check(binary, folder):
    """Prints the result of each check; returns whether all passed."""
    receiver = Receiver()
    server = Server(binary, f"{folder}/leaving.log")
    setup = Wire(server.port, "leaving")
    assert setup("POST", "/_mock/generate", {"contacts": 20_000}).status == 200
    for path, delay in (("/teams", {"delay_ms": 400}), ("/segments", {"delay_ms": 60_000}),
                        ("/admins", {"connection": "drip"})):
        assert setup("POST", "/_mock/faults", {"match": {"path": path}, **delay}).status == 201
    hook = {"url": receiver.url("slow", "leaving"), "topics": ["*"]}
    assert setup("POST", "/_mock/webhooks?check=off", hook).status == 201

    busy = [Asking(server) for _ in range(BUSY)]
    for asker in busy:
        asker.start()
    idle = Client(server, b"")
    half = Client(server, b"POST /contacts HTTP/1.1\r\n" + HEAD.encode() + b"Content-Length: 100\r\n\r\n{")
    soon, late = Client(server, asking("GET", "/teams")), Client(server, asking("GET", "/segments"))
    drip = Client(server, asking("GET", "/admins"))
    big, deaf = (Client(server, asking("GET", "/_mock/state"), size=1 << 16) for _ in range(2))
    for client in (big, deaf):
        client.socket.recv(1, socket.MSG_PEEK)
    time.sleep(0.1)

    results = {}
    readers = [threading.Thread(target=lambda name=name, client=client: results.update({name: client.rest()}))
               for name, client in (("soon", soon), ("big", big), ("late", late), ("idle", idle), ("half", half),
                                    ("drip", drip))]
    for reader in readers:
        reader.start()
    seconds, code = server.stop()
    for thread in [*busy, *readers]:
        thread.join(10)
    begun = sum(asker.whole for asker in busy)
    torn = [data for asker in busy for data in asker.torn]
    deaf.rest()

    good = True
    for holds, text in (
        (code == 0 and seconds < 1, f"SIGTERM under load: exited after {seconds * 1000:.0f} ms with {code}"),
        (begun > BUSY and not torn, f"{begun} responses to {BUSY} busy clients, {len(torn)} incomplete {torn[:1] or ''}"),
        (is_whole(results["soon"]), "a response that a fault delays by 400 ms was complete"),
        (is_whole(results["big"]), f"a response of {len(results['big']) / 1e6:.1f} MB that was being sent was complete"),
        (results["idle"] == b"", "the connection of an idle client was closed"),
        (results["half"] == b"" or b" 4" in results["half"][:13], "an incomplete request was not answered as a complete one"),
        (results["late"] == b"", "the server did not wait for a response that a fault delays by a minute"),
        (not server.complaints(), f"no warnings in the log {server.complaints()[:3] or ''}"),
    ):
        good = good and holds
        print(("holds:  " if holds else "BROKEN: ") + text)
    return good


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        executable = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".build/release/intercom-mock"
        sys.exit(0 if check(executable, place) else 1)
