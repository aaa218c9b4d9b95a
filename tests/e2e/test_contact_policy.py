"""An account's rules of contact: /policy."""
import datetime

import pytest

from reach import NOON, decide, entry_where_it_is, ledger_of, put_policy
from refusals import refused

EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY = {"days": EVERY_DAY, "start": "08:00", "end": "21:00"}
DEFAULTS = {"hours": {"care": DAY, "service": DAY, "marketing": DAY},
            "attempts": {"care": [{"max": 5, "hours": 24}], "service": [], "marketing": [{"max": 3, "hours": 24}]},
            "state_rules": True, "holidays": [], "require_list": True,
            "help_text": "You get texts from this number because your care team has your phone number. Reply STOP to end them.",
            "texts_kept_days": 365}


def rules(policy: dict) -> dict:
    return {name: policy[name] for name in DEFAULTS}


def test_what_holds_before_anybody_has_said_anything(account):
    policy = account.get("/policy").json()
    assert policy == {**DEFAULTS, "version": 1, "updated_at": policy["updated_at"], "state_hours": policy["state_hours"]}
    assert policy["state_hours"]["source"] and datetime.date.fromisoformat(policy["state_hours"]["as_of"])
    assert ledger_of(account, "contact_policy", "policy") == []


def test_it_is_replaced(account):
    wanted = {"hours": {"care": {"days": ["sat"], "start": "09:00", "end": "12:30"}, "service": {**DAY, "end": "24:00"}, "marketing": DAY},
              "attempts": {"care": [{"max": 1, "hours": 1}, {"max": 1000, "hours": 744}], "service": [{"max": 0, "hours": 24}], "marketing": []},
              "state_rules": False, "holidays": ["2026-12-25", "2028-02-29"], "require_list": False,
              "help_text": "Riverside Clinic.\nCall 585-298-4455.", "texts_kept_days": 1}
    policy = put_policy(account, **wanted)
    assert rules(policy) == wanted and policy["version"] == 2
    assert account.get("/policy").json() == policy
    assert rules(put_policy(account)) == DEFAULTS, "what is left out is its default"
    assert account.get("/policy").json()["version"] == 3


@pytest.mark.parametrize("nothing", [
    {"hours": None, "attempts": None, "holidays": None}, {"hours": {}, "attempts": {}, "holidays": []},
    {"hours": {"care": None}, "attempts": {"marketing": None}}, {"hours": {"care": {"start": "08:00", "end": "21:00"}}}])
def test_the_defaults_again_are_no_new_version(account, nothing):
    assert rules(put_policy(account, **nothing)) == DEFAULTS
    assert account.get("/policy").json()["version"] == 1 and ledger_of(account, "contact_policy", "policy") == []


def test_versions_are_in_the_ledger(account):
    first = put_policy(account, holidays=["2026-12-25", "2026-12-24", "2026-12-25"])
    assert first["holidays"] == ["2026-12-24", "2026-12-25"], "in order, each once"
    assert put_policy(account, holidays=["2026-12-24", "2026-12-25"]) == first, "the same again is no new version"
    put_policy(account, holidays=["2026-12-24", "2026-12-25"], attempts={"care": [{"max": 2, "hours": 8}]})
    last, before = ledger_of(account, "contact_policy", "policy")
    assert before["changes"] == {"holidays": {"was": "", "is": "2026-12-24 2026-12-25"}, "version": {"was": 1, "is": 2}}
    assert last["changes"] == {"attempts.care": {"was": "5 in 24 h", "is": "2 in 8 h"}, "version": {"was": 2, "is": 3}}
    assert last["action"] == before["action"] == "updated"


def test_decisions_name_the_version_that_they_were_taken_by(account):
    phone = entry_where_it_is(account, NOON, "5852984455")
    old = decide(account, phone_id=phone)
    put_policy(account, hours={"care": {"start": "00:00", "end": "00:01"}})
    new = decide(account, phone_id=phone)
    assert (old["policy_version"], old["allowed"], new["policy_version"], new["allowed"]) == (1, True, 2, False)
    assert account.get(f"/decisions/{old['id']}").json() == old


def test_etags(account):
    answer = account.get("/policy")
    tag = answer.headers["ETag"]
    assert account.get("/policy", headers={"If-None-Match": tag}).status_code == 304
    changed = account.put("/policy", {"state_rules": False}, headers={"If-Match": tag})
    assert changed.status_code == 200 and changed.headers["ETag"] != tag
    assert account.get("/policy").headers["ETag"] == changed.headers["ETag"]
    refused(account.put("/policy", {}, headers={"If-Match": tag}), 412, "precondition_failed")
    refused(account.put("/policy", {"hours": 7}, headers={"If-Match": tag}), 412, "precondition_failed")
    refused(account.put("/policy", {}, headers={"If-None-Match": "*"}), 412, "precondition_failed")
    assert account.get("/policy").json()["version"] == 2
    assert account.put("/policy", {}, headers={"If-Match": changed.headers["ETag"]}).json()["version"] == 3


