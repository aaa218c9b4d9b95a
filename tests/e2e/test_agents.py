"""Who answers the lines: /ai_agents."""
import pytest

from refusals import refused

STREAM = {"type": "stream", "url": "wss://agents.example.com/front-desk"}
ANSWERS = [STREAM, {"type": "sip", "sip_uri": "sip:agent@pbx.example.com:5060;transport=tcp"},
           {"type": "webhook", "url": "https://example.com/call?x=1"}, None]


@pytest.mark.parametrize("answer", ANSWERS)
def test_create_get_list(account, answer):
    created = account.post("/ai_agents", {"agent_name": "Front desk", "answer": answer})
    assert created.status_code == 201
    agent = created.json()
    assert agent["agent_id"].startswith("agent_") and (agent["agent_name"], agent["answer"]) == ("Front desk", answer)
    assert created.headers["Location"] == f"/ai_agents/{agent['agent_id']}"
    assert account.get(created.headers["Location"]).json() == agent
    assert account.get("/ai_agents").json() == {"ai_agents": [agent], "next_page_token": None}


def test_a_chosen_id_is_taken_once(account):
    assert account.post("/ai_agents", {"agent_id": "front-desk", "agent_name": "A"}).status_code == 201
    again = refused(account.post("/ai_agents", {"agent_id": "front-desk", "agent_name": "B"}), 409, "already_exists", "agent_id")
    assert again["details"][0]["id"] == "front-desk"


def test_put_creates_then_replaces_and_clears(account):
    created = account.put("/ai_agents/a.1", {"agent_name": "One", "answer": STREAM})
    assert created.status_code == 201 and created.headers["Location"] == "/ai_agents/a.1"
    replaced = account.put("/ai_agents/a.1", {"agent_name": "Two"})
    assert replaced.status_code == 200 and "Location" not in replaced.headers
    assert {**replaced.json(), "updated_at": ""} == {**created.json(), "agent_name": "Two", "answer": None, "updated_at": ""}
    assert account.put("/ai_agents/a.1", {"agent_name": "Two", "answer": None}).json() == replaced.json()
    assert [entry["action"] for entry in account.walk("/ai_agents/a.1/history")] == ["updated", "created"]


@pytest.mark.parametrize("fields, at_fault", [
    ({"agent_name": None}, ["agent_name"]), ({"agent_name": " "}, ["agent_name"]), ({"agent_name": "x" * 65}, ["agent_name"]),
    ({"agent_name": 1, "answer": 1, "colour": 1}, ["agent_name", "answer", "colour"]),
    ({"answer": {}}, ["answer.type"]), ({"answer": {"type": "fax"}}, ["answer.type"]), ({"answer": []}, ["answer"]),
    ({"answer": {"type": "stream"}}, ["answer.url"]), ({"answer": {"type": "stream", "url": "ws://example.com"}}, ["answer.url"]),
    ({"answer": {"type": "stream", "url": "https://example.com"}}, ["answer.url"]),
    ({"answer": {"type": "webhook", "url": "http://example.com"}}, ["answer.url"]),
    ({"answer": {"type": "webhook", "url": "https://user:password@example.com"}}, ["answer.url"]),
    ({"answer": {"type": "webhook", "url": "https://exa mple.com/"}}, ["answer.url"]),
    ({"answer": {"type": "webhook", "url": "https://example.com/#part"}}, ["answer.url"]),
    ({"answer": {"type": "webhook", "url": "https://example.com/" + "x" * 2048}}, ["answer.url"]),
    ({"answer": {"type": "sip", "url": "sip:a@b.example"}}, ["answer.sip_uri", "answer.url"]),
    ({"answer": {"type": "sip", "sip_uri": "a@b.example"}}, ["answer.sip_uri"]),
    ({"answer": {**STREAM, "sip_uri": "sip:a@b.example"}}, ["answer.sip_uri"])])
def test_fields_at_fault_are_named(account, fields, at_fault):
    refused(account.post("/ai_agents", {"agent_name": "Desk", **fields}), 422, "validation_error", *at_fault)
    refused(account.put("/ai_agents/desk", {"agent_name": "Desk", **fields}), 422, "validation_error", *at_fault)
    assert account.get("/ai_agents").json()["ai_agents"] == []


def test_the_id_is_in_one_place(account):
    refused(account.put("/ai_agents/desk", {"agent_name": "Desk", "agent_id": "desk"}), 422, "validation_error", "agent_id")
    refused(account.put("/ai_agents/a%20desk", {"agent_name": "Desk"}), 422, "validation_error", "agent_id")
    refused(account.post("/ai_agents", {"agent_name": "Desk", "agent_id": "a desk"}), 422, "validation_error", "agent_id")
    refused(account.post("/ai_agents", {"agent_name": "Desk", "agent_id": None}), 422, "validation_error", "agent_id")


def test_an_agent_in_use_is_kept_and_its_lines_are_named(account):
    account.new_agent("busy")
    account.new_agent("spare")
    inbound = account.new_line(ai_agent_id="busy")
    outbound = account.new_line(ai_agent_id="spare", outbound_ai_agent_id="busy")
    told = refused(account.delete("/ai_agents/busy"), 409, "agent_in_use")
    assert {detail["id"] for detail in told["details"]} == {inbound["id"], outbound["id"]}
    refused(account.delete("/ai_agents/busy", params={"force": "false"}), 409, "agent_in_use")
    refused(account.delete("/ai_agents/busy", params={"force": "yes"}), 400, "invalid_parameter", "force")
    assert account.get(f"/phone_numbers/{inbound['id']}").json() == inbound

    forced = account.delete("/ai_agents/busy", params={"force": "true"})
    assert forced.json() == {"id": "busy", "deleted": True, "message": "AI agent deleted"}
    assert account.get(f"/phone_numbers/{inbound['id']}").json()["ai_agent_id"] is None
    left = account.get(f"/phone_numbers/{outbound['id']}").json()
    assert (left["ai_agent_id"], left["outbound_ai_agent_id"]) == ("spare", None)
    newest = account.walk(f"/phone_numbers/{inbound['id']}/history")[0]
    assert (newest["action"], newest["changes"]) == ("updated", {"ai_agent_id": {"was": "busy", "is": None}})


def test_no_more_than_20_lines_are_named(account):
    account.new_agent("busy")
    for _ in range(21):
        account.new_line(ai_agent_id="busy")
    assert len(refused(account.delete("/ai_agents/busy"), 409, "agent_in_use")["details"]) == 20


def test_an_agent_that_nobody_uses_is_deleted(account):
    account.new_agent("idle")
    assert account.delete("/ai_agents/idle").status_code == 200
    for answer in (account.get("/ai_agents/idle"), account.delete("/ai_agents/idle"), account.delete("/ai_agents/idle?force=true")):
        refused(answer, 404, "not_found")
    assert [entry["action"] for entry in account.walk("/ai_agents/idle/history")] == ["deleted", "created"]
    refused(account.get("/ai_agents/nobody/history"), 404, "not_found")
    refused(account.post("/phone_numbers", {"provider": "byo", "phone_number": "+12125550199", "ai_agent_id": "idle"}),
            422, "validation_error", "ai_agent_id")


def test_agents_are_listed_newest_first_page_by_page(account):
    for i in range(5):
        account.new_agent(f"agent-{i}")
    assert [agent["agent_id"] for agent in account.walk("/ai_agents", page_size=2)] == [f"agent-{i}" for i in (4, 3, 2, 1, 0)]
