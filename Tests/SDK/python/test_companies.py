"""Companies: create-or-update, reading, the four ways to list them, and the contacts that belong to them."""

import pytest
from intercom import BadRequestError, NotFoundError, UpdateCompanyRequestBody

from support import NO_OBJECT, ids, new_company, new_company_with_contact, new_tag, new_user, refused

NOT_FOUND = (404, "company_not_found", "Company Not Found", NotFoundError)


@pytest.fixture
def inns(client):
    return [new_company_with_contact(client, f"inn-{n}", name=f"Inn {n}").id for n in range(5)]


# One company


def test_a_company_is_created(client):
    company = new_company(client, "shire", name="The Shire", monthly_spend=9, size=144, website="https://shire.test")
    assert company.type == "company"
    assert (company.company_id, company.name) == ("shire", "The Shire")
    assert (company.monthly_spend, company.size, company.website) == (9, 144, "https://shire.test")
    assert (company.session_count, company.user_count) == (0, 0)
    assert company.app_id == client.admins.identify().app.id_code
    assert company.tags.tags == []
    assert company.segments.segments == []


def test_a_company_with_a_known_company_id_is_updated(client):
    first = new_company(client, "shire", name="The Shire", size=144)
    second = new_company(client, "shire", name="Shire & Sons")
    assert second.id == first.id
    assert (second.name, second.size) == ("Shire & Sons", 144)


def test_a_plan_is_named_and_comes_back_with_an_id(client):
    plan = new_company(client, "shire", name="The Shire", plan="Second breakfast").plan
    assert (plan.type, plan.name) == ("plan", "Second breakfast")
    assert plan.id


def test_an_unknown_field_of_a_company_is_refused(client):
    with refused(400, "bad_request", "bad 'test' parameter", BadRequestError):
        new_company(client, "shire", test="invalid")


def test_a_company_is_found_by_id(client):
    company = new_company(client, "shire", name="The Shire")
    assert client.companies.find(company.id).company_id == "shire"


def test_a_company_is_found_by_company_id_or_name(client):
    company = new_company_with_contact(client, "shire", name="The Shire")
    for asked in ({"company_id": "shire"}, {"name": "The Shire"}):
        answer = client.companies.retrieve(**asked)
        assert (answer.type, answer.id) == ("company", company.id)


def test_an_unknown_company_is_not_found(client):
    with refused(*NOT_FOUND):
        client.companies.find(NO_OBJECT)
    with refused(*NOT_FOUND):
        client.companies.retrieve(company_id="mordor")


def test_a_company_is_updated_by_id_and_keeps_its_company_id(client):
    company = new_company(client, "shire", name="The Shire")
    changes = UpdateCompanyRequestBody(name="Shire & Sons", monthly_spend=3)
    changed = client.companies.update(company.id, request=changes)
    assert (changed.id, changed.company_id) == (company.id, "shire")
    assert (changed.name, changed.monthly_spend) == ("Shire & Sons", 3)


def test_an_unknown_company_cannot_be_updated(client):
    with refused(*NOT_FOUND):
        client.companies.update(NO_OBJECT, request=UpdateCompanyRequestBody(name="Mordor"))


def test_deleting_a_company_keeps_its_contacts(client):
    company, contact = new_company(client, "shire", name="The Shire"), new_user(client, "frodo@sdk.test")
    client.companies.attach_contact(contact.id, company_id=company.id)
    deleted = client.companies.delete(company.id)
    assert (deleted.id, deleted.object, deleted.deleted) == (company.id, "company", True)
    with refused(*NOT_FOUND):
        client.companies.find(company.id)
    assert client.contacts.find(contact.id).companies.total_count == 0


def test_an_unknown_company_cannot_be_deleted(client):
    with refused(*NOT_FOUND):
        client.companies.delete(NO_OBJECT)


# Many companies


def test_listing_pages_through_every_company_once(client, inns):
    pager = client.companies.list(per_page=2)
    total = pager.response.total_count
    listed = ids(pager)
    assert len(listed) == len(set(listed)) == total
    assert set(inns) <= set(listed)


