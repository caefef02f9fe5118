"""Calls, their recordings and transcripts, and calls that become text messages."""

import pytest
from intercom import BadRequestError, CreatePhoneSwitchRequest, NotFoundError
from intercom.core.api_error import ApiError

from support import NO_NUMBER, error_body, ids, refused

NOT_FOUND = (404, "not_found", "Not Found", NotFoundError)


@pytest.fixture
def call(client):
    """A call with a recording and a transcript."""
    return next(call for call in client.calls.list_calls().data if call.transcription_url and call.conversation_id)


def test_calls_are_listed_in_pages(client):
    everything = ids(client.calls.list_calls().data)
    first = client.calls.list_calls(per_page=1)
    assert first.total_count == len(everything) > 1
    assert ids(first.data) + ids(client.calls.list_calls(per_page=1, page=2).data) == everything[:2]


def test_a_call_is_found_by_id(client, call):
    found = client.calls.show_call(call.id)
    assert found.type == "call"
    assert found.contact_id and found.state and found.direction
    assert found.recording_url.endswith(f"/calls/{call.id}/recording")


def test_an_unknown_call_is_not_found(client):
    with refused(*NOT_FOUND):
        client.calls.show_call(str(NO_NUMBER))
    with refused(*NOT_FOUND):
        client.calls.show_call_transcript(str(NO_NUMBER))


def test_a_transcript_is_plain_text(client, call):
    assert client.calls.show_call_transcript(call.id).startswith("[00:00:")


def test_a_recording_is_a_redirect(client, call):
    with pytest.raises(ApiError) as redirect:
        client.calls.show_call_recording(call.id)
    assert redirect.value.status_code == 302
    assert redirect.value.headers["location"].startswith("https://")


def test_calls_of_conversations_come_with_transcripts(client, call):
    found = client.calls.list_calls_with_transcripts(conversation_ids=[call.conversation_id])
    assert call.id in ids(found.data)
    assert all(entry.transcript is not None for entry in found.data)


@pytest.mark.parametrize("count", [0, 21])
def test_calls_of_too_many_conversations_are_refused(client, count):
    message = "A list of up to 20 conversation IDs is required"
    with refused(400, "conversation_id_limit_exceeded", message, BadRequestError):
        client.calls.list_calls_with_transcripts(conversation_ids=[str(n) for n in range(count)])


def test_a_caller_is_sent_a_link(client):
    switch = client.phone_call_redirects.create(request=CreatePhoneSwitchRequest(phone="+353832345678"))
    assert switch.type == "phone_call_redirect"
    assert switch.phone == "+353832345678"


def test_an_invalid_phone_number_is_rejected_with_its_own_error(client):
    with pytest.raises(BadRequestError) as refusal:
        client.phone_call_redirects.create(request=CreatePhoneSwitchRequest(phone="12"))
    assert error_body(refusal.value) == {"error_key": "invalid_phone_number", "message": "Invalid phone number"}
