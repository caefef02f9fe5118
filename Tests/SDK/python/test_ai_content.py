"""Content import sources and the external pages in them."""

from support import NO_NUMBER, ids, refused


def new_source(client):
    return client.ai_content.create_content_import_source(url="https://wiki.sdk.test")


def test_a_page_is_created_once_and_then_updated(client):
    source = new_source(client)
    page = client.ai_content.create_external_page(title="One", html="<p>1</p>", source_id=source.id, external_id="x")
    again = client.ai_content.create_external_page(title="Two", html="<p>2</p>", source_id=source.id, external_id="x")
    assert (again.id, again.title, again.external_id) == (page.id, "Two", "x")
    assert client.ai_content.get_external_page(page.id).html == "<p>2</p>"


def test_a_deleted_page_is_returned_without_content(client):
    page = client.ai_content.list_external_pages().data[0]
    assert client.ai_content.delete_external_page(page.id).html == ""
    assert page.id not in ids(client.ai_content.list_external_pages().data)


def test_deleting_a_source_deletes_its_pages(client):
    source = new_source(client)
    page = client.ai_content.create_external_page(title="One", html="<p>1</p>", source_id=source.id, external_id="x")
    client.ai_content.delete_content_import_source(str(source.id))
    assert source.id not in ids(client.ai_content.list_content_import_sources().data)
    with refused(404, "not_found", "Resource Not Found"):
        client.ai_content.get_external_page(page.id)


def test_a_page_needs_a_source(client):
    with refused(404, "not_found", "Resource Not Found"):
        client.ai_content.create_external_page(title="One", html="<p>1</p>", source_id=NO_NUMBER, external_id="x")
