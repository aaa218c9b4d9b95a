"""Asking whether somebody may be reached, at hours that the tests choose: each person lives where it is that hour now."""
import datetime

from installation import Client

UTC = datetime.timezone.utc
NOON, NIGHT = 12, 3


def now() -> datetime.datetime:
    return datetime.datetime.now(UTC)


def text(at: datetime.datetime) -> str:
    """As the service writes times."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def offset_where_it_is(hour: int) -> int:
    """Hours to add to UTC, from -12 to 11."""
    return (hour - now().hour + 12) % 24 - 12


def zone_of(offset: int) -> str:
    """Of the IANA database, which counts these zones the other way round."""
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


def zone_where_it_is(hour: int) -> str:
    return zone_of(offset_where_it_is(hour))


def next_at(hour: int, offset: int, after: datetime.datetime | None = None) -> datetime.datetime:
    """When the clock there shows that hour next."""
    zone = datetime.timezone(datetime.timedelta(hours=offset))
    local = (after or now()).astimezone(zone)
    wanted = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (wanted if wanted > local else wanted + datetime.timedelta(days=1)).astimezone(UTC)


def person_where_it_is(client: Client, hour: int, **fields) -> str:
    return client.new_patient(timezone=zone_where_it_is(hour), **fields)


def entry_where_it_is(client: Client, hour: int, number: str, **person) -> str:
    """The id of an entry of the book whose person has nothing against being called, but for the hour."""
    return client.new_number(person_where_it_is(client, hour, **person), number)["id"]


def decide(client: Client, **question) -> dict:
    """A decision about a call for care, unless the question says otherwise."""
    answer = client.post("/decisions", {"channel": "call", "purpose": "care", **question})
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(decision: dict) -> list[str]:
    return [reason["code"] for reason in decision["reasons"]]


def reasons(client: Client, **question) -> list[str]:
    return codes(decide(client, **question))


def consent(client: Client, phone_id: str, **fields) -> dict:
    """A written one to calls for marketing, unless the fields say otherwise."""
    answer = client.post("/api/v2/consents", {"phone_id": phone_id, "channel": "call", "purpose": "marketing", "status": "granted",
                                              "basis": "written", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def suppress(client: Client, number: str, *channels: str, reason="asked by letter") -> dict:
    answer = client.post("/api/v2/suppressions", {"number": number, "channels": channels, "reason": reason})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def tell_outcome(client: Client, phone_id: str, outcome: str, **fields) -> dict:
    answer = client.post(f"/api/v2/phone-numbers/{phone_id}/outcomes", {"outcome": outcome, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def put_policy(client: Client, **rules) -> dict:
    answer = client.put("/policy", rules)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ledger_of(client: Client, entity: str, entity_id: str) -> list[dict]:
    """Newest first."""
    return client.walk("/audit", entity=entity, entity_id=entity_id)


