"""A clinic in the middle of a day, for whoever looks at the console: people with their numbers, calls and texts that went well and
that did not, lists, consents, a policy, an import with faults."""
import zoneinfo

from clinic import Clinic, unused_number
from reach import NIGHT, NOON, consent, now, put_policy, suppress, zone_where_it_is
from waiting import eventually

PEOPLE = [("Flora", "Whitfield"), ("Marcus", "Okafor"), ("Ines", "Caldeira"), ("Theo", "Lindqvist"), ("Priya", "Raman"),
          ("Bernard", "Achterberg"), ("Guadalupe", "Santos-Montenegro"), ("Walt", "Kowalczyk"), ("Noor", "Haddad"),
          ("Elsie", "Thornbury"), ("Dmitri", "Volkov"), ("Amara", "Nwosu"), ("Henrik", "Dahl"), ("Rosalind", "Pike")]
ASLEEP = "Elsie"  # where it is night
CITIES = ["Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
          "America/Halifax", "America/Sao_Paulo", "Atlantic/South_Georgia", "Atlantic/Azores", "Europe/London", "Europe/Berlin",
          "Europe/Athens", "Africa/Nairobi", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Asia/Manila", "Asia/Tokyo",
          "Australia/Brisbane", "Pacific/Noumea", "Pacific/Auckland", "Pacific/Pago_Pago"]


def city_where_it_is(hour: int) -> str:
    """As people fill it in; at some hours of the year no city of these has it."""
    return next((name for name in CITIES if now().astimezone(zoneinfo.ZoneInfo(name)).hour == hour), zone_where_it_is(hour))


class Furnished:
    """`found` has the addresses of what can be opened; `hook` is where events are delivered, and `down` where they cannot be."""

    def __init__(self, clinic: Clinic, hook: str = "", down: str = ""):
        self.clinic, self.client = clinic, clinic.client
        self.client.patch(f"/phone_numbers/{clinic.line['id']}", {"name": "Front desk"})
        self.client.new_agent("night-desk", url="wss://agents.example.com/night", agent_name="Night desk")
        self.client.new_line(name="Old office", ai_agent_id="night-desk")
        self.people = [self._person(*name) for name in PEOPLE]
        self.found = {"person": self.people[0]["page"], "asleep": self._of(ASLEEP)["page"], "line": f"/console/lines/{clinic.line['id']}"}
        if hook:
            self._webhooks(hook, down)
        self._rules()
        self._calls()
        self._texts()
        self._lists()
        self._files()

    def _of(self, first: str) -> dict:
        return next(one for one in self.people if one["first"] == first)

    def _person(self, first: str, last: str) -> dict:
        zone = city_where_it_is(NIGHT if first == ASLEEP else NOON)
        id, number = self.client.new_patient(first, last, timezone=zone), unused_number()
        entry = self.client.new_number(id, number)["id"]
        return {"first": first, "id": id, "entry": entry, "number": number, "page": f"/console/contacts/patients/{id}"}

    def _webhooks(self, hook: str, down: str):
        self.clinic.post("/webhooks", {"url": down, "types": ["call.*"]})
        made = self.clinic.post("/webhooks", {"url": hook, "types": ["*"], "description": "The scheduling system"})
        self.found["webhook"] = f"/console/operate/webhooks/{made['id']}"

    def _rules(self):
        put_policy(self.client, hours={"marketing": {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "10:00", "end": "18:00"}},
                   holidays=["2026-12-25", "2027-01-01"])
        first = self.people[0]
        self.client.new_number(first["id"], unused_number(), "home")
        window = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "10:00", "end": "15:30"}
        self.client.patch(f"/api/v2/patients/{first['id']}", {"contact_window": window})
        consent(self.client, first["entry"], evidence="Form of the front desk, page 2")
        consent(self.client, self.people[1]["entry"], channel="text")
        self.client.patch(f"/api/v2/phone-numbers/{self._of('Walt')['entry']}", {"do_not_call": True})
        suppress(self.client, self._of("Dmitri")["number"], "call", "text")
        # Whoever moved, and a number that two of the house share.
        self.client.patch(f"/api/v2/phone-numbers/{self._of('Theo')['entry']}", {"number": unused_number()})
        self.client.post("/api/v2/doctors", {"first_name": "Jane", "last_name": "Roe"})

    def _calls(self):
        for first, behaviour in (("Marcus", "busy"), ("Ines", "no_answer"), ("Priya", "voicemail"), ("Bernard", "fail")):
            self.clinic.behave(self._of(first)["number"], call=behaviour)
        calls = [self.clinic.call(self._of(first)["entry"]) for first in ("Marcus", "Ines", "Priya", "Bernard", "Flora", "Noor")]
        for first in (ASLEEP, "Walt"):
            self.clinic.post("/calls", {"line_id": self.clinic.line["id"], "to": self._of(first)["entry"], "purpose": "care"}, 409)
        self.found["call"] = f"/console/calls/{calls[0]['id']}"
        self.clinic.ended_call(calls[0]["id"])

    def _texts(self):
        self.clinic.behave(self._of("Henrik")["number"], text="fail", error_code=30006)
        for first in ("Flora", "Henrik", "Amara", "Noor"):
            self.clinic.text(self._of(first)["entry"])
        talk = self._of("Flora")["number"]
        self.clinic.phone_texts(talk, "Can I come at eleven instead? My bus is late on Fridays, and I would rather not wait outside.")
        eventually(lambda: [one for one in self.clinic.get("/messages")["messages"] if one["direction"] == "inbound"])
        self.clinic.text(talk, "Eleven is fine. See you then.")
        self.clinic.phone_texts(self._of("Amara")["number"], "STOP")
        self.found["talk"] = f"/console/messages/{talk}"

    def _lists(self):
        made = self.clinic.post("/saved-lists", {"name": "Cells to verify", "of": "phone_numbers", "sort": "name",
                                                 "filter": {"phone_type": "cell", "verified": False}})
        self.clinic.post("/saved-lists", {"name": "Doctors of the practice in Rochester", "of": "doctors"})
        self.found["saved_list"] = f"/console/contacts?list={made['id']}&phone_type=cell&verified=no"
        everybody = [{"type": "patient", "id": one["id"]} for one in self.people]
        made = self.clinic.post("/dial-lists", {"name": "Flu shots, week 48", "purpose": "care", "people": everybody})
        taken = self.clinic.post(f"/dial-lists/{made['id']}/next", {"count": 2, "lease_seconds": 600}, 200)["entries"]
        for entry, outcome in zip(taken, ("answered", "busy")):
            self.clinic.post(f"/dial-lists/{made['id']}/entries/{entry['id']}/outcome", {"outcome": outcome}, 200)
        self.clinic.post("/dial-lists", {"name": "Recall of 2025", "purpose": "service", "people": everybody[:3]})
        self.found |= {"list": f"/console/dial-lists/{made['id']}", "dialing": f"/console/dial-lists/{made['id']}/dial"}

    def _files(self):
        table = "number,first_name,last_name,Bogus\n5855558001,Ada,Byron,\n12,Con,Dent,\n585555,Eve,Frost,x\n"
        upload = self.clinic.post("/imports", {"kind": "contacts", "name": "reception.csv", "size": len(table)})["id"]
        self.client.put(f"/imports/{upload}/file", data=table, headers={"Content-Type": "application/octet-stream"})
        self.client.post(f"/imports/{upload}/run", {"columns": {"Bogus": ""}})
        eventually(lambda: self.clinic.get(f"/imports/{upload}")["status"] == "finished")
        self.found["rehearsal"] = f"/console/import/{upload}"
