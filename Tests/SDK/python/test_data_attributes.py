"""Data attributes of contacts and companies."""

import pytest
from intercom import (
    BadRequestError,
    CreateDataAttributeRequestOne,
    CreateDataAttributeRequestOptions,
    CreateDataAttributeRequestOptionsOptionsItem,
    NotFoundError,
)

from support import NO_NUMBER, new_user, refused


def define(client, name, model="contact", data_type="string"):
    return client.data_attributes.create(
        request=CreateDataAttributeRequestOne(name=name, model=model, data_type=data_type)
    )


def define_choice(client, name, *values):
    options = [CreateDataAttributeRequestOptionsOptionsItem(value=value) for value in values]
    return client.data_attributes.create(
        request=CreateDataAttributeRequestOptions(name=name, model="contact", data_type="options", options=options)
    )


def names(client, **asked):
    return [attribute.name for attribute in client.data_attributes.list(**asked).data]


def test_built_in_attributes_are_listed_without_an_id(client):
    attributes = client.data_attributes.list(model="contact").data
    built_in = [attribute for attribute in attributes if not attribute.custom]
    assert built_in
    assert all(attribute.id is None for attribute in built_in)
    assert {attribute.model for attribute in attributes} == {"contact"}


def test_a_new_attribute_is_writable_and_custom(client):
    attribute = define(client, "house", model="company")
    assert isinstance(attribute.id, int)
    assert (attribute.model, attribute.data_type) == ("company", "string")
    assert (attribute.full_name, attribute.label) == ("custom_attributes.house", "house")
    assert (attribute.custom, attribute.api_writable, attribute.archived) == (True, True, False)
    assert "house" in names(client, model="company")
    assert "house" not in names(client, model="contact")


def test_a_choice_is_a_string_with_options(client):
    attribute = define_choice(client, "wand wood", "holly", "yew")
    assert attribute.data_type == "string"
    assert attribute.options == ["holly", "yew"]


def test_a_defined_attribute_may_be_written(client):
    define(client, "owls", data_type="integer")
    contact = new_user(client, "harry@sdk.test", custom_attributes={"owls": 1})
    assert contact.custom_attributes["owls"] == 1


def test_an_attribute_is_described_and_given_other_options(client):
    attribute = define_choice(client, "wand wood", "holly", "yew")
    changes = {"description": "What the wand is made of", "options": [{"value": "holly"}, {"value": "elder"}]}
    changed = client.data_attributes.update(attribute.id, request=changes)
    assert changed.description == "What the wand is made of"
    assert changed.options == ["holly", "elder"]


def test_an_archived_attribute_is_listed_only_when_asked(client):
    attribute = define(client, "house")
    assert client.data_attributes.update(attribute.id, request={"archived": True}).archived is True
    assert "house" not in names(client, model="contact")
    assert "house" in names(client, model="contact", include_archived=True)


def test_an_attribute_has_a_known_type(client):
    with refused(400, "parameter_invalid", "Data Type isn't an option", BadRequestError):
        define(client, "house", data_type="mithril")


def test_an_attribute_belongs_to_contacts_or_companies(client):
    message = "The Data Attribute model field must be either contact or company"
    with refused(400, "parameter_invalid", message, BadRequestError):
        define(client, "house", model="hippogriff")


def test_the_name_of_an_attribute_has_no_punctuation(client):
    message = "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens"
    with refused(400, "parameter_invalid", message, BadRequestError):
        define(client, "h@use!")


@pytest.mark.parametrize("first, second", [("company", "company"), ("company", "contact"), ("contact", "company")])
def test_the_name_of_an_attribute_is_taken_for_both_models(client, first, second):
    noun = {"contact": "people", "company": "company"}
    define(client, "house", model=first)
    taken, advice = f"You already have 'house' in your {noun[first]} data.", f"To save this as new {noun[second]} data"
    with refused(400, "parameter_invalid", f"{taken} {advice}, use a different name.", BadRequestError):
        define(client, "house", model=second)


def test_a_choice_needs_two_options(client):
    message = "You must have at least two options on a list type data attribute"
    with refused(400, "parameter_invalid", message, BadRequestError):
        define_choice(client, "wand wood", "holly")


def test_options_are_an_array(client):
    attribute = define_choice(client, "wand wood", "holly", "yew")
    with refused(400, "parameter_invalid", "Options isn't an array", BadRequestError):
        client.data_attributes.update(attribute.id, request={"options": {"value": "holly"}})


def test_an_unknown_attribute_cannot_be_updated(client):
    with refused(404, "field_not_found", "We couldn't find that data attribute to update", NotFoundError):
        client.data_attributes.update(NO_NUMBER, request={"description": "Nothing"})
