"""835 in the dialects of real files, balanced to the cent; hostile files refused with a reason, in constant memory."""

from __future__ import annotations

import contextlib
import io
import itertools
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.remit import Remit, read_remits, stream_remits

ISA = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260801*1200*^*00501*{n:09}*0*P*:"
HEAD = [
    "BPR*I*{paid}*C*ACH*CCP*01*111*DA*33*1234567890**01*111*DA*22*20260731",
    "TRN*1*TRACE77*1234567890",
    "DTM*405*20260730",
    "N1*PR*EXAMPLE PAYER",
    "N3*1 PAYER ST",
    "N4*ALBANY*NY*12207",
    "PER*BL*HELP*TE*5555550100",
    "N1*PE*EXAMPLE CLINIC*XX*1234567893",
    "REF*TJ*123456789",
]
CLAIM = [
    "LX*1",
    "CLP*TPI-1*1*130*47.83*11.96*MB*PAYERNUMBER1*11*1",
    "NM1*QC*1*EXAMPLE*JANE****MI*1EG4TE5MK73",
    "MOA***MA01",
    "REF*EA*MR1",
    "DTM*232*20260714",
    "SVC*HC:20553*120*47.83**1",
    "DTM*472*20260714",
    "CAS*CO*45*60.21",
    "CAS*PR*2*11.96",
    "REF*6R*L1",
    "AMT*B6*59.79",
    "LQ*HE*N130",
    "SVC*HC:J2003*10*0**30",
    "DTM*472*20260714",
    "CAS*CO*97*10",
    "REF*6R*L2",
]


def file_of(*body: str, number: int = 1, paid: str = "47.83", sets: int = 1) -> str:
    """One interchange in the plainest dialect."""
    lines = [ISA.format(n=number), f"GS*HP*PAYER*CLINIC*20260801*1200*{number}*X*005010X221A1"]
    for control in range(1, sets + 1):
        head = [line.format(paid=paid) for line in HEAD]
        lines += [f"ST*835*{control:04}", *head, *body, f"SE*{len(head) + len(body) + 2}*{control:04}"]
    return "~\n".join([*lines, f"GE*{sets}*{number}", f"IEA*1*{number:09}", ""])


def read(text: str | bytes) -> list[Remit]:
    return read_remits(io.BytesIO(text if isinstance(text, bytes) else text.encode("latin-1")))


PLAIN = file_of(*CLAIM)


def test_a_remit_says_who_paid_what_and_why_not_more() -> None:
    (remit,) = read(PLAIN)
    (claim,) = remit.claims
    assert (remit.payment.payer, remit.payment.payee_id) == ("EXAMPLE PAYER", "1234567893")
    assert (remit.payment.amount_usd, remit.payment.trace) == (Decimal("47.83"), "TRACE77")
    assert str(remit.payment.paid_on) == "2026-07-31"
    assert (claim.id, claim.payer_control, claim.patient) == ("TPI-1", "PAYERNUMBER1", "EXAMPLE, JANE")
    assert claim.patient_usd == Decimal("11.96")
    assert claim.remarks == ("MA01",)
    injection, drug = claim.lines
    assert (injection.code, injection.control, injection.allowed_usd) == ("20553", "L1", Decimal("59.79"))
    assert [(a.group, a.reason, a.amount_usd) for a in injection.adjustments] == [
        ("CO", "45", Decimal("60.21")),
        ("PR", "2", Decimal("11.96")),
    ]
    assert injection.remarks == ("N130",)
    assert (drug.units, drug.paid_usd) == (Decimal(30), Decimal(0))


def no_padding(text: str) -> str:
    return (
        text.replace("*          *", "**")
        .replace("PAYER          *ZZ", "PAYER*ZZ")
        .replace("CLINIC         *", "CLINIC*")
    )


def wrapped(text: str) -> str:
    flat = text.replace("\n", "")
    return "\r\n".join(flat[at : at + 80] for at in range(0, len(flat), 80))


