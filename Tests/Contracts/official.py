"""Checks a response against Intercom's description, as the yardstick parses it. Errors need only be error lists."""

import json
import os
import pathlib
import re

import spec

VERSION = os.environ["CONTRACTS_VERSION"]
DESCRIPTION = spec.Description(VERSION, os.environ["CONTRACTS_DESCRIPTIONS"])
DEPARTURES = json.loads((pathlib.Path(__file__).parent / "Departures.json").read_text())


def departs(operation, problem):
    """Whether Departures.json contains the problem. Its columns are versions, operation, problem and reason."""
    for versions, where, what, _ in DEPARTURES:
        if within(versions) and re.search(where, operation) and re.search(what, problem):
            return True
    return False


def within(versions):
    first, dots, last = versions.partition("...")
    order = spec.VERSIONS
    here = order.index(VERSION)
    if not dots:
        return versions == VERSION
    return order.index(first or order[0]) <= here <= order.index(last or order[-1])


def problems(method, template, status, fields, data):
    if status >= 500:
        yield f"status {status}"
        return
    operation = DESCRIPTION.by_key[f"{method} {spec.shape(template)}"]
    try:
        body = json.loads(data) if data else None
    except ValueError:
        body = data
    if status >= 400:
        yield from refusal(operation, status, body)
        return
    if str(status) not in (operation.success_statuses() or ["200", "201", "202", "204"]):
        yield f"status {status} is not documented"
        return
    media = operation.media(status)
    if media and isinstance(body, bytes) and "application/json" in media:
        yield "the body is not JSON"
    elif media and not isinstance(body, bytes):
        errors, extras, _ = DESCRIPTION.check(operation, status, body)
        for error in errors:
            yield blank(error)
        for extra in extras:
            yield blank(f"undocumented {extra}")


def refusal(operation, status, body):
    """The problems of an error response: it must be an error list or match the description of its status."""
    if is_error_list(body):
        return
    if str(status) in operation.raw["responses"] and operation.media(status):
        errors, extras, _ = DESCRIPTION.check(operation, status, body)
        for problem in errors + [f"undocumented {extra}" for extra in extras]:
            yield f"{status}: {blank(problem)}"
    else:
        yield f"{status} is neither an error list nor described"


def is_error_list(body):
    return isinstance(body, dict) and body.get("type") == "error.list" and isinstance(body.get("errors"), list) and \
        bool(body["errors"]) and all(
            isinstance(error, dict) and isinstance(error.get("code"), str)
            and isinstance(error.get("message"), (str, type(None))) for error in body["errors"])


def blank(problem):
    """Removes numbers and strings of the response from a problem, so that equal problems are reported once."""
    problem = re.sub(r"/\d+(?=[/:]|$)", "/*", problem)
    place, colon, what = problem.partition(": ")
    what = re.sub(r"'[^']*' is not", "... is not", what)
    what = re.sub(r"^.* is not (of type|valid|one of)", r"... is not \1", what)
    return place + colon + what


def readings(case, data):
    """The paths to read after a write: the list and the record."""
    template = case.operation.path
    filled = case.formatted_path
    try:
        body = json.loads(data)
    except ValueError:
        return
    if f"GET {spec.shape(template)}" in DESCRIPTION.by_key:
        yield filled, template
    identifier = body.get("id") if isinstance(body, dict) else None
    if case.method.upper() == "POST" and isinstance(identifier, (str, int)):
        one = DESCRIPTION.by_key.get(f"GET {spec.shape(template)}/{{}}")
        if one:
            yield f"{filled}/{identifier}", one.template
