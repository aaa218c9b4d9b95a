"""Holds what writers were told (busy_writers.py) and what the ledger says against the model (books_model.py): there is
one order of all requests, the ledger's, in which the model gives the same answers, and which is true to time: what was
answered before another request was sent comes before it. Reads show a state between their sending and their answer."""
import collections
import dataclasses

from books_model import Books, Broken, demand
from busy_writers import Attempt

FOREVER = float("inf")


@dataclasses.dataclass(slots=True)
class Version:
    """A state that something was in. It began between `sent` and `told`, with the answer to the change that made it."""
    fields: dict | None  # None: not there any more
    sent: float
    told: float
    end_sent: float = FOREVER
    end_told: float = FOREVER

    def may_be_seen(self, since: float, until: float) -> bool:
        return self.sent <= until and since <= self.end_told

    def must_be_seen(self, since: float, until: float) -> bool:
        return self.told <= since and until <= self.end_sent


class AccountHistory:
    def __init__(self, entries: list[dict], attempts: list[Attempt]):
        self.entries = entries
        self.attempts = {attempt.id: attempt for attempt in attempts}
        self.books = Books()
        self.versions: dict[str, list[Version]] = collections.defaultdict(list)
        self.executed: dict[str, Attempt] = {}  # by Idempotency-Key
        self.changed: set[str] = set()  # requests that left entries

    def check(self, outdated: list[Broken] | None = None):
        """`outdated` takes answers that changed nothing and tell of a state that was no more, where those may be: a
        primary that was deposed while it stood still goes on reading for a moment when it wakes."""
        self._check_sequence()
        self._replay()
        for attempt in self.attempts.values():
            try:
                self._check_told(attempt)
            except Broken as broken:
                if outdated is None or attempt.id in self.changed or self._claims_a_change(attempt):
                    raise
                outdated.append(broken)

    @staticmethod
    def _claims_a_change(attempt: Attempt) -> bool:
        """It was told that something was made or deleted; a PATCH may have had nothing to change."""
        return attempt.succeeded and attempt.method in ("POST", "DELETE")

    def _check_sequence(self):
        for place, entry in enumerate(self.entries, 1):
            demand(entry["sequence"] == place, "a gap in the ledger", entry)
            demand(place == 1 or entry["time"] >= self.entries[place - 2]["time"], "time goes back", entry)

    # The order of the ledger.

    def _requests(self):
        """The entries of each request, which stand together."""
        group: list[dict] = []
        for entry in self.entries:
            if group and group[-1]["request_id"] != entry["request_id"]:
                yield group
                group = []
            group.append(entry)
        if group:
            yield group

    def _replay(self):
        latest_sent = 0.0
        for group in self._requests():
            attempt = self.attempts.get(group[0]["request_id"])
            if attempt is None:  # what came before the writers
                for entry in group:
                    self._apply(entry, 0.0, 0.0)
                continue
            demand(attempt.id not in self.changed, "a request was executed twice", attempt)
            demand(not attempt.refused, "a refused request changed something", attempt, group)
            told = attempt.answered if attempt.succeeded else FOREVER
            demand(latest_sent <= told, "an order against time: one that was sent later is before it", attempt)
            latest_sent = max(latest_sent, attempt.invoked)
            self.changed.add(attempt.id)
            self._check_key(attempt)
            self._check_entries(attempt, group)
            for entry in group:
                self._apply(entry, attempt.invoked, told)

    def _check_key(self, attempt: Attempt):
        if attempt.key is not None:
            demand(attempt.key not in self.executed, "an idempotency key was executed twice", attempt)
            demand(not attempt.replayed, "a replayed answer changed something", attempt)
            self.executed[attempt.key] = attempt

    def _check_entries(self, attempt: Attempt, group: list[dict]):
        foreseen = self.books.foresee(attempt.method, attempt.path, attempt.body)
        demand(foreseen is not None, "must have been refused", attempt, group)
        demand(len(foreseen) == len(group), "other entries than foreseen", attempt, foreseen, group)
        patient = next((entry["entity_id"] for entry in group if entry["entity"] == "patient"), None)
        for change, entry in zip(foreseen, group):
            if change.entity == "contact_number" and attempt.path == "/api/v2/patients":
                change.fields["patient_id"] = (None, patient)
            if attempt.body and attempt.body.get("provider") == "pia":
                entry = {**entry, "changes": {name: value for name, value in entry["changes"].items()
                                              if name not in ("phone_number", "area_code", "country_code")}}
            demand(change.meets(entry), "another entry than foreseen", attempt, change, entry)
        made = [entry["entity_id"] for entry in group if entry["action"] == "created"]
        if attempt.succeeded and attempt.method == "POST":
            demand(attempt.answer["id"] in made, "answered with another id", attempt, group)

    def _apply(self, entry: dict, sent: float, told: float):
        self.books.apply(entry)
        id = entry["entity_id"]
        known = self.versions[id]
        if known:
            known[-1].end_sent, known[-1].end_told = sent, told
        fields = self.books.held[entry["entity"]].get(id)
        known.append(Version(None if fields is None else dict(fields), sent, told))

    # What was told.

    def _check_told(self, attempt: Attempt):
        if attempt.status is None or attempt.status >= 500:
            return
        if attempt.succeeded:
            if attempt.method == "GET":
                self._check_read(attempt)
            elif attempt.id not in self.changed:
                self._check_changed_nothing(attempt)
        else:
            self._check_refusal(attempt)

    def _check_changed_nothing(self, attempt: Attempt):
        if attempt.replayed:
            first = self.executed.get(attempt.key)
            demand(first is not None, "replayed what never was", attempt)
            demand(not first.succeeded or first.answer == attempt.answer, "replayed another answer", attempt, first)
        else:
            demand(attempt.method == "PATCH", "acknowledged, and not in the ledger", attempt)
            self._check_one(attempt, attempt.path.rpartition("/")[2], {**attempt.body})

    def _check_read(self, attempt: Attempt):
        place, _, id = attempt.path.rpartition("/")
        if id.startswith("phone-numbers?"):
            self._check_search(attempt)
        else:
            shown = attempt.answer
            self._check_one(attempt, id, {"patient_id": shown["linked_to"]["id"],
                                          **{name: shown[name] for name in ("number", "phone_type", "primary", "verified", "do_not_call")}})

    def _check_one(self, attempt: Attempt, id: str, shown: dict):
        """There is a moment between sending and answer in which it was as shown."""
        for version in self.versions[id]:
            if version.fields is not None and version.may_be_seen(attempt.invoked, attempt.answered) and \
                    all(version.fields.get(name) == value for name, value in shown.items()):
                return
        demand(False, "shows a state that was not, or was no more", attempt, self.versions[id])

    def _check_search(self, attempt: Attempt):
        digits = attempt.path.rpartition("q=")[2]
        data, total = attempt.answer["data"], attempt.answer["pagination"]["total_items"]
        demand(len(data) == min(total, 100), "a total that is not what is shown", attempt)
        for item in data:
            demand(digits in item["number"], "found what does not fit", attempt, item)
            self._check_one(attempt, item["id"], {"patient_id": item["linked_to"]["id"], "number": item["number"],
                                                  "phone_type": item["phone_type"], "primary": item["primary"]})
        if total <= 100:
            found = {item["id"] for item in data}
            for id, version in self.with_digits(digits):
                if version.must_be_seen(attempt.invoked, attempt.answered):
                    demand(id in found, "a search misses what was acknowledged before", attempt, id, version)

    def with_digits(self, digits: str):
        """Every state with a number that begins so."""
        if not hasattr(self, "_by_digits"):
            self._by_digits = collections.defaultdict(list)
            for id, versions in self.versions.items():
                for version in versions:
                    if version.fields and id.startswith("phn_"):
                        for length in (7, 10):
                            self._by_digits[version.fields["number"][:length]].append((id, version))
        return self._by_digits[digits]

    def _check_refusal(self, attempt: Attempt):
        """There is a moment between sending and answer in which it had to be refused so."""
        code = attempt.answer["error"]["code"]
        since, until = attempt.invoked, attempt.answered
        if attempt.status == 404:
            versions = self.versions[attempt.path.rpartition("/")[2]]
            demand(not versions or versions[0].told >= since or any(
                version.fields is None and version.may_be_seen(since, until) for version in versions), "not found, and was there", attempt)
        elif code == "duplicate_number":
            (detail,) = attempt.answer["error"]["details"]
            self._check_one(attempt, detail["id"], {"number": attempt.body["number"]})
        else:
            demand(code in ("phone_number_in_use", "no_number_available", "idempotency_in_progress"), "refused", attempt)


