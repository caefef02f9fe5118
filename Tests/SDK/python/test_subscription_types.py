"""Subscription types, and a contact's choices among them."""

import pytest
from intercom import NotFoundError

from support import NO_NUMBER, NO_OBJECT, ids, new_user, refused


@pytest.fixture
def alice(client):
    return new_user(client, "alice@sdk.test")


@pytest.fixture
def kinds(client):
    """One live subscription type per consent type."""
    return {kind.consent_type: kind for kind in client.subscription_types.list().data if kind.state == "live"}


def test_subscription_types_are_listed(client):
    answer = client.subscription_types.list()
    assert answer.type == "list"
    for kind in answer.data:
        assert kind.type == "subscription"
        assert kind.consent_type in ("opt_in", "opt_out")
        assert kind.default_translation.name
        assert kind.translations
        assert kind.content_types


@pytest.mark.parametrize("consent", ["opt_in", "opt_out"])
def test_a_contact_chooses_and_takes_it_back(client, alice, kinds, consent):
    kind = kinds[consent]
    chosen = client.contacts.attach_subscription(alice.id, subscription_id=kind.id, consent_type=consent)
    assert (chosen.id, chosen.consent_type) == (kind.id, consent)
    assert ids(client.contacts.list_attached_subscriptions(alice.id).data) == [kind.id]

    assert client.contacts.detach_subscription(alice.id, kind.id).id == kind.id
    assert client.contacts.list_attached_subscriptions(alice.id).data == []


@pytest.mark.parametrize("consent, member", [("opt_in", "opted_in"), ("opt_out", "opted_out")])
def test_a_contact_shows_its_choices(client, alice, kinds, consent, member):
    client.contacts.attach_subscription(alice.id, subscription_id=kinds[consent].id, consent_type=consent)
    choices = getattr(client.contacts.find(alice.id), f"{member}_subscription_types")
    assert choices["total_count"] == 1
    assert choices["data"][0]["id"] == kinds[consent].id


def test_an_unknown_subscription_type_cannot_be_chosen(client, alice):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.contacts.attach_subscription(alice.id, subscription_id=str(NO_NUMBER), consent_type="opt_in")
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.contacts.detach_subscription(alice.id, str(NO_NUMBER))


def test_an_unknown_contact_chooses_nothing(client, kinds):
    with refused(404, "not_found", "User Not Found", NotFoundError):
        client.contacts.attach_subscription(NO_OBJECT, subscription_id=kinds["opt_in"].id, consent_type="opt_in")
