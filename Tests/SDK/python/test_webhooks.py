"""Webhooks, received by a server: signature, order, retry and wait."""

import time

import pytest

from receiver import listening
from support import new_user

SECRET = "s3cret"


@pytest.fixture
def receiver():
    with listening() as receiver:
        yield receiver


@pytest.fixture
def ask(mock):
    """Calls the control plane: `ask("POST", "/webhooks", {...})`."""

    def ask(method, path, body=None, status=None):
        answer = mock.http.request(
            method, mock.url + path, json=body, headers=mock.headers
        )
        if status is None:
            answer.raise_for_status()
        else:
            assert answer.status_code == status, answer.text
        return answer.json()

    return ask


@pytest.fixture
def subscribe(ask, receiver):
    def subscribe(*topics, **members):
        return ask("POST", "/webhooks", {"url": receiver.url, "topics": list(topics), "secret": SECRET} | members)

    return subscribe


def wait(ask, milliseconds=5_000):
    return ask("POST", "/webhooks/wait", {"timeout_ms": milliseconds})


def test_a_notification_is_signed_and_in_the_recorded_envelope(client, ask, subscribe, receiver):
    subscribe("contact.user.created")
    contact = new_user(client, "signed@sdk.test", name="Ada “Quill” Ünder")
    assert wait(ask) == {"idle": True, "scheduled": 0, "delivered": 1, "failed": 0}
    (received,) = receiver.received
    assert received.is_signed_with(SECRET) and not received.is_signed_with("another")
    assert received.fields["User-Agent"] == "intercom-parrot-service-client/1.0"
    assert received.fields["Content-Type"] == received.fields["Accept"] == "application/json"
    assert list(received.notification) == [
        "type", "app_id", "data", "links", "id", "topic", "delivery_status", "delivery_attempts", "delivered_at",
        "first_sent_at", "created_at", "self",
    ]  # fmt: skip
    assert received.notification["id"].startswith("notif_")
    assert received.item["id"] == contact.id
    assert received.item["created_at"].endswith("+00:00"), "up to 2.14 times are ISO texts"


def test_notifications_are_sent_in_the_order_of_the_events(client, ask, subscribe, receiver):
    subscribe("contact.user.created", "contact.user.updated", "contact.archived", "contact.deleted")
    contacts = [new_user(client, f"order-{number}@sdk.test") for number in range(10)]
    client.contacts.update(contacts[0].id, name="Renamed")
    client.contacts.archive(contacts[0].id)
    client.contacts.delete(contacts[1].id)
    assert wait(ask)["delivered"] == 13
    assert [received.item["id"] for received in receiver.received] == [
        contact.id for contact in contacts + [contacts[0], contacts[0], contacts[1]]
    ]
    assert receiver.topics[10:] == ["contact.user.updated", "contact.archived", "contact.deleted"]


def test_a_failed_delivery_is_retried_after_a_minute_of_the_workspace_clock(client, ask, subscribe, receiver):
    ask("PUT", "/clock", {"mode": "frozen"})
    subscribe("contact.user.created")
    receiver.statuses = [500, 503]
    new_user(client, "retried@sdk.test")
    assert wait(ask) == {"idle": True, "scheduled": 1, "delivered": 0, "failed": 0}
    ask("POST", "/clock/advance", {"seconds": 59})
    assert wait(ask)["scheduled"] == 1
    ask("POST", "/clock/advance", {"seconds": 1})
    assert wait(ask) == {"idle": True, "scheduled": 0, "delivered": 0, "failed": 1}
    first, second = (received.notification for received in receiver.received)
    assert (first["delivery_attempts"], second["delivery_attempts"]) == (1, 2)
    assert first["id"] == second["id"] and second["first_sent_at"] == first["first_sent_at"]
    assert all(received.is_signed_with(SECRET) for received in receiver.received)


def test_wait_ends_at_its_timeout(client, ask, subscribe, receiver):
    subscribe("contact.user.created")
    receiver.seconds = 0.5
    new_user(client, "slow@sdk.test")
    assert wait(ask, 50)["idle"] is False
    assert wait(ask)["delivered"] == 1


def test_410_ends_a_subscription(client, ask, subscribe, receiver):
    subscription = subscribe("contact.user.created")
    receiver.statuses = [410]
    new_user(client, "gone@sdk.test")
    wait(ask)
    assert ask("GET", f"/webhooks/{subscription['id']}")["state"] == "disabled"
    new_user(client, "gone-too@sdk.test")
    wait(ask)
    assert len(receiver.received) == 1


