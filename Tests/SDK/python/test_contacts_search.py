"""Searching contacts: operators, nesting, dates, pages, order, and invalid queries."""

import pytest

from intercom import CreateDataAttributeRequestOne, StartingAfterPaging

from support import all_of, any_of, found, ids, new_lead, new_tag, new_user, refused, search_pages, where

NEW_YEAR_2020 = 1_577_836_800  # midnight in UTC, the time zone of the default workspace
HOUR = 3_600


@pytest.fixture
def bennets(client):
    """Three users and a lead: name -> id."""
    sisters = [new_user(client, f"{name.lower()}@longbourn.test", name=name) for name in ("Jane", "Lizzy", "Mary")]
    suitor = new_lead(client, email="collins@hunsford.test", name="Collins")
    return {person.name: person.id for person in (*sisters, suitor)}


@pytest.mark.parametrize(
    "operator, value, names",
    [
        ("=", "lizzy@longbourn.test", {"Lizzy"}),
        ("~", "longbourn", {"Jane", "Lizzy", "Mary"}),
        ("^", "ma", {"Mary"}),
        ("$", "@hunsford.test", {"Collins"}),
        ("IN", ["jane@longbourn.test", "collins@hunsford.test"], {"Jane", "Collins"}),
    ],
)
def test_contacts_are_found_by_email(client, bennets, operator, value, names):
    expected = {bennets[name] for name in names}
    assert found(client, where("email", operator, value)) & set(bennets.values()) == expected


@pytest.mark.parametrize(
    "operator, value, names",
    [
        ("!=", "lizzy@longbourn.test", {"Jane", "Mary", "Collins"}),
        ("!~", "longbourn", {"Collins"}),
        ("NIN", ["jane@longbourn.test", "mary@longbourn.test"], {"Lizzy", "Collins"}),
    ],
)
def test_contacts_are_left_out_by_email(client, bennets, operator, value, names):
    pages = search_pages(client, where("email", operator, value), per_page=150)
    matches = {contact.id for page in pages for contact in page.data}
    assert matches & set(bennets.values()) == {bennets[name] for name in names}


def test_both_conditions_of_an_and_must_hold(client, bennets):
    assert found(client, all_of(where("email", "~", "longbourn"), where("name", "=", "Jane"))) == {bennets["Jane"]}


def test_one_condition_of_an_or_is_enough(client, bennets):
    query = any_of(where("email", "=", "mary@longbourn.test"), where("email", "=", "collins@hunsford.test"))
    assert found(client, query) == {bennets["Mary"], bennets["Collins"]}


def test_conditions_nest(client, bennets):
    marriageable = any_of(where("name", "=", "Jane"), where("name", "=", "Collins"))
    at_home = any_of(where("email", "~", "longbourn"), where("email", "~", "netherfield"))
    assert found(client, all_of(marriageable, at_home)) == {bennets["Jane"]}


def test_contacts_are_found_by_role(client, bennets):
    leads = found(client, all_of(where("role", "=", "lead"), where("name", "IN", list(bennets))))
    assert leads & set(bennets.values()) == {bennets["Collins"]}


def test_contacts_are_found_by_tag(client, bennets):
    tag = new_tag(client, "accomplished")
    client.tags.tag_contact(bennets["Mary"], tag_id=tag.id)
    assert found(client, where("tag_id", "=", tag.id)) == {bennets["Mary"]}


def test_contacts_are_found_by_custom_attribute(client, bennets):
    attribute = CreateDataAttributeRequestOne(name="instrument", model="contact", data_type="string")
    client.data_attributes.create(request=attribute)
    client.contacts.update(bennets["Mary"], custom_attributes={"instrument": "pianoforte"})
    assert found(client, where("custom_attributes.instrument", "=", "pianoforte")) == {bennets["Mary"]}


def test_a_boolean_is_found_by_the_number_that_the_sdk_sends(client, bennets):
    client.contacts.update(bennets["Jane"], unsubscribed_from_emails=True)
    query = all_of(where("unsubscribed_from_emails", "=", True), where("email", "~", "longbourn"))
    assert query.value[0].value == 1
    assert found(client, query) == {bennets["Jane"]}


def test_nothing_found_is_an_empty_page(client):
    page = client.contacts.search(query=where("email", "=", "nobody@sdk.test"))
    assert page.items == []
    assert page.response.total_count == 0
    assert (page.response.pages.page, page.response.pages.total_pages) == (1, 0)
    assert not page.has_next


# Dates


@pytest.fixture
def noon_guest(client):
    return new_user(client, "guest@pemberley.test", signed_up_at=NEW_YEAR_2020 + 12 * HOUR).id


