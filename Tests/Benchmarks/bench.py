#!/usr/bin/env python3
"""Measures the server with 1,000 to 1,000,000 records: requests, searches, latency during searches, start, memory.

    Tests/Benchmarks/bench.py [--seconds 2] [--repeats 3] [--most 1000000] [--only growth,searches,beside,release,start]
                              [--binary .build/release/intercom-mock]

Each figure is the median of `--repeats` runs. Costs are microseconds of the server's CPU time per request, which other
processes hardly affect; latencies are wall-clock times. Needs wrk. There is no pass or fail.
"""

import argparse
import http.client
import json
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

from measuring import FIELDS, ROOT, Load, Server, generate, search, serving

EQUAL = {"field": "email", "operator": "=", "value": "needle%d@example.com"}
ALL = {"field": "role", "operator": "=", "value": "user"}
HEAVY = {"field": "name", "operator": "~", "value": "e"}
NESTED = {"operator": "AND", "value": [
    {"operator": "OR", "value": [ALL, {"field": "role", "operator": "=", "value": "lead"}]},
    {"operator": "OR", "value": [{"field": "email", "operator": "~", "value": "99"},
                                 {"field": "signed_up_at", "operator": ">", "value": 1700000000}]},
    {"field": "name", "operator": "!~", "value": "zz"}]}
CREATE = 'string.format(\'{"role":"user","external_id":"w%d-%d","email":"w%d-%d@example.com"}\', stamp, n, stamp, n)'
NEEDLES = 100


def growth(options):
    """Three operations with an increasing number of contacts."""
    print(f"\n{'contacts':>10} {'get µs':>8} {'= µs':>8} {'create µs':>10} {'get p99 ms':>11} {'= p99':>7} "
          f"{'create p99':>11} {'MB':>7} {'s to make':>10}")
    sizes = [size for size in (1_000, 10_000, 100_000, 1_000_000) if size <= options.most]
    for size in sizes:
        with serving(options.binary) as server:
            begin = time.perf_counter()
            generate(server, size)
            made = time.perf_counter() - begin
            first = needles(server)
            memory = server.memory()
            get = Load("GET", f'"/contacts/{first}"').median(server, options.seconds, options.repeats)
            equal = found(EQUAL).median(server, options.seconds, options.repeats)
            create = Load("POST", '"/contacts"', CREATE).median(server, options.seconds, options.repeats)
            print(f"{size:10} {get['µs']:8.1f} {equal['µs']:8.1f} {create['µs']:10.1f} {get['p99']:11.2f} "
                  f"{equal['p99']:7.2f} {create['p99']:11.2f} {memory:7.0f} {made:10.1f}", flush=True)


def needles(server):
    """Creates contacts for searches by email; returns the id of the first."""
    return [server.call("POST", "/contacts", {"email": f"needle{number}@example.com"})["id"]
            for number in range(NEEDLES)][0]


def found(query):
    text = json.dumps({"query": query, "pagination": {"per_page": 50}})
    return Load("POST", '"/contacts/search"', f"string.format([[{text}]], n % {NEEDLES})")


def searches(options):
    """Searches in 100,000 contacts: with many, one and no matches, compared to a list of the same size, and nested."""
    size = min(100_000, options.most)
    with serving(options.binary) as server:
        generate(server, size)
        needles(server)
        print(f"\n{f'among {size:,}':28} {'µs':>9} {'p50 ms':>8} {'p99 ms':>8}")
        for name, load in (
            ("list, 50 of all", Load("GET", '"/contacts?per_page=50"')),
            ("search all, first 50", search(ALL)),
            ("search =, one hit", found(EQUAL)),
            ("search ~, many hits", search(HEAVY)),
            ("search ~, no hit", search({"field": "name", "operator": "~", "value": "zzqx-nomatch"})),
            ("nested AND and OR", search(NESTED)),
            ("nested, one connection", search(NESTED, connections=1)),
        ):
            result = load.median(server, options.seconds, options.repeats)
            print(f"{name:28} {result['µs']:9.1f} {result['p50']:8.3f} {result['p99']:8.3f}", flush=True)


