"""The IP allowlist. The address of the tests is 127.0.0.1."""

import pytest
from intercom import UnprocessableEntityError

from support import error_body


def test_the_list_is_disabled_by_default(client):
    assert client.ip_allowlist.get_ip_allowlist().enabled is False


def test_a_listed_address_is_accepted(client, mock):
    assert client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=["127.0.0.0/8"]).enabled is True
    assert client.tags.list().data
    assert mock.records("ip_allowlist")[0]["ip_allowlist"] == ["127.0.0.0/8"]


def test_a_list_that_would_block_the_caller_is_rejected(client):
    with pytest.raises(UnprocessableEntityError) as refusal:
        client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=["203.0.113.7"])
    first = error_body(refusal.value)["errors"][0]
    assert first["code"] == "parameter_invalid"
    assert first["message"].startswith("Your IP (127.0.0.1) is not on the allowlist.")
