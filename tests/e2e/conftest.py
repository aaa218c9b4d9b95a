import itertools
import os

import pytest

from console_browser import Browser
from fhir_server import FhirServer
from installation import DATABASE, Client, Installation, Server, postgres_server
from postgres_server import PostgresServer
from twilio_stand_in import PUBLIC_URL, TwilioStandIn
from webhook_receiver import Authority, Receiver, tls
from webhooks import LOOPBACK

_account_numbers = itertools.count(1)


def pytest_collection_modifyitems(items):
    if DATABASE != "embedded":
        for item in items:
            if item.get_closest_marker("embedded"):
                item.add_marker(pytest.mark.skip(reason="of the embedded database"))
    begin_with_long_ones(items)


def begin_with_long_ones(items):
    """Every worker's share begins with some of them: at the end one would be busy for minutes, and the others idle."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long_ones, others = ([item for item in items if bool(item.get_closest_marker("long")) is wanted] for wanted in (True, False))
    share = -(-len(others) // workers)
    items[:] = [item for worker in range(workers)
                for item in (*long_ones[worker::workers], *others[worker * share:(worker + 1) * share])]


@pytest.fixture
def installation(tmp_path) -> Installation:
    """An empty installation of the test's own, without a server."""
    made = Installation(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def server(installation) -> Server:
    """A server of the test's own."""
    return installation.serve()


@pytest.fixture
def client(installation, server) -> Client:
    """All scopes in the account acme, no rate limit, on a server of the test's own."""
    return installation.client()


def are_what_the_ledger_comes_to(installation: Installation):
    """The books, whatever all those tests did to them."""
    installation.run("audit", "verify", "--books")


@pytest.fixture(scope="session")
def shared_installation(tmp_path_factory) -> Installation:
    """One installation with a running server for tests that are content with an account of their own."""
    made = Installation(tmp_path_factory.mktemp("shared") / "data")
    made.serve()
    yield made
    are_what_the_ledger_comes_to(made)
    made.close()


@pytest.fixture
def account(shared_installation, request) -> Client:
    """All scopes in an account that only this test uses, on the shared server."""
    return shared_installation.client(account=new_account_name(request.node.name))


@pytest.fixture(scope="module")
def module_account_name(request) -> str:
    """An account for what a module's tests share. A module may be set up more than once in a process, where
    tests of others run in between: each time the account is a new one."""
    return new_account_name(request.module.__name__)


@pytest.fixture(scope="module")
def module_account(shared_installation, module_account_name) -> Client:
    """All scopes in the module's account, on the shared server."""
    return shared_installation.client(account=module_account_name)


def serve_demo(made: Installation) -> Installation:
    """With pool lines that call and text simulated phones."""
    made.serve("--demo")
    made.import_pool(*(f"+1646{number:07d}" for number in range(7_550_000, 7_550_400)))
    return made


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Installation:
    """One demo installation, for tests with accounts of their own."""
    made = serve_demo(Installation(tmp_path_factory.mktemp("demo") / "data"))
    yield made
    are_what_the_ledger_comes_to(made)
    made.close()


@pytest.fixture(scope="session")
def browser() -> Browser:
    """One Chromium for the tests of a process."""
    made = Browser()
    yield made
    made.close()


@pytest.fixture(scope="session")
def hooked(tmp_path_factory) -> tuple[Installation, Receiver]:
    """A demo installation that delivers to a receiver here."""
    authority = Authority(tmp_path_factory.mktemp("authority") / "ca")
    receiver = Receiver(tls(authority.certificate("receiver")))
    made = Installation(tmp_path_factory.mktemp("hooked") / "data")
    made.serve("--demo", *LOOPBACK, "--webhook-ca", authority.file)
    made.import_pool(*(f"+1646{number:07d}" for number in range(7_560_000, 7_560_050)))
    yield made, receiver
    are_what_the_ledger_comes_to(made)
    made.close()
    receiver.close()


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """One for the whole process: for tests that do it no harm."""
    return postgres_server()


@pytest.fixture
def database(postgres) -> str:
    """The URL of a database of the test's own, new and empty."""
    return postgres.new_database()


@pytest.fixture
def nodes(tmp_path, database) -> list[Installation]:
    """Three nodes of one installation on PostgreSQL, serving."""
    first = Installation(tmp_path / "node1", database)
    made = [first, first.node("node2"), first.node("node3")]
    try:
        for node in made:
            node.serve("--pool-rest-days", 0)
        yield made
    finally:
        for node in made:
            node.close()


def new_account_name(wanted: str) -> str:
    return f"{wanted[:50]} {next(_account_numbers)}"


@pytest.fixture(scope="module")
def twilio():
    stand_in = TwilioStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory, twilio) -> Installation:
    made = Installation(tmp_path_factory.mktemp("twilio") / "data")
    made.serve("--public-url", PUBLIC_URL, "--twilio-api-url", twilio.url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared_fhir_server() -> FhirServer:
    made = FhirServer()
    yield made
    made.close()


@pytest.fixture
def fhir_server(shared_fhir_server) -> FhirServer:
    """An empty FHIR server, which only this test uses."""
    shared_fhir_server.reset()
    return shared_fhir_server
