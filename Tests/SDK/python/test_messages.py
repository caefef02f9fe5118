"""Messages that admins send to contacts."""

import pytest
from intercom import (
    BadRequestError,
    CreateMessageRequest_Email,
    CreateMessageRequest_Inapp,
    CreateMessageRequestFrom,
    CreateMessageRequestTo,
    UnprocessableEntityError,
)
from intercom.core.api_error import ApiError

from support import NO_OBJECT, new_user, refused


@pytest.fixture
def alice(client):
    return new_user(client, "alice@sdk.test")


@pytest.fixture
def admin(client):
    return client.admins.identify()


@pytest.fixture
def people(alice, admin):
    """The sender and the recipient of a message."""
    return {
        "from_": CreateMessageRequestFrom(type="admin", id=int(admin.id)),
        "to": CreateMessageRequestTo(type="user", id=alice.id),
    }


def test_an_email_is_sent(client, people):
    message = client.messages.create(
        request=CreateMessageRequest_Email(subject="Tea", body="At five", template="plain", **people)
    )
    assert (message.type, message.message_type) == ("admin_message", "email")
    assert (message.subject, message.body) == ("Tea", "At five")
    assert message.id and message.created_at
    assert message.conversation_id is None


def test_an_in_app_message_is_sent_and_its_contact_remembers(client, people, alice):
    message = client.messages.create(request=CreateMessageRequest_Inapp(body="At five", **people))
    assert (message.message_type, message.body) == ("inapp", "At five")
    assert client.contacts.find(alice.id).last_contacted_at


def test_a_conversation_is_opened_when_asked_for(client, people, alice):
    message = client.messages.create(
        request=CreateMessageRequest_Inapp(
            body="At five", create_conversation_without_contact_reply=True, **people
        )
    )
    conversation = client.conversations.find(message.conversation_id)
    assert conversation.source.id == message.id
    assert conversation.source.body == "<p>At five</p>"
    assert [contact.id for contact in conversation.contacts.contacts] == [alice.id]


def test_an_email_needs_a_subject(client, people):
    message = "No subject supplied for email message"
    with refused(422, "parameter_not_found", message, UnprocessableEntityError):
        client.messages.create(
            request=CreateMessageRequest_Email(subject="", body="At five", template="plain", **people)
        )


def test_a_message_needs_a_body(client, people):
    with refused(400, "parameter_invalid", "Body is required", BadRequestError):
        client.messages.create(request=CreateMessageRequest_Inapp(body="", **people))


def test_an_unknown_contact_cannot_receive_messages(client, people):
    people["to"] = CreateMessageRequestTo(type="user", id=NO_OBJECT)
    with pytest.raises(ApiError) as refusal:
        client.messages.create(request=CreateMessageRequest_Inapp(body="At five", **people))
    assert refusal.value.status_code == 404
