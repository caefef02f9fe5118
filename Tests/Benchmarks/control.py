#!/usr/bin/env python3
"""What isolation costs: Tests/Benchmarks/control.py [EXECUTABLE] [--rounds N] [--records N] [--json FILE]

Two servers run side by side, one over ten records, one over a hundred thousand, and each round asks both in turn, so that
whatever else the machine does meets both alike. Shown are medians: by the server's own clock (`X-Runtime`), and by the
client's, less what a call costs that does nothing. Memory is what /proc says is resident. Requests are counted per second of
the server's own CPU time as well, which other work on the machine hardly moves; cells with and without a journal alternate.
"""

import argparse
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXECUTABLE = ROOT / ".build/release/intercom-mock"
PAGE = os.sysconf("SC_PAGE_SIZE")


class Server:
    """One server over a folder of fixtures, asked over one connection that stays."""

    def __init__(self, executable, fixtures):
        command = [executable, "--port", "0", "--fixtures", fixtures, "--log", "off", "--max-workspaces", "100000"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("{"):
            raise SystemExit(f"{executable} over {fixtures} does not start: {line!r}")
        self.port = json.loads(line)["port"]
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def close(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, method, path, body=None, token="bench"):
        """(answer, seconds by the client's clock, seconds by the server's)."""
        fields = {"Authorization": f"Bearer {token}", "Intercom-Version": "2.14", "Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        started = time.perf_counter()
        self.connection.request(method, path, text, fields)
        answer = self.connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - started
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]}")
        return json.loads(content or b"null"), seconds, float(answer.headers.get("X-Runtime", "nan"))

    def cpu(self):
        """In seconds; the kernel counts in nanoseconds."""
        return int(pathlib.Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def resident(self):
        """In bytes."""
        return int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * PAGE


def make_world(executable, folder, count):
    """A world with so many contacts, made by `POST /_mock/generate` over the empty one and exported."""
    with contextlib.closing(Server(executable, ROOT / "fixtures/empty")) as server:
        server.ask("POST", "/_mock/generate", {"contacts": count, "seed": 7})
        state, _, _ = server.ask("GET", "/_mock/state")
    folder.mkdir()
    for name, records in state.items():
        if records:
            (folder / f"{name}.json").write_text(json.dumps(records))
    return state["contacts"][0]["id"]


class Times:
    """What calls of each name took on each server."""

    def __init__(self):
        self.client, self.server = {}, {}

    def take(self, name, place, asked):
        _, client, server = asked
        self.client.setdefault((name, place), []).append(client)
        self.server.setdefault((name, place), []).append(server)

    def medians(self, name, place):
        """(by the server's clock, by the client's less an idle call), in milliseconds."""
        idle = statistics.median(self.client["idle", place])
        return (
            statistics.median(self.server[name, place]) * 1e3,
            (statistics.median(self.client[name, place]) - idle) * 1e3,
        )


NAMES = [
    "read",
    "write",
    "snapshot",
    "first write after a snapshot",
    "restore",
    "first write after a restore",
    "reset",
    "first write after a reset",
    "first call of a new token",
    "first write of a new token",
]


def one_round(server, place, contact, number, times):
    def take(name, *arguments, **options):
        times.take(name, place, server.ask(*arguments, **options))

    def write(name, token="bench"):
        take(name, "PUT", f"/contacts/{contact}", {"name": f"Round {number} {name}"}, token=token)

    fresh = f"fresh-{number}"
    # The first call finds the caches as the other server left them.
    server.ask("GET", "/_mock/health")
    take("idle", "GET", "/_mock/health")
    write("write")
    take("read", "GET", f"/contacts/{contact}")
    take("snapshot", "PUT", "/_mock/snapshots/bench")
    write("first write after a snapshot")
    take("restore", "POST", "/_mock/snapshots/bench/restore")
    write("first write after a restore")
    take("reset", "POST", "/_mock/reset")
    write("first write after a reset")
    take("first call of a new token", "GET", f"/contacts/{contact}", token=fresh)
    write("first write of a new token", token=fresh)
    server.ask("DELETE", f"/_mock/workspaces/{fresh}")


def measure_times(servers, contacts, rounds):
    times = Times()
    for number in range(rounds + 10):
        # The first ones only warm up.
        for place, server in servers.items():
            one_round(server, place, contacts[place], number, times if number >= 10 else Times())
    return {name: {place: times.medians(name, place) for place in servers} for name in NAMES}


def measure_memory(server, contact, most=16_384):
    """With 64 tokens that wrote once, and then with twice as many until memory has grown enough to be divided: what was
    freed while the world was read serves the first ones."""
    server.ask("POST", "/_mock/reset?scope=all")
    server.ask("GET", f"/contacts/{contact}")
    time.sleep(1)
    memory, tokens = {"before": server.resident()}, 0
    for count in [64 << step for step in range(20) if 64 << step <= most]:
        for number in range(tokens, count):
            server.ask("PUT", f"/contacts/{contact}", {"name": "Once"}, token=f"memory-{number}")
        tokens, now = count, server.resident()
        memory.setdefault("after", now)
        if now - memory["before"] > 64 << 20:
            break
    memory |= {"tokens": tokens, "each": (now - memory["before"]) / tokens}
    server.ask("POST", "/_mock/reset?scope=all")
    time.sleep(1)
    return memory | {"reset": server.resident()}


def load_wrk(server, contact, seconds):
    target = f"http://127.0.0.1:{server.port}/contacts/{contact}"
    fields = ["-H", "Authorization: Bearer bench", "-H", "Intercom-Version: 2.14"]
    run = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds}s", *fields, target], capture_output=True, text=True, check=True
    )
    if "Non-2xx" in run.stdout:
        raise SystemExit(run.stdout)
    return int(next(line.split()[0] for line in run.stdout.splitlines() if " requests in " in line))


