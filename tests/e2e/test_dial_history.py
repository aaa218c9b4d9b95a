"""Many dialers on two nodes of one PostgreSQL, whose nodes are killed: nobody is given out twice at once."""
import itertools
import random
import time

import pytest

from dial_history import Dialer, Lease, faults, leases_of
from installation import Installation
from load import scaled
from reach import NOON, zone_where_it_is
from waiting import eventually

LEASE_SECONDS = 3
DIALERS = 64
PEOPLE = scaled(150, 40)
SECONDS = scaled(16, 8)


def lease(at: int, person: str, **fields) -> Lease:
    return Lease(f"dec_{next(SERIAL)}", person, person, at, **fields)


SERIAL = itertools.count()


@pytest.mark.parametrize("name, leases, bad", [
    ("one after the other", [lease(0, "a"), lease(3, "a")], 0),
    ("too early", [lease(0, "a"), lease(2, "a", answered=2100)], 2),  # the person, and the number
    ("asked before it ran out, answered after it", [lease(0, "a"), lease(2, "a", answered=3100)], 0),
    ("two people", [lease(0, "a"), lease(1, "b")], 0),
    ("after an outcome", [lease(0, "a", answered=5, released=10), lease(1, "a", answered=25)], 0),
    ("before the outcome was sent", [lease(0, "a", answered=5, released=30), lease(1, "a", answered=25)], 2),
    ("asked before the outcome, answered after it", [lease(0, "a", answered=5, released=30), lease(0, "a", answered=35)], 0),
    ("told, and then given to one who had asked before", [lease(0, "a", answered=90), lease(1, "a", answered=30, released=40)], 0),
    ("given to two at once", [lease(0, "a", answered=30), lease(1, "a", answered=30, released=40)], 2),
])
def test_the_checker_finds_what_is_wrong(name, leases, bad):
    assert len(faults(leases, LEASE_SECONDS)) == bad, name


@pytest.fixture
def two_nodes(tmp_path, database):
    first = Installation(tmp_path / "node1", database)
    made = [first, first.node("node2")]
    try:
        for node in made:
            node.serve()
        yield made
    finally:
        for node in made:
            node.close()


@pytest.mark.timeout(300)
def test_nobody_is_given_out_twice_while_nodes_are_killed(two_nodes):
    first, second = two_nodes
    token = first.create_key()
    client = first.client()
    assert client.put("/policy", {"attempts": {"care": []}}).status_code == 200
    zone = zone_where_it_is(NOON)
    people = []
    for number in range(PEOPLE):
        answer = client.post("/api/v2/patients", {"first_name": "John", "last_name": "Doe", "timezone": zone, "phone_numbers": [
            {"number": f"585777{number // 2:04d}" if number < 20 else f"585778{number:04d}", "phone_type": "cell"}]})
        assert answer.status_code == 201, answer.text
        people.append({"type": "patient", "id": answer.json()["id"]})
    lists = [client.post("/dial-lists", {"name": "L", "purpose": "care", "people": people, "max_attempts": 20,
                                         "retry_after": {"busy": "PT1S"}}).json()["id"] for _ in range(2)]
    urls = [node.server.url for node in two_nodes]
    dialers = [Dialer(urls, token, lists, LEASE_SECONDS, seed) for seed in range(DIALERS)]
    for dialer in dialers:
        dialer.start()
    chance = random.Random(7)
    ends = time.monotonic() + SECONDS
    kills = 0
    while time.monotonic() < ends:
        time.sleep(chance.uniform(1.5, 3))
        place = chance.randrange(2)
        node = two_nodes[place]
        port = node.server.port
        node.server.kill()
        kills += 1
        node.serve("--listen", f"127.0.0.1:{port}")
    for dialer in dialers:
        dialer.going = False
    for dialer in dialers:
        dialer.join(40)
        assert not dialer.is_alive()
        if dialer.failure:
            raise dialer.failure
    decisions = eventually(lambda: first.client().walk("/decisions", page_size=100), 60)
    leases = leases_of(decisions, dialers)
    lost = sum(lease.answered is None for lease in leases)
    print(f"{len(leases)} leases of {PEOPLE} people, {lost} of them in answers that were lost; {kills} kills;"
          f" {sum(dialer.calls for dialer in dialers)} requests, {sum(dialer.lost for dialer in dialers)} lost")
    found = faults(leases, LEASE_SECONDS)
    assert found == [], "\n".join(found[:5])
    assert len({lease.person for lease in leases}) > PEOPLE / 2 and len(leases) > PEOPLE
