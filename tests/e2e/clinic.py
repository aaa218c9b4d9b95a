"""A clinic on a demo installation: its line calls and texts simulated phones."""
import itertools

from installation import Client, unused_e164
from reach import NOON, entry_where_it_is
from twilio_stand_in import TwilioStandIn
from waiting import eventually

_numbers = itertools.count(2_000)


def unused_number() -> str:
    """Ten digits that no other test of this process uses."""
    return f"585555{next(_numbers):04d}"


def new_twilio_line(client: Client, twilio: TwilioStandIn, owner: tuple[str, str]) -> str:
    """For the agent `nurse`."""
    number = unused_e164()
    twilio.own(owner[0], number)
    answer = client.post("/phone_numbers", {"provider": "twilio", "twilio_account_sid": owner[0], "twilio_auth_token": owner[1],
                                            "phone_number": number, "ai_agent_id": "nurse"})
    assert answer.status_code == 201, answer.text
    return eventually(lambda: (line := client.get(f"/phone_numbers/{answer.json()['id']}").json())["status"] == "active" and line)["id"]


class Clinic:
    def __init__(self, client: Client, account: str = ""):
        self.client, self.account = client, account
        client.new_agent("nurse", url="wss://agents.example.com/nurse")
        answer = client.post("/phone_numbers", {"provider": "pia", "ai_agent_id": "nurse"})
        assert answer.status_code == 201, answer.text
        self.line = answer.json()

    def person(self, hour=NOON, **person) -> tuple[str, str]:
        """The entry and the number of somebody who may be called, but for the hour."""
        number = unused_number()
        return entry_where_it_is(self.client, hour, number, **person), number

    def post(self, path: str, body: dict, status=201, **headers) -> dict:
        answer = self.client.post(path, body, **headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def call(self, to: str, status=201, **fields) -> dict:
        return self.post("/calls", {"line_id": self.line["id"], "to": to, "purpose": "care", **fields}, status)

    def text(self, to: str, text="Your appointment is tomorrow at ten.", status=201, **fields) -> dict:
        return self.post("/messages", {"line_id": self.line["id"], "to": to, "text": text, "purpose": "care", **fields}, status)

    def get(self, path: str) -> dict:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def phone(self, number: str) -> dict:
        return self.get(f"/simulator/phones/{number}")

    def inbox(self, number: str, kind: str) -> list[dict]:
        return [item for item in self.phone(number)["inbox"] if item["type"] == kind]

    def behave(self, number: str, **behaviour):
        self.post(f"/simulator/phones/{number}", {"behaviour": behaviour}, 200)

    def phone_texts(self, number: str, text: str):
        self.post(f"/simulator/phones/{number}", {"text": {"to": self.line["phone_number"], "text": text}}, 200)

    def ended_call(self, id: str) -> dict:
        return eventually(lambda: (call := self.get(f"/calls/{id}"))["ended_at"] and call)

    def ended_text(self, id: str) -> dict:
        return eventually(lambda: (text := self.get(f"/messages/{id}"))["ended_at"] and text)