def beside(options):
    """The latency of retrieving one contact while two clients search continuously."""
    print(f"\n{'get one contact':28} {'p50 ms':>8} {'p99 ms':>8} {'searches/s':>11}")
    for size in (size for size in (10_000, 100_000) if size <= options.most):
        with serving(options.binary) as server:
            generate(server, size)
            get = Load("GET", f'"/contacts/{needles(server)}"')
            alone = get.median(server, options.seconds, options.repeats)
            print(f"{f'of {size:,}, alone':28} {alone['p50']:8.3f} {alone['p99']:8.3f}", flush=True)
            for name, query in (("beside ~", HEAVY), ("beside nested", NESTED)):
                runs, rates = [], []
                for _ in range(options.repeats):
                    searching = Searching(server, query)
                    runs.append(get.run(server, options.seconds))
                    rates.append(searching.finish() / options.seconds)
                p50, p99 = (statistics.median(run[key] for run in runs) for key in ("p50", "p99"))
                print(f"{f'of {size:,}, {name}':28} {p50:8.3f} {p99:8.3f} {statistics.median(rates):11.0f}", flush=True)


class Searching:
    """Two clients that search continuously."""

    def __init__(self, server, query):
        self.body, self.over, self.count = json.dumps({"query": query, "pagination": {"per_page": 150}}), False, 0
        self.threads = [threading.Thread(target=self.run, args=(server.port,)) for _ in range(2)]
        for thread in self.threads:
            thread.start()

    def run(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not self.over:
            connection.request("POST", "/contacts/search", self.body, FIELDS)
            connection.getresponse().read()
            self.count += 1
        connection.close()

    def finish(self):
        self.over = True
        for thread in self.threads:
            thread.join()
        return self.count


def release(options):
    """The longest latency while the state before a reset is freed, and the longest latency before the reset."""
    print(f"\n{'longest get':28} {'ms':>8} {'after a reset':>14} {'of it processor':>16}")
    for size in (size for size in (10_000, 100_000, 1_000_000) if size <= options.most):
        runs = []
        for _ in range(options.repeats if size < 1_000_000 else 1):
            with serving(options.binary) as server:
                generate(server, size)
                before, _ = longest(server, options.seconds)
                server.call("POST", "/_mock/reset")
                runs.append((before, *longest(server, max(options.seconds, size / 100_000 * 2))))
        before, after, spent = (statistics.median(column) for column in zip(*runs))
        print(f"{f'of {size:,}':28} {before:8.2f} {after:14.2f} {spent:16.2f}", flush=True)


def longest(server, seconds):
    """The slowest request within a number of seconds, in milliseconds: wall-clock time and CPU time."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    slowest, end = (0, 0), time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        spent = server.processor_seconds()
        connection.request("GET", "/admins/1001", headers={"Authorization": "Bearer somebody-else"})
        connection.getresponse().read()
        took = time.perf_counter() - begin, server.processor_seconds() - spent
        slowest = max(slowest, tuple(1000 * part for part in took))
    connection.close()
    return slowest


def start(options):
    """The time from exec to the first response, and the resident memory."""
    print(f"\n{'start':28} {'ms':>8} {'MB':>8}   median of {options.repeats * 5}")
    with tempfile.TemporaryDirectory() as temporary:
        many = pathlib.Path(temporary, "many")
        subprocess.run([options.binary, "fixtures", "generate", "--contacts", "10000", "--output", many], check=True,
                       stdout=subprocess.DEVNULL)
        folders = {"fixtures/empty": ROOT / "fixtures/empty", "fixtures/default": ROOT / "fixtures/default",
                  "10,000 contacts": many}
        for name, folder in folders.items():
            times, sizes = zip(*(once(options.binary, folder) for _ in range(options.repeats * 5)))
            print(f"{name:28} {statistics.median(times):8.1f} {statistics.median(sizes):8.1f}", flush=True)


def once(binary, fixtures):
    begin = time.perf_counter()
    server = Server(binary, fixtures=fixtures)
    try:
        server.call("GET", "/admins")
        return (time.perf_counter() - begin) * 1000, server.memory()
    finally:
        server.stop()


PARTS = {"growth": growth, "searches": searches, "beside": beside, "release": release, "start": start}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/intercom-mock")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--most", type=int, default=1_000_000, help="the largest number of contacts")
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    for name in options.only.split(","):
        PARTS[name](options)


if __name__ == "__main__":
    main()
