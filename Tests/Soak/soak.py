#!/usr/bin/env python3
"""A long run of mixed traffic that checks memory growth, open descriptors and the correctness of responses.

    Tests/Soak/soak.py [--minutes 3] [--rate 0] [--seed 1] [--actors 4] [--binary .build/release/intercom-mock]

Actors, each with its own workspace, send valid and invalid requests. Every few seconds all actors stop, all workspaces
are reset and memory is measured; these measurements are compared. A second server uses TLS. At the end a third server
is stopped under load.
"""

import argparse
import pathlib
import random
import statistics
import sys
import tempfile
import threading
import time

import leaving
from actor import MOST_GENERATED, Actor, Wrong
from receiver import Receiver
from server import ROOT, Server, Wire

ROUNDS = 24  # the number of memory measurements
WORKSPACES = 300  # fewer than the number of tokens, so that workspaces are evicted


class Soak:
    def __init__(self, options, folder):
        self.options, self.wrong, self.stopping = options, [], threading.Event()
        self.trust = f"{folder}/authority.pem"
        common = ["--max-workspaces", str(WORKSPACES), "--seed", str(options.seed)]
        self.servers = {
            "plain": Server(options.binary, f"{folder}/plain.log", *common),
            "tls": Server(options.binary, f"{folder}/tls.log", *common, "--tls", "--tls-ca-file", self.trust),
        }
        self.receiver = Receiver()
        self.begin = time.monotonic()
        self.points = []

    def run(self):
        columns = f"{'in use':>7} {'fds':>5}"
        print(f"{'time':>7} {'calls':>9} {'plain MB':>9} {columns} {'tls MB':>9} {columns} {'workspaces':>11}  point")
        idle = self.sample("started")
        length = self.options.minutes * 60 / ROUNDS
        for kind in self.servers:
            self.warm_up(kind)
        self.calm()
        self.sample("warmed up")
        for number in range(ROUNDS):
            self.round(number, length)
            self.calm()
            self.points.append(self.sample(f"reset {number + 1}"))
            if len(self.wrong) > 10:
                break
        return self.verdict(idle)

    def warm_up(self, kind):
        """Runs every action once, at its largest, so that later measurements do not include first uses."""
        wire = self.wire(kind, f"soak-warm-{kind}")
        actor = Actor(wire, random.Random(self.options.seed), self.receiver, wire.token)
        actor.generate(MOST_GENERATED * self.options.actors)
        for name in actor.WEIGHTS:
            actor.play(name)
        actor.leave()

    def wire(self, kind, token):
        return Wire(self.servers[kind].port, token, self.trust if kind == "tls" else None)

    def round(self, number, length):
        deadline = time.monotonic() + length
        actors = [threading.Thread(target=self.play, args=(number, place, deadline))
                  for place in range(self.options.actors)]
        for actor in actors:
            actor.start()
        time.sleep(length * 0.9)
        self.sample(f"round {number + 1}")
        for actor in actors:
            actor.join()

    def play(self, number, place, deadline):
        kind = "tls" if place == 0 else "plain"
        name = f"soak-{number}-{place}"
        chance = random.Random(f"{self.options.seed} {name}")
        wire = self.wire(kind, name)
        pause = self.options.actors / self.options.rate if self.options.rate else 0
        try:
            actor = Actor(wire, chance, self.receiver, name)
            while time.monotonic() < deadline:
                before = wire.count
                actor.act()
                if chance.random() < 0.05:
                    wire.close()  # the next request opens a new connection with a new handshake
                time.sleep(pause * (wire.count - before))
            actor.leave()
        except (Wrong, OSError) as wrong:
            self.wrong.append(f"{name}: {wrong}")
        finally:
            wire.close()

    def calm(self):
        """Resets all workspaces and waits until their memory is freed."""
        for kind in self.servers:
            wire = self.wire(kind, "soak-main")
            wire("POST", "/_mock/reset?scope=all")
            wire.close()
        time.sleep(1)

    def sample(self, point):
        figures, held = [], 0
        for kind, server in self.servers.items():
            wire = self.wire(kind, "soak-main")
            metrics = dict(line.rsplit(" ", 1) for line in wire("GET", "/_mock/metrics").data.decode().splitlines())
            wire.close()
            time.sleep(0.02)  # until the server has closed the connection
            figures += [server.memory(), int(metrics["intercom_mock_heap_bytes"]) / 1e6, server.descriptors()]
            held = max(held, int(metrics["intercom_mock_workspaces"]))
        row = (time.monotonic() - self.begin, Wire.calls, *figures, held)
        print("%7.0f %9d %9.1f %7.2f %5d %9.1f %7.2f %5d %11d  " % row + point, flush=True)
        return row

    def verdict(self, idle):
        """Prints the result of each check; returns whether all passed."""
        good = True

        def tell(holds, text):
            nonlocal good
            good = good and holds
            print(("holds:  " if holds else "BROKEN: ") + text)

        third = len(self.points) // 3
        for name, place in (("plain", 2), ("tls", 5)):
            for what, column, part, step in (("in use", place + 1, 0.02, 0.2), ("resident", place, 0.25, 8)):
                middle = statistics.median(point[column] for point in self.points[third:2 * third])
                last = statistics.median(point[column] for point in self.points[2 * third:])
                tell(last <= middle * (1 + part) + step,
                     f"{name}: after resets {middle:.2f} MB {what} in the middle third, {last:.2f} MB in the last "
                     f"({(last / middle - 1) * 100:+.1f} %; permitted: {part * 100:.0f} % and {step} MB)")
            # One persistent connection to the webhook receiver may be open.
            tell(self.points[-1][place + 2] <= idle[place + 2] + 1,
                 f"{name}: {idle[place + 2]} descriptors at the start, {self.points[-1][place + 2]} at the end")
        tell(not self.wrong, f"{Wire.calls} calls, {len(self.wrong)} wrong answers")
        for wrong in self.wrong[:20]:
            print(f"        {wrong}")
        for name, server in self.servers.items():
            seconds, code = server.stop()
            tell(code == 0 and seconds < 1, f"{name}: exited after {seconds * 1000:.0f} ms with {code}")
            complaints = server.complaints()
            tell(not complaints, f"{name}: {len(complaints)} warnings or errors in the log")
            for line in complaints[:5]:
                print(f"        {line}")
        return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rate", type=float, default=0, help="approximate requests per second; 0 for no limit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actors", type=int, default=4)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/intercom-mock")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        good = Soak(options, folder).run()
        good = leaving.check(options.binary, folder) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
