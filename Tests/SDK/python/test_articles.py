"""Articles: drafts, publishing, translations, search and deletion."""

import pytest
from intercom import BadRequestError, CreateArticleRequest, NotFoundError
from intercom.types.article_content import ArticleContent
from intercom.types.article_translated_content import ArticleTranslatedContent

from support import NO_NUMBER, ids, refused


def new_article(client, title, **fields):
    return client.articles.create(request=CreateArticleRequest(title=title, author_id=1001, **fields))


def test_an_article_is_created_as_a_draft(client):
    article = new_article(client, "Tea", body="Hot.")
    assert (article.type, article.title, article.state, article.url) == ("article", "Tea", "draft", None)
    assert article.body == '<p class="no-margin">Hot.</p>'
    assert article.statistics.views == 0
    assert client.articles.find(int(article.id)).title == "Tea"


def test_an_article_is_published_and_changed_in_part(client):
    article = new_article(client, "Tea", body="Hot.")
    changed = client.articles.update(int(article.id), state="published", title="Green tea")
    assert (changed.state, changed.title, changed.body) == ("published", "Green tea", article.body)
    assert changed.url.endswith(f"/en/articles/{article.id}-green-tea")


def test_an_article_has_translations(client):
    french = ArticleContent(title="Thé", body="<p>Chaud.</p>", author_id=1002, state="published")
    article = new_article(client, "Tea", translated_content=ArticleTranslatedContent(fr=french))
    found = client.articles.find(int(article.id)).translated_content.fr
    assert (found.title, found.author_id, found.state) == ("Thé", 1002, "published")


def test_articles_are_listed_page_by_page(client):
    first = client.articles.list(page=1, per_page=4)
    everyone = ids(client.articles.list(per_page=4))
    assert len(everyone) == len(set(everyone)) == first.response.total_count


def test_an_article_is_deleted(client):
    article = new_article(client, "Tea")
    deleted = client.articles.delete(int(article.id))
    assert (deleted.id, deleted.object, deleted.deleted) == (article.id, "article", True)
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.articles.find(int(article.id))


def test_an_article_needs_an_author_of_the_workspace(client):
    with refused(400, "parameter_invalid", error=BadRequestError):
        client.articles.create(request=CreateArticleRequest(title="Tea", author_id=NO_NUMBER))


@pytest.mark.parametrize("phrase", ["refund", "REFUNDS", "back money"])
def test_articles_are_found_by_words(client, phrase):
    found = client.articles.search(phrase=phrase)
    assert [article.title for article in found.data.articles] == ["How to get a refund"]
    assert found.data.highlights == []


def test_what_was_found_is_highlighted(client):
    found = client.articles.search(phrase="brulee", highlight=True)
    title = found.data.highlights[0].highlighted_title
    assert [part.text for part in title if part.type == "highlight"] == ["brûlée"]
    assert "".join(part.text for part in title) == found.data.articles[0].title


def test_a_search_is_for_one_state_and_one_help_center(client):
    assert {article.state for article in client.articles.search(state="draft").data.articles} == {"draft"}
    center = [center for center in client.help_centers.list() if center.identifier == "kitchen"][0]
    found = client.articles.search(help_center_id=int(center.id)).data.articles
    assert [article.title for article in found] == ["Crème brûlée without a torch"]
