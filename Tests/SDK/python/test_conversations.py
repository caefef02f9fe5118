"""Conversations: creating, reading, replying, managing, searching and deleting."""

import time

import pytest
from intercom import (
    AdminReplyConversationRequest,
    BadRequestError,
    ContactReplyIntercomUserIdRequest,
    ForbiddenError,
    MultipleFilterSearchRequest,
    NotFoundError,
    QuickReplyOption,
    RedactConversationRequest_ConversationPart,
    RedactConversationRequest_Source,
    StartingAfterPaging,
    UnprocessableEntityError,
)
from intercom.conversations import (
    AttachContactToConversationRequestCustomerIntercomUserId,
    ConversationsManageRequestBody_Assignment,
    ConversationsManageRequestBody_Close,
    ConversationsManageRequestBody_Open,
    ConversationsManageRequestBody_Snoozed,
    CreateConversationRequestFrom,
)

from support import NO_NUMBER, NO_OBJECT, ids, new_tag, new_user, refused, where

ADA, BRAM = "1001", "1002"
GONE = (404, "not_found", "Resource Not Found", NotFoundError)


@pytest.fixture
def conversations(client):
    return client.conversations


@pytest.fixture
def alice(client):
    return new_user(client, "alice@sdk.test")


@pytest.fixture
def conversation(conversations, alice):
    sender = CreateConversationRequestFrom(type="user", id=alice.id)
    return conversations.create(from_=sender, body="Is there tea?").conversation_id


def says(conversations, conversation, alice, body):
    reply = ContactReplyIntercomUserIdRequest(message_type="comment", type="user", body=body, intercom_user_id=alice.id)
    return conversations.reply(conversation, request=reply)


def answers(conversations, conversation, kind="comment", **fields):
    return conversations.reply(
        conversation, request=AdminReplyConversationRequest(message_type=kind, admin_id=ADA, **fields)
    )


def parts(conversation):
    return [part.part_type for part in conversation.conversation_parts.conversation_parts]


def test_a_contact_creates_a_conversation_and_receives_the_message(conversations, alice):
    sender = CreateConversationRequestFrom(type="user", id=alice.id)
    message = conversations.create(from_=sender, body="Is there tea?", created_at=1700000000)
    assert (message.type, message.body, message.created_at) == ("user_message", "Is there tea?", 1700000000)
    conversation = conversations.find(message.conversation_id)
    assert (conversation.state, conversation.open, conversation.read) == ("open", True, False)
    assert (conversation.source.body, conversation.source.author.id) == ("<p>Is there tea?</p>", alice.id)
    assert conversation.waiting_since == 1700000000
    assert conversation.statistics.count_conversation_parts == 1


def test_a_conversation_needs_a_contact(conversations):
    with refused(404, "not_found", "User Not Found", NotFoundError):
        conversations.create(from_=CreateConversationRequestFrom(type="user", id=NO_OBJECT), body="Is there tea?")


def test_a_conversation_is_returned_as_plain_text(conversations, conversation):
    assert conversations.find(conversation, display_as="plaintext").source.body == "Is there tea?"


def test_a_conversation_has_the_language_of_the_contact(conversations):
    assert conversations.find("1103").conversation_parts.conversation_parts[0].body == "<p>Of course.</p>"
    translated = conversations.find("1103", include_translations=True)
    assert translated.conversation_parts.conversation_parts[0].body == "<p>Självklart.</p>"


def test_conversations_are_listed_in_pages(conversations):
    first = conversations.list(per_page=2)
    assert len(first.items) == 2 and first.response.total_count > 2
    following = conversations.list(per_page=2, starting_after=first.response.pages.next.starting_after)
    assert not set(ids(first.items)) & set(ids(following.items))


def test_paging_returns_all_conversations(conversations):
    pages = conversations.list(per_page=5)
    assert len(set(ids(pages))) == pages.response.total_count


def test_an_admin_replies(conversations, conversation):
    answered = answers(conversations, conversation, body="There is.")
    assert parts(answered) == ["comment"]
    part = answered.conversation_parts.conversation_parts[0]
    assert (part.body, part.author.type, part.author.id) == ("<p>There is.</p>", "admin", ADA)
    assert answered.waiting_since is None
    assert answered.statistics.time_to_admin_reply >= 0


