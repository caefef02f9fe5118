"""`client.unstable`, the SDK's client for Preview: responses match its models strictly, and writes can be read
again."""

import typing

import httpx
import pydantic
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

READS = [
    ("admins.identify_admin", {}),
    ("admins.list_activity_logs", {"created_at_after": "1600000000"}),
    ("admins.list_admins", {}),
    ("ai_content.list_content_import_sources", {}),
    ("ai_content.list_external_pages", {}),
    ("articles.list_articles", {}),
    ("articles.search_articles", {"phrase": "bowl", "highlight": True}),
    ("brands.list_brands", {}),
    ("brands.retrieve_brand", {"id": "32001"}),
    ("calls.list_calls", {}),
    ("calls.list_calls_with_transcripts", {"conversation_ids": ["1101"]}),
    ("calls.show_call", {"id": "6001"}),
    ("companies.list_all_companies", {}),
    ("companies.list_attached_segments_for_companies", {"id": COMPANY}),
    ("companies.retrieve_a_company_by_id", {"id": COMPANY}),
    ("companies.retrieve_company", {}),
    ("companies.scroll_over_all_companies", {}),
    ("contacts.list_companies_for_a_contact", {"id": ALICE}),
    ("contacts.list_segments_for_a_contact", {"contact_id": ALICE}),
    ("contacts.list_subscriptions_for_a_contact", {"contact_id": ALICE}),
    ("contacts.list_tags_for_a_contact", {"contact_id": ALICE}),
    ("conversations.list_handling_events", {"id": "1101"}),
    ("data_attributes.lis_data_attributes", {}),
    ("emails.list_emails", {}),
    ("emails.retrieve_email", {"id": "31001"}),
    ("export.list_available_datasets_and_attributes", {}),
    ("help_center.list_all_collections", {}),
    ("help_center.list_help_centers", {}),
    ("help_center.retrieve_help_center", {"id": 30001}),
    ("internal_articles.list_internal_articles", {}),
    ("macros.list_macros", {}),
    ("news.list_news_items", {}),
    ("news.list_newsfeeds", {}),
    ("notes.list_company_notes", {"id": COMPANY}),
    ("segments.list_segments", {}),
    ("segments.retrieve_segment", {"id": "65f1c00100000000000000c1"}),
    ("subscription_types.list_subscription_types", {}),
    ("tags.find_tag", {"id": "3001"}),
    ("tags.list_tags", {}),
    ("teams.list_teams", {}),
    ("teams.retrieve_team", {"id": "2001"}),
    ("ticket_states.list_ticket_states", {}),
    ("ticket_types.get_ticket_type", {"id": "55"}),
    ("ticket_types.list_ticket_types", {}),
    ("workflows.export_workflow", {"id": "7401"}),
]
# Where the SDK is older than the description, in which assignees are numbers and reasons are in a list object, and where its
# models lack Intercom's corrections of avatars, which the models of its stable client have. The last closer of a conversation
# was recorded as a number.
BEHIND = [
    ("admins.retrieve_admin", {"id": 1001}, {"avatar"}),
    ("companies.list_attached_contacts", {"id": COMPANY}, {"avatar"}),
    ("contacts.list_contacts", {}, {"avatar"}),
    ("contacts.show_contact", {"id": ALICE}, {"avatar"}),
    ("notes.list_notes", {"id": ALICE}, {"avatar"}),
    ("away_status_reasons.list_away_status_reasons", {}, {""}),
    ("conversations.list_conversations", {}, {"last_closed_by_id", "team_assignee_id"}),
    ("tickets.get_ticket", {"id": "1201"}, {"admin_assignee_id", "team_assignee_id"}),
]


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


def misfits(unstable, answers, name, arguments):
    """The differences between a response and the SDK's model for the call."""
    resource, method = name.split(".")
    owner = getattr(unstable, resource)
    getattr(owner, method)(**arguments)
    model = typing.get_type_hints(getattr(type(owner), method))["return"]
    try:
        pydantic.TypeAdapter(model).validate_python(answers[-1])
    except pydantic.ValidationError as error:
        return {str(each["loc"][-1]) if each["loc"] else "" for each in error.errors()}
    return set()


@pytest.mark.parametrize("name, arguments", READS, ids=[name for name, _ in READS])
def test_an_answer_fits_the_model(unstable, answers, name, arguments):
    assert misfits(unstable, answers, name, arguments) == set()


@pytest.mark.parametrize("name, arguments, members", BEHIND, ids=[row[0] for row in BEHIND])
def test_an_answer_fits_but_where_the_sdk_is_behind(unstable, answers, name, arguments, members):
    assert misfits(unstable, answers, name, arguments) == members


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