DIALECTS = {
    "as it is": lambda text: text,
    "one line": lambda text: text.replace("\n", ""),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "newline ends a segment": lambda text: text.replace("~", ""),
    "carriage return and newline end a segment": lambda text: text.replace("~\n", "\r\n"),
    "pipes and carets": lambda text: text.replace("^", "!").replace("*", "|").replace(":", ">").replace("~", "^"),
    "apostrophes": lambda text: text.replace("~", "'"),
    "tabs": lambda text: text.replace("*", "\t"),
    "wrapped at 80": wrapped,
    "a byte order mark": lambda text: "\xef\xbb\xbf" + text,
    "blank lines around": lambda text: "\n\n" + text + "\n\n\x1a",
    "no terminator at the end": lambda text: text.rstrip("~\n"),
    "no padding in ISA": no_padding,
    "control numbers without zeros": lambda text: text.replace("IEA*1*000000001", "IEA*1*1"),
    "a U for the repetition mark": lambda text: text.replace("*^*", "*U*"),
    "empty segments": lambda text: text.replace("~\n", "~~\n", 9),
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_same_remit_in_every_dialect(dialect: str) -> None:
    (plain,) = read(PLAIN)
    (found,) = read(DIALECTS[dialect](PLAIN))
    assert found.claims == plain.claims
    assert found.payment.amount_usd == plain.payment.amount_usd


def test_several_interchanges_in_one_file_each_in_its_dialect() -> None:
    text = PLAIN + DIALECTS["pipes and carets"](file_of(*CLAIM, number=2)) + file_of(*CLAIM, number=3, sets=2)
    assert len(read(text)) == 4


def test_segments_that_are_not_known_are_kept() -> None:
    body = [*CLAIM[:6], "ZZZ*WHAT*IS*THIS", *CLAIM[6:], "K3*NOTE"]
    (remit,) = read(file_of(*body))
    assert ("ZZZ", "WHAT", "IS", "THIS") in remit.claims[0].other
    assert ("K3", "NOTE") in remit.claims[0].lines[1].other


def test_names_in_utf8_and_latin1_are_read() -> None:
    for encoding in ("utf-8", "latin-1"):
        (remit,) = read(PLAIN.replace("EXAMPLE*JANE", "MUÑOZ*JOSÉ").encode(encoding))
        assert remit.claims[0].patient == "MUÑOZ, JOSÉ"


def test_a_reversal_and_its_correction_come_out() -> None:
    body = [
        "LX*1",
        "CLP*TPI-1*22*-130*-47.83**MB*P1",
        "CAS*CO*45*-70.21*-1",
        "CAS*PR*2*-11.96",
        "CLP*TPI-1*1*130*60*10*MB*P1",
        "CAS*CO*45*60",
        "CAS*PR*2*10",
        "PLB*1234567893*20261231*L6*-0.35*WO:TPI-0*5",
    ]
    (remit,) = read(file_of(*body, paid="7.52"))
    assert [claim.status for claim in remit.claims] == ["22", "1"]
    assert [row.reason for row in remit.provider_adjustments] == ["L6", "WO"]


def test_what_is_adjusted_at_the_head_of_the_claim_only() -> None:
    body = ["LX*1", "CLP*1*1*100*60*0*12*P", "CAS*CO*45*40", "SVC*HC:20552*100*60"]
    (remit,) = read(file_of(*body, paid="60"))
    assert "off on its own" in remit.claims[0].notices[0]


UNBALANCED = {
    "the payment": (PLAIN.replace("BPR*I*47.83", "BPR*I*47.84"), "The difference is 0.01 USD"),
    "a claim": (PLAIN.replace("*130*47.83*", "*130*47.80*"), "The difference is -0.03 USD"),
    "a line": (
        PLAIN.replace("SVC*HC:20553*120*47.83", "SVC*HC:20553*120*40").replace("J2003*10*0", "J2003*10*7.83"),
        "line 1",
    ),
}


@pytest.mark.parametrize("what", UNBALANCED)
def test_a_remit_that_does_not_come_out_is_refused_with_the_difference(what: str) -> None:
    text, said = UNBALANCED[what]
    with pytest.raises(Refused, match=said):
        read(text)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.decimals(0, 500, places=2), st.lists(st.decimals(-50, 50, places=2), max_size=7)),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.decimals(-20, 20, places=2), max_size=6),
)
def test_any_remit_that_adds_up_is_read_and_a_cent_more_is_not(
    claims: list[list[tuple[Decimal, list[Decimal]]]], taken: list[Decimal]
) -> None:
    body: list[str] = []
    paid = Decimal(0)
    for n, lines in enumerate(claims):
        charge = sum((line[0] for line in lines), Decimal(0))
        cut = sum((amount for line in lines for amount in line[1]), Decimal(0))
        body.append(f"CLP*C{n}*1*{charge}*{charge - cut}*0*12*P{n}")
        for price, cuts in lines:
            body.append(f"SVC*HC:20552*{price}*{price - sum(cuts, Decimal(0))}**1")
            for start in range(0, len(cuts), 6):
                body.append(
                    "*".join(["CAS", "CO", *(f"45*{c}*" for c in cuts[start : start + 6])]).rstrip("*")
                )
        paid += charge - cut
    if taken:
        body.append(
            "*".join(["PLB", "1", "20261231", *(f"WO:{n}*{amount}" for n, amount in enumerate(taken))])
        )
    total = paid - sum(taken, Decimal(0))
    (remit,) = read(file_of(*body, paid=str(total)))
    assert sum((claim.paid_usd for claim in remit.claims), Decimal(0)) == paid
    with pytest.raises(Refused, match=r"The difference is 0\.01 USD"):
        read(file_of(*body, paid=str(total + Decimal("0.01"))))


