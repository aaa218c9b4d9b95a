"""Contact numbers over HTTP as one would write them with FastAPI and SQLAlchemy: one uvicorn worker, a session for
each request, a durable commit for each change.

    BENCH_DATABASE=sqlite:///FILE uvicorn app:app
    BENCH_DATABASE=postgresql+psycopg://… uvicorn app:app
"""
import contextlib
import hashlib
import os
import secrets
import threading
import time
import uuid
from datetime import datetime, timezone
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import BigInteger, create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

embedded = os.environ["BENCH_DATABASE"].startswith("sqlite:")
engine = create_engine(os.environ["BENCH_DATABASE"], pool_size=40,
                       connect_args={"check_same_thread": False, "timeout": 30} if embedded else {})
Sessions = sessionmaker(engine)
# SQLite has one writer: to queue here is fairer than to poll a locked file.
writing = threading.Lock() if embedded else contextlib.nullcontext()


@event.listens_for(engine, "connect")
def set_pragmas(connection, _record):
    if not embedded:
        return
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "mmap_size = 2147418112"):
        connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    type_annotation_map = {int: BigInteger}


class ApiKeyRow(Base):
    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    token_hash: Mapped[str]
    scopes: Mapped[str]
    rate_limit: Mapped[int]


class PersonRow(Base):
    __tablename__ = "people"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    person_type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]


class ContactNumberRow(Base):
    __tablename__ = "contact_numbers"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_type: Mapped[str]
    person_id: Mapped[str]
    number: Mapped[str]
    phone_type: Mapped[str]
    is_primary: Mapped[bool]
    verified: Mapped[bool]
    do_not_call: Mapped[bool]
    created_at: Mapped[int]
    updated_at: Mapped[int]


class LedgerRow(Base):
    __tablename__ = "ledger"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int]
    actor: Mapped[str]
    request_id: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[str]
    action: Mapped[str]
    changes: Mapped[str]


class LinkedTo(BaseModel):
    type: str
    id: str
    name: str


class ContactNumber(BaseModel):
    id: str
    number: str
    phone_type: str
    primary: bool
    verified: bool
    do_not_call: bool
    linked_to: LinkedTo
    created_at: str
    updated_at: str


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class NewContactNumber(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    number: Annotated[str, Field(max_length=64)]
    phone_type: Literal["cell", "home", "other"]
    patient_id: Id | None = None
    doctor_id: Id | None = None
    primary: bool = False
    verified: bool = False
    do_not_call: bool = False

    @model_validator(mode="after")
    def one_person(self):
        if (self.patient_id is None) == (self.doctor_id is None):
            raise ValueError("exactly one of patient_id and doctor_id is required")
        return self


class Change(BaseModel):
    was: bool | str | None = None
    is_: Annotated[bool | str, Field(serialization_alias="is")]


class Key:
    """An API key that was found once, and what it used of its minute."""

    def __init__(self, row: ApiKeyRow):
        self.id, self.account_id, self.rate_limit = row.id, row.account_id, row.rate_limit
        self.scopes = frozenset(row.scopes.split(","))
        self.minute = self.used = 0


keys: dict[str, Key] = {}


def find_key(token: str) -> Key | None:
    if (key := keys.get(token)) is None:
        hashed = hashlib.sha256(token.encode()).hexdigest()
        with Sessions() as session:
            row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.token_hash == hashed))
        if row is None:
            return None
        key = keys[token] = Key(row)
    return key


