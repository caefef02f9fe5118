"""Help centers, which are read-only in the API, and their collections."""

from intercom import BadRequestError, NotFoundError
from intercom.types.group_content import GroupContent
from intercom.types.group_translated_content import GroupTranslatedContent

from support import NO_NUMBER, ids, refused


def test_help_centers_are_listed_and_found(client):
    centers = list(client.help_centers.list())
    assert centers
    for center in centers:
        found = client.help_centers.find(int(center.id))
        assert (found.id, found.identifier, found.url) == (center.id, center.identifier, center.url)


def test_an_unknown_help_center_is_not_found(client):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.help_centers.find(NO_NUMBER)


def test_a_collection_is_created_changed_and_found(client):
    french = GroupTranslatedContent(fr=GroupContent(name="Soupes", description="Chaudes"))
    made = client.help_centers.collections.create(name="Soups", translated_content=french)
    assert (made.name, made.description, made.icon, made.parent_id) == ("Soups", "", "book-bookmark", None)
    changed = client.help_centers.collections.update(int(made.id), description="Hot")
    assert (changed.name, changed.description) == ("Soups", "Hot")
    found = client.help_centers.collections.find(int(made.id))
    assert found.translated_content.fr.name == "Soupes"


def test_deleting_a_collection_deletes_nested_collections(client):
    outer = client.help_centers.collections.create(name="Soups")
    inner = client.help_centers.collections.create(name="Cold ones", parent_id=outer.id)
    assert inner.parent_id == outer.id
    deleted = client.help_centers.collections.delete(int(outer.id))
    assert (deleted.id, deleted.object, deleted.deleted) == (outer.id, "collection", True)
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.help_centers.collections.find(int(inner.id))


def test_collections_are_listed_page_by_page(client):
    first = client.help_centers.collections.list(page=1, per_page=2)
    everyone = ids(client.help_centers.collections.list(per_page=2))
    assert len(everyone) == len(set(everyone)) == first.response.total_count


def test_a_collection_needs_a_name(client):
    with refused(400, "parameter_not_found", "Name is a required parameter.", BadRequestError):
        client.help_centers.collections.create(name="")
