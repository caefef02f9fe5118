"""Contacts: creating, reading, updating, merging, archiving, blocking, deleting, and related records."""

import re

import pytest
from intercom import NotFoundError

from support import (
    NO_NUMBER,
    NO_OBJECT,
    ONCE,
    found,
    ids,
    new_company,
    new_lead,
    new_tag,
    new_user,
    refused,
    where,
)


@pytest.fixture
def frodo(client):
    return new_user(client, "frodo@sdk.test", name="Frodo")


@pytest.fixture
def strider(client):
    return new_lead(client, name="Strider", email="strider@sdk.test")


# Creating


def test_a_contact_made_from_an_email_is_a_user(client):
    contact = new_user(client, "frodo@sdk.test", name="Frodo", phone="+35315550123")
    assert contact.type == "contact"
    assert contact.role == "user"
    assert (contact.email, contact.name, contact.phone) == ("frodo@sdk.test", "Frodo", "+35315550123")
    assert contact.external_id is None
    assert contact.created_at == contact.updated_at


def test_a_contact_id_begins_with_its_creation_time(frodo):
    assert re.fullmatch("[0-9a-f]{24}", frodo.id)
    assert int(frodo.id[:8], 16) == frodo.created_at


def test_a_new_contact_has_empty_relations_with_urls(frodo):
    for relation, path in ((frodo.tags, "tags"), (frodo.notes, "notes"), (frodo.companies, "companies")):
        assert relation.data == []
        assert relation.total_count == 0
        assert relation.has_more is False
        assert relation.url == f"/contacts/{frodo.id}/{path}"
    assert frodo.social_profiles.data == []
    assert frodo.location.type == "location"


def test_a_lead_needs_neither_email_nor_external_id(client):
    lead = new_lead(client, name="Strider")
    assert lead.role == "lead"
    assert lead.email is None


def test_a_second_user_with_the_same_email_is_refused_and_names_the_first(client, frodo):
    message = f"A contact matching those details already exists with id={frodo.id}"
    with refused(409, "conflict", message):
        client.contacts.create(request={"email": "frodo@sdk.test"}, request_options=ONCE)


def test_a_second_user_with_the_same_external_id_is_refused(client):
    first = new_user(client, "frodo@sdk.test", external_id="ring-1")
    message = f"A contact matching those details already exists with id={first.id}"
    with refused(409, "conflict", message):
        client.contacts.create(request={"external_id": "ring-1"}, request_options=ONCE)


def test_a_duplicate_of_an_archived_contact_says_so(client, frodo):
    client.contacts.archive(frodo.id)
    message = f"An archived contact matching those details already exists with id={frodo.id}"
    with refused(409, "conflict", message):
        client.contacts.create(request={"email": "frodo@sdk.test"}, request_options=ONCE)


def test_a_lead_may_share_the_email_of_a_user(client, frodo):
    assert new_lead(client, email="frodo@sdk.test").id != frodo.id


def test_an_owner_must_be_an_admin(client):
    with refused(400, "parameter_invalid", "The owner specified is not a member of the workspace"):
        new_user(client, "frodo@sdk.test", owner_id=NO_NUMBER)


def test_a_custom_attribute_must_be_defined_first(client):
    with refused(400, "parameter_invalid", "Custom attribute 'ring_bearer' does not exist"):
        new_user(client, "frodo@sdk.test", custom_attributes={"ring_bearer": True})


# Reading


def test_a_contact_is_found_by_id(client, frodo):
    contact = client.contacts.find(frodo.id)
    assert (contact.id, contact.name) == (frodo.id, "Frodo")


def test_an_unknown_contact_is_not_found(client):
    with refused(404, "not_found", "User Not Found"):
        client.contacts.find(NO_OBJECT)


def test_a_user_is_found_by_external_id(client):
    frodo = new_user(client, "frodo@sdk.test", external_id="ring-1")
    assert client.contacts.show_contact_by_external_id("ring-1").id == frodo.id


