"""Segments, which are read-only in the API."""

from intercom import NotFoundError

from support import NO_OBJECT, refused


def test_segments_are_listed(client):
    answer = client.segments.list()
    assert answer.type == "segment.list"
    assert answer.segments
    for segment in answer.segments:
        assert segment.type == "segment"
        assert segment.id and segment.name
        assert segment.person_type in ("contact", "user")


def test_segments_are_counted_only_when_asked(client):
    assert all(segment.count is None for segment in client.segments.list().segments)
    counts = [segment.count for segment in client.segments.list(include_count=True).segments]
    assert all(isinstance(count, int) for count in counts)
    assert any(counts)


def test_a_segment_is_found_by_id(client):
    listed = client.segments.list().segments[0]
    segment = client.segments.find(listed.id)
    assert (segment.id, segment.name) == (listed.id, listed.name)


def test_an_unknown_segment_is_not_found(client):
    with refused(404, "not_found", "Resource Not Found", NotFoundError):
        client.segments.find(NO_OBJECT)
