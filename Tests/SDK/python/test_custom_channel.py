"""Events of custom channels. The published descriptions do not contain these paths, but the SDK calls them."""

from intercom import CustomChannelAttribute, CustomChannelContact, NotFoundError

from support import refused

CONTACT = CustomChannelContact(type="user", external_id="far-away", name="Fern Hollow", email="fern@sdk.test")


def told(external_conversation_id, event_id, **event):
    return {"event_id": event_id, "external_conversation_id": external_conversation_id, "contact": CONTACT, **event}


def test_a_conversation_is_continued(client):
    events = client.custom_channel_events
    begun = events.notify_new_conversation(**told("chat-1", "1"))
    assert (begun.external_conversation_id, begun.external_contact_id) == ("chat-1", "far-away")
    events.notify_new_message(**told("chat-1", "2", body="Is there soup?"))
    events.notify_quick_reply_selected(**told("chat-1", "3", quick_reply_option_id="yes"))
    events.notify_attribute_collected(
        **told("chat-1", "4", attribute=CustomChannelAttribute(id="bowls", value="3"))
    )
    conversation = client.conversations.find(begun.conversation_id)
    assert conversation.custom_attributes["bowls"] == 3
    assert [contact.id for contact in conversation.contacts.contacts] == [begun.contact_id]
    assert "<p>Is there soup?</p>" in [part.body for part in conversation.conversation_parts.conversation_parts]


def test_an_unknown_conversation_is_not_found(client):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.custom_channel_events.notify_new_message(**told("chat-2", "1", body="Hello?"))
