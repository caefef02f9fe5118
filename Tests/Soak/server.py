"""A server process and a connection to it."""

import gzip
import http.client
import json
import pathlib
import re
import ssl
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Server:
    """A server process that is started with flags and writes its log to a file."""

    def __init__(self, binary, log, *flags):
        self.log = pathlib.Path(log)
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                [binary, "--port", "0", "--fixtures", ROOT / "fixtures/default", "--log", "json", *flags],
                stdout=subprocess.PIPE, stderr=stream)
        watchdog = threading.Timer(30, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        assert line, f"the server did not start: {self.log.read_text()}"
        ready = json.loads(line)
        self.port, self.pid = ready["port"], ready["pid"]

    def memory(self):
        """The resident memory in MB."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.pid}/fd").iterdir()))

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def complaints(self):
        """The lines of the log with warnings and errors."""
        return [line for line in self.log.read_text().splitlines()
                if not line.startswith("{") or json.loads(line).get("level") not in ("trace", "debug", "info", "notice")]

    def stop(self, patience=10):
        """Stops the process with SIGTERM; returns the time it took in seconds and the exit code."""
        begin = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = None
        self.process.stdout.close()
        return time.monotonic() - begin, code


class Answer:
    def __init__(self, status, fields, data):
        self.status, self.fields, self.data = status, fields, data

    @property
    def json(self):
        return json.loads(self.data)


class Wire:
    """One persistent connection, opened on demand. Requests are not repeated."""
    PATIENCE = 30
    calls = 0  # of all connections

    def __init__(self, port, token, trust=None):
        self.port, self.token, self.trust, self.connection, self.used = port, token, trust, None, 0.0
        self.count = 0

    def open(self):
        if not self.trust:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.PATIENCE)
        context = ssl.create_default_context(cafile=self.trust)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=self.PATIENCE, context=context)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def __call__(self, method, path, body=None, version="2.14", **fields):
        """Sends a request; returns the response. Raises OSError or HTTPException on failure; the next call reconnects."""
        if time.monotonic() - self.used > 20:
            self.close()
        Wire.calls += 1
        self.count += 1
        fields = {"Authorization": f"Bearer {self.token}", "Intercom-Version": version, **fields}
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        self.connection = self.connection or self.open()
        try:
            self.connection.request(method, path, data, fields)
            response = self.connection.getresponse()
            received = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        self.used = time.monotonic()
        if response.getheader("Content-Encoding") == "gzip":
            received = gzip.decompress(received)
        return Answer(response.status, response.headers, received)