def test_an_unknown_external_id_is_not_found(client):
    with refused(404, "not_found", "User Not Found"):
        client.contacts.show_contact_by_external_id("nobody")


def test_listing_pages_through_every_contact_once(client):
    made = {new_user(client, f"hobbit-{n}@sdk.test").id for n in range(5)}
    pager = client.contacts.list(per_page=2)
    total = pager.response.total_count
    listed = ids(pager)
    assert len(listed) == len(set(listed)) == total
    assert made <= set(listed)


def test_a_page_of_contacts_says_where_the_next_begins(client):
    new_user(client, "sam@sdk.test"), new_user(client, "pippin@sdk.test")
    first = client.contacts.list(per_page=1)
    assert first.response.pages.type == "pages"
    assert (first.response.pages.page, first.response.pages.per_page) == (1, 1)
    assert first.response.pages.total_pages == first.response.total_count
    second = first.next_page()
    assert second.response.pages.page == 2
    assert ids(second.items) != ids(first.items)


def test_the_last_page_of_contacts_has_no_next(client):
    pager = client.contacts.list(per_page=150)
    assert pager.response.pages.next is None
    assert not pager.has_next


def test_an_unknown_cursor_is_rejected(client):
    message = "Invalid starting_after param. Please try again using a starting_after value from a paginated response"
    with refused(400, "client_error", message):
        client.contacts.list(starting_after="the road goes ever on")


# Changing


def test_an_update_changes_what_it_names_and_nothing_else(client, frodo):
    changed = client.contacts.update(frodo.id, name="Mr. Underhill")
    assert (changed.name, changed.email) == ("Mr. Underhill", "frodo@sdk.test")
    assert client.contacts.find(frodo.id).name == "Mr. Underhill"


def test_an_update_to_null_empties_a_field(client, frodo):
    client.contacts.update(frodo.id, phone="+35315550123")
    assert client.contacts.update(frodo.id, phone=None).phone is None


def test_a_contact_is_given_an_owner(client, frodo):
    owner = int(client.admins.identify().id)
    assert client.contacts.update(frodo.id, owner_id=owner).owner_id == owner


def test_an_update_cannot_take_the_email_of_another_user(client, frodo):
    sam = new_user(client, "sam@sdk.test")
    message = f"A contact matching those details already exists with id={frodo.id}"
    with refused(409, "conflict", message):
        client.contacts.update(sam.id, email="frodo@sdk.test", request_options=ONCE)
    assert client.contacts.find(sam.id).email == "sam@sdk.test"


def test_an_unknown_contact_cannot_be_updated(client):
    with refused(404, "not_found", "User Not Found"):
        client.contacts.update(NO_OBJECT, name="Nobody")


# Archiving, blocking, deleting


def test_an_archived_contact_leaves_the_lists_until_it_is_unarchived(client, frodo):
    archived = client.contacts.archive(frodo.id)
    assert (archived.id, archived.type, archived.archived) == (frodo.id, "contact", True)
    assert frodo.id not in ids(client.contacts.list(per_page=150))
    assert not found(client, where("email", "=", "frodo@sdk.test"))

    assert client.contacts.unarchive(frodo.id).archived is False
    assert frodo.id in ids(client.contacts.list(per_page=150))


def test_a_contact_is_blocked(client, frodo):
    blocked = client.contacts.block_contact(frodo.id)
    assert (blocked.id, blocked.blocked) == (frodo.id, True)


def test_a_deleted_contact_is_gone(client):
    frodo = new_user(client, "frodo@sdk.test", external_id="ring-1")
    deleted = client.contacts.delete(frodo.id)
    assert (deleted.id, deleted.external_id, deleted.deleted) == (frodo.id, "ring-1", True)
    with refused(404, "not_found", "User Not Found"):
        client.contacts.find(frodo.id)
    assert new_user(client, "frodo@sdk.test", external_id="ring-1").id != frodo.id


# Merging