@pytest.mark.parametrize(
    "operator, moment, matches",
    [
        ("=", NEW_YEAR_2020, True),
        ("=", NEW_YEAR_2020 + 20 * HOUR, True),
        (">", NEW_YEAR_2020 + HOUR, False),
        (">", NEW_YEAR_2020 - HOUR, True),
        ("<", NEW_YEAR_2020 + 20 * HOUR, False),
        ("<", NEW_YEAR_2020 + 24 * HOUR, True),
        (">", str(NEW_YEAR_2020 - HOUR), True),
    ],
)
def test_a_date_stands_for_its_whole_day(client, noon_guest, operator, moment, matches):
    query = all_of(where("signed_up_at", operator, moment), where("email", "=", "guest@pemberley.test"))
    assert (noon_guest in found(client, query)) is matches


def test_preview_compares_dates_to_the_second(preview, noon_guest):
    noon = NEW_YEAR_2020 + 12 * HOUR
    guest = where("email", "=", "guest@pemberley.test")
    assert found(preview, all_of(where("signed_up_at", ">", noon - 1), guest)) == {noon_guest}
    assert found(preview, all_of(where("signed_up_at", ">", noon), guest)) == set()


# Pages and order


def test_a_search_pages_through_every_match_once(client):
    made = {new_user(client, f"officer-{n}@meryton.test").id for n in range(5)}
    pages = list(search_pages(client, where("email", "$", "@meryton.test"), per_page=2))
    assert [page.pages.page for page in pages] == [1, 2, 3]
    assert all(page.total_count == 5 and page.pages.total_pages == 3 for page in pages)
    listed = [contact.id for page in pages for contact in page.data]
    assert len(listed) == 5
    assert set(listed) == made


def test_a_contact_created_between_two_pages_causes_no_duplicates(client):
    for n in range(4):
        new_user(client, f"officer-{n}@meryton.test")
    seen = []
    for page in search_pages(client, where("email", "$", "@meryton.test"), per_page=2):
        seen += ids(page.data)
        if len(seen) == 2:
            new_user(client, "officer-4@meryton.test")
    assert len(seen) == len(set(seen)) >= 4


@pytest.mark.parametrize(
    "order, names", [("ascending", ["Jane", "Lizzy", "Mary"]), ("descending", ["Mary", "Lizzy", "Jane"])]
)
def test_a_search_is_sorted_as_asked_across_pages(client, bennets, order, names):
    options = {"additional_body_parameters": {"sort": {"field": "name", "order": order}}}
    pages = search_pages(client, where("email", "~", "longbourn"), per_page=2, request_options=options)
    assert [contact.name for page in pages for contact in page.data] == names


def test_preview_refuses_an_order_it_does_not_know(preview):
    options = {"additional_body_parameters": {"sort": {"field": "name", "order": "desc"}}}
    with refused(400, "invalid_sort_order", "Invalid sort order 'desc'. Must be one of: ascending, descending"):
        preview.contacts.search(query=where("role", "=", "user"), request_options=options)


# Refused


def test_an_unknown_field_is_refused(client):
    with refused(400, "invalid_field"):
        client.contacts.search(query=where("entailment", "=", "male line"))


@pytest.mark.parametrize("operator", ["!=", "~", "IN"])
def test_an_operator_that_dates_do_not_have_is_refused(client, operator):
    value = [NEW_YEAR_2020] if operator == "IN" else NEW_YEAR_2020
    with refused(400, "parameter_invalid"):
        client.contacts.search(query=where("created_at", operator, value))


def test_a_date_that_is_no_number_is_refused(client):
    with refused(400, "parameter_invalid"):
        client.contacts.search(query=where("created_at", ">", "Michaelmas"))


def test_a_third_level_of_nesting_is_refused(client):
    name = where("name", "=", "Jane")
    with refused(400, "parameter_invalid"):
        client.contacts.search(query=all_of(any_of(all_of(any_of(name)))))


def test_a_group_holds_fifteen_conditions_at_most(client):
    conditions = [where("name", "=", f"Officer {n}") for n in range(16)]
    assert found(client, any_of(*conditions[:15])) == set()
    with refused(400, "parameter_invalid"):
        client.contacts.search(query=any_of(*conditions))


def test_an_unknown_cursor_is_rejected(client):
    message = "Invalid starting_after param. Please try again using a starting_after value from a paginated response"
    with refused(400, "client_error", message):
        client.contacts.search(
            query=where("role", "=", "user"), pagination=StartingAfterPaging(starting_after="Lady Catherine")
        )
