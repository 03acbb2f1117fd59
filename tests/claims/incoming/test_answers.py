"""Inquiries to a payer and its responses: 999, 277CA, 271, 278."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest
from rich.console import Console

from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.acknowledge import Acknowledged, ClaimOutcome, ClaimStatus
from needlepoint.claims.incoming.codes import meaning
from needlepoint.claims.incoming.eligibility import Eligibility, summarize
from needlepoint.claims.incoming.question import ReceivedInquiry
from needlepoint.claims.incoming.recognize import read_incoming
from needlepoint.claims.outgoing.inquiries import (
    AuthorizationAnswer,
    AuthorizationQuestion,
    EligibilityQuestion,
    write_270,
    write_276,
    write_278,
)
from needlepoint.claims.x12.reader import read_sets
from needlepoint.cli.billing.answers import show_acknowledged
from tests.claims.made_up import CLINIC, DOCTOR, JANE, MEDICARE, SAM, SUBMISSION, claim, dependent


def interchange(set_id: str, *body: str, version: str = "005010X221A1") -> io.BytesIO:
    lines = [
        "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260715*1200*^*00501*000000007*0*T*:",
        f"GS*XX*PAYER*CLINIC*20260715*1200*7*X*{version}",
        f"ST*{set_id}*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        "GE*1*7",
        "IEA*1*000000007",
    ]
    return io.BytesIO("~\n".join([*lines, ""]).encode())


def test_a_rejected_999_names_segment_element_and_fault() -> None:
    said = list(
        read_incoming(
            interchange(
                "999",
                "AK1*HC*1*005010X222A1",
                "AK2*837*0001*005010X222A1",
                "IK3*SV1*27*2400*8",
                "CTX*CLM01:TPI-00001",
                "IK4*3*355*7*XX",
                "IK5*R*5",
                "AK9*R*1*1*0",
            )
        )
    )
    whole, group = said
    assert isinstance(whole, Acknowledged)
    assert whole.outcome is ClaimOutcome.REJECTED
    assert [(c.segment, c.number, c.element, c.code, c.given) for c in whole.complaints] == [
        ("SV1", "27", "", "8", ""),
        ("SV1", "27", "3", "7", "XX"),
    ]
    assert group.set_control == ""
    assert group.outcome is ClaimOutcome.REJECTED


@pytest.mark.parametrize(
    ("code", "accepted", "outcome", "said"),
    [
        ("E", 2, "accepted_with_errors", ""),
        ("R", 0, "rejected", ""),
        ("P", 1, "partly_rejected", "1 of 2 rejected: 0002"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_999_says_which_part_of_the_file_was_rejected(code, accepted, outcome, said, named) -> None:
    bad = ["AK2*837*0002*005010X222A1", "IK5*R*5"] if named and code == "P" else []
    *_, group = read_incoming(interchange("999", "AK1*HC*1*005010X222A1", *bad, f"AK9*{code}*2*2*{accepted}"))
    assert isinstance(group, Acknowledged)
    assert group.outcome.value == outcome
    screen = io.StringIO()
    show_acknowledged(Console(file=screen, width=300), group, "en")
    unnamed = "1 of 2 rejected. Which part was rejected is not named" if said else ""
    assert (said if bad else unnamed) in screen.getvalue()


def test_a_277ca_says_of_each_claim_what_became_of_it() -> None:
    said = list(
        read_incoming(
            interchange(
                "277",
                "BHT*0085*08*1*20260715*1200*TH",
                "HL*1**20*1",
                "NM1*PR*2*EXAMPLE PAYER*****PI*RECEIVERID",
                "TRN*1*ABC",
                "DTP*050*D8*20260715",
                "HL*2*1*21*1",
                "NM1*41*2*EXAMPLE CLINIC*****46*SENDERID",
                "TRN*2*1-1",
                "STC*A1:19:PR*20260715*WQ*260",
                "HL*3*2*19*1",
                "NM1*85*2*EXAMPLE CLINIC*****XX*1234567893",
                "HL*4*3*PT",
                "NM1*QC*1*EXAMPLE*JANE****MI*1EG4TE5MK73",
                "TRN*2*TPI-00001",
                "STC*A2:20:PR*20260715*WQ*130",
                "REF*1K*PAYERNUMBER1",
                "HL*5*3*PT",
                "NM1*QC*1*EXAMPLE*SAM****MI*X",
                "TRN*2*TPI-00002",
                "STC*A7:562:85*20260715*U*130********ASK FOR THE NPI",
                "SVC*HC:20553*120",
                "STC*A7:454*20260715*U",
                version="005010X214",
            )
        )
    )
    claims = [item for item in said if isinstance(item, ClaimStatus) and item.level == "PT"]
    assert [(c.id, c.outcome, c.category, c.status) for c in claims] == [
        ("TPI-00001", ClaimOutcome.ACCEPTED, "A2", "20"),
        ("TPI-00002", ClaimOutcome.REJECTED, "A7", "562"),
    ]
    assert claims[0].payer_control == "PAYERNUMBER1"
    assert claims[1].message == "ASK FOR THE NPI"
    assert claims[1].lines == (("20553", "A7", "454"),)


ANSWER_271 = [
    "BHT*0022*11*1-1*20260715*1200",
    "HL*1**20*1",
    "NM1*PR*2*EXAMPLE PAYER*****PI*RECEIVERID",
    "HL*2*1*21*1",
    "NM1*1P*2*EXAMPLE CLINIC*****XX*1234567893",
    "HL*3*2*22*0",
    "TRN*2*1-1*9SENDERID",
    "NM1*IL*1*EXAMPLE*JANE****MI*X1",
    "DMG*D8*19500101*F",
    "EB*1**30*PR*GOLD PLAN",
    "EB*C*IND*30***23*1500*****Y",
    "EB*C*IND*30***29*412.5*****Y",
    "EB*C*IND*30***29*3000*****N",
    "EB*C*FAM*30***29*900*****Y",
    "EB*A*IND*98^2***27**.2****Y",
    "EB*G*IND*30***29*2100*****Y",
    "EB*B*IND*1***27*25*****Y",
    "MSG*CALL FOR AUTHORIZATION",
]


def test_a_271_gives_what_the_price_needs() -> None:
    (found,) = read_incoming(interchange("271", *ANSWER_271, version="005010X279A1"))
    assert isinstance(found, Eligibility)
    assert (found.last, found.member_id, found.birth_date) == ("EXAMPLE", "X1", datetime.date(1950, 1, 1))
    summary = summarize(found)
    assert summary.active is True
    assert summary.deductible_left_usd == Decimal("412.50")
    assert summary.coinsurance == Decimal("0.2")
    assert summary.out_of_pocket_left_usd == Decimal(2100)
    assert summary.copay_usd is None  # the copay is for another service


def test_a_271_that_gives_no_answer_says_why() -> None:
    (found,) = read_incoming(interchange("271", *ANSWER_271[:7], "AAA*N**75*C", version="005010X279A1"))
    assert isinstance(found, Eligibility)
    assert found.refused == ("75",)
    assert summarize(found).active is None


def test_a_yearly_sum_is_not_taken_for_what_is_left() -> None:
    (found,) = read_incoming(interchange("271", *ANSWER_271[:11]))
    assert isinstance(found, Eligibility)
    assert summarize(found).deductible_left_usd is None


def test_a_278_that_certifies_in_part() -> None:
    said = list(
        read_incoming(
            interchange(
                "278",
                "BHT*0007*11*1*20260715*1200*18",
                "HL*1**20*1",
                "HL*2*1*21*1",
                "HL*3*2*22*1",
                "NM1*IL*1*EXAMPLE*JANE****MI*X1",
                "HL*4*3*EV*1",
                "TRN*2*1-1*9000000001",
                "HCR*A2*AUTH77",
                "DTP*AAH*RD8*20260801-20261031",
                "HL*5*4*SS*0",
                "HCR*A3**90",
                "SV1*HC:76942**UN*1",
                version="005010X217",
            )
        )
    )
    event, service = said
    assert isinstance(event, AuthorizationAnswer)
    assert (event.trace, event.action, event.number) == ("1-1", "A2", "AUTH77")
    assert event.to == datetime.date(2026, 10, 31)
    assert (service.action, service.reason, service.codes) == ("A3", "90", ("76942",))


def test_questions_leave_in_whole_envelopes() -> None:
    asked = EligibilityQuestion(
        payer=MEDICARE.payer,
        provider=CLINIC,
        insured=JANE,
        member_id="X1",
        on=datetime.date(2026, 7, 20),
        dependent=SAM,
    )
    may_we = AuthorizationQuestion(
        payer=MEDICARE.payer, provider=DOCTOR, insured=JANE, member_id="X1", diagnoses=["M79.18"],
        codes=["20553", "76942"], units=1, from_=datetime.date(2026, 8, 1), to=datetime.date(2026, 9, 1),
    )  # fmt: skip
    for text, set_id, segments in [
        (write_270([asked, asked], SUBMISSION), "270", {"EQ", "TRN", "DMG"}),
        (write_276([claim(), dependent()], SUBMISSION), "276", {"TRN", "AMT", "DTP"}),
        (write_278([may_we], SUBMISSION), "278", {"UM", "HI", "SV1"}),
    ]:
        for set_ in read_sets(io.BytesIO(text.encode())):
            assert set_.id == set_id
            assert segments <= {segment.id for segment in set_.segments}


def test_a_claim_is_no_answer() -> None:
    with pytest.raises(Refused, match="needlepoint claim"):
        list(read_incoming(interchange("837", "BHT*0019*00*1*20260715*1200*CH")))


def test_a_question_is_recognized_and_is_no_answer() -> None:
    asked = EligibilityQuestion(
        payer=MEDICARE.payer, provider=CLINIC, insured=JANE, member_id="X1", on=datetime.date(2026, 7, 20)
    )
    may_we = AuthorizationQuestion(
        payer=MEDICARE.payer, provider=DOCTOR, insured=JANE, member_id="X1", diagnoses=["M79.18"],
        codes=["20553"], units=1, from_=datetime.date(2026, 8, 1), to=datetime.date(2026, 9, 1),
    )  # fmt: skip
    for text, kind in [
        (write_270([asked], SUBMISSION), "270"),
        (write_276([claim()], SUBMISSION), "276"),
        (write_278([may_we], SUBMISSION), "278"),
    ]:
        (found,) = list(read_incoming(io.BytesIO(text.encode("ascii"))))
        assert isinstance(found, ReceivedInquiry)
        assert found.set_id == kind
        assert found.names


def test_a_271_names_the_payers_beside_this_one() -> None:
    more = [
        "EB*R**30*HN*H1234",
        "LS*2120",
        "NM1*PR*2*SAMPLE ADVANTAGE PLAN*****PI*H1234",
        "LE*2120",
        "EB*R**30*QM",
    ]
    (found,) = read_incoming(interchange("271", *ANSWER_271, *more, version="005010X279A1"))
    assert isinstance(found, Eligibility)
    assert summarize(found).others == (("HN", "SAMPLE ADVANTAGE PLAN"), ("QM", ""))
    assert "in place of Original Medicare" in meaning("plan_kind", "HN")
    assert "owes no deductible" in meaning("plan_kind", "QM")
