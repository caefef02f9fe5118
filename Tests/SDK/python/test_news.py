"""News items and the newsfeeds that they appear on."""

from intercom import NewsfeedAssignment, NotFoundError

from support import NO_NUMBER, ids, refused


def test_a_news_item_is_made_found_changed_and_deleted(client):
    made = client.news.items.create(title="New", sender_id=1001, body="<p>New</p>", labels=["b", "a"])
    assert (made.title, made.state, made.labels, made.deliver_silently) == ("New", "draft", ["a", "b"], False)
    assert client.news.items.find(int(made.id)).id == made.id
    changed = client.news.items.update(int(made.id), title="Newer", sender_id=1002, reactions=[])
    assert (changed.title, changed.sender_id, changed.reactions) == ("Newer", 1002, [])
    assert client.news.items.delete(int(made.id)).deleted is True
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.news.items.find(int(made.id))


def test_a_live_item_is_on_its_newsfeed(client):
    feed = client.news.feeds.list().data[0]
    before = ids(client.news.feeds.list_items(feed.id).data)
    assignment = NewsfeedAssignment(newsfeed_id=int(feed.id), published_at=1700000000)
    made = client.news.items.create(title="Live", sender_id=1001, state="live", newsfeed_assignments=[assignment])
    assert sorted(ids(client.news.feeds.list_items(feed.id).data)) == sorted([*before, made.id])


def test_an_unknown_newsfeed_is_not_found(client):
    with refused(404, "not_found", "Resource Not Found"):
        client.news.feeds.find(str(NO_NUMBER))
