"""People as vCards: over HTTP and by `linebook export vcard`, read back by vobject, which is not ours."""
import vobject


def card_of(client, path, **headers):
    return client.get(path, headers={"Accept": "text/vcard", **headers})


def test_a_person_as_a_vcard(account):
    patient = account.new_patient("Zoë", "O'Brien; Jr., \\ MD", email="zoe@example.org", date_of_birth="1980-02-29",
                                  gender="female")
    account.new_number(patient, "5852984455", "home")
    account.new_number(patient, "5852984456", "cell", primary=True)
    account.new_number(patient, "5852984457", "other", do_not_call=True)

    answer = card_of(account, f"/api/v2/patients/{patient}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer.headers["Vary"] == "Accept"
    card = vobject.readOne(answer.content.decode())
    assert card.version.value == "4.0" and card.kind.value == "individual" and card.uid.value == patient
    assert card.fn.value == "Zoë O'Brien; Jr., \\ MD"
    assert (card.n.value.family, card.n.value.given) == ("O'Brien; Jr., \\ MD", "Zoë")
    assert card.email.value == "zoe@example.org"
    assert card.bday.value == "19800229" and card.gender.value == "F"
    phones = [(phone.value, phone.params) for phone in card.contents["tel"]]
    assert phones == [("tel:+15852984456", {"VALUE": ["uri"], "TYPE": ["cell"], "PREF": ["1"]}),
                      ("tel:+15852984457", {"VALUE": ["uri"], "TYPE": ["voice"]}),
                      ("tel:+15852984455", {"VALUE": ["uri"], "TYPE": ["home"]})]


def test_a_doctor_as_a_vcard(account):
    account.put("/api/v2/doctors/doc_1", {"first_name": "Maria", "last_name": "Gomez"})
    card = vobject.readOne(card_of(account, "/api/v2/doctors/doc_1").text)
    assert card.fn.value == "Maria Gomez" and card.uid.value == "doc_1"


def test_json_is_what_is_not_asked_otherwise(account):
    path = f"/api/v2/patients/{account.new_patient()}"
    for accept in ("*/*", "application/json", "text/html", "text/vcard;q=0.5, application/json", "text/vcard;q=0"):
        answer = account.get(path, headers={"Accept": accept})
        assert answer.headers["Content-Type"] == "application/json", accept
        assert answer.headers["Vary"] == "Accept"
    missing = card_of(account, "/api/v2/patients/nobody")
    assert missing.status_code == 404 and missing.headers["Content-Type"] == "application/json"


def test_each_representation_has_an_etag_of_its_own(account):
    path = f"/api/v2/patients/{account.new_patient()}"
    card, json = card_of(account, path), account.get(path)
    assert card.headers["ETag"] != json.headers["ETag"]
    same = card_of(account, path, **{"If-None-Match": card.headers["ETag"]})
    assert (same.status_code, same.content, same.headers["Vary"]) == (304, b"", "Accept")
    assert same.headers["ETag"] == card.headers["ETag"]
    assert card_of(account, path, **{"If-None-Match": json.headers["ETag"]}).status_code == 200
    assert account.head(path, headers={"Accept": "text/vcard"}).headers["Content-Type"].startswith("text/vcard")


def test_long_names_are_folded_where_a_character_ends(account):
    patient = account.new_patient("ë" * 100, "😀" * 50)
    answer = card_of(account, f"/api/v2/patients/{patient}")
    for line in answer.content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert vobject.readOne(answer.text).fn.value == "ë" * 100 + " " + "😀" * 50