class History:
    """Of an installation: `entries` by account, of each account's ledger."""

    def __init__(self, entries: dict[str, list[dict]], attempts: list[Attempt], pool: set[str]):
        self.attempts = attempts
        self.pool = pool
        self.accounts = {name: AccountHistory(ledger, [attempt for attempt in attempts if attempt.account == name])
                         for name, ledger in entries.items()}

    def check(self, outdated: list[Broken] | None = None):
        for account in self.accounts.values():
            account.check(outdated)
        lines = self._lines()
        for number, held in lines.items():
            held.sort(key=lambda version: version.told)
            for one, next in zip(held, held[1:]):
                demand(one.end_sent <= next.told, "a number was in service twice at a time", number, one, next)
        for attempt in self.attempts:
            if attempt.status == 409 and outdated is None:
                self._check_line_refusal(attempt, lines)

    def _lines(self) -> dict[str, list[Version]]:
        """When each number was in service, in any account."""
        found = collections.defaultdict(list)
        for account in self.accounts.values():
            for id, versions in account.versions.items():
                if id.startswith("pn_"):
                    found[versions[0].fields["phone_number"]].append(versions[0])
        return found

    def _check_line_refusal(self, attempt: Attempt, lines: dict[str, list[Version]]):
        def was_taken(number: str) -> bool:
            return any(version.may_be_seen(attempt.invoked, attempt.answered) for version in lines[number])

        code = attempt.answer["error"]["code"]
        if code == "phone_number_in_use":
            demand(was_taken(attempt.body["phone_number"]), "refused a number that was free", attempt)
        if code == "no_number_available":
            demand(all(was_taken(number) for number in self.pool), "refused although the pool had a number", attempt)
