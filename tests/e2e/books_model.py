"""What the books of one account must be: the rules once more, as plainly as they can be said, and nothing of how the
service does it. Replays a ledger entry by entry, and foresees which entries a request must leave."""
import collections
import dataclasses

NUMBER_FIELDS = ("patient_id", "number", "phone_type", "primary", "verified", "do_not_call")


class Broken(AssertionError):
    """The service did what the model forbids."""


def demand(holds, *words):
    if not holds:
        raise Broken(*words)


@dataclasses.dataclass(frozen=True)
class Change:
    """A ledger entry without what the model cannot know: its sequence and time. An id of None is one yet to be given."""
    entity: str
    action: str
    id: str | None
    fields: dict  # name: (was, is)

    def meets(self, entry: dict) -> bool:
        told = {name: (change["was"], change["is"]) for name, change in entry["changes"].items()}
        return ((self.entity, self.action, self.fields) == (entry["entity"], entry["action"], told)
                and self.id in (None, entry["entity_id"]))


def created(entity: str, fields: dict, id: str | None = None) -> Change:
    return Change(entity, "created", id, {name: (None, value) for name, value in fields.items() if value is not None})


def updated(entity: str, id: str, was: dict, now: dict) -> list[Change]:
    fields = {name: (was.get(name), value) for name, value in now.items() if was.get(name) != value}
    return [Change(entity, "updated", id, fields)] if fields else []


def deleted(entity: str, id: str, was: dict) -> Change:
    return Change(entity, "deleted", id, {name: (value, None) for name, value in was.items() if value is not None})


class Books:
    """One account's, as its ledger tells them."""

    def __init__(self):
        self.held: dict[str, dict[str, dict]] = collections.defaultdict(dict)  # entity: id: fields
        self.on_person: dict[tuple[str, str], str] = {}  # (person, number): id
        self.primaries: dict[tuple[str, str], str] = {}  # (person, type): id
        self.lines: dict[str, str] = {}  # phone number: id
        self.do_not_call: set[tuple[str, str]] = set()  # that outlived its entry, by (person, number)

    # Replaying.

    def apply(self, entry: dict):
        """Takes an entry over. Broken where it contradicts what came before it, or a rule is broken behind it."""
        entity, id, action = entry["entity"], entry["entity_id"], entry["action"]
        held = self.held[entity]
        was = held.get(id)
        demand((was is None) == (action == "created"), "made twice, or changed without being there", entry)
        now = dict(was or {})
        for name, change in entry["changes"].items():
            if "was" not in change:
                continue  # a secret
            demand(now.get(name) == change["was"], f"{name} was something else", was, entry)
            now[name] = change["is"]
        if action in ("deleted", "released"):
            demand(all(value is None for value in now.values()), "deleted in part", entry)
            del held[id]
            now = None
        else:
            held[id] = now
        keep = {"contact_number": self._keep_number, "line": self._keep_line}.get(entity)
        if keep is not None:
            keep(id, was, now)

    def _keep_number(self, id: str, was: dict | None, now: dict | None):
        if was is not None:
            del self.on_person[was["patient_id"], was["number"]]
            if was["primary"]:
                del self.primaries[was["patient_id"], was["phone_type"]]
        if now is not None:
            person = now["patient_id"]
            demand(person in self.held["patient"], "a number of nobody", id, now)
            demand((person, now["number"]) not in self.on_person, "the same number twice on one person", id, now)
            self.on_person[person, now["number"]] = id
            if now["primary"]:
                demand((person, now["phone_type"]) not in self.primaries, "two primaries of one type", id, now)
                self.primaries[person, now["phone_type"]] = id
        self._keep_do_not_call(was, now)

    def _keep_do_not_call(self, was: dict | None, now: dict | None):
        """It outlives the entry that had it; the next entry of the same number takes it up."""
        place = {True: None, False: None}
        for is_now, fields in ((False, was), (True, now)):
            place[is_now] = fields and (fields["patient_id"], fields["number"])
        if place[True] == place[False]:
            return
        if was is not None:
            (self.do_not_call.add if was["do_not_call"] else self.do_not_call.discard)(place[False])
        if now is not None and place[True] in self.do_not_call:
            demand(now["do_not_call"], "a do-not-call was forgotten", now)
            self.do_not_call.discard(place[True])

    def _keep_line(self, id: str, was: dict | None, now: dict | None):
        if was is None:
            demand(now["phone_number"] not in self.lines, "two lines with one number", id, now)
            self.lines[now["phone_number"]] = id
        elif now is None:
            del self.lines[was["phone_number"]]

    # Foreseeing.

    def foresee(self, method: str, path: str, body: dict | None) -> list[Change] | None:
        """The entries that a request leaves if it succeeds here and now; None where it must be refused."""
        place, _, id = path.rpartition("/")
        if method == "POST":
            return {"/api/v2/phone-numbers": self._add_number, "/api/v2/patients": self._add_patient,
                    "/phone_numbers": self._add_line}[path](body)
        entity = {"/api/v2/phone-numbers": "contact_number", "/api/v2/patients": "patient", "/phone_numbers": "line"}[place]
        was = self.held[entity].get(id)
        if was is None:
            return None
        if method == "DELETE":
            return [deleted(entity, id, was)]
        if entity == "contact_number":
            return self._edit_number(id, was, body)
        return updated(entity, id, was, {**was, **body})

    def _step_down(self, person: str, phone_type: str) -> list[Change]:
        old = self.primaries.get((person, phone_type))
        return [] if old is None else [Change("contact_number", "updated", old, {"primary": (True, False)})]

    def _add_number(self, body: dict) -> list[Change] | None:
        person, number = body["patient_id"], body["number"]
        if person not in self.held["patient"] or (person, number) in self.on_person:
            return None
        primary = body.get("primary", False)
        silent = body.get("do_not_call", False) or (person, number) in self.do_not_call
        fields = dict(zip(NUMBER_FIELDS, (person, number, body["phone_type"], primary, False, silent)))
        return (self._step_down(person, body["phone_type"]) if primary else []) + [created("contact_number", fields)]

    def _edit_number(self, id: str, was: dict, body: dict) -> list[Change] | None:
        now = {**was, **body}
        place = (now["patient_id"], now["number"])
        if now["number"] != was["number"]:
            if place in self.on_person:
                return None
            now["verified"] = False
            now["do_not_call"] = now["do_not_call"] or place in self.do_not_call
        claims = now["primary"] and not (was["primary"] and was["phone_type"] == now["phone_type"])
        return (self._step_down(now["patient_id"], now["phone_type"]) if claims else []) + updated("contact_number", id, was, now)

    def _add_patient(self, body: dict) -> list[Change] | None:
        fields = {"first_name": body["first_name"], "last_name": body["last_name"], "active": True, "deceased": False}
        numbers = [dict(zip(NUMBER_FIELDS, (None, n["number"], n["phone_type"], n.get("primary", False), False, False)))
                   for n in body.get("phone_numbers", ())]
        return [created("patient", fields), *(created("contact_number", number) for number in numbers)]

    def _add_line(self, body: dict) -> list[Change] | None:
        if body.get("phone_number") in self.lines:
            return None
        fields = {"provider": body["provider"], "name": body.get("name"), "status": "active"}
        if body["provider"] == "byo":
            fields |= {"phone_number": body["phone_number"], "e164_check": True}
        return [created("line", fields)]
