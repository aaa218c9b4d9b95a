"""What people see of their session at the console: links that would replace it, its end with its key, signing out."""
import os

import pytest

from conftest import new_account_name
from installation import Client

WITHIN = 10 * (1 if os.environ.get("LINEBOOK_PRESET", "release") == "release" else 3)  # seconds; a quiet machine takes less than one


class Account:
    def __init__(self, installation, name: str):
        self.installation, self.name = installation, new_account_name(name)
        self.url = installation.server.url
        self.key = installation.create_key(account=self.name, name="reception")
        self.client = Client(self.url, self.key)

    def link(self) -> str:
        return self.installation.run("console-link", "--account", self.name).stdout.strip()

    def new_secret(self) -> str:
        """Somebody in the book, with a number that is found by 555."""
        name = f"Secret {self.name}"
        self.client.new_number(self.client.new_patient(name, "Person"), f"585555{abs(hash(name)) % 8999 + 1000:04d}")
        return name


@pytest.fixture
def mine(demo, request) -> Account:
    return Account(demo, f"mine {request.node.name}")


@pytest.fixture
def theirs(demo, request) -> Account:
    return Account(demo, f"theirs {request.node.name}")


@pytest.fixture
def see(browser, mine):
    def see(scene: str, **given) -> dict[str, float]:
        told = browser.ask(do="session", name=scene, base=mine.url, **given)
        assert told["wrong"] == []
        return {name: ms / 1000 for name, ms in told.get("ms", {}).items()}

    return see


def test_a_link_that_is_opened_while_signed_in_asks_first(see, mine, theirs):
    seconds = see("link_while_signed_in", key=mine.key, link=theirs.link(), mine=mine.name, theirs=theirs.name, secret=mine.new_secret())
    assert seconds["replaced"] < WITHIN


def test_a_link_that_does_not_do_says_what_to_do(see, mine):
    used = mine.link()
    assert Client(mine.url, None).post("/session/link", {"token": used.split("#token=")[1]}).status_code == 201
    see("link_that_does_not_do", used=used)


def test_a_page_leaves_with_its_key(see, mine):
    secret = mine.new_secret()
    ended = mine.client.post("/keys", {"name": "ended", "scopes": ["contacts:read", "events:read"]}).json()
    seconds = see("over_with_its_key", key=ended["token"], admin=mine.key, revoke=f"/keys/{ended['id']}", secret=secret)
    assert seconds["noticed"] < WITHIN


def test_signing_out_of_all_tabs_and_everywhere(see, mine):
    seconds = see("signing_out", key=mine.key, secret=mine.new_secret())
    assert max(seconds.values()) < WITHIN