@pytest.mark.parametrize("body, at_fault", [
    ({"hours": 7}, ["hours"]), ({"hours": {"care": "day"}}, ["hours.care"]), ({"hours": {"emergency": DAY}}, ["hours.emergency"]),
    ({"hours": {"care": {}}}, ["hours.care.start", "hours.care.end"]),
    ({"hours": {"care": {"start": "21:00", "end": "08:00"}, "service": {"days": [], "start": "8:00", "end": "25:00"}}},
     ["hours.care.end", "hours.service.days", "hours.service.start", "hours.service.end"]),
    ({"hours": {"care": {"days": ["mon", "mon"], "start": "08:00", "end": "09:00"}}}, ["hours.care.days"]),
    ({"hours": {"care": {"days": None, "start": "08:00", "end": "09:00"}}}, ["hours.care.days"]),
    ({"attempts": []}, ["attempts"]), ({"attempts": {"care": {}}}, ["attempts.care"]),
    ({"attempts": {"verification": []}}, ["attempts.verification"]),
    ({"attempts": {"care": [{"max": 1, "hours": 24}, {"max": -1, "hours": 745}, {}, 7]}},
     ["attempts.care[1].max", "attempts.care[1].hours", "attempts.care[2].max", "attempts.care[2].hours", "attempts.care[3]"]),
    ({"attempts": {"care": [{"max": 1001, "hours": 0, "days": 1}]}}, ["attempts.care[0].max", "attempts.care[0].hours", "attempts.care[0].days"]),
    ({"attempts": {"care": [{"max": 1.5, "hours": "24"}]}}, ["attempts.care[0].max", "attempts.care[0].hours"]),
    ({"attempts": {"care": [{"max": 1, "hours": 1}] * 9}}, ["attempts.care"]),
    ({"holidays": "2026-12-25"}, ["holidays"]), ({"holidays": ["2026-02-29"]}, ["holidays"]), ({"holidays": [7]}, ["holidays"]),
    ({"holidays": ["2026-12-25"] * 401}, ["holidays"]),
    ({"state_rules": "yes", "require_list": None}, ["state_rules", "require_list"]),
    ({"help_text": "", "texts_kept_days": 0}, ["help_text", "texts_kept_days"]),
    ({"help_text": "x" * 321, "texts_kept_days": 3661}, ["help_text", "texts_kept_days"]),
    ({"help_text": "a bell \a", "texts_kept_days": None}, ["help_text", "texts_kept_days"]),
    ({"version": 7, "updated_at": "2026-01-01T00:00:00Z", "state_hours": {}}, ["version", "updated_at", "state_hours"]),
    ([], ["body"]),
])
def test_every_field_at_fault_is_named(account, body, at_fault):
    refused(account.put("/policy", body), 422, "validation_error", *at_fault)
    assert account.get("/policy").json()["version"] == 1


def test_at_the_bounds(account):
    days = [(datetime.date(2026, 1, 1) + datetime.timedelta(days=i)).isoformat() for i in range(400)]
    caps = [{"max": 1000 - i, "hours": 744 - i} for i in range(8)]
    policy = put_policy(account, holidays=days[::-1], attempts={"care": caps}, hours={"care": {"start": "00:00", "end": "24:00"}})
    assert policy["holidays"] == days and policy["attempts"]["care"] == caps
    assert account.get("/policy").json() == policy


def test_who_may(shared_installation):
    writer = shared_installation.client(account="policy", scopes="reach:read,reach:write")
    assert writer.get("/policy").status_code == 200
    refused(writer.put("/policy", {}), 403, "forbidden")
    refused(shared_installation.client(account="policy", scopes="reach:write").get("/policy"), 403, "forbidden")
    put_policy(shared_installation.client(account="policy", scopes="admin"), state_rules=False)
    other = shared_installation.client(account="another with a policy")
    assert other.get("/policy").json()["version"] == 1


def test_it_outlives_a_restart(installation):
    installation.serve()
    policy = put_policy(installation.client(), holidays=["2026-12-25"], attempts={"care": []})
    assert installation.server.stop() == 0
    installation.serve()
    assert installation.client().get("/policy").json() == policy
