"""What the official libraries for Go, Java, Node, PHP, Python and Ruby require of answers, applied to all that is read.

`Tests/SDK/shapes.tsv` has a row for each member that a library reads without a check or into a declared type:

* `object` is the `type` of an object, or `*`. `company+name` is one that has the member `name`, in contrast to a reference.
* `member` is a path. `?` after a member means that the member can be missing, `[]` each element of an array.
* `JSON` has the accepted forms. `digits` is a string with a number of at most 32 bits.

The libraries cannot be installed from Debian or PyPI, apart from Python's. The facts are in
Sources/Intercom/Documentation.docc/Clients.md, "Responses".
"""

import csv
import re
from collections import defaultdict

import pytest

from conftest import ROOT
from declared_types import INT32
from support import objects

ROWS = list(csv.DictReader((ROOT / "Tests/SDK/shapes.tsv").open(), delimiter="\t"))
FORMS = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "digits": lambda value: isinstance(value, str) and value.isdigit() and int(value) in INT32,
    "int32": lambda value: FORMS["integer"](value) and value in INT32,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
MISSING = type("Missing", (), {"__repr__": lambda self: "missing"})()
# Lists whose next page is a URL, and lists whose next page has a cursor.
NUMBERED = ["articles", "companies", "contacts/{contact}/notes", "help_center/collections", "companies/list"]
WITH_CURSOR = ["contacts", "conversations", "contacts/search", "conversations/search", "tickets/search"]


def values(value, steps):
    """The values at a path; MISSING for a required member that is not there."""
    if not steps:
        yield value
        return
    name, each, optional = re.fullmatch(r"(\w+)(\[\])?(\?)?", steps[0]).groups()
    if not isinstance(value, dict) or name not in value:
        if not optional:
            yield MISSING
    elif each:
        for element in value[name] or []:
            yield from values(element, steps[1:])
    elif not (optional and value[name] is None and steps[1:]):
        yield from values(value[name], steps[1:])


@pytest.fixture(scope="module")
def objects_read(read):
    """Every JSON object in what the library reads, by its `type`."""
    found = defaultdict(list)
    for answers in read.values():
        for each in (each for _, body in answers for each in objects(body)):
            found["*"].append(each)
            if isinstance(each.get("type"), str):
                found[each["type"]].append(each)
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['object']}.{row['member']}")
def test_a_member_has_an_accepted_form(objects_read, row):
    kind, *marks = row["object"].split("+")
    meant = [each for each in objects_read[kind] if all(mark in each for mark in marks)]
    found = [value for each in meant for value in values(each, row["member"].split("."))]
    assert found, "no such object in the fixtures"
    forms = [FORMS[name] for name in row["JSON"].split()]
    wrong = {repr(value)[:80] for value in found if value is MISSING or not any(form(value) for form in forms)}
    assert wrong == set()


RUBY = (
    "admins.find", "admins.list", "articles.find", "articles.list", "companies.find", "companies.list", "companies.scroll",
    "contacts.find", "contacts.list", "contacts.search", "conversations.find", "conversations.list",
    "conversations.search", "data_attributes.list", "notes.find", "notes.list", "segments.find", "segments.list",
    "subscription_types.list", "tags.list", "teams.find", "teams.list", "tickets.get", "tickets.search", "visitors.find",
)  # fmt: skip


@pytest.mark.parametrize("method", RUBY)
def test_an_object_and_each_listed_object_has_a_type(read, method):
    """Ruby derives the class of an object and the key of a list from `type`."""
    for _, body in read[method]:
        listed = [element for value in body.values() if isinstance(value, list) for element in value]
        assert all(isinstance(each.get("type"), str) for each in (body, *listed) if isinstance(each, dict))


# Pages


def first_page(mock, base_url, path):
    """The `pages` of a list of which each page has one record."""
    if path.endswith("/search"):
        body = {"query": {"field": "created_at", "operator": ">", "value": 0}, "pagination": {"per_page": 1}}
        answer = mock.http.post(f"{base_url}/{path}", headers=mock.headers, json=body)
    else:
        method = "POST" if path.endswith("/list") else "GET"
        url = f"{base_url}/{path}".format(contact="65f1a00100000000000000a1")
        answer = mock.http.request(method, url, headers=mock.headers, params={"per_page": 1})
    return answer.raise_for_status().json()["pages"]


@pytest.mark.parametrize("path", NUMBERED)
def test_the_next_page_of_a_numbered_list_is_a_url(mock, base_url, path):
    """Ruby and Java fail if it is an object."""
    assert first_page(mock, base_url, path)["next"].startswith(f"{base_url}/")


@pytest.mark.parametrize("path", WITH_CURSOR)
def test_the_next_page_of_a_list_with_a_cursor_is_an_object(mock, base_url, path):
    """Java fails if it is a string."""
    assert isinstance(first_page(mock, base_url, path)["next"]["starting_after"], str)
