"""Hooks of schemathesis: change the requests, and check the responses against the description."""

import atexit
import collections
import hashlib
import json
import os
import random
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
STATE = {"is fresh": False}

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
    """Resets the workspace and inserts existing ids into the request. Deterministic for equal requests."""
    if not STATE["is fresh"]:
        SESSION.post(f"{URL}/_mock/reset", headers=FIELDS)
    STATE["is fresh"] = bool(VERSION) and case.method.upper() == "GET"
    if not VERSION:
        world.furnish(lambda method, path, body=None: SESSION.request(method, URL + path, headers=FIELDS, json=body))
    text = f"{case.method} {case.path} {case.path_parameters} {case.query} {case.body!r}"
    chance = random.Random(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    world.settle(case, chance, URL)
    case.headers = {**(case.headers or {}), **FIELDS}


def curl(case):
    return case.as_curl_command()[:600]


def tell(operation, problem, case, status, data):
    """Records a finding, unless it is a known departure."""
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
    # Reading after a write must return what the description says, too.
    if VERSION and case.method.upper() != "GET" and 200 <= response.status_code < 300:
        for path, template in judge.readings(case, response.content):
            read = SESSION.get(URL + path, headers=FIELDS)
            COUNTS["calls"] += 1
            for problem in judge.problems("GET", template, read.status_code, read.headers, read.content):
                tell(f"GET {template} after {operation}", problem, case, read.status_code, read.content)