def test_a_page_of_companies_gives_the_address_of_the_next(client, base_url, inns):
    first = client.companies.list(per_page=2)
    assert first.response.pages.page == 1
    assert first.response.pages.next.startswith(f"{base_url}/companies/list?")
    last = client.companies.list(per_page=2, page=first.response.pages.total_pages)
    assert last.items
    assert last.response.pages.next is None


def test_past_the_last_page_there_are_no_companies(client, inns):
    pages = client.companies.list(per_page=2).response.pages
    assert client.companies.list(per_page=2, page=pages.total_pages + 1).items == []


def test_a_company_without_contacts_is_not_listed(client):
    lonely = new_company(client, "weathertop", name="Weathertop")
    assert lonely.id not in ids(client.companies.list(per_page=50))


def test_without_a_filter_companies_are_retrieved_as_a_list(client, inns):
    answer = client.companies.retrieve(per_page=2)
    assert answer.type == "list"
    assert len(answer.data) == 2
    assert answer.total_count >= len(inns)


def test_companies_are_retrieved_by_tag(client, inns):
    tag = new_tag(client, "has a cellar")
    client.tags.create(request={"name": "has a cellar", "companies": [{"id": inns[0]}]})
    assert ids(client.companies.retrieve(tag_id=tag.id).data) == [inns[0]]


def test_a_scroll_returns_every_company_once_and_ends(client, inns):
    listed = set(ids(client.companies.list(per_page=50)))
    scrolled = ids(client.companies.scroll())
    assert len(scrolled) == len(set(scrolled))
    assert set(scrolled) == listed


def test_a_page_of_a_scroll_names_the_scroll_and_nothing_else(client, inns):
    page = client.companies.scroll().response
    assert page.scroll_param
    assert page.pages is None
    assert page.total_count is None


def test_only_one_scroll_is_open_at_a_time(client, inns):
    first = client.companies.scroll()
    with refused(400, "scroll_exists", "scroll already exists for this workspace"):
        client.companies.scroll()
    ids(first)
    assert ids(client.companies.scroll())


def test_an_unknown_scroll_is_not_found(client):
    with refused(404, "not_found", "scroll parameter not found"):
        client.companies.scroll(scroll_param="69352cd2-ab5b-42ac-b004-a13d4e55e9b0")


# Contacts and segments of a company


def test_the_contacts_of_a_company_are_listed(client):
    company = new_company(client, "shire", name="The Shire")
    hobbits = {new_user(client, f"hobbit-{n}@sdk.test").id for n in range(3)}
    for hobbit in hobbits:
        client.companies.attach_contact(hobbit, company_id=company.id)
    contacts = client.companies.list_attached_contacts(company.id)
    assert contacts.total_count == 3
    assert set(ids(contacts.data)) == hobbits


def test_some_company_belongs_to_a_segment(client):
    companies = ids(client.companies.list(per_page=50))
    segments = [segment for id in companies for segment in client.companies.list_attached_segments(id).data]
    assert segments
    assert set(ids(segments)) <= set(ids(client.segments.list().segments))


@pytest.mark.parametrize("relation", ["contacts", "segments"])
def test_the_relations_of_an_unknown_company_are_not_found(client, relation):
    with refused(*NOT_FOUND):
        getattr(client.companies, f"list_attached_{relation}")(NO_OBJECT)


def test_an_unknown_company_cannot_be_attached_or_detached(client):
    contact = new_user(client, "frodo@sdk.test")
    with refused(*NOT_FOUND):
        client.companies.attach_contact(contact.id, company_id=NO_OBJECT)
    with refused(*NOT_FOUND):
        client.companies.detach_contact(contact.id, NO_OBJECT)


def test_an_unknown_contact_cannot_be_detached(client):
    company = new_company(client, "shire", name="The Shire")
    with refused(404, "not_found", "User Not Found", NotFoundError):
        client.companies.detach_contact(NO_OBJECT, company.id)


def test_attaching_needs_a_company(client):
    contact = new_user(client, "frodo@sdk.test")
    with refused(400, "parameter_not_found", "company not specified", BadRequestError):
        client.companies.attach_contact(contact.id, company_id=None)
