"""Teams, which are read-only in the default version."""

from intercom import NotFoundError

from support import NO_NUMBER, ids, refused


def test_teams_are_listed_with_their_admins(client):
    answer = client.teams.list()
    assert answer.type == "team.list"
    assert answer.teams
    admins = {int(admin) for admin in ids(client.admins.list().admins)}
    for team in answer.teams:
        assert team.type == "team"
        assert team.name
        assert set(team.admin_ids) <= admins


def test_a_team_is_found_by_id(client):
    listed = client.teams.list().teams[0]
    team = client.teams.find(listed.id)
    assert (team.id, team.name, team.admin_ids) == (listed.id, listed.name, listed.admin_ids)


def test_an_unknown_team_is_not_found(client):
    with refused(404, "team_not_found", "Team not found", NotFoundError):
        client.teams.find(str(NO_NUMBER))
