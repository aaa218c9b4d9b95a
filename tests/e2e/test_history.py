"""The check that other tests rely on finds what is wrong."""
import pytest

from books_model import Broken
from busy_writers import Attempt
from history import AccountHistory

NUMBER = {"patient_id": "p1", "number": "2125550100", "phone_type": "cell", "primary": True, "verified": False, "do_not_call": False}


def entry(sequence: int, request: str, entity: str, id: str, action: str, **changes) -> dict:
    return {"sequence": sequence, "time": "2025-02-19T08:50:00Z", "request_id": request, "entity": entity, "entity_id": id,
            "action": action, "changes": {name: {"was": was, "is": now} for name, (was, now) in changes.items()}}


def added(sequence: int, request: str, id: str, number: str, primary: bool) -> dict:
    fields = {**NUMBER, "number": number, "primary": primary}
    return entry(sequence, request, "contact_number", id, "created", **{name: (None, value) for name, value in fields.items()})


def adding(id: str, number: str, primary: bool, made: str, invoked: float, answered: float, status=201) -> Attempt:
    body = {"number": number, "phone_type": "cell", "patient_id": "p1", "primary": primary}
    return Attempt(id, "acme", "POST", "/api/v2/phone-numbers", body, id, invoked, answered, status, False, {"id": made})


def reading(id: str, primary: bool, number: str, invoked: float, answered: float) -> Attempt:
    shown = {**NUMBER, "number": number, "primary": primary, "linked_to": {"id": "p1"}}
    return Attempt("r", "acme", "GET", f"/api/v2/phone-numbers/{id}", None, None, invoked, answered, 200, False, shown)


def searching(found: list[str], invoked: float, answered: float) -> Attempt:
    data = [{**NUMBER, "id": id, "linked_to": {"id": "p1"}, "primary": True} for id in found]
    answer = {"data": data, "pagination": {"total_items": len(data)}}
    return Attempt("s", "acme", "GET", "/api/v2/phone-numbers?limit=100&q=2125550100", None, None, invoked, answered, 200, False, answer)


ONE, TWO = "2125550100", "2125550101"
PATIENT = entry(1, "setup", "patient", "p1", "created", first_name=(None, "A"))
FIRST = added(2, "w1", "phn_1", ONE, True)
STEPS_DOWN = entry(3, "w2", "contact_number", "phn_1", "updated", primary=(True, False))
SECOND = added(4, "w2", "phn_2", TWO, True)
LEDGER = [PATIENT, FIRST, STEPS_DOWN, SECOND]
W1 = adding("w1", ONE, True, "phn_1", 1, 2)
W2 = adding("w2", TWO, True, "phn_2", 3, 4)


@pytest.mark.parametrize("ledger, attempts", [
    (LEDGER, [W1, W2]),
    (LEDGER, [W1, adding("w2", TWO, True, "phn_2", 3, float("inf"), None)]),
    (LEDGER[:2], [W1, adding("w2", TWO, True, "phn_2", 3, float("inf"), None)]),
    (LEDGER, [W1, W2, reading("phn_1", True, ONE, 3.5, 3.6), searching(["phn_1"], 2.1, 2.9)]),
], ids=["acknowledged", "unknown and done", "unknown and not done", "reads"])
def test_finds_nothing_wrong(ledger, attempts):
    AccountHistory(ledger, attempts).check()


@pytest.mark.parametrize("ledger, attempts", [
    (LEDGER[:2], [W1, W2]),
    (LEDGER, [W1, adding("w2", TWO, True, "phn_2", 3, 4, 409)]),
    ([PATIENT, FIRST, added(3, "w2", "phn_2", TWO, True)], [W1, W2]),
    ([PATIENT, FIRST, added(3, "w2", "phn_2", ONE, False)], [W1, adding("w2", ONE, False, "phn_2", 3, 4)]),
    ([PATIENT, FIRST, {**STEPS_DOWN, "sequence": 4}, {**SECOND, "sequence": 5}], [W1, W2]),
    (LEDGER, [W1, adding("w2", TWO, True, "phn_2", 0, 0.5)]),
    (LEDGER, [W1, adding("w2", TWO, True, "phn_9", 3, 4)]),
    (LEDGER, [W1, W2, reading("phn_1", True, ONE, 5, 6)]),
    (LEDGER, [W1, W2, reading("phn_1", False, ONE, 1, 2.5)]),
    (LEDGER, [W1, W2, searching([], 5, 6)]),
    ([PATIENT, FIRST, {**FIRST, "sequence": 3, "entity_id": "phn_3"}], [W1]),
], ids=["lost", "done although refused", "two primaries", "twice on one person", "gap", "order against time", "another id",
        "stale read", "read before it was written", "not found", "executed twice"])
def test_finds_what_is_wrong(ledger, attempts):
    with pytest.raises(Broken):
        AccountHistory(ledger, attempts).check()