def load_python(server, contact, seconds):
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        server.ask("GET", f"/contacts/{contact}")
        count += 1
    return count


def measure_journal(server, contact, rounds, seconds=2):
    """Medians of requests per second, of the wall's and of the server's CPU time, with the journal on and off."""
    load = load_wrk if shutil.which("wrk") else load_python
    cells = {"on": [], "off": []}
    for number in range(rounds + 1):
        for journal in ("on", "off") if number % 2 else ("off", "on"):
            server.ask("PATCH", "/_mock/settings", {"journal": journal})
            used, started = server.cpu(), time.monotonic()
            count = load(server, contact, seconds)
            if number:
                cells[journal].append((count / (time.monotonic() - started), count / (server.cpu() - used)))
    server.ask("POST", "/_mock/reset")
    return {name: tuple(map(statistics.median, zip(*cell))) for name, cell in cells.items()}, load is load_wrk


def show(results, records):
    print(f"milliseconds, medians: by the server's clock, and by the client's less an idle call\n{'':32}", end="")
    print(f"{'10 records':>20}{f'{records:,} records':>20}")
    for name, row in results["times"].items():
        cells = [f"{server:.3f} / {max(client, 0):.3f}" for server, client in row.values()]
        print(f"{name:32}" + "".join(f"{cell:>20}" for cell in cells))
    memory = {name: value / 2**20 for name, value in results["memory"].items()}
    print(
        f"\nmemory over {records:,} records: {memory['before']:.1f} MB; with 64 tokens that each wrote once: "
        f"{memory['after']:.1f} MB; after reset?scope=all: {memory['reset']:.1f} MB\n"
        f"each of {results['memory']['tokens']:,} such tokens takes {memory['each'] * 1024:.1f} KB"
    )
    journal = results["journal"]
    for name in ("on", "off"):
        wall, cpu = journal[name]
        print(f"get-one, journal {name + ':':5}{wall:>10,.0f} a second{cpu:>10,.0f} a second of CPU time")
    share = [100 * (1 - on / off) for on, off in zip(journal["on"], journal["off"])]
    print(f"the journal costs {share[0]:.1f} % of the throughput, {share[1]:.1f} % by CPU time")
    if not results["wrk"]:
        print("(there is no wrk: one Python connection asked, which is slower than the server)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", nargs="?", type=pathlib.Path, default=EXECUTABLE)
    parser.add_argument("--rounds", type=int, default=200, help="of the times")
    parser.add_argument("--cells", type=int, default=7, help="of the journal, on and off each")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--json", type=pathlib.Path, help="where to write what was measured")
    options = parser.parse_args()
    executable = options.executable.resolve()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        places, contacts, servers = {10: "few", options.records: "many"}, {}, {}
        for count, place in places.items():
            folder = pathlib.Path(name) / place
            contacts[place] = make_world(executable, folder, count)
            servers[place] = stack.enter_context(contextlib.closing(Server(executable, folder)))
        results = {"times": measure_times(servers, contacts, options.rounds)}
        results["memory"] = measure_memory(servers["many"], contacts["many"])
        results["journal"], results["wrk"] = measure_journal(servers["many"], contacts["many"], options.cells)
    show(results, options.records)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
