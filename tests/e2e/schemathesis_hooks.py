"""What Schemathesis has to know of this service beyond its document; schemathesis.toml names this file."""
import itertools
import os
import re

import schemathesis

_keys = itertools.count()

# Ids that no client chooses: test_schemathesis.py makes what they stand for, and says what to send in their place.
EXAMPLE_PHONE_ID, EXAMPLE_LINE_ID = "phn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z", "pn_01JMEF2S9A7Q5V0X3C8R4T6Y1Z"
EXAMPLE_LINE_NUMBER = "+12125550142"
EXAMPLE_WEBHOOK_ID = "whk_01JMEG5V7X9Z1B3D5F7H9K1M3N"
MADE = {example: os.environ.get(name) for example, name in (
    (EXAMPLE_PHONE_ID, "LINEBOOK_PHONE_ID"), (EXAMPLE_LINE_ID, "LINEBOOK_LINE_ID"), (EXAMPLE_LINE_NUMBER, "LINEBOOK_LINE_NUMBER"),
    (EXAMPLE_WEBHOOK_ID, "LINEBOOK_WEBHOOK_ID"))}
WEBHOOK_URL = re.compile(  # the document's pattern: what does not fit it must be refused as it is
    r"^https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?([/?][A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?$",
    re.IGNORECASE)

# Data that fits every schema may still be wrong in what no schema can say. Behind the field's name each answer says why.
BEYOND_SCHEMAS = (
    "names no ",  # an agent or a person that the account does not have
    "must be later than start", "must be an IANA time zone", "must not be blank",
    "must name a host", "must be a SIP URI or a host", "must have valid parameters", "must have valid headers",
    "must have a valid user", "must have other characters",  # hosts, ports and the escapes of URIs
    "is sent twice", "is said of two numbers of one type",  # of the numbers along with a new person
    "is required together with",  # half a credential, after the edit
    "is not a field of a",  # a trunk's or carrier's field on another provider's line
    "is not configured",  # Twilio
    "must be between now and 30 days ahead", "must not be in the future", "must be within the last year",
    "must be later than the consent itself",
    "is of a decision about another number", "has no number that we know",  # of outcomes
    "needs the scope",  # an emergency
    "is a SIP trunk", "no line of this account can", "must be an agent that has an answer", "the line has no agent",
    "needs --public-url", "cannot be sent together with send_at",  # of calls and texts
    "must be the number of a line of this account",  # of simulated phones
    "must be in the future", "must be within a year", "must be later than starts_at", "must be at most P30D",  # of dial lists
    "is of lists that Linebook dials", "is required where Linebook dials",
    "must be from 10 seconds to 30 days", "must be the root of a FHIR server",  # of FHIR sources
    ", the sequence of the last event",  # of replays of webhooks
    "is not valid here",  # a page token that nobody issued
    "was used with another body",  # an Idempotency-Key
    "asks for another number than phone does", "must hold the beginning of a name", "must name at most 100 ids",
    "must be a date or time",  # of FHIR searches: a month 13
)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every POST means something new: with the document's one example of a key, each would be refused as its reuse."""
    if case.headers and case.headers.get("Idempotency-Key") == "7d0f6c1e-order-1182":
        case.headers["Idempotency-Key"] = f"order-{next(_keys)}"
    name_what_is_there(case)
    if case.operation.path == "/events":
        ask_for_events_that_are_there(case)


def ask_for_events_that_are_there(case):
    """Pages, since a stream goes on; from the beginning, which is never ahead of what has happened; and at once."""
    case.headers["Accept"] = "application/json"
    if case.headers.get("Last-Event-ID", "").isdigit():
        case.headers["Last-Event-ID"] = "0"
    for name, most in (("after", 2 ** 63 - 2), ("wait", 30)):
        asked = str((case.query or {}).get(name))
        if asked.isascii() and asked.isdigit() and int(asked) <= most:
            case.query[name] = 0


def name_what_is_there(case):
    """What reaching people speaks of, and a server on this machine where one is to be asked."""
    path = case.operation.path
    if path == "/fhir-sources" and isinstance(case.body, dict) and str(case.body.get("url")).startswith(("http://", "https://")):
        case.body["url"] = "https://127.0.0.1:9/fhir"
    if path.startswith("/webhooks"):
        stay_on_this_machine(case)
    if path.endswith(("/reachability", "/outcomes")) and case.path_parameters.get("phone_id") == "phn_12345":
        case.path_parameters["phone_id"] = MADE[EXAMPLE_PHONE_ID]
    if path.startswith("/routes/outbound/") and (case.query or {}).get("from") == EXAMPLE_LINE_NUMBER:
        case.query["from"] = MADE[EXAMPLE_LINE_NUMBER]
    for fields in (case.body, case.query):
        for name in ("phone_id", "line_id") if isinstance(fields, dict) else ():
            if isinstance(fields.get(name), str) and MADE.get(fields[name]):
                fields[name] = MADE[fields[name]]


def stay_on_this_machine(case):
    """Of every URL that would be taken, one where nobody listens: nothing is delivered, and no name is looked up."""
    if isinstance(case.body, dict) and isinstance(case.body.get("url"), str) and WEBHOOK_URL.match(case.body["url"]):
        case.body["url"] = "https://127.0.0.1:9/hook"
    if (case.path_parameters or {}).get("webhook_id") == EXAMPLE_WEBHOOK_ID:
        case.path_parameters["webhook_id"] = MADE[EXAMPLE_WEBHOOK_ID]


@schemathesis.check
def valid_data_is_refused_for_nothing_that_a_schema_could_say(ctx, response, case):
    """The stricter half of positive_data_acceptance, whose expected statuses have to admit 400 and 422."""
    if not case.meta.generation.mode.is_positive or response.status_code not in (400, 422):
        return
    body = response.json()
    if "error" in body:
        told = [f"{detail['field']} {detail['message']}" for detail in body["error"]["details"]]
    else:  # an OperationOutcome
        told = [issue["diagnostics"] for issue in body["issue"]]
    for text in told:
        assert any(reason in text for reason in BEYOND_SCHEMAS), text
