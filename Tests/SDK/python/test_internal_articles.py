"""Internal articles, for teammates and the AI agent."""

from intercom import BadRequestError, CreateInternalArticleRequest, NotFoundError

from support import ids, refused


def new_article(client, title, **fields):
    asked = CreateInternalArticleRequest(title=title, **{"author_id": 1001, "owner_id": 1002, **fields})
    return client.internal_articles.create_internal_article(request=asked)


def test_an_internal_article_is_created_changed_and_found(client):
    article = new_article(client, "Spoons", body="In the drawer.")
    assert (article.title, article.body, article.owner_id, article.locale) == ("Spoons", "In the drawer.", 1002, "en")
    client.internal_articles.update_internal_article(int(article.id), title="Forks")
    found = client.internal_articles.retrieve_internal_article(int(article.id))
    assert (found.title, found.body) == ("Forks", "In the drawer.")


def test_internal_articles_are_listed_and_searched(client):
    article = new_article(client, "Spoons")
    assert article.id in ids(client.internal_articles.list_internal_articles().data)
    assert article.id in ids(client.internal_articles.search_internal_articles().data.internal_articles)


def test_a_search_is_for_a_folder(client):
    found = client.internal_articles.search_internal_articles(folder_id="37001").data.internal_articles
    assert [article.title for article in found] == ["How we answer angry letters", "The keys of the kitchen"]


def test_an_internal_article_is_deleted(client):
    article = new_article(client, "Spoons")
    deleted = client.internal_articles.delete_internal_article(int(article.id))
    assert (deleted.id, deleted.object, deleted.deleted) == (article.id, "internal_article", True)
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.internal_articles.retrieve_internal_article(int(article.id))


def test_an_internal_article_needs_an_owner_of_the_workspace(client):
    with refused(400, "parameter_invalid", error=BadRequestError):
        new_article(client, "Spoons", owner_id=4711)
