"""Admins, the token's own admin, away mode, away status reasons, activity logs."""

import time

import pytest
from intercom import BadRequestError, NotFoundError

from support import NO_NUMBER, ids, refused


@pytest.fixture
def admin_id(client):
    return int(client.admins.identify().id)


@pytest.fixture
def reasons(client):
    # The SDK expects an array, the description specifies a list object: the SDK returns the unparsed response.
    answer = client.away_status_reasons.list_away_status_reasons()
    assert answer["type"] == "list"
    return answer["data"]


@pytest.fixture
def reason_id(reasons):
    return int(next(reason["id"] for reason in reasons if not reason["deleted"]))


def test_me_returns_the_admin_of_the_token(client):
    me = client.admins.identify()
    assert me.type == "admin"
    assert me.id in ids(client.admins.list().admins)
    assert isinstance(me.email_verified, bool)


def test_the_workspace_comes_with_the_admin(client):
    app = client.admins.identify().app
    assert app.type == "app"
    assert app.id_code and app.name
    assert isinstance(app.created_at, int)
    assert isinstance(app.identity_verification, bool)


def test_admins_are_listed_with_their_seat_and_teams(client):
    admins = client.admins.list()
    assert admins.type == "admin.list"
    assert sum(admin.has_inbox_seat for admin in admins.admins) >= 2
    for admin in admins.admins:
        assert admin.id and admin.name and admin.email
        assert all(isinstance(team, int) for team in admin.team_ids)


def test_an_admin_is_found_by_id(client):
    listed = client.admins.list().admins[0]
    admin = client.admins.find(int(listed.id))
    assert (admin.id, admin.name, admin.email) == (listed.id, listed.name, listed.email)


def test_an_unknown_admin_is_not_found(client):
    with refused(404, "admin_not_found", "Admin not found", NotFoundError):
        client.admins.find(NO_NUMBER)


def test_an_admin_goes_away_for_a_reason(client, admin_id, reason_id):
    admin = client.admins.away(
        admin_id, away_mode_enabled=True, away_mode_reassign=True, away_status_reason_id=reason_id
    )
    assert admin.away_mode_enabled is True
    assert admin.away_mode_reassign is True
    assert admin.away_status_reason_id == reason_id
    assert client.admins.find(admin_id).away_mode_enabled is True


def test_an_admin_comes_back(client, admin_id, reason_id):
    client.admins.away(admin_id, away_mode_enabled=True, away_mode_reassign=True, away_status_reason_id=reason_id)
    client.admins.away(admin_id, away_mode_enabled=False, away_mode_reassign=False)
    admin = client.admins.find(admin_id)
    assert admin.away_mode_enabled is False
    assert admin.away_mode_reassign is False


def test_a_deleted_away_reason_is_rejected(client, admin_id, reasons):
    deleted = int(next(reason["id"] for reason in reasons if reason["deleted"]))
    with refused(400, "parameter_invalid", "Away status reason is deleted", BadRequestError):
        client.admins.away(admin_id, away_mode_enabled=True, away_mode_reassign=False, away_status_reason_id=deleted)
    assert client.admins.find(admin_id).away_mode_enabled is False


def test_an_unknown_admin_cannot_go_away(client, reason_id):
    with refused(404, "admin_not_found", "Admin for admin_id not found", NotFoundError):
        client.admins.away(
            NO_NUMBER, away_mode_enabled=True, away_mode_reassign=False, away_status_reason_id=reason_id
        )


def test_away_status_reasons_keep_the_deleted_ones(reasons):
    assert {reason["deleted"] for reason in reasons} == {True, False}
    for reason in reasons:
        assert isinstance(reason["id"], str)
        assert reason["label"]
        assert isinstance(reason["order"], int)


def test_activity_logs_contain_admin_and_activity(client):
    logs = client.admins.list_all_activity_logs(created_at_after="0")
    assert logs.type == "activity_log.list"
    assert logs.activity_logs
    assert logs.pages.next is None
    for log in logs.activity_logs:
        assert log.id and log.activity_type
        assert log.performed_by.id
        assert isinstance(log.created_at, int)


def test_activity_logs_are_limited_to_the_requested_time(client):
    everything = client.admins.list_all_activity_logs(created_at_after="0").activity_logs
    newest = max(log.created_at for log in everything)
    early = client.admins.list_all_activity_logs(created_at_after="0", created_at_before=str(newest - 1))
    assert newest not in [log.created_at for log in early.activity_logs]
    assert not client.admins.list_all_activity_logs(created_at_after=str(int(time.time()) + 86_400)).activity_logs
