"""Writes the reference of the control plane, in Markdown, from its OpenAPI description.

`reference(document)` returns the text between the markers of Control-Plane.md: a section for each tag, a subsection for each
operation with its members, an example request, the answer and the refusals. All of it is derived from the schemas.
"""

import json

TITLES = {
    "server": "The server", "workspaces": "Workspaces", "reset": "Reset", "state": "State", "snapshots": "Snapshots",
    "clock": "Clock", "faults": "Faults", "requests": "Requests", "webhooks": "Webhooks", "generate": "Generated records",
    "settings": "Settings", "search": "Search",
}  # fmt: skip
# Refusals that each call may have: the page describes them once.
EVERYWHERE = ("401", "403", "415")
# More members than this are listed in a table only; an example with all of them would not be read.
LONGEST_EXAMPLE = 6


def kind(schema):
    """The type of a value in words: `integer, 0 to 599`."""
    if "anyOf" in schema:
        return " or ".join(kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"array of {kind(schema.get('items', {}))}"
    if schema.get("type") == "object" and "properties" in schema:
        return "object with " + ", ".join(f"`{name}`" for name in schema["properties"])
    if schema.get("type") in ("integer", "number") and "maximum" in schema:
        return f"{schema['type']}, {schema.get('minimum', 0):g} to {schema['maximum']}"
    return schema.get("type", "any value")


def members(schema, path=""):
    """(path, schema, whether required) of every member, those of inner objects included."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}{name}", inner, name in schema.get("required", [])
        yield from members(inner, f"{path}{name}.")
        if inner.get("type") == "array":
            yield from members(inner.get("items", {}), f"{path}{name}[].")


def table(rows, heading):
    yield from [f"| {heading} | Type | Required | Meaning |", "|---|---|---|---|"]
    for name, schema, required in rows:
        text = kind(schema).replace("|", "\\|")
        yield f"| `{name}` | {text} | {'yes' if required else ''} | {schema.get('description', '')} |"


def example(schema, name=""):
    """A small valid value: the required members, or the first one if none is required."""
    if "anyOf" in schema:
        return example(schema["anyOf"][-1], name)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            required = schema.get("required") or list(schema.get("properties", {}))[:1]
            return {each: example(schema["properties"][each], each) for each in required[:LONGEST_EXAMPLE]}
        case "array":
            return [example(schema.get("items", {}), name)]
        case "integer" | "number":
            return max(int(schema.get("minimum", 0)), min(10, int(schema.get("maximum", 10))))
        case "boolean":
            return True
    return "http://127.0.0.1:9000/hook" if name == "url" else name or "text"


def resolved(document, schema):
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rsplit("/", 1)[-1]] if reference else schema


def answers(document, operation):
    yield from ["| Status | Content type | Members |", "|---|---|---|"]
    for status, response in sorted(operation["responses"].items()):
        if status in EVERYWHERE:
            continue
        for content_type, content in response.get("content", {}).items():
            schema = content["schema"]
            if "$ref" in schema:
                shown = f"`error.list`: {response['description'].lower()}"
            else:
                shown = ", ".join(f"`{name}`" for name in resolved(document, schema).get("properties", {})) or "see the [guide](MockServer.md)"
            yield f"| {status} | `{content_type}` | {shown} |"


def section(document, method, path, operation):
    yield from [f"### {operation['operationId']}", "", f"{operation['summary']}.", "", "```text"]
    yield f"{method.upper()} {path}"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        yield from ["", json.dumps(example(body))]
    yield from ["```", ""]
    parameters = [(each["name"], {**each["schema"]}, each["required"]) for each in operation.get("parameters", [])]
    if parameters:
        yield from [*table(parameters, "Parameter"), ""]
    if body and body.get("properties"):
        yield from [*table(members(body), "Member"), ""]
    yield from [*answers(document, operation), ""]


def reference(document):
    tags = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tags.setdefault(operation["tags"][0], []).append((method, path, operation))
    lines = []
    for tag, operations in tags.items():
        lines += [f"## {TITLES.get(tag, tag.capitalize())}", ""]
        for each in operations:
            lines += section(document, *each)
    return "\n".join(lines).strip()
