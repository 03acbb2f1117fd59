"""The state of the whole claim decides the next step of its lines: a QMB, a claim sent on, a payment taken back."""

from decimal import Decimal

import pytest
from rich.console import Console

from needlepoint.claims.incoming.acknowledge import ClaimOutcome, ClaimStatus
from needlepoint.claims.incoming.codes import meaning
from needlepoint.claims.incoming.remit import ProviderAdjustment, RemitClaim, RemitEnd, RemitLine
from needlepoint.claims.types import Adjustment
from needlepoint.cli.billing.answers import show_status
from needlepoint.cli.billing.remit import _about, _sums
from needlepoint.episode.denials.explain import explain, remarks_of
from needlepoint.episode.walk import on_file
from tests.kit.episodes import plain, walked


def answered(
    status: str = "1", remarks: tuple[str, ...] = (), group: str = "PR", reason: str = "2"
) -> RemitClaim:
    share = Adjustment(group=group, reason=reason, amount_usd=Decimal("10.16"))
    line = RemitLine(
        code="20552", modifiers=(), charge_usd=Decimal(50), paid_usd=Decimal("39.84"), units=Decimal(1),
        billed_code="20552", on=None, control="", allowed_usd=None, adjustments=(share,), remarks=(), other=(),
    )  # fmt: skip
    return RemitClaim(
        id="A", status=status, charge_usd=Decimal(50), paid_usd=Decimal("39.84"), patient_usd=Decimal("10.16"),
        payer_control="", patient="", member_id="", crossover="", adjustments=(), remarks=remarks, lines=(line,),
        notices=(), other=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "remarks", "says", "never"),
    [
        ("1", (), "Bill the patient or the second payer.", "Medicaid"),
        ("1", ("N782",), "Bill Medicaid, never the patient.", "second payer"),
        ("1", ("N781",), "Bill Medicaid, never the patient.", "second payer"),
        ("1", ("N783",), "Bill Medicaid, never the patient.", "second payer"),
        ("19", (), "Wait for the next payer's answer.", "Bill the patient"),
        ("1", ("MA18",), "Wait for the next payer's answer.", "Bill the patient"),
        ("1", ("MA07",), "Wait for the next payer's answer.", "Bill the patient"),
        ("1", ("MA07", "N782"), "Wait for the next payer's answer.", "Bill the patient"),
        ("22", (), "Undo the earlier posting of this line.", "Bill the patient"),
        ("22", ("N782",), "Undo the earlier posting of this line.", "Bill Medicaid"),
    ],
)
def test_the_standing_decides_the_next_step(status, remarks, says, never):
    (denial,) = explain(answered(status, remarks)).denials
    step = f"{denial.answer_en} {denial.mend_en}"
    assert says in step
    assert never not in step


def test_the_record_knows_a_qmb_whom_the_payer_does_not_name():
    obj = plain("situations/second_payer")
    obj["account"]["qmb"] = True
    held = on_file(*walked(obj))
    (denial,) = explain(answered(), held).denials
    assert "never the patient" in denial.answer_en


def test_what_a_contract_takes_off_is_not_the_patients_and_not_always_written_off():
    (denial,) = explain(answered(group="CO", reason="24")).denials
    assert "writes it off" not in denial.who_en
    (wrong,) = explain(answered(group="CO", reason="109")).denials
    assert "comes first" not in wrong.answer_en


@pytest.mark.parametrize(
    ("amount", "words"), [("-8.38", "from a later payment"), ("8.38", "from an earlier payment")]
)
def test_the_sign_of_a_balance_says_which_payment(amount, words):
    assert words in _about(ProviderAdjustment("FB", "X", Decimal(amount)), "en")


def test_the_sum_tells_what_was_paid():
    rows = (ProviderAdjustment("L6", "", Decimal("-1.25")),)
    end = RemitEnd(claims=1, paid_usd=Decimal("40.62"), provider_adjustments=rows)
    assert _sums(end) == "1 claims, $40.62 for claims and $1.25 of no claim: $41.87 paid, to the cent"


def test_a_rejection_names_whose_number_it_is():
    assert meaning("entity", "85") == "billing provider"
    assert meaning("entity", "82", "es") == "profesional que atendió"


def test_an_unprocessable_claim_is_sent_anew_and_never_appealed():
    (denial,) = explain(answered("4", ("MA130",), "CO", "16")).denials
    assert denial.answer_en.startswith("Send a new claim (frequency 1)")
    assert "appeal is turned away" in denial.mend_en


@pytest.mark.parametrize(
    ("group", "reason", "answer"),
    [
        ("PR", "204", "The plan leaves it to the patient"),
        ("CO", "204", "Appeal"),
        ("PR", "96", "The plan leaves it to the patient"),
        ("PR", "119", "The plan leaves it to the patient"),
        ("CO", "119", "Appeal"),
        ("PR", "50", "Appeal"),
    ],
)
def test_what_the_plan_excludes_is_the_patients_only_where_it_says_so(group, reason, answer):
    (denial,) = explain(answered("4", (), group, reason)).denials
    assert denial.answer_en.startswith(answer)


def test_remarks_of_the_whole_claim_are_told_once_with_their_words():
    item = answered("4", ("MA130", "XX9"), "CO", "16")
    told = dict(remarks_of(item))
    assert "send a new one" in told["MA130"][0]
    assert "not on file" in told["XX9"][0]
    (denial,) = explain(item).denials
    assert denial.remarks == ()


def test_a_batch_that_was_received_is_no_accepted_claim(capsys):
    status = ClaimStatus(
        id="B1", payer_control="", patient="", level="21", outcome=ClaimOutcome.ACCEPTED, category="A1",
        status="19", entity="PR", on=None, charge_usd=None, paid_usd=None, message="", lines=(),
    )  # fmt: skip
    show_status(Console(), status, "en")
    said = capsys.readouterr().out
    assert "RECEIVED" in said
    assert "ACCEPTED" not in said
