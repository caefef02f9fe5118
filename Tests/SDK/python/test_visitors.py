"""Visitors and their conversion."""

import pytest
from intercom import (
    NotFoundError,
    UpdateVisitorRequestWithId,
    UpdateVisitorRequestWithUserId,
    UserWithId,
    UserWithUserId,
    VisitorWithId,
    VisitorWithUserId,
)

from support import ids, new_user, refused

NOT_FOUND = (404, "not_found", "Visitor Not Found", NotFoundError)


@pytest.fixture
def visitor(client, mock):
    """A visitor from the state document, because no operation lists visitors."""
    return client.visitors.find(user_id=mock.records("visitors")[0]["user_id"])


def test_a_visitor_is_found_by_user_id(visitor):
    assert visitor.type == "visitor"
    assert visitor.id and visitor.pseudonym
    assert visitor.anonymous is True
    assert visitor.avatar.type == "avatar"
    assert visitor.companies.type == "company.list"
    assert visitor.tags.type == "tag.list"


def test_an_unknown_visitor_is_not_found(client):
    with refused(*NOT_FOUND):
        client.visitors.find(user_id="nobody")


@pytest.mark.parametrize("key", ["id", "user_id"])
def test_a_visitor_is_renamed(client, visitor, key):
    request = {"id": UpdateVisitorRequestWithId, "user_id": UpdateVisitorRequestWithUserId}[key]
    changed = client.visitors.update(request=request(**{key: getattr(visitor, key)}, name="White Rabbit"))
    assert (changed.id, changed.name) == (visitor.id, "White Rabbit")
    assert client.visitors.find(user_id=visitor.user_id).name == "White Rabbit"


def test_an_unknown_visitor_cannot_be_renamed(client):
    with refused(*NOT_FOUND):
        client.visitors.update(request=UpdateVisitorRequestWithUserId(user_id="nobody", name="Nobody"))


def test_a_visitor_that_becomes_a_user_is_no_longer_a_visitor(client, visitor):
    contact = client.visitors.merge_to_contact(
        type="user",
        user=UserWithUserId(user_id="rabbit-1", email="rabbit@sdk.test"),
        visitor=VisitorWithUserId(user_id=visitor.user_id),
    )
    assert (contact.type, contact.role) == ("contact", "user")
    assert (contact.external_id, contact.email) == ("rabbit-1", "rabbit@sdk.test")
    assert contact.id in ids(client.contacts.list(per_page=150))
    with refused(*NOT_FOUND):
        client.visitors.find(user_id=visitor.user_id)


def test_a_visitor_becomes_a_lead(client, visitor):
    contact = client.visitors.merge_to_contact(
        type="lead", user=UserWithUserId(user_id=visitor.user_id), visitor=VisitorWithId(id=visitor.id)
    )
    assert contact.role == "lead"


def test_a_visitor_is_merged_into_a_user_who_exists(client, visitor):
    alice = new_user(client, "alice@sdk.test")
    contact = client.visitors.merge_to_contact(
        type="user", user=UserWithId(id=alice.id), visitor=VisitorWithUserId(user_id=visitor.user_id)
    )
    assert (contact.id, contact.email) == (alice.id, "alice@sdk.test")
