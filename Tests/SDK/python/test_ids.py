"""Libraries read some ids as integers of 32 bits: those of the fixtures, of generated records and of new ones fit."""

import re

import pytest
from intercom import CreateArticleRequest

from declared_types import INT32
from support import new_user, objects

# Strings of digits that applications in Java read as integers.
NUMERIC = ("admins", "articles", "collections", "notes")
ID = re.compile(r"(^|_)ids?$")


def integers(value):
    return [each for each in (value if isinstance(value, list) else [value]) if type(each) is int]


@pytest.mark.parametrize("world", ["default", "awkward", "empty"])
def test_ids_fit_into_32_bits(client, mock, base_url, world):
    mock.reset(world)
    sizes = {"companies": 3, "contacts": 30, "conversations": 30, "seed": 1}
    mock.http.post(f"{base_url}/_mock/generate", headers=mock.headers, json=sizes).raise_for_status()
    admin = mock.records("admins")[0]["id"]
    contact = new_user(client, "numbers@sdk.test")
    made = [
        client.notes.create(contact.id, body="A note", admin_id=admin),
        client.articles.create(request=CreateArticleRequest(title="An article", author_id=int(admin))),
        client.help_centers.collections.create(name="A collection"),
    ]
    assert [each.id for each in made if int(each.id) not in INT32] == []
    state = mock.state()
    stored = [record["id"] for collection in NUMERIC for record in state[collection]]
    assert [id for id in stored if int(id) not in INT32] == []
    members = [(name, each) for value in objects(state) for name in value if ID.search(name) for each in integers(value[name])]
    assert members and {(name, each) for name, each in members if each not in INT32} == set()
