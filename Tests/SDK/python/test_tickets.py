"""Tickets, their types, attributes and states, and the jobs that create them."""

import time

import pytest
from intercom import (
    AdminReplyTicketRequest,
    BadRequestError,
    ContactReplyTicketIntercomUserIdRequest,
    CreateTicketRequestAssignment,
    CreateTicketRequestContactsItemEmail,
    CreateTicketRequestContactsItemExternalId,
    CreateTicketRequestContactsItemId,
    CreateTicketTypeRequest,
    NotFoundError,
    StartingAfterPaging,
)

from support import NO_NUMBER, ids, new_tag, new_user, refused, where

ADA = "1001"
BUG, REFUND, TRACKER = "55", "56", "58"
IN_PROGRESS, RESOLVED = "8270", "8272"


@pytest.fixture
def tickets(client):
    return client.tickets


@pytest.fixture
def alice(client):
    return new_user(client, "alice@sdk.test")


def new_ticket(tickets, alice, kind=BUG, **attributes):
    """Sets attributes of a ticket without the SDK, whose method has no parameter for them."""
    return tickets.create(
        ticket_type_id=kind,
        contacts=[CreateTicketRequestContactsItemId(id=alice.id)],
        request_options={"additional_body_parameters": {"ticket_attributes": attributes}},
    )


@pytest.fixture
def ticket(tickets, alice):
    return new_ticket(tickets, alice, _default_title_="No tea", _default_description_="None at all")


def parts(ticket):
    return [part.part_type for part in ticket.ticket_parts.ticket_parts]


def test_a_ticket_is_created(ticket, alice):
    assert (ticket.type, ticket.category, ticket.open) == ("ticket", "Customer", True)
    given = {"_default_title_": "No tea", "_default_description_": "None at all"}
    unset = {name: None for name in ("Severity", "Affected seats", "Hours lost", "Reproducible", "Happened at")}
    assert ticket.ticket_attributes == {**given, **unset, "Screenshots": []}
    assert ticket.ticket_state.category == "submitted"
    assert ids(ticket.contacts.contacts) == [alice.id]
    assert (ticket.admin_assignee_id, ticket.team_assignee_id) == ("0", "0")
    assert parts(ticket) == ["ticket_state_updated_by_admin"]


def test_the_contact_of_a_ticket_is_found_by_any_identifier(client, tickets):
    bob = new_user(client, "bob@sdk.test", external_id="bob")
    for contact in (
        CreateTicketRequestContactsItemEmail(email="bob@sdk.test"),
        CreateTicketRequestContactsItemExternalId(external_id="bob"),
    ):
        assert ids(tickets.create(ticket_type_id=BUG, contacts=[contact]).contacts.contacts) == [bob.id]


def test_a_ticket_is_created_with_assignment_and_links(tickets, alice):
    ticket = tickets.create(
        ticket_type_id=REFUND,
        contacts=[CreateTicketRequestContactsItemId(id=alice.id)],
        assignment=CreateTicketRequestAssignment(admin_assignee_id=ADA, team_assignee_id="2001"),
        conversation_to_link_id="1102",
        created_at=1700000000,
    )
    assert (ticket.admin_assignee_id, ticket.team_assignee_id, ticket.created_at) == (ADA, "2001", 1700000000)
    assert [linked.id for linked in ticket.linked_objects.data] == ["1102"]


def test_an_attribute_must_have_its_type(tickets, alice):
    with refused(400, "parameter_invalid", "Affected seats must be an integer"):
        new_ticket(tickets, alice, **{"Affected seats": "some"})


def test_an_unknown_type_is_rejected(tickets, alice):
    with refused(404, "not_found"):
        new_ticket(tickets, alice, kind=str(NO_NUMBER))


def test_a_ticket_is_created_by_a_job(client, tickets, alice):
    job = tickets.enqueue_create_ticket(
        ticket_type_id=BUG, contacts=[CreateTicketRequestContactsItemId(id=alice.id)]
    )
    assert (job.type, job.status, job.resource_id) == ("job", "pending", None)
    done = client.jobs.status(job.id)
    assert (done.status, done.resource_type) == ("success", "ticket")
    assert tickets.get(done.resource_id).contacts.contacts[0].id == alice.id


def test_an_unknown_job_is_not_found(client):
    with refused(404, "job_not_found", "Job Not Found", NotFoundError):
        client.jobs.status(str(NO_NUMBER))


def test_a_ticket_is_found(tickets, ticket):
    assert tickets.get(ticket.id).ticket_id == ticket.ticket_id


def test_a_ticket_is_updated(tickets, ticket):
    changed = tickets.update(
        ticket.id,
        ticket_attributes={"_default_title_": "No tea at all"},
        ticket_state_id=IN_PROGRESS,
        admin_id=int(ADA),
        assignee_id=ADA,
    )
    assert changed.ticket_state.category == "in_progress"
    assert changed.admin_assignee_id == ADA
    assert changed.ticket_attributes["_default_title_"] == "No tea at all"
    assert parts(changed)[1:] == ["ticket_attribute_updated_by_admin", "ticket_state_updated_by_admin", "assignment"]


