"""Tags: the one call that creates, renames, tags and untags, and tags on contacts."""

import re

import pytest
from intercom import (
    BadRequestError,
    CreateOrUpdateTagRequest,
    NotFoundError,
    TagCompanyRequest,
    TagCompanyRequestCompaniesItem,
    TagMultipleUsersRequest,
    TagMultipleUsersRequestUsersItem,
    UntagCompanyRequest,
    UntagCompanyRequestCompaniesItem,
)
from intercom.core.api_error import ApiError

from support import NO_NUMBER, NO_OBJECT, error_body, ids, new_company, new_tag, new_user, refused


@pytest.fixture
def alice(client):
    return new_user(client, "alice@sdk.test")


@pytest.fixture
def company(client):
    return new_company(client, "tea-party", name="A Mad Tea Party")


def tag_companies(client, name, *which):
    items = [TagCompanyRequestCompaniesItem(**company) for company in which]
    return client.tags.create(request=TagCompanyRequest(name=name, companies=items))


def tag_users(client, name, *which):
    items = [TagMultipleUsersRequestUsersItem(**user) for user in which]
    return client.tags.create(request=TagMultipleUsersRequest(name=name, users=items))


# Tags themselves


def test_a_tag_is_created_and_listed(client):
    tag = new_tag(client, "Cheshire")
    assert (tag.type, tag.name) == ("tag", "Cheshire")
    assert tag.id in ids(client.tags.list().data)


def test_a_tag_of_the_same_name_is_the_same_tag(client):
    assert new_tag(client, "CHESHIRE").id == new_tag(client, "cheshire").id


def test_a_tag_is_renamed(client):
    tag = new_tag(client, "Cheshire")
    renamed = client.tags.create(request=CreateOrUpdateTagRequest(id=tag.id, name="Grin"))
    assert (renamed.id, renamed.name) == (tag.id, "Grin")
    assert client.tags.find(tag.id).name == "Grin"


def test_a_tag_without_a_name_is_refused(client):
    with refused(400, "parameter_invalid", "invalid tag parameters", BadRequestError):
        client.tags.create(request={"title": "Cheshire"})


def test_an_unknown_tag_is_not_found(client):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.tags.find(str(NO_NUMBER))


def test_a_deleted_tag_is_gone_from_its_contacts_too(client, alice):
    tag = new_tag(client, "Cheshire")
    client.tags.tag_contact(alice.id, tag_id=tag.id)
    assert client.tags.delete(tag.id) is None
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.tags.find(tag.id)
    assert client.contacts.find(alice.id).tags.total_count == 0


def test_an_unknown_tag_cannot_be_deleted(client):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.tags.delete(str(NO_NUMBER))


def test_a_tag_that_a_segment_depends_on_cannot_be_deleted(client):
    refusals = []
    for tag in client.tags.list().data:
        try:
            client.tags.delete(tag.id)
        except ApiError as error:
            refusals.append(error)
    assert refusals
    for error in refusals:
        assert type(error) is BadRequestError
        first = error_body(error)["errors"][0]
        assert first["code"] == "tag_has_dependent_objects"
        assert re.match(r"Unable to delete Tag with dependent objects\. Segments: .+\.", first["message"])


# Tagging contacts one by one


def test_a_contact_is_tagged_by_the_token_s_admin(client, alice):
    tag = new_tag(client, "Cheshire")
    applied = client.tags.tag_contact(alice.id, tag_id=tag.id)
    assert applied.id == tag.id
    assert isinstance(applied.applied_at, int)
    assert (applied.applied_by.type, applied.applied_by.id) == ("admin", client.admins.identify().id)
    assert ids(client.contacts.list_attached_tags(alice.id).data) == [tag.id]


def test_a_contact_is_untagged(client, alice):
    tag = new_tag(client, "Cheshire")
    client.tags.tag_contact(alice.id, tag_id=tag.id)
    assert client.tags.untag_contact(alice.id, tag.id).id == tag.id
    assert client.contacts.list_attached_tags(alice.id).data == []


def test_an_unknown_tag_cannot_be_put_on_a_contact_or_taken_off(client, alice):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.tags.tag_contact(alice.id, tag_id=str(NO_NUMBER))
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.tags.untag_contact(alice.id, str(NO_NUMBER))


def test_an_unknown_contact_cannot_be_tagged(client):
    with refused(404, "not_found", "User Not Found", NotFoundError):
        client.tags.tag_contact(NO_OBJECT, tag_id=new_tag(client, "Cheshire").id)


# Tagging many in one call


def test_companies_are_tagged_by_id_or_company_id(client, company):
    other = new_company(client, "croquet", name="Croquet Ground")
    tag = tag_companies(client, "Wonderland", {"id": company.id}, {"company_id": "croquet"})
    for tagged in (company, other):
        assert [item["id"] for item in client.companies.find(tagged.id).tags.tags] == [tag.id]


def test_companies_are_untagged(client, company):
    tag_companies(client, "Wonderland", {"id": company.id})
    items = [UntagCompanyRequestCompaniesItem(id=company.id, untag=True)]
    client.tags.create(request=UntagCompanyRequest(name="Wonderland", companies=items))
    assert client.companies.find(company.id).tags.tags == []


def test_users_are_tagged_and_untagged(client, alice):
    hatter = new_user(client, "hatter@sdk.test")
    tag = tag_users(client, "Wonderland", {"id": alice.id}, {"id": hatter.id})
    assert ids(client.contacts.list_attached_tags(hatter.id).data) == [tag.id]

    tag_users(client, "Wonderland", {"id": hatter.id, "untag": True})
    assert client.contacts.list_attached_tags(hatter.id).data == []
    assert ids(client.contacts.list_attached_tags(alice.id).data) == [tag.id]


def test_an_unknown_company_cannot_be_tagged(client):
    with refused(404, "company_not_found", "Company Not Found", NotFoundError):
        tag_companies(client, "Wonderland", {"company_id": "nowhere"})


def test_an_unknown_user_cannot_be_tagged(client):
    with refused(404, "not_found", "User Not Found", NotFoundError):
        tag_users(client, "Wonderland", {"id": NO_OBJECT})
