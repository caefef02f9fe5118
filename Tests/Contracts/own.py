"""Checks a response strictly against the description of the control plane."""

import json
import os
import re

import jsonschema
import requests

DOCUMENT = requests.get(os.environ["CONTRACTS_URL"] + "/_mock/openapi.json").json()


def departs(operation, problem):
    return False


def problems(method, template, status, fields, data):
    described = DOCUMENT["paths"][template].get(method.lower())
    if status >= 500:
        yield f"status {status}"
    if described is None:
        # Every path answers the preflight requests of web pages.
        if status not in (404, 405) and (method.upper(), status) != ("OPTIONS", 204):
            yield f"{method} is not described, and answered with {status}"
        return
    if str(status) not in described["responses"]:
        yield f"status {status} is not described"
        return
    content = described["responses"][str(status)]["content"]
    kind = fields.get("content-type", [""])
    kind = (kind[0] if isinstance(kind, list) else kind).split(";")[0]
    wanted = {name.split(";")[0]: media for name, media in content.items()}
    if kind not in wanted:
        yield f"{status} comes as {kind}"
        return
    body = json.loads(data) if kind == "application/json" else data.decode()
    schema = {**wanted[kind]["schema"], "components": DOCUMENT["components"]}
    for error in jsonschema.Draft202012Validator(schema).iter_errors(body):
        place = "/".join("*" if isinstance(part, int) else str(part) for part in error.absolute_path)
        what = re.sub(r"^.* (is not|does not)", r"... \1", error.message)
        yield f"{status}: {place or '.'}: {what[:140]}"


def readings(case, data):
    return ()