def allowed(scope: str):
    async def check(response: Response, authorization: Annotated[str, Header()] = "") -> Key:
        key = find_key(authorization.removeprefix("Bearer "))
        if key is None:
            raise HTTPException(401, "a valid bearer token is required")
        minute = int(time.time() // 60)
        if key.minute != minute:
            key.minute, key.used = minute, 0
        key.used += 1
        response.headers["X-RateLimit-Limit"] = str(key.rate_limit)
        response.headers["X-RateLimit-Remaining"] = str(max(0, key.rate_limit - key.used))
        response.headers["X-RateLimit-Reset"] = str((minute + 1) * 60)
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        if key.used > key.rate_limit:
            raise HTTPException(429, "too many requests")
        if scope not in key.scopes:
            raise HTTPException(403, f"the key lacks {scope}")
        return key

    return Depends(check)


def get_session():
    with Sessions() as session:
        yield session


def seconds(at: int) -> str:
    return datetime.fromtimestamp(at // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(row: ContactNumberRow, person: PersonRow) -> ContactNumber:
    return ContactNumber(
        id=row.id, number=row.number, phone_type=row.phone_type, primary=row.is_primary, verified=row.verified,
        do_not_call=row.do_not_call,
        linked_to=LinkedTo(type=row.person_type, id=row.person_id, name=f"{person.first_name} {person.last_name}"),
        created_at=seconds(row.created_at), updated_at=seconds(row.updated_at))


def ten_digits(typed: str) -> str | None:
    digits = typed.translate(str.maketrans("", "", " ().-/")).removeprefix("+")
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return digits if len(digits) == 10 and digits.isascii() and digits.isdigit() else None


app = FastAPI()


@app.get("/api/v2/phone-numbers/{number_id}")
def get_contact_number(number_id: str, key: Annotated[Key, allowed("contacts:read")],
                       session: Annotated[Session, Depends(get_session)]) -> ContactNumber:
    found = session.execute(
        select(ContactNumberRow, PersonRow)
        .join(PersonRow, (PersonRow.account_id == ContactNumberRow.account_id)
              & (PersonRow.person_type == ContactNumberRow.person_type) & (PersonRow.id == ContactNumberRow.person_id))
        .where(ContactNumberRow.account_id == key.account_id, ContactNumberRow.id == number_id)).one_or_none()
    if found is None:
        raise HTTPException(404, "no such phone number")
    return shown(*found)


@app.post("/api/v2/phone-numbers", status_code=201)
def add_contact_number(body: NewContactNumber, response: Response, key: Annotated[Key, allowed("contacts:write")],
                       session: Annotated[Session, Depends(get_session)]) -> ContactNumber:
    number = ten_digits(body.number)
    if number is None:
        raise HTTPException(422, "number must be a 10-digit phone number")
    with writing:
        if embedded:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        row, person = insert_contact_number(session, key, response.headers["X-Request-Id"], body, number)
        answer = shown(row, person)
        session.commit()
    response.headers["Location"] = f"/api/v2/phone-numbers/{answer.id}"
    return answer


def last_sequence(session: Session, account_id: int) -> int:
    """Held until the commit, so that nobody else takes the next one."""
    if embedded:
        return session.scalar(select(LedgerRow.sequence).where(LedgerRow.account_id == account_id)
                              .order_by(LedgerRow.sequence.desc()).limit(1)) or 0
    return session.scalar(text("SELECT last_sequence FROM ledger_heads WHERE account_id = :account FOR UPDATE"),
                          {"account": account_id})


def insert_contact_number(session: Session, key: Key, request_id: str, body: NewContactNumber,
                          number: str) -> tuple[ContactNumberRow, PersonRow]:
    person_type = "patient" if body.patient_id is not None else "doctor"
    person_id = body.patient_id or body.doctor_id
    person = session.get(PersonRow, (key.account_id, person_type, person_id))
    if person is None:
        raise HTTPException(422, f"{person_type}_id names no {person_type}")
    of_person = (ContactNumberRow.account_id == key.account_id, ContactNumberRow.person_type == person_type,
                 ContactNumberRow.person_id == person_id)
    if session.scalar(select(ContactNumberRow.id).where(*of_person, ContactNumberRow.number == number)):
        raise HTTPException(409, "this person already has this number")

    now = time.time_ns() // 1_000_000
    last = last_sequence(session, key.account_id)

    def record(entity_id: str, action: str, changes: dict[str, Change]):
        nonlocal last
        last += 1
        text = "{" + ",".join(f'"{name}":{c.model_dump_json(by_alias=True)}' for name, c in changes.items()) + "}"
        session.add(LedgerRow(account_id=key.account_id, sequence=last, at=now, actor=key.id, request_id=request_id,
                              entity="contact_number", entity_id=entity_id, action=action, changes=text))

    if body.primary:
        old = session.scalar(select(ContactNumberRow).where(
            *of_person, ContactNumberRow.phone_type == body.phone_type, ContactNumberRow.is_primary.is_(True)))
        if old is not None:
            old.is_primary, old.updated_at = False, now
            session.flush()
            record(old.id, "updated", {"primary": Change(was=True, is_=False)})
    row = ContactNumberRow(
        account_id=key.account_id, id=f"phn_{now:012x}{secrets.token_hex(7)}", person_type=person_type,
        person_id=person_id, number=number, phone_type=body.phone_type, is_primary=body.primary,
        verified=body.verified, do_not_call=body.do_not_call, created_at=now, updated_at=now)
    session.add(row)
    record(row.id, "created", {f"{person_type}_id": Change(is_=person_id), "number": Change(is_=number),
                               "phone_type": Change(is_=body.phone_type), "primary": Change(is_=body.primary),
                               "verified": Change(is_=body.verified), "do_not_call": Change(is_=body.do_not_call)})
    if not embedded:
        session.execute(text("UPDATE ledger_heads SET last_sequence = :last WHERE account_id = :account"),
                        {"last": last, "account": key.account_id})
    return row, person