def test_a_ticket_is_snoozed_and_closed(tickets, ticket):
    until = int(time.time()) + 86400
    assert tickets.update(ticket.id, snoozed_until=until).snoozed_until == until
    closed = tickets.update(ticket.id, open=False, ticket_state_id=RESOLVED)
    assert (closed.open, closed.snoozed_until, closed.ticket_state.category) == (False, None, "resolved")


def test_a_state_must_be_one_of_its_type(tickets, ticket):
    message = "Ticket state id is not valid or is not associated with the ticket type"
    with refused(400, "ticket_state_id_invalid", message, BadRequestError):
        tickets.update(ticket.id, ticket_state_id=str(NO_NUMBER))


def test_an_unknown_assignee_is_rejected(tickets, ticket):
    with refused(404, "assignee_not_found", "Assignee not found", NotFoundError):
        tickets.update(ticket.id, admin_id=int(ADA), assignee_id=str(NO_NUMBER))


def test_admins_and_contacts_reply(tickets, ticket, alice):
    answer = AdminReplyTicketRequest(message_type="comment", admin_id=ADA, body="It comes.")
    part = tickets.reply(ticket.id, request=answer)
    assert (part.part_type, part.body, part.author.id) == ("comment", "<p>It comes.</p>", ADA)
    thanks = ContactReplyTicketIntercomUserIdRequest(
        message_type="comment", type="user", body="Thanks!", intercom_user_id=alice.id
    )
    assert tickets.reply(ticket.id, request=thanks).author.id == alice.id
    assert parts(tickets.get(ticket.id))[1:] == ["comment", "comment"]


def test_contacts_cannot_reply_to_back_office_tickets(tickets, alice):
    ticket = new_ticket(tickets, alice, kind=REFUND)
    message = ContactReplyTicketIntercomUserIdRequest(
        message_type="comment", type="user", body="Well?", intercom_user_id=alice.id
    )
    refusal = "User replies are not allowed on Backoffice tickets"
    with refused(400, "parameter_mismatch", refusal, BadRequestError):
        tickets.reply(ticket.id, request=message)


def test_tickets_are_searched(tickets, ticket, alice):
    assert ids(tickets.search(query=where("contact_ids", "=", alice.id)).items) == [ticket.id]
    assert ticket.id not in ids(tickets.search(query=where("category", "=", "task")).items)
    page = tickets.search(query=where("open", "=", True), pagination=StartingAfterPaging(per_page=2)).response
    assert len(page.tickets) == 2 and page.pages.next.starting_after


def test_a_ticket_is_tagged_and_untagged(client, ticket):
    tag = new_tag(client, "Tea")
    assert client.tags.tag_ticket(ticket.id, tag_id=tag.id, admin_id=ADA).id == tag.id
    assert client.tags.untag_ticket(ticket.id, tag.id, admin_id=ADA).id == tag.id


def test_a_ticket_is_deleted(tickets, ticket):
    gone = tickets.delete_ticket(ticket.id)
    assert (gone.id, gone.object, gone.deleted) == (ticket.id, "ticket", True)
    with refused(404, "ticket_not_found"):
        tickets.get(ticket.id)


# Types


@pytest.fixture
def kind(client):
    return client.ticket_types.create(
        request=CreateTicketTypeRequest(name="Missing tea", description="None came", category="Customer", icon="🍵")
    )


def test_a_type_is_created(client, kind):
    assert (kind.name, kind.category, kind.icon, kind.archived) == ("Missing tea", "Customer", "🍵", False)
    assert client.ticket_types.get(kind.id).name == "Missing tea"
    assert kind.id in ids(client.ticket_types.list().data)


def test_a_type_is_changed(client, kind):
    changed = client.ticket_types.update(kind.id, name="Lost tea", archived=True)
    assert (changed.name, changed.archived) == ("Lost tea", True)


def test_an_unknown_type_is_not_found(client):
    with refused(404, "not_found"):
        client.ticket_types.get(str(NO_NUMBER))


def test_a_type_has_attributes(client, kind, tickets, alice):
    attributes = client.ticket_types.attributes
    sort = attributes.create(
        kind.id, name="Sort", description="Which tea", data_type="list", list_items="Black,Green", required_to_create=True
    )
    assert (sort.name, sort.data_type, sort.required_to_create) == ("Sort", "list", True)
    with refused(400, "parameter_invalid", "Missing required ticket attributes"):
        new_ticket(tickets, alice, kind=kind.id)
    green = sort.input_options["list_items"][1]["id"]
    assert new_ticket(tickets, alice, kind=kind.id, Sort=green).ticket_attributes["Sort"] == green
    changed = attributes.update(kind.id, sort.id, description="Which of the teas", required_to_create=False)
    assert (changed.description, changed.required_to_create) == ("Which of the teas", False)


def test_states_contain_their_types(client):
    states = {state.id: state for state in client.ticket_states.list_ticket_states().data}
    assert [states[id].category for id in (IN_PROGRESS, RESOLVED)] == ["in_progress", "resolved"]
    assert BUG in ids(states["8273"].ticket_types.data) and TRACKER not in ids(states["8273"].ticket_types.data)
