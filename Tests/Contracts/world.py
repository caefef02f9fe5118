"""Existing ids for generated requests."""

import json
import pathlib

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures/default"
NOWHERE = "http://127.0.0.1:9/hooks"
COLLECTIONS = {"attributes": "conversation_attributes", "execution_results": "data_connector_executions",
               "conversation_parts": "conversation_parts", "customers": "contacts"}
OWN = {"snapshots": ["kept"], "faults": ["fault-1"], "webhooks": ["1"], "deliveries": ["1"], "requests": [""],
       "workspaces": ["contracts-own"]}
# Upper bounds of numbers, so that no request waits or works for long.
LIMITS = {"timeout_ms": 50, "contacts": 50, "companies": 50, "conversations": 50, "delay_ms": 20}


def ids(collection):
    path = FIXTURES / f"{collection}.json"
    if not path.exists():
        return []
    return [str(row["id"]) for row in json.loads(path.read_text()) if isinstance(row, dict) and "id" in row]


KNOWN = {path.stem: ids(path.stem) for path in FIXTURES.glob("*.json")}


def furnish(call):
    """Creates objects of the control plane."""
    call("PUT", "/_mock/snapshots/kept")
    call("POST", "/_mock/faults", {"match": {"path": "/nowhere"}, "respond": {"status": 500}})
    call("POST", "/_mock/webhooks?check=off", {"url": NOWHERE, "topics": ["contact.user.created"]})
    made = call("POST", "/contacts", {"email": "contracts@example.com"})
    OWN["requests"] = [made.headers.get("X-Request-Id", "")]


def candidates(path, name):
    """Valid values of a path parameter. The last literal before it names the collection."""
    before = path.split("{" + name + "}")[0].strip("/").split("/")
    literal = next((part for part in reversed(before) if not part.startswith("{")), "")
    named = name.removesuffix("_id") + "s"
    return OWN.get(literal, []) if path.startswith("/_mock") else \
        KNOWN.get(named, []) or KNOWN.get(COLLECTIONS.get(literal, literal), [])


def settle(case, chance, url):
    """Inserts existing ids into about two of three requests, and limits numbers."""
    for name in case.path_parameters or {}:
        known = candidates(case.path, name)
        if known and chance.random() < 0.7:
            case.path_parameters[name] = chance.choice(known)
    case.body = revised(case.body, None, chance, case.path.startswith("/_mock"))


def revised(value, key, chance, own):
    if isinstance(value, dict):
        return {name: revised(item, name, chance, own) for name, item in value.items()}
    if isinstance(value, list):
        return [revised(item, key, chance, own) for item in value]
    if own and key in LIMITS and isinstance(value, (int, float)) and not isinstance(value, bool):
        return min(value, LIMITS[key])
    if own and key == "url" and isinstance(value, str) and "://" in value:
        return NOWHERE
    if isinstance(value, (str, int)) and not isinstance(value, bool) and chance.random() < 0.6:
        return known_id(key, value, chance)
    return value


def known_id(key, value, chance):
    """Replaces an id with an existing one of the same type."""
    if not isinstance(key, str) or not (key == "id" or key.endswith("_id") or key.endswith("_ids")):
        return value
    stem = key.removesuffix("s").removesuffix("_id")
    collection = {"assignee": "admins", "author": "admins", "owner": "admins", "created_by": "admins", "user": "contacts",
                  "id": "contacts", "state": "ticket_states", "parent": "collections"}.get(stem, stem + "s")
    known = KNOWN.get(collection) or KNOWN.get(stem + "es") or KNOWN.get(stem[:-1] + "ies") or []
    if not known:
        return value
    chosen = chance.choice(known)
    return int(chosen) if isinstance(value, int) and chosen.isdigit() else chosen
