"""Helpers of the tests: creating records, searching, and checking errors."""

import contextlib
import re

import pytest
from intercom import (
    CreateContactRequestWithEmail,
    CreateContactRequestWithRole,
    CreateOrUpdateCompanyRequest,
    CreateOrUpdateTagRequest,
    MultipleFilterSearchRequest,
    SingleFilterSearchRequest,
    StartingAfterPaging,
)
from intercom.core.api_error import ApiError

# Valid ids of no record.
NO_OBJECT = "f" * 24
NO_NUMBER = 999_999_999

# Disables the SDK's retries (409, 429, 5xx), which would delay a test.
ONCE = {"max_retries": 0}


class ControlPlane:
    """The control plane below `/_mock` for the workspace of one token."""

    def __init__(self, base_url, token, http):
        self.url, self.http = f"{base_url}/_mock", http
        self.headers = {"Authorization": f"Bearer {token}"}

    def reset(self, world=None):
        body = {"world": world} if world else None
        self.http.post(f"{self.url}/reset", json=body, headers=self.headers).raise_for_status()

    def state(self):
        return self.http.get(f"{self.url}/state", headers=self.headers).raise_for_status().json()

    def records(self, collection):
        answer = self.http.get(f"{self.url}/state", params={"collections": collection}, headers=self.headers)
        return answer.raise_for_status().json()[collection]


def objects(value):
    """All JSON objects in a value, itself included."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            yield from objects(element)


def ids(items):
    return [item.id for item in items]


# Creating records. Email addresses end in @sdk.test, which the fixtures do not use.


def new_user(client, email, **fields):
    return client.contacts.create(request=CreateContactRequestWithEmail(email=email, **fields))


def new_lead(client, **fields):
    return client.contacts.create(request=CreateContactRequestWithRole(role="lead", **fields))


def new_company(client, company_id, **fields):
    return client.companies.create_or_update(request=CreateOrUpdateCompanyRequest(company_id=company_id, **fields))


def new_company_with_contact(client, company_id, **fields):
    """Creates a company with a contact, because lists exclude companies without contacts."""
    company = new_company(client, company_id, **fields)
    contact = new_user(client, f"{company_id}@sdk.test")
    client.companies.attach_contact(contact.id, company_id=company.id)
    return company


def new_tag(client, name):
    return client.tags.create(request=CreateOrUpdateTagRequest(name=name))


# Searching


def where(field, operator, value):
    return SingleFilterSearchRequest(field=field, operator=operator, value=value)


def all_of(*queries):
    return MultipleFilterSearchRequest(operator="AND", value=list(queries))


def any_of(*queries):
    return MultipleFilterSearchRequest(operator="OR", value=list(queries))


def found(client, query, **options):
    return set(ids(client.contacts.search(query=query, **options).items))


def search_pages(client, query, per_page, **options):
    """All pages of a search. The SDK's pager is not used: it repeats the `pagination` of the first page and never ends."""
    cursor = None
    while True:
        asked = StartingAfterPaging(per_page=per_page, starting_after=cursor)
        page = client.contacts.search(query=query, pagination=asked, **options).response
        yield page
        if page.pages.next is None:
            return
        cursor = page.pages.next.starting_after


# Errors


@contextlib.contextmanager
def refused(status, code, message=None, error=ApiError):
    """Expects an error of exactly this class. `message` is a string, a pattern, or None for any message."""
    with pytest.raises(ApiError) as caught:
        yield caught
    assert type(caught.value) is error
    assert caught.value.status_code == status
    body = error_body(caught.value)
    assert body["type"] == "error.list"
    first = body["errors"][0]
    assert first["code"] == code
    if isinstance(message, re.Pattern):
        assert message.search(first["message"]), first["message"]
    elif message is not None:
        assert first["message"] == message


def error_body(error):
    """The body of an error. The SDK parses that of a 401 to a model and returns most others as dictionaries."""
    return error.body if isinstance(error.body, dict) else error.body.dict()