def test_a_note_is_for_teammates(conversations, conversation):
    noted = answers(conversations, conversation, "note", body="She likes tea.")
    assert parts(noted) == ["note"]
    assert noted.waiting_since


def test_a_reply_offers_quick_replies(conversations, conversation):
    options = [QuickReplyOption(text="Black", uuid_="1"), QuickReplyOption(text="Green", uuid_="2")]
    offered = answers(conversations, conversation, "quick_reply", reply_options=options)
    part = offered.conversation_parts.conversation_parts[0]
    assert (part.part_type, part.body) == ("quick_reply", None)
    assert [option.text for option in part.metadata.quick_reply_options] == ["Black", "Green"]


def test_a_reply_has_attachments(conversations, conversation):
    sent = answers(conversations, conversation, body="The menu", attachment_urls=["https://files.sdk.test/menu.pdf"])
    attachment = sent.conversation_parts.conversation_parts[0].attachments[0]
    assert (attachment.name, attachment.content_type) == ("menu.pdf", "application/pdf")


def test_a_contact_replies_to_the_last_conversation(conversations, conversation, alice):
    assert says(conversations, "last", alice, "Hello?").id == conversation


def test_a_reply_needs_a_body(conversations, conversation):
    with refused(400, "parameter_not_found", "body is a required parameter"):
        answers(conversations, conversation)


def test_an_unknown_conversation_cannot_be_replied_to(conversations):
    with refused(*GONE):
        answers(conversations, str(NO_NUMBER), body="There is.")


def test_a_conversation_is_assigned(conversations, conversation):
    to_ada = ConversationsManageRequestBody_Assignment(type="admin", admin_id=BRAM, assignee_id=ADA)
    assigned = conversations.manage(conversation, request=to_ada)
    assert assigned.admin_assignee_id == int(ADA)
    assert parts(assigned) == ["assignment"]
    to_team = ConversationsManageRequestBody_Assignment(type="team", admin_id=BRAM, assignee_id="2001")
    assert str(conversations.manage(conversation, request=to_team).team_assignee_id) == "2001"
    to_nobody = ConversationsManageRequestBody_Assignment(type="admin", admin_id=BRAM, assignee_id="0")
    assert conversations.manage(conversation, request=to_nobody).admin_assignee_id is None


def test_a_conversation_is_snoozed_and_opened(conversations, conversation):
    until = int(time.time()) + 86400
    snooze = ConversationsManageRequestBody_Snoozed(admin_id=ADA, snoozed_until=until)
    asleep = conversations.manage(conversation, request=snooze)
    assert (asleep.state, asleep.open, asleep.snoozed_until) == ("snoozed", True, until)
    awake = conversations.manage(conversation, request=ConversationsManageRequestBody_Open(admin_id=ADA))
    assert (awake.state, awake.snoozed_until) == ("open", None)


def test_a_conversation_is_closed_and_a_contact_reopens_it(conversations, conversation, alice):
    close = ConversationsManageRequestBody_Close(admin_id=ADA, body="Enjoy!")
    closed = conversations.manage(conversation, request=close)
    assert (closed.state, closed.open) == ("closed", False)
    assert closed.statistics.last_closed_by_id == int(ADA)
    again = says(conversations, conversation, alice, "One more?")
    assert (again.state, parts(again)) == ("open", ["close", "open"])
    assert again.statistics.count_reopens == 1


def test_a_conversation_is_updated(conversations, conversation):
    changed = conversations.update(conversation, read=True, title="Tea", custom_attributes={"issue_type": "Question"})
    assert (changed.read, changed.title) == (True, "Tea")
    assert changed.custom_attributes["issue_type"] == "Question"


def test_an_attribute_must_be_defined(conversations, conversation):
    with refused(400, "parameter_invalid", "Conversation attribute 'colour' does not exist"):
        conversations.update(conversation, custom_attributes={"colour": "red"})


def test_a_conversation_is_assigned_to_a_company(conversations, conversation):
    company = "65f1b00100000000000000b1"
    conversations.update(conversation, company_id=company)
    with refused(404, "company_not_found", error=NotFoundError):
        conversations.update(conversation, company_id=NO_OBJECT)


