import itertools

import pytest

from installation import Client, Installation, Server

_account_numbers = itertools.count(1)


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


@pytest.fixture(scope="session")
def shared_installation(tmp_path_factory) -> Installation:
    """One installation with a running server for tests that are content with an account of their own."""
    made = Installation(tmp_path_factory.mktemp("shared") / "data")
    made.serve()
    yield made
    made.close()


@pytest.fixture
def account(shared_installation, request) -> Client:
    """All scopes in an account that only this test uses, on the shared server."""
    return shared_installation.client(account=f"{request.node.name[:50]} {next(_account_numbers)}")
