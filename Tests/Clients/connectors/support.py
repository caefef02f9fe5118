"""The state that a sync is compared with, and checks of records against the schemas that a connector publishes."""

import json
from collections import defaultdict

import jsonschema

DAY = 86_400


class Workspace:
    """The workspace of one token."""

    def __init__(self, http, token):
        self.http, self.token = http, token

    def call(self, method, path, body=None, version=None):
        headers = {"Authorization": f"Bearer {self.token}", **({"Intercom-Version": version} if version else {})}
        return self.http.request(method, path, json=body, headers=headers).raise_for_status().json()

    def state(self):
        return self.call("GET", "/_mock/state")

    def advance(self, seconds):
        return self.call("POST", "/_mock/clock/advance", {"seconds": seconds})["now"]


def change(workspace):
    """A day later there is a new contact, a new part and a larger company. Returns the ids of what changed, by stream."""
    workspace.advance(DAY)
    contact = workspace.call("POST", "/contacts", {"role": "user", "email": "dora@sync.test"})
    body = {"message_type": "comment", "type": "admin", "admin_id": "1001", "body": "Yes, we do."}
    conversation = workspace.call("POST", "/conversations/1102/reply", body)
    company = workspace.call("POST", "/companies", {"company_id": "42", "size": 13})
    part = conversation["conversation_parts"]["conversation_parts"][-1]
    return {
        "contacts": {contact["id"]},
        "conversations": {conversation["id"]},
        "conversation_parts": {part["id"]},
        "companies": {company["id"]},
    }


class Expected:
    """The records that a workspace shows to a connector, by stream. Each is a dictionary of the stored record by id."""

    def __init__(self, workspace):
        self.stored = workspace.state()

    def collection(self, name, condition=lambda record: True):
        return {record["id"]: record for record in self.stored[name] if condition(record)}

    def stream(self, name):
        """The records of a stream that has the name of a collection."""
        if name == "contacts":
            return self.collection(name, lambda contact: not contact.get("archived"))
        if name == "companies":  # A list and a scroll leave out a company without contacts.
            known = {company for contact in self.stored["contacts"] for company in contact.get("company_ids", [])}
            return self.collection(name, lambda company: company["id"] in known)
        if name == "conversations":  # A ticket is a conversation, too.
            return {**self.collection("tickets"), **self.collection(name)}
        return self.collection(name)

    def without_ticket_parts(self, parts):
        """The ids of parts. Those of tickets are stored elsewhere, and not all of them are parts of the conversation."""
        return parts - set(self.collection("ticket_parts"))

    def custom_attributes(self, model):
        """The ids of the attributes that a workspace added. A list leaves out those that are archived."""
        attributes = self.collection("data_attributes", lambda attribute: not attribute["archived"])
        return {id for id, attribute in attributes.items() if attribute["model"] == model}


def changed_since(records, moment):
    """The ids of those that changed at this second or later."""
    return {id for id, record in records.items() if record["updated_at"] >= moment}


def ids(records):
    """The ids of records, each of which must occur once."""
    listed = [record["id"] for record in records]
    assert len(listed) == len(set(listed))
    return set(listed)


def messages(output):
    """The JSON messages that a connector prints, one a line. A string in one can contain other separators of lines."""
    return [json.loads(line) for line in output.split("\n") if line]


# Schemas


def errors(schema, records):
    """The differences between records and their schema: path -> messages. An element of an array is `[]`."""
    found = defaultdict(set)
    validator = jsonschema.Draft7Validator(schema)
    for record in records:
        for error in validator.iter_errors(record):
            path = ".".join("[]" if isinstance(step, int) else step for step in error.absolute_path)
            found[path].add(error.message)
    return dict(found)


def never_filled(schema, records):
    """The paths that a schema declares and that no record fills. What is below such a path is left out."""
    filled = {path for record in records for path in paths(record)}
    return [path for path in declared(schema, "", filled) if path not in filled]


def paths(value, path=""):
    """The paths of everything in a value that is not null."""
    if value is None:
        return
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from paths(member, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for element in value:
            yield from paths(element, f"{path}[]")


def declared(schema, path, filled):
    """The paths that a schema declares below those that are filled."""
    for name, member in schema.get("properties", {}).items():
        inner = f"{path}.{name}".lstrip(".")
        yield inner
        if inner in filled:
            yield from declared(member, inner, filled)
    for form in (schema, *schema.get("anyOf", [])):
        if isinstance(form.get("items"), dict) and f"{path}[]" in filled:
            yield from declared(form["items"], f"{path}[]", filled)