def test_429_throttles_a_subscription(client, ask, subscribe, receiver):
    ask("PUT", "/clock", {"mode": "frozen"})
    subscription = subscribe("contact.user.created")
    receiver.statuses = [429]
    for number in range(2):
        new_user(client, f"throttled-{number}@sdk.test")
    assert wait(ask) == {"idle": True, "scheduled": 2, "delivered": 0, "failed": 0}
    assert ask("GET", f"/webhooks/{subscription['id']}")["state"] == "throttled"
    ask("POST", "/clock/advance", {"seconds": 60})
    assert wait(ask)["delivered"] == 2
    assert ask("GET", f"/webhooks/{subscription['id']}")["state"] == "active"


def test_an_endpoint_is_checked_with_head_before_it_is_saved(ask, subscribe, receiver):
    assert subscribe("ping")["head_check"] == {"passed": True, "status": 200, "error": None}
    assert receiver.heads == 1
    with listening(head_status=404) as stubborn:
        wish = {"url": stubborn.url, "topics": ["ping"]}
        assert ask("POST", "/webhooks", wish)["head_check"]["status"] == 404
        error = ask("POST", "/webhooks?check=required", wish, status=400)["errors"][0]
        assert (error["code"], error["field"]) == ("parameter_invalid", "url")
    assert ask("GET", "/webhooks")["total_count"] == 2


def test_ping_and_redeliver(ask, subscribe, receiver):
    subscription = subscribe("contact.user.created")
    ask("POST", f"/webhooks/{subscription['id']}/ping")
    wait(ask)
    assert receiver.received[0].item == {"type": "ping", "message": "something something interzen"}
    assert receiver.received[0].notification["id"] is None
    (delivery,) = ask("GET", "/webhooks/deliveries?topic=ping&state=delivered")["data"]
    ask("POST", f"/webhooks/deliveries/{delivery['id']}/redeliver")
    wait(ask)
    assert [received.notification["delivery_attempts"] for received in receiver.received] == [1, 2]


def test_a_delivery_to_a_closed_port_fails(client, ask):
    ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/hooks", "topics": ["*"]})
    new_user(client, "nobody@sdk.test")
    assert wait(ask)["scheduled"] >= 1
    (attempt,) = ask("GET", "/webhooks/deliveries?topic=contact.user.created")["data"][0]["attempts"]
    assert attempt["status"] is None and "refused" in attempt["error"]


def test_a_job_that_completes_without_polls_sends_a_notification(ask, subscribe, receiver, mock, base_url):
    ask("PATCH", "/settings", {"jobs": {"after_ms": 150}})
    subscribe("ticket.created", "job.completed")
    ticket = {
        "ticket_type_id": "55",
        "contacts": [{"id": "65f1a00100000000000000a1"}],
        "ticket_attributes": {"_default_title_": "Later"},
    }
    job = mock.http.post(f"{base_url}/tickets/enqueue", json=ticket, headers=mock.headers).json()
    assert job["status"] == "pending" and receiver.topics == []
    end = time.monotonic() + 5
    while len(receiver.received) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    assert receiver.topics == ["ticket.created", "job.completed"]
    created, completed = (received.item for received in receiver.received)
    assert completed["id"] == job["id"] and completed["status"] == "success"
    assert completed["resource_id"] == created["id"]
    assert completed["url"] == f"{base_url}/jobs/status/{job['id']}", "the URL has the base URL of the request"


def test_requests_notify_subscriptions_that_name_the_topic(client, ask, subscribe, receiver):
    subscribe("api.request.completed")
    client.tags.list()
    assert wait(ask)["delivered"] == 1
    (received,) = receiver.received
    assert received.item["request"]["path"] == "/tags" and received.item["request"]["ip_address"] == "127.0.0.1"
    assert received.item["response"] == {"status": 200}


def test_the_events_of_fin_are_posted_to_the_callback_url(ask, receiver, mock):
    ask("PATCH", "/settings", {"fin_webhook": {"url": receiver.url, "secret": SECRET}})
    answer = mock.http.post(
        mock.url.removesuffix("/_mock") + "/fin/start",
        json={
            "conversation_id": "callback-1",
            "message": {"author": "user", "body": "Is the kitchen open, please?"},
            "user": {"id": "guest-7", "email": "guest-7@sdk.test"},
        },
        headers=mock.headers | {"Intercom-Version": "2.14"},
    )
    assert answer.status_code == 200, answer.text
    assert wait(ask)["delivered"] == 2
    assert [received.notification["event_name"] for received in receiver.received] == ["fin_replied", "fin_status_updated"]
    assert all(received.is_fin_event_signed_with(SECRET) for received in receiver.received)
    assert not any("X-Hub-Signature" in received.fields for received in receiver.received)
    assert receiver.received[0].notification["conversation_id"] == "callback-1"
