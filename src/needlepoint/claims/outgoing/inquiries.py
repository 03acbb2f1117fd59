"""Inquiries to a payer: 270 (eligibility), 276 (claim status), 278 (authorization) and its response."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from needlepoint.base.refusal import Fault, Refused
from needlepoint.claims.outgoing.checks import npi_is_valid
from needlepoint.claims.types import Claim, Payer, Person, Provider, Submission
from needlepoint.claims.x12.elements import date_of, date_text
from needlepoint.claims.x12.reader import Set
from needlepoint.claims.x12.writer import SetWriter, composite, enveloped, no_marks, number

__all__ = [
    "AuthorizationAnswer",
    "AuthorizationQuestion",
    "EligibilityQuestion",
    "read_authorization",
    "write_270",
    "write_276",
    "write_278",
]

ELIGIBILITY, STATUS, AUTHORIZATION = "005010X279A1", "005010X212", "005010X217"


class EligibilityQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Is this person insured on that day, and for what? `services` are X12 service types (30: in general)."""

    payer: Payer
    provider: Provider
    insured: Person
    member_id: str
    on: datetime.date
    services: tuple[str, ...] = ("30",)
    trace: str = ""
    dependent: Person | None = None


def write_270(questions: Sequence[EligibilityQuestion], submission: Submission) -> str:
    """Return one interchange with all inquiries, each in its own set."""
    _some(questions, "questions")
    return enveloped(_eligibility_sets(questions, submission), submission, "HS", ELIGIBILITY)


def _eligibility_sets(questions: Sequence[EligibilityQuestion], submission: Submission) -> Iterator[str]:
    for n, asked in enumerate(questions, 1):
        where = f"questions[{n - 1}]"
        out = SetWriter("270", ELIGIBILITY, n)
        at = submission.created
        out.add("BHT", "0022", "13", f"{submission.control}-{n}", f"{at:%Y%m%d}", f"{at:%H%M}")
        out.add("HL", "1", "", "20", "1")
        out.add("NM1", "PR", "2", no_marks(asked.payer.name, where), "", "", "", "", "PI", asked.payer.id)
        out.add("HL", "2", "1", "21", "1")
        _provider(out, "1P", asked.provider, f"{where}.provider")
        out.add("HL", "3", "2", "22", "1" if asked.dependent else "0")
        trace = ("TRN", "1", asked.trace or f"{submission.control}-{n}", f"9{submission.sender_id:0>9}"[:10])
        if asked.dependent is None:
            out.add(*trace)
        _person(out, "IL", asked.insured, f"{where}.insured", asked.member_id)
        if asked.dependent:
            out.add("HL", "4", "3", "23", "0")
            out.add(*trace)
            _person(out, "03", asked.dependent, f"{where}.dependent")
        out.add("DTP", "291", "D8", date_text(asked.on))
        for service in asked.services:
            out.add("EQ", no_marks(service, where))
        yield out.close()


def write_276(claims: Sequence[Claim], submission: Submission) -> str:
    """Return one interchange that asks for the status of each claim."""
    _some(claims, "claims")
    return enveloped(_status_sets(claims, submission), submission, "HR", STATUS)


def _status_sets(claims: Sequence[Claim], submission: Submission) -> Iterator[str]:
    for n, claim in enumerate(claims, 1):
        where = f"claims[{n - 1}]"
        out = SetWriter("276", STATUS, n)
        at = submission.created
        out.add("BHT", "0010", "13", f"{submission.control}-{n}", f"{at:%Y%m%d}", f"{at:%H%M}")
        payer = claim.coverage.payer
        out.add("HL", "1", "", "20", "1")
        out.add("NM1", "PR", "2", no_marks(payer.name, where), "", "", "", "", "PI", payer.id)
        out.add("HL", "2", "1", "21", "1")
        sender = no_marks(submission.sender, "submission")
        out.add("NM1", "41", "2", sender, "", "", "", "", "46", submission.sender_id)
        out.add("HL", "3", "2", "19", "1")
        _provider(out, "1P", claim.billing, f"{where}.billing")
        out.add("HL", "4", "3", "22", "1" if claim.patient else "0")
        insured = claim.coverage.insured
        if claim.patient is None and insured.birth_date:
            out.add("DMG", "D8", date_text(insured.birth_date), insured.sex)
        names = (no_marks(insured.last, where), no_marks(insured.first, where))
        out.add("NM1", "IL", "1", *names, "", "", "", "MI", claim.coverage.member_id)
        if claim.patient:
            out.add("HL", "5", "4", "23")
            if claim.patient.birth_date:
                out.add("DMG", "D8", date_text(claim.patient.birth_date), claim.patient.sex)
            out.add(
                "NM1", "QC", "1", no_marks(claim.patient.last, where), no_marks(claim.patient.first, where)
            )
        out.add("TRN", "1", no_marks(claim.id, where))
        if claim.original:
            out.add("REF", "1K", claim.original)
        out.add("AMT", "T3", number(claim.total_usd))
        days = sorted({line.on for line in claim.lines})
        out.add("DTP", "472", "RD8", f"{date_text(days[0])}-{date_text(days[-1])}")
        yield out.close()


class AuthorizationQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request for authorization: codes with units, for one person, in a span of days."""

    payer: Payer
    provider: Provider
    insured: Person
    member_id: str
    diagnoses: list[str]
    codes: list[str]
    units: int
    from_: datetime.date = msgspec.field(name="from")
    to: datetime.date
    place: str = "11"
    service: str = "2"  # X12 service type: surgical
    trace: str = ""
    note: str = ""


def write_278(questions: Sequence[AuthorizationQuestion], submission: Submission) -> str:
    """Return one interchange that requests authorization of each."""
    _some(questions, "questions")
    return enveloped(_authorization_sets(questions, submission), submission, "HI", AUTHORIZATION)


def _authorization_sets(questions: Sequence[AuthorizationQuestion], submission: Submission) -> Iterator[str]:
    for n, asked in enumerate(questions, 1):
        where = f"questions[{n - 1}]"
        out = SetWriter("278", AUTHORIZATION, n)
        at = submission.created
        out.add("BHT", "0007", "13", f"{submission.control}-{n}", f"{at:%Y%m%d}", f"{at:%H%M}")
        out.add("HL", "1", "", "20", "1")
        out.add("NM1", "X3", "2", no_marks(asked.payer.name, where), "", "", "", "", "PI", asked.payer.id)
        out.add("HL", "2", "1", "21", "1")
        _provider(out, "1P", asked.provider, f"{where}.provider")
        out.add("HL", "3", "2", "22", "1")
        _person(out, "IL", asked.insured, f"{where}.insured", asked.member_id)
        out.add("HL", "4", "3", "EV", "1")
        out.add("TRN", "1", asked.trace or f"{submission.control}-{n}", f"9{submission.sender_id:0>9}"[:10])
        out.add("UM", "HS", "I", asked.service, composite(asked.place, "B"))
        out.add("DTP", "AAH", "RD8", f"{date_text(asked.from_)}-{date_text(asked.to)}")
        codes = [code.replace(".", "") for code in asked.diagnoses]
        out.add(
            "HI", *(composite("ABF" if i else "ABK", no_marks(code, where)) for i, code in enumerate(codes))
        )
        if asked.note:
            out.add("MSG", no_marks(asked.note, where))
        for number_, code in enumerate(asked.codes, 5):
            out.add("HL", str(number_), "4", "SS", "0")
            out.add("SV1", composite("HC", no_marks(code, where)), "", "UN", str(asked.units))
        yield out.close()


class AuthorizationAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A payer's response: `action` A1 certified, A2 in part, A3 not, A4 pended, A6 changed, C canceled."""

    trace: str
    action: str
    number: str
    reason: str
    codes: tuple[str, ...]
    from_: datetime.date | None
    to: datetime.date | None
    refused: tuple[str, ...]
    messages: tuple[str, ...]


def read_authorization(set_: Set) -> list[AuthorizationAnswer]:
    """Read a 278 response: the action for the event, then for each service with its own."""
    found: list[AuthorizationAnswer] = []
    empty = AuthorizationAnswer(
        trace="", action="", number="", reason="", codes=(), from_=None, to=None, refused=(), messages=()
    )
    now, trace = empty, ""
    for segment in set_.segments:
        match segment.id:
            case "HL":
                if now.action or now.refused:
                    found.append(now)
                now = msgspec.structs.replace(empty, trace=trace)
            case "TRN":
                trace = segment.at(2) if segment.at(1) == "2" or not trace else trace
                now = msgspec.structs.replace(now, trace=trace)
            case "HCR":
                now = msgspec.structs.replace(
                    now, action=segment.at(1), number=segment.at(2), reason=segment.at(3)
                )
            case "AAA":
                now = msgspec.structs.replace(now, refused=(*now.refused, segment.at(3)))
            case "MSG":
                now = msgspec.structs.replace(now, messages=(*now.messages, segment.at(1)))
            case "SV1":
                now = msgspec.structs.replace(now, codes=(*now.codes, segment.parts(1)[-1]))
            case "DTP" if segment.at(1) in ("AAH", "472", "036"):
                first, _, last = segment.at(3).partition("-")
                now = msgspec.structs.replace(now, from_=date_of(first), to=date_of(last))
    if now.action or now.refused:
        found.append(now)
    return found


def _some(items: Sequence[object], where: str) -> None:
    if not items:
        raise Refused(Fault(where, "none", "at least one"))


def _provider(out: SetWriter, kind: str, party: Provider, where: str) -> None:
    if not npi_is_valid(party.npi):
        raise Refused(Fault(f"{where}.npi", repr(party.npi), "ten digits with a check digit that is right"))
    names = (no_marks(party.name, where), no_marks(party.first, where))
    out.add("NM1", kind, "1" if party.first else "2", *names, "", "", "", "XX", party.npi)


def _person(out: SetWriter, kind: str, person: Person, where: str, member_id: str = "") -> None:
    ids = ("", "", "", "MI", no_marks(member_id, where)) if member_id else ()
    out.add("NM1", kind, "1", no_marks(person.last, where), no_marks(person.first, where), *ids)
    if person.birth_date:
        out.add("DMG", "D8", date_text(person.birth_date), *([person.sex] if person.sex in "FM" else []))
