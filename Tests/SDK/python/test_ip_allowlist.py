"""The IP allowlist: the tests call from 127.0.0.1."""

import pytest
from intercom import UnprocessableEntityError

from support import error_body


def test_the_list_is_off(client):
    assert client.ip_allowlist.get_ip_allowlist().enabled is False


def test_a_caller_on_the_list_is_let_in(client, mock):
    assert client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=["127.0.0.0/8"]).enabled is True
    assert client.tags.list().data
    assert mock.records("ip_allowlist")[0]["ip_allowlist"] == ["127.0.0.0/8"]


def test_nobody_locks_themselves_out(client):
    with pytest.raises(UnprocessableEntityError) as refusal:
        client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=["203.0.113.7"])
    first = error_body(refusal.value)["errors"][0]
    assert first["code"] == "parameter_invalid"
    assert first["message"].startswith("Your IP (127.0.0.1) is not on the allowlist.")
