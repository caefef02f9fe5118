"""`client.unstable`, the SDK's client for Preview: what is written can be read. `test_reads.py` has its reading methods."""

import httpx
import pytest
from intercom import Intercom
from intercom.unstable import (
    ContactReplyIntercomUserIdRequest,
    CreateConversationRequestFrom,
    CreateOrUpdateTagRequest,
    CreateTicketRequestContactsItemId,
    ManageConversationRequestBody_Close,
    SingleFilterSearchRequest,
)

ALICE = "65f1a00100000000000000a1"
COMPANY = "65f1b00100000000000000b1"


@pytest.fixture
def answers():
    """The bodies of all responses, oldest first."""
    return []


@pytest.fixture
def unstable(mock, token, base_url, answers):
    def keep(response):
        response.read()
        answers.append(response.json() if response.content else None)

    with httpx.Client(event_hooks={"response": [keep]}, timeout=10) as http:
        headers = {"Intercom-Version": "Preview"}
        yield Intercom(base_url=base_url, token=token, headers=headers, httpx_client=http).unstable


def test_a_contact_is_made_found_and_blocked(unstable):
    made = unstable.contacts.create_contact(request={"email": "preview@sdk.test"})
    query = SingleFilterSearchRequest(field="email", operator="=", value="preview@sdk.test")
    assert [each.id for each in unstable.contacts.search_contacts(query=query).data] == [made.id]
    unstable.contacts.update_contact(made.id, name="Pre View")
    assert unstable.contacts.show_contact(made.id).name == "Pre View"
    assert unstable.contacts.block_contact(made.id).blocked is True


def test_a_company_has_contacts_and_tags(unstable):
    company = unstable.companies.create_or_update_company(request={"company_id": "preview", "name": "Preview"})
    unstable.companies.attach_contact_to_a_company(ALICE, company_id=company.id)
    assert ALICE in [each.id for each in unstable.companies.list_attached_contacts(company.id).data]
    tag = unstable.tags.create_tag(request=CreateOrUpdateTagRequest(name="Preview"))
    unstable.tags.attach_tag_to_contact(ALICE, id=tag.id)
    assert tag.id in [each.id for each in unstable.contacts.list_tags_for_a_contact(ALICE).data]


def test_a_conversation_goes_its_way(unstable):
    begun = unstable.conversations.create_conversation(
        from_=CreateConversationRequestFrom(type="user", id=ALICE), body="Hello, Preview"
    )
    id = begun.conversation_id
    reply = ContactReplyIntercomUserIdRequest(body="And more", intercom_user_id=ALICE)
    unstable.conversations.reply_conversation(id, request=reply)
    closed = unstable.conversations.manage_conversation(id, request=ManageConversationRequestBody_Close(admin_id="1001"))
    assert closed.state == "closed"
    bodies = [part.body for part in closed.conversation_parts.conversation_parts]
    assert "<p>And more</p>" in bodies
    assert unstable.conversations.delete_conversation(int(id)).deleted is True


def test_a_ticket_is_enqueued(unstable):
    job = unstable.tickets.enqueue_create_ticket(
        ticket_type_id="55", contacts=[CreateTicketRequestContactsItemId(id=ALICE)]
    )
    assert unstable.jobs.status(job.id).status == "success"


def test_types_and_attributes_are_made(unstable):
    made = unstable.ticket_types.create_ticket_type(request={"name": "Preview"})
    attribute = unstable.ticket_type_attributes.create_ticket_type_attribute(
        made.id, name="colour", description="Which one", data_type="string"
    )
    assert attribute.name == "colour"
    made = unstable.data_attributes.create_data_attribute(request={"name": "preview", "model": "contact", "data_type": "string"})
    assert (made.name, made.custom) == ("preview", True)


def test_content_is_written_and_taken_away(unstable):
    article = unstable.articles.create_article(request={"title": "Preview", "author_id": 1001})
    assert unstable.articles.retrieve_article(int(article.id)).title == "Preview"
    assert unstable.articles.delete_article(int(article.id)).deleted is True
    collection = unstable.help_center.create_collection(name="Previews")
    assert unstable.help_center.update_collection(int(collection.id), name="More").name == "More"
    item = unstable.news.create_news_item(title="Preview", sender_id=1001)
    assert unstable.news.retrieve_news_item(int(item.id)).title == "Preview"
    source = unstable.ai_content.create_content_import_source(url="https://preview.example.com")
    page = unstable.ai_content.create_external_page(
        title="Preview", html="<p>Words</p>", source_id=source.id, external_id="p-1"
    )
    assert unstable.ai_content.get_external_page(page.id).title == "Preview"


def test_notes_events_and_exports(unstable, answers):
    note = unstable.notes.create_note(ALICE, body="Seen")
    assert unstable.notes.retrieve_note(int(note.id)).body == "<p>Seen</p>"
    event = {"event_name": "previewed", "id": ALICE, "created_at": 1_700_000_000}
    unstable.data_events.create_data_event(request=event)
    assert answers[-1] is None
    job = unstable.data_export.create_data_export(created_at_after=1, created_at_before=2_000_000_000)
    assert unstable.data_export.get_data_export(job.job_identifier).status in ("completed", "no_data")
