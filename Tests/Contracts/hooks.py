"""Runs inside schemathesis: what is sent, and whether the answer is one that the description has."""

import atexit
import collections
import hashlib
import json
import os
import random
import re
import sys

import requests
import schemathesis

import world

URL = os.environ["CONTRACTS_URL"]
VERSION = os.environ.get("CONTRACTS_VERSION")
TOKEN = f"contracts-{VERSION or 'own'}"
FIELDS = {"Authorization": f"Bearer {TOKEN}", **({"Intercom-Version": VERSION} if VERSION else {})}
SESSION = requests.Session()
COUNTS = {"calls": 0, "departures": 0, "operations": 0, "statuses": collections.Counter()}
SEEN = set()

if VERSION:
    sys.path.insert(0, os.environ["CONTRACTS_YARDSTICK"])
    import official as judge
else:
    import own as judge


@atexit.register
def finish():
    with open(os.environ["CONTRACTS_COUNTS"], "w") as file:
        json.dump({**COUNTS, "operations": len(SEEN)}, file)


@schemathesis.hook
def before_call(context, case, kwargs):
    """A fresh workspace for each request, and in it some ids that exist; the same for the same request."""
    SESSION.post(f"{URL}/_mock/reset", headers=FIELDS)
    if not VERSION:
        world.furnish(lambda method, path, body=None: SESSION.request(method, URL + path, headers=FIELDS, json=body))
    text = f"{case.method} {case.path} {case.path_parameters} {case.query} {case.body!r}"
    chance = random.Random(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    world.settle(case, chance, URL)
    case.headers = {**(case.headers or {}), **FIELDS}


def curl(case):
    return case.as_curl_command()[:600]


def tell(operation, problem, case, status, data):
    """A find, unless it is a departure that is known."""
    if judge.departs(operation, problem):
        COUNTS["departures"] += 1
        return
    finding = {"operation": operation, "problem": problem, "request": curl(case),
               "answer": f"{status} {data[:300].decode('utf-8', 'replace')}"}
    with open(os.environ["CONTRACTS_FINDINGS"], "a") as file:
        file.write(json.dumps(finding) + "\n")


@schemathesis.check
def judged(context, response, case):
    COUNTS["calls"] += 1
    COUNTS["statuses"][str(response.status_code)] += 1
    operation = f"{case.method.upper()} {case.operation.path}"
    SEEN.add(case.operation.label)
    for problem in judge.problems(case.method.upper(), case.operation.path, response.status_code,
                                  response.headers, response.content):
        tell(operation, problem, case, response.status_code, response.content)
    # What a write left behind must be as well described as its answer.
    if VERSION and case.method.upper() != "GET" and 200 <= response.status_code < 300:
        for path, template in judge.readings(case, response.content):
            read = SESSION.get(URL + path, headers=FIELDS)
            COUNTS["calls"] += 1
            for problem in judge.problems("GET", template, read.status_code, read.headers, read.content):
                tell(f"GET {template} after {operation}", problem, case, read.status_code, read.content)