HOSTILE = {
    "nothing": ("", "nothing but blanks"),
    "blanks": ("  \n ", "nothing but blanks"),
    "a letter": ("Dear patient", "ISA"),
    "ISA alone": ("ISA*00*", "16 elements"),
    "cut in the middle of a segment": (PLAIN[: PLAIN.index("CAS*CO") + 4], "end of the file"),
    "cut after a claim": (PLAIN[: PLAIN.index("SE*")], "end of the file"),
    "cut before IEA": (PLAIN[: PLAIN.index("IEA")], "end of the file"),
    "a NUL byte": (PLAIN.replace("JANE", "JA\0NE"), "NUL"),
    "a wrong count of segments": (PLAIN.replace("SE*28", "SE*27"), "28 segments"),
    "a wrong count of sets": (PLAIN.replace("GE*1", "GE*2"), "transaction sets"),
    "a wrong count of groups": (PLAIN.replace("IEA*1", "IEA*9"), "groups"),
    "a count that is none": (PLAIN.replace("SE*28", "SE*many"), "a count"),
    "control numbers that differ": (PLAIN.replace("IEA*1*000000001", "IEA*1*000000002"), "control number"),
    "a set inside a set": (PLAIN.replace("LX*1", "ST*835*0002"), "inside transaction set"),
    "an amount that is none": (PLAIN.replace("*130*", "*12O*"), "a number"),
    "parts of a cent": (PLAIN.replace("*60.21", "*60.211"), "whole cents"),
    "an endless amount": (PLAIN.replace("*60.21", "*" + "9" * 500), "a number"),
    "an exponent": (PLAIN.replace("*60.21", "*1E9"), "a number"),
    "no payment": (PLAIN.replace("BPR*", "BPX*"), "BPR"),
    "a claim without a number": (PLAIN.replace("CLP*TPI-1*", "CLP**"), "CLP01"),
    "a segment without an end": (PLAIN.replace("JANE", "J" * 100_000), "a segment that ends"),
    "lower case": (PLAIN.replace("CAS*", "cas*"), "segment id"),
    "another set": (PLAIN.replace("ST*835", "ST*850"), "835"),
    "text after the end": (PLAIN + "thank you", "ISA"),
    "two marks in one": (PLAIN.replace("*:~", "*~~"), "a mark that ends"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_words(what: str) -> None:
    text, said = HOSTILE[what]
    with pytest.raises(Refused, match=said) as refusal:
        read(text)
    assert "Traceback" not in str(refusal.value)


@pytest.mark.parametrize("what", ["a NUL byte", "a wrong count of segments", "an amount that is none"])
def test_the_refusal_names_segment_and_position(what: str) -> None:
    text, _ = HOSTILE[what]
    with pytest.raises(Refused, match=r"segment \d+.*byte \d+|byte \d+, after segment \d+"):
        read(text)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(PLAIN.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        what = data.draw(st.sampled_from(["change", "cut", "double"]))
        if what == "change":
            raw[at] = data.draw(st.integers(0, 255))
        elif what == "cut":
            del raw[at : at + data.draw(st.integers(1, 40))]
        else:
            raw[at:at] = raw[at : at + 30]
        if not raw:
            break
    with contextlib.suppress(Refused):  # anything else fails the test
        read(bytes(raw))


class Endless(io.RawIOBase):
    """A file as long as it is told to be, made while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (part := next(self.parts, None)) is not None:
            self.rest += part
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def test_a_huge_remit_is_read_in_constant_memory() -> None:
    count = 20_000
    claim = ("~\n".join(CLAIM) + "~\n").encode()
    head, tail = file_of("", paid=str(Decimal("47.83") * count)).replace("\n~", "").split("SE*", 1)
    segments = len(HEAD) + len(CLAIM) * count + 2
    tail = f"SE*{segments}{tail[tail.index('*') :]}"
    many = itertools.chain([head.encode()], itertools.repeat(claim, count), [tail.encode()])
    tracemalloc.start()
    read_claims = sum(1 for _ in stream_remits(Endless(many)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_claims == count + 2
    assert peak < 8 * 1024 * 1024


def test_half_a_gigabyte_without_an_end_is_refused_at_once() -> None:
    start = PLAIN[: PLAIN.index("GS*")].encode()
    many = itertools.chain([start], itertools.repeat(b"X" * (1 << 20), 500))
    stream = Endless(many)
    with pytest.raises(Refused, match="a segment that ends"):
        list(stream_remits(stream))  # type: ignore[arg-type]
