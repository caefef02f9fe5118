"""Raw bytes to and from a server, without a client library that would correct them."""

import json
import pathlib
import re
import socket
import time

AUTHORIZATION = b"Authorization: Bearer hostile\r\n"


class Server:
    def __init__(self, port, pid):
        self.port, self.pid = port, pid

    def connect(self, timeout=10):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def say(self, data, pieces=None):
        """Sends bytes and closes the sending side; returns the response bytes."""
        with self.connect() as connection:
            try:
                for piece in pieces or [data]:
                    connection.sendall(piece)
                connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError, OSError):
                pass
            return drain(connection)

    def get(self, path, token="hostile"):
        return self.call("GET", path, token=token)

    def call(self, method, path, body=b"", token="hostile"):
        """Sends a valid request; returns the status and body of the response."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n"
        head += "Content-Type: application/json\r\nConnection: close\r\n"
        answers = answered(self.say(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body))
        assert len(answers) == 1, answers
        return answers[0]

    def memory(self):
        """The resident memory in MB."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.pid}/fd").iterdir()))

    def settles(self, test, seconds=10):
        """Waits for a condition; returns whether it became true before the timeout."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if test():
                return True
            time.sleep(0.02)
        return test()


def drain(connection):
    data = b""
    try:
        while piece := connection.recv(65536):
            data += piece
    except (ConnectionResetError, TimeoutError) as error:
        assert not isinstance(error, TimeoutError), f"no end after {data[:200]!r}"
    return data


def answered(data):
    """Parses the status and body of each response, without 100 Continue. Fails for malformed responses."""
    answers = []
    while data:
        head, end, rest = data.partition(b"\r\n\r\n")
        assert end, f"no head: {data[:200]!r}"
        match = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
        assert match, head
        status = int(match[1])
        if status == 100:
            data = rest
            continue
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        # The response to a HEAD request has a Content-Length but no body.
        size = int(length[1]) if length and not rest.startswith(b"HTTP/1.1 ") and rest else 0
        body, data = rest[:size], rest[size:]
        assert len(body) == size, f"a body of {len(body)} that says {size}"
        if body and b"application/json" in head:
            json.loads(body)
        answers.append((status, body))
    return answers
