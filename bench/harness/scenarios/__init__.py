"""What is measured, by the names that script/bench takes."""
from collections.abc import Callable

from ..bench import Bench
from . import (connections, console, decisions, dial_lists, do_not_call, events, growth, imports, postgres, requests, restart, search,
               writes)

SCENARIOS: dict[str, Callable[[Bench], None]] = {
    "get": requests.get,
    "threads": requests.threads,
    "pipelined": requests.pipelined,
    "post": writes.post,
    "post-many": writes.post_many,
    "post-alone": writes.post_alone,
    "mixed": writes.mixed,
    "import": imports.import_contacts,
    "import-beside": imports.reads_beside_import,
    "search": search.search,
    "growth": growth.growth,
    "restart": restart.restart,
    "idle": connections.idle,
    "decisions": decisions.decisions,
    "dial-lists": dial_lists.dial_lists,
    "do-not-call": do_not_call.do_not_call,
    "events": events.events,
    "console": console.console,
    "postgres-get": postgres.get,
    "postgres-post": postgres.post,
    "postgres-search": postgres.search,
    "postgres-decisions": decisions.postgres_decisions,
    "postgres-dial-lists": dial_lists.postgres_dial_lists,
}
