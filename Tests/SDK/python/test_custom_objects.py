"""Instances of custom objects, and references to them."""

import pytest
from intercom import NotFoundError
from intercom.core.api_error import ApiError

from support import new_user, refused

GONE = (404, "not_found", "Custom object instance not found", NotFoundError)


@pytest.fixture
def orders(client):
    return client.custom_object_instances


@pytest.fixture
def order(orders):
    return orders.create_custom_object_instances(
        "Order",
        external_id="tea-1",
        external_created_at=1392036272,
        custom_attributes={"order_number": "TEA-1", "cups": "6"},
    )


def test_an_instance_is_created(order):
    assert order.id and order.type == "Order"
    assert order.external_id == "tea-1"
    assert order.external_created_at == 1392036272
    assert order.external_updated_at is None
    assert order.custom_attributes == {"order_number": "TEA-1", "cups": "6"}


def test_an_existing_external_id_updates_the_instance(orders, order):
    changed = orders.create_custom_object_instances("Order", external_id="tea-1", custom_attributes={"cups": "7"})
    assert changed.id == order.id
    assert changed.custom_attributes == {"order_number": "TEA-1", "cups": "7"}


def test_an_instance_is_found_by_either_id(orders, order):
    assert orders.get_custom_object_instances_by_id("Order", order.id).external_id == "tea-1"
    assert orders.get_custom_object_instances_by_external_id("Order", external_id="tea-1").id == order.id


def test_an_instance_is_deleted_by_id(orders, order):
    # The names of the two deletions are swapped in the SDK, as in the description.
    gone = orders.delete_custom_object_instances_by_external_id("Order", order.id)
    assert (gone.id, gone.object, gone.deleted) == (order.id, "Order", True)
    with refused(*GONE):
        orders.get_custom_object_instances_by_id("Order", order.id)


def test_an_instance_is_deleted_by_external_id(orders, order):
    assert orders.delete_custom_object_instances_by_id("Order", external_id="tea-1").id == order.id
    with refused(*GONE):
        orders.get_custom_object_instances_by_external_id("Order", external_id="tea-1")


def test_an_unknown_type_is_named(orders):
    with refused(404, "not_found", "Custom object type `Teapot` not found", NotFoundError):
        orders.create_custom_object_instances("Teapot", external_id="1")


def test_a_contact_refers_to_instances(client, order):
    alice = new_user(client, "alice@sdk.test")
    changed = client.contacts.update(alice.id, custom_attributes={"order": [order.id]})
    shown = changed.custom_attributes["order"]
    assert shown["type"] == "Order.list"
    assert [instance["external_id"] for instance in shown["instances"]] == ["tea-1"]


def test_a_contact_cannot_refer_to_an_unknown_instance(client):
    alice = new_user(client, "alice@sdk.test")
    with pytest.raises(ApiError) as refusal:
        client.contacts.update(alice.id, custom_attributes={"order": ["999999999"]})
    assert refusal.value.status_code == 404
