"""A server, load generation with wrk, and the cost of the load for the server."""

import contextlib
import http.client
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIELDS = {"Authorization": "Bearer bench", "Intercom-Version": "2.14", "Content-Type": "application/json"}
SCRIPT = """
local n, stamp = 0, %d
%s
wrk.method = "%s"
function request()
  n = n + 1
  return wrk.format(nil, %s, nil, %s)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %%d %%d %%.0f %%.0f %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end
"""


class Server:
    """A server process. Its figures come from /proc."""

    def __init__(self, binary, *flags, fixtures=ROOT / "fixtures/default"):
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--fixtures", fixtures, "--log", "off", *flags], stdout=subprocess.PIPE)
        ready = json.loads(self.process.stdout.readline())
        self.port, self.pid = ready["port"], ready["pid"]
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def call(self, method, path, body=None):
        self.connection.request(method, path, None if body is None else json.dumps(body), FIELDS)
        response = self.connection.getresponse()
        data = response.read()
        assert response.status < 300, (method, path, response.status, data[:300])
        return json.loads(data)

    def processor_seconds(self):
        """The CPU time of its only thread in seconds."""
        return int(pathlib.Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9

    def memory(self):
        """The resident memory in MB."""
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.pid}/status").read_text())[1]) / 1024

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            self.process.stdout.close()


@contextlib.contextmanager
def serving(binary, *flags, **options):
    server = Server(binary, *flags, **options)
    try:
        yield server
    finally:
        server.stop()


class Load:
    """Requests of one kind. Path and body are Lua expressions; n is the request number, stamp is unique per run."""
    stamps = 0

    def __init__(self, method, path, body="nil", connections=8):
        self.method, self.path, self.body, self.connections = method, path, body, connections

    def run(self, server, seconds):
        """Runs the load: CPU time in microseconds per request, latencies in milliseconds, and requests per second."""
        Load.stamps += 1
        fields = "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in FIELDS.items())
        stamp = os.getpid() * 1000 + Load.stamps
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(SCRIPT % (stamp, fields, self.method, self.path, self.body))
            script.flush()
            before = server.processor_seconds()
            out = subprocess.run(
                ["wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "-s", script.name,
                 f"http://127.0.0.1:{server.port}"], capture_output=True, text=True, check=True).stdout
            spent = server.processor_seconds() - before
        count, duration, p50, p99, errors = map(int, re.search(r"RESULT (.*)", out)[1].split())
        assert errors == 0, out
        if not count:  # the server sent no response in this time
            return {"µs": math.inf, "p50": duration / 1000, "p99": duration / 1000, "rate": 0}
        return {"µs": spent / count * 1e6, "p50": p50 / 1000, "p99": p99 / 1000, "rate": count / duration * 1e6}

    def median(self, server, seconds, repeats):
        runs = [self.run(server, seconds) for _ in range(repeats)]
        return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def search(query, per_page=50, **options):
    """A search for contacts; %d in the query is replaced by the request number."""
    text = json.dumps({"query": query, "pagination": {"per_page": per_page}})
    body = f"string.format([[{text}]], n)" if "%d" in text else f"[[{text}]]"
    return Load("POST", '"/contacts/search"', body, **options)


def generate(server, number, seed=7):
    """Generates contacts only, in portions of the size that one call permits."""
    for portion in range(0, number, 200_000):
        count = min(200_000, number - portion)
        server.call("POST", "/_mock/generate", {"contacts": count, "seed": seed + portion})
