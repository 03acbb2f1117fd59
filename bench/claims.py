"""Claims in one run, on the same files: pyx12 validates, ours writes and reads.

    make bench

pyx12 checks the guide's map while it reads, which ours does not; its rate is the rate of the only other reader that is
whole. Ours is timed with every check of its own.
"""

from __future__ import annotations

import datetime
import io
import logging
import tempfile
import time
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyx12.params
import pyx12.x12n_document

from needlepoint.claims.incoming.read_837p import read_837p
from needlepoint.claims.incoming.remit import read_remits
from needlepoint.claims.outgoing.write_837p import write_837p
from needlepoint.claims.types import (
    Address,
    Claim,
    ClaimLine,
    Coverage,
    DrugPackage,
    Payer,
    Person,
    Provider,
    Submission,
)

MANY, FEW, TIMES = 10_000, 2_000, 3
ON = datetime.date(2026, 7, 14)
BORN = datetime.date(1950, 1, 1)


def claims(count: int) -> list[Claim]:
    """Injections of made-up people, each with its drug."""
    address = Address(line1="1 EXAMPLE ST", city="ALBANY", state="NY", zip="122070001")
    clinic = Provider(name="EXAMPLE CLINIC", npi="1234567893", tax_id="123456789", address=address)
    lines = [
        ClaimLine(code="20553", charge_usd=Decimal(120), units=Decimal(1), on=ON, pointers=[1, 2], control="L1"),
        ClaimLine(code="J2003", charge_usd=Decimal(10), units=Decimal(30), on=ON, pointers=[1], control="L2",
                  drug=DrugPackage(ndc="00000000000", quantity=Decimal(3))),
    ]  # fmt: skip
    return [
        Claim(
            id=f"TPI-{n}",
            billing=clinic,
            coverage=Coverage(
                payer=Payer(name="EXAMPLE PAYER", id="PAYER"),
                insured=Person(
                    last=f"EXAMPLE{n % 997}", first="JANE", birth_date=BORN, sex="F", address=address
                ),
                member_id=f"M{n}",
                filing="MB",
            ),
            diagnoses=["M79.18", "M54.2"],
            lines=lines,
        )
        for n in range(count)
    ]  # fmt: skip


def remit(count: int) -> str:
    """One 835 for so many claims."""
    body = []
    for n in range(count):
        body += [
            f"CLP*TPI-{n}*1*130*47.83*11.96*MB*P{n}*11*1", f"NM1*QC*1*EXAMPLE{n % 997}*JANE****MI*M{n}",
            "SVC*HC:20553*120*47.83**1", "DTM*472*20260714", "CAS*CO*45*60.21", "CAS*PR*2*11.96", "REF*6R*L1",
            "AMT*B6*59.79", "SVC*HC:J2003*10*0**30", "DTM*472*20260714", "CAS*CO*97*10", "REF*6R*L2",
        ]  # fmt: skip
    paid = Decimal("47.83") * count
    head = [
        "ST*835*0001", f"BPR*I*{paid}*C*ACH*CCP*01*111000025*DA*33*1234567890**01*111000025*DA*22*20260731",
        "TRN*1*TRACE77*1234567890", "DTM*405*20260730", "N1*PR*EXAMPLE PAYER", "N3*1 PAYER ST", "N4*ALBANY*NY*12207",
        "PER*BL*HELP*TE*5555550100", "N1*PE*EXAMPLE CLINIC*XX*1234567893", "LX*1",
    ]  # fmt: skip
    isa = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260801*1200*^*00501*000000001*0*T*:"
    tail = [f"SE*{len(head) + len(body) + 1}*0001", "GE*1*1", "IEA*1*000000001", ""]
    return "~\n".join([isa, "GS*HP*PAYER*CLINIC*20260801*1200*1*X*005010X221A1", *head, *body, *tail])


def pyx12_seconds(text: str) -> float:
    """How long pyx12 takes to read and validate a file."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.x12"
        path.write_text(text)
        began = time.perf_counter()
        accepted = pyx12.x12n_document.x12n_document(pyx12.params.params(), str(path), io.StringIO(), None)
        took = time.perf_counter() - began
    assert accepted
    return took


def best(action: Callable[[], object]) -> float:
    """The shortest of a few runs, in seconds."""
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        action()
        found.append(time.perf_counter() - began)
    return min(found)


def main() -> None:
    submission = Submission(
        sender="EXAMPLE CLINIC", sender_id="SENDER", contact="DESK", phone="5555550100", receiver="EXAMPLE PAYER",
        receiver_id="PAYER", created=datetime.datetime(2026, 7, 15, 12, tzinfo=datetime.UTC),
    )  # fmt: skip
    many, few = claims(MANY), write_837p(claims(FEW), submission)
    text = write_837p(many, submission).encode()
    peer = min(pyx12_seconds(few) for _ in range(TIMES)) / FEW
    wrote = best(lambda: write_837p(many, submission)) / MANY
    read = best(lambda: deque(read_837p(io.BytesIO(text)), 0)) / MANY
    print(f"837P: {MANY:,} claims written and checked in {wrote * MANY:.2f} s, read in {read * MANY:.2f} s")
    print(
        f"837P: pyx12 {1 / peer:,.0f} claims a second; writing {peer / wrote:.0f}, reading {peer / read:.0f} times that"
    )

    answer = remit(MANY).encode()
    read = best(lambda: read_remits(io.BytesIO(answer))) / MANY
    peer = min(pyx12_seconds(remit(FEW)) for _ in range(TIMES)) / FEW
    print(
        f"835: {MANY:,} claims read and balanced in {read * MANY:.2f} s; pyx12 {1 / peer:,.0f} claims a second, ours"
        f" {peer / read:.0f} times that"
    )


if __name__ == "__main__":
    main()
