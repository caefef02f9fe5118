"""Data events and their summaries."""

import time

import pytest
from intercom import (
    CreateDataEventRequestWithEmail,
    CreateDataEventRequestWithId,
    CreateDataEventRequestWithUserId,
    CreateDataEventSummariesRequestEventSummaries,
)
from intercom.core.api_error import ApiError

from support import new_user


@pytest.fixture
def harry(client):
    return new_user(client, "harry@sdk.test", external_id="gryffindor-7")


@pytest.fixture
def now():
    return int(time.time())


def summaries(client, **who):
    """The event summaries by name."""
    answer = client.events.list(type="user", summary=True, **who)
    assert answer.type == "event.summary"
    return {item.name: item for item in answer.events}


def flew(created_at):
    return CreateDataEventRequestWithUserId(user_id="gryffindor-7", event_name="flew", created_at=created_at)


def test_an_event_is_accepted_without_a_body(client, harry, now):
    accepted = client.events.with_raw_response.create(request=flew(now))
    assert accepted.data is None
    assert accepted._response.status_code == 202


def test_events_name_their_contact_in_three_ways(client, harry, now):
    who = {"event_name": "flew", "metadata": {"broom": "Nimbus"}}
    client.events.create(request=CreateDataEventRequestWithId(id=harry.id, created_at=now - 2, **who))
    client.events.create(request=CreateDataEventRequestWithUserId(user_id="gryffindor-7", created_at=now - 1, **who))
    client.events.create(request=CreateDataEventRequestWithEmail(email="harry@sdk.test", created_at=now, **who))
    assert summaries(client, user_id="gryffindor-7")["flew"].count == 3


def test_events_are_listed_by_user_id_by_email_and_by_contact_id(client, harry, now):
    client.events.create(request=flew(now))
    for who in ({"user_id": "gryffindor-7"}, {"email": "harry@sdk.test"}, {"intercom_user_id": harry.id}):
        assert summaries(client, **who)["flew"].count == 1


def test_an_event_sent_twice_is_stored_once(client, harry, now):
    client.events.create(request=flew(now))
    client.events.create(request=flew(now))
    assert summaries(client, user_id="gryffindor-7")["flew"].count == 1


def test_a_summary_contains_its_contact(client, harry, now):
    client.events.create(request=flew(now))
    answer = client.events.list(type="user", user_id="gryffindor-7", summary=True)
    assert (answer.user_id, answer.email, answer.intercom_user_id) == ("gryffindor-7", "harry@sdk.test", harry.id)


def test_a_summary_is_written_in_one_call(client, harry, now):
    told = CreateDataEventSummariesRequestEventSummaries(event_name="flew", count=5, first=now - 100, last=now)
    assert client.events.summaries(user_id="gryffindor-7", event_summaries=told) is None
    assert summaries(client, user_id="gryffindor-7")["flew"].count == 5


def test_an_event_of_an_unknown_contact_is_rejected(client, now):
    nobody = CreateDataEventRequestWithUserId(user_id="nobody", event_name="flew", created_at=now)
    with pytest.raises(ApiError) as caught:
        client.events.create(request=nobody)
    assert caught.value.status_code == 404
    assert caught.value.body["type"] == "error.list"
