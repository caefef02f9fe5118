import json
import urllib.request


def call(url, token, path, body=None):
    request = urllib.request.Request(
        url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def test_a_contact_that_is_created_can_be_read(intercom_url, intercom_token):
    created = call(intercom_url, intercom_token, "/contacts", {"email": "worker@example.com"})
    assert call(intercom_url, intercom_token, f"/contacts/{created['id']}")["email"] == "worker@example.com"


def test_another_token_has_a_workspace_of_its_own(intercom_url, intercom_token):
    before = call(intercom_url, intercom_token, "/contacts")["total_count"]
    call(intercom_url, "somebody-else", "/contacts", {"email": "worker@example.com"})
    assert call(intercom_url, intercom_token, "/contacts")["total_count"] == before
