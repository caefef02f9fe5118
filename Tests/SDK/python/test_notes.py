"""Notes on contacts."""

import pytest
from intercom import NotFoundError

from support import NO_NUMBER, NO_OBJECT, ids, new_user, refused


@pytest.fixture
def alice(client):
    return new_user(client, "alice@sdk.test")


def test_a_note_is_written_by_the_admin_named(client, alice):
    author = client.admins.list().admins[-1]
    note = client.notes.create(alice.id, body="Drank from the bottle", admin_id=author.id)
    assert note.type == "note"
    assert note.body == "<p>Drank from the bottle</p>"
    assert note.contact.id == alice.id
    assert (note.author.id, note.author.name) == (author.id, author.name)


def test_a_note_without_an_admin_is_written_by_the_token_s_own(client, alice):
    assert client.notes.create(alice.id, body="Curiouser").author.id == client.admins.identify().id


def test_a_note_is_found_by_id(client, alice):
    note = client.notes.create(alice.id, body="Ate the cake")
    assert client.notes.find(int(note.id)).body == "<p>Ate the cake</p>"


def test_an_unknown_note_is_not_found(client):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.notes.find(NO_NUMBER)


def test_notes_are_listed_in_pages_newest_first(client, alice):
    written = [client.notes.create(alice.id, body=f"Chapter {n}").id for n in range(5)]
    assert ids(client.notes.list(alice.id, per_page=2)) == written[::-1]


def test_a_contact_counts_its_notes(client, alice):
    note = client.notes.create(alice.id, body="Met a caterpillar")
    notes = client.contacts.find(alice.id).notes
    assert ids(notes.data) == [note.id]
    assert notes.total_count == 1


def test_an_unknown_contact_has_no_notes(client):
    with refused(404, "not_found", "User Not Found", NotFoundError):
        client.notes.list(NO_OBJECT)
    with refused(404, "not_found", "User Not Found", NotFoundError):
        client.notes.create(NO_OBJECT, body="Nobody")


def test_an_unknown_admin_cannot_write_a_note(client, alice):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.notes.create(alice.id, body="Off with her head", admin_id=str(NO_NUMBER))
    assert not ids(client.notes.list(alice.id))