def test_merging_keeps_the_user_and_drops_the_lead(client, strider):
    aragorn = new_user(client, "aragorn@sdk.test")
    assert client.contacts.merge_lead_in_user(lead_id=strider.id, contact_id=aragorn.id).id == aragorn.id
    assert strider.id not in ids(client.contacts.list(per_page=150))
    with refused(404, "not_found", "User Not Found"):
        client.contacts.find(strider.id)


def test_merging_moves_the_notes_and_tags_of_the_lead_to_the_user(client, strider):
    aragorn = new_user(client, "aragorn@sdk.test")
    tag = new_tag(client, "ranger")
    client.tags.tag_contact(strider.id, tag_id=tag.id)
    note = client.notes.create(strider.id, body="Seen in Bree")
    client.contacts.merge_lead_in_user(lead_id=strider.id, contact_id=aragorn.id)
    assert ids(client.contacts.list_attached_tags(aragorn.id).data) == [tag.id]
    assert ids(client.notes.list(aragorn.id)) == [note.id]


def test_preview_returns_the_target_of_a_merged_contact(client, preview, strider):
    aragorn = new_user(client, "aragorn@sdk.test")
    client.contacts.merge_lead_in_user(lead_id=strider.id, contact_id=aragorn.id)
    message = "This contact has been merged. See the 'Link' header for the canonical contact."
    with refused(410, "contact_merged", message) as caught:
        preview.contacts.find(strider.id)
    assert caught.value.headers["link"] == f'</contacts/{aragorn.id}>; rel="canonical"'


def test_preview_merges_only_duplicates(client, preview, strider):
    aragorn = new_user(client, "aragorn@sdk.test")
    with refused(400, "invalid_merge", re.compile("^Contacts can only be merged when they are duplicates")):
        preview.contacts.merge_lead_in_user(lead_id=strider.id, contact_id=aragorn.id)


# Related records


def test_a_contact_is_attached_to_a_company(client, frodo):
    company = new_company(client, "shire", name="The Shire")
    assert client.companies.attach_contact(frodo.id, company_id=company.id).id == company.id
    companies = client.contacts.find(frodo.id).companies
    assert ids(companies.data) == [company.id]
    assert companies.total_count == 1
    assert client.companies.find(company.id).user_count == 1


def test_the_companies_of_a_contact_are_listed_in_pages(client, frodo):
    made = {new_company(client, f"inn-{n}", name=f"Inn {n}").id for n in range(5)}
    for company_id in made:
        client.companies.attach_contact(frodo.id, company_id=company_id)
    # The SDK requests pages until it receives an empty one.
    listed = ids(client.contacts.list_attached_companies(frodo.id, per_page=2))
    assert len(listed) == 5
    assert set(listed) == made


def test_a_contact_is_detached_from_a_company(client, frodo):
    company = new_company(client, "shire", name="The Shire")
    client.companies.attach_contact(frodo.id, company_id=company.id)
    assert client.companies.detach_contact(frodo.id, company.id).id == company.id
    assert client.contacts.find(frodo.id).companies.total_count == 0
    assert not ids(client.contacts.list_attached_companies(frodo.id))


def test_a_contact_shows_ten_tags_and_counts_the_rest(client, frodo):
    for n in range(11):
        client.tags.tag_contact(frodo.id, tag_id=new_tag(client, f"ring {n}").id)
    tags = client.contacts.find(frodo.id).tags
    assert len(tags.data) == 10
    assert tags.total_count == 11
    assert tags.has_more is True
    assert len(client.contacts.list_attached_tags(frodo.id).data) == 11


def test_some_contact_belongs_to_a_segment(client):
    contacts = ids(client.contacts.list(per_page=150))
    segments = [segment for contact in contacts for segment in client.contacts.list_attached_segments(contact).data]
    assert segments
    assert set(ids(segments)) <= set(ids(client.segments.list().segments))


@pytest.mark.parametrize("relation", ["companies", "segments", "subscriptions", "tags"])
def test_the_relations_of_an_unknown_contact_are_not_found(client, relation):
    with refused(404, "not_found", "User Not Found", NotFoundError):
        getattr(client.contacts, f"list_attached_{relation}")(NO_OBJECT)
