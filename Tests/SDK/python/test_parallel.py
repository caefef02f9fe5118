"""Many workspaces in parallel: they are isolated, and their memory is released."""

import concurrent.futures
import subprocess

import httpx
import pytest

TOKENS, CONNECTIONS, ROUNDS = 64, 16, 5


def resident(base_url):
    """The resident memory in KB of the process that listens on the port."""
    port = base_url.rsplit(":", 1)[1]
    listing = subprocess.run(["ss", "-ltnpH", f"sport = :{port}"], capture_output=True, text=True).stdout
    if "pid=" not in listing:
        pytest.skip("the process behind the port cannot be seen")
    pid = listing.split("pid=")[1].split(",")[0]
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def live(base_url, number):
    """Simulates a test suite: creates, reads and resets several times."""
    token = f"parallel-{number}"
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=60) as http:
        for turn in range(ROUNDS):
            emails = {f"{number}-{turn}-{place}@parallel.test" for place in range(5)}
            for email in sorted(emails):
                assert http.post("/contacts", json={"email": email}).status_code == 200
            found = http.get("/contacts", params={"per_page": 150}).json()["data"]
            assert {c["email"] for c in found if (c["email"] or "").endswith("@parallel.test")} == emails
            query = {"query": {"field": "email", "operator": "$", "value": "@parallel.test"}}
            assert http.post("/contacts/search", json=query).json()["total_count"] == len(emails)
            verified = http.post("/_mock/requests/verify", json={"match": {"path": "/contacts", "method": "POST"}, "times": {"exactly": 5}})
            assert verified.status_code == 200, verified.text
            assert http.post("/_mock/reset").status_code == 200
    return number


def test_many_workspaces_at_once_see_their_own_data_only(base_url, http):
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        assert sorted(pool.map(lambda number: live(base_url, number), range(TOKENS))) == list(range(TOKENS))


def test_memory_returns_to_the_start_after_a_reset_of_all(base_url, http):
    def turn():
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(lambda number: live(base_url, number), range(TOKENS)))
        assert http.post(f"{base_url}/_mock/reset?scope=all").status_code == 200
        assert http.get(f"{base_url}/_mock/health").json()["workspaces"] == 0

    turn()
    start = resident(base_url)
    turn()
    assert resident(base_url) < start * 1.1 + 4096