def test_participants_are_added(client, conversations, conversation, alice):
    bob = new_user(client, "bob@sdk.test")
    customer = AttachContactToConversationRequestCustomerIntercomUserId(intercom_user_id=bob.id)
    joined = conversations.attach_contact_as_admin(conversation, admin_id=ADA, customer=customer)
    assert ids(joined.contacts.contacts) == [alice.id, bob.id]
    left = conversations.detach_contact_as_admin(conversation, alice.id, admin_id=ADA)
    assert ids(left.contacts.contacts) == [bob.id]


def test_the_last_contact_cannot_be_detached(conversations, conversation, alice):
    message = "Removing the last customer is not allowed"
    with refused(422, "parameter_invalid", message, UnprocessableEntityError):
        conversations.detach_contact_as_admin(conversation, alice.id, admin_id=ADA)


def test_a_part_is_redacted(conversations, conversation, alice):
    part = says(conversations, conversation, alice, "My card is 4711").conversation_parts.conversation_parts[0]
    redaction = RedactConversationRequest_ConversationPart(conversation_id=conversation, conversation_part_id=part.id)
    redacted = conversations.redact_conversation_part(request=redaction).conversation_parts.conversation_parts[0]
    assert (redacted.redacted, redacted.body) == (True, "<p><i>This message was deleted</i></p>")


def test_the_first_message_is_redacted(conversations, conversation):
    source = conversations.find(conversation).source
    redaction = RedactConversationRequest_Source(conversation_id=conversation, source_id=source.id)
    assert conversations.redact_conversation_part(request=redaction).source.redacted


def test_an_unknown_part_cannot_be_redacted(conversations, conversation):
    with refused(404, "conversation_part_or_message_not_found", error=NotFoundError):
        conversations.redact_conversation_part(
            request=RedactConversationRequest_ConversationPart(
                conversation_id=conversation, conversation_part_id=str(NO_NUMBER)
            )
        )


def test_conversations_are_searched(conversations, conversation, alice):
    mine = where("contact_ids", "=", alice.id)
    assert ids(conversations.search(query=mine).items) == [conversation]
    both = MultipleFilterSearchRequest(operator="AND", value=[mine, where("state", "=", "closed")])
    assert conversations.search(query=both).items == []


def test_a_search_has_pages(conversations):
    everything = where("created_at", ">", "0")
    first = conversations.search(query=everything, pagination=StartingAfterPaging(per_page=3)).response
    assert len(first.conversations) == 3
    after = StartingAfterPaging(per_page=3, starting_after=first.pages.next.starting_after)
    second = conversations.search(query=everything, pagination=after).response
    assert not set(ids(first.conversations)) & set(ids(second.conversations))


def test_a_conversation_is_tagged_and_untagged(client, conversations, conversation):
    tag = new_tag(client, "Tea lover")
    assert client.tags.tag_conversation(conversation, tag_id=tag.id, admin_id=ADA).name == "Tea lover"
    assert ids(conversations.find(conversation).tags.tags) == [tag.id]
    assert client.tags.untag_conversation(conversation, tag.id, admin_id=ADA).id == tag.id
    assert conversations.find(conversation).tags.tags == []


def test_a_conversation_is_converted_to_a_ticket(conversations, conversation):
    ticket = conversations.convert_to_ticket(int(conversation), ticket_type_id="55", attributes={"_default_title_": "Tea"})
    assert (ticket.id, ticket.category, ticket.ticket_state.category) == (conversation, "Customer", "submitted")
    assert [part.body for part in ticket.ticket_parts.ticket_parts][0] == "<p>Is there tea?</p>"
    kept = conversations.find(conversation)
    assert (kept.source.body, kept.ticket["id"]) == ("<p>Is there tea?</p>", int(conversation))


def test_a_conversation_is_converted_to_customer_tickets_only(conversations, conversation):
    with refused(400, "parameter_invalid", "Ticket type is not a customer ticket type", BadRequestError):
        conversations.convert_to_ticket(int(conversation), ticket_type_id="56")


def test_rules_are_run_in_old_and_new_versions(connect, token, conversations, conversation):
    old = connect(token, version="2.11").conversations
    assert parts(old.run_assignment_rules(conversation)) == ["default_assignment"]
    assert parts(conversations.run_assignment_rules(conversation)) == ["default_assignment"] * 2


def test_a_conversation_is_deleted(conversations, conversation):
    gone = conversations.delete_conversation(int(conversation))
    assert (gone.id, gone.object, gone.deleted) == (conversation, "conversation", True)
    with refused(*GONE):
        conversations.find(conversation)
