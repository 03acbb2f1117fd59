"""Denials: every reason of the table in plain words, the record read for its cause, and no appeal without ground."""

import datetime
from decimal import Decimal

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.claims.incoming.remit import RemitClaim, RemitLine
from needlepoint.claims.types import Adjustment
from needlepoint.coverage.rules.needs import LINES
from needlepoint.episode.denials.appeal import check_first, write_appeal
from needlepoint.episode.denials.causes import LOOKS
from needlepoint.episode.denials.explain import DenialAdvice, explain
from needlepoint.episode.denials.reasons import load_denials
from needlepoint.episode.denials.timely import appeal_by
from needlepoint.episode.walk import on_file
from tests.kit.episodes import plain, walked

DAY = datetime.date(2026, 12, 15)


def answer(*adjustments, id_="NP-1005", code="20553", remarks=(), whole=()):
    amount = Decimal(190)
    rows = tuple(Adjustment(group=g, reason=r, amount_usd=amount) for g, r in adjustments)
    line = RemitLine(
        code=code, modifiers=(), charge_usd=amount, paid_usd=Decimal(0), units=Decimal(1), billed_code="",
        on=None, control="L1", allowed_usd=None, adjustments=rows, remarks=remarks, other=(),
    )  # fmt: skip
    return RemitClaim(
        id=id_, status="4", charge_usd=amount, paid_usd=Decimal(0), patient_usd=Decimal(0), payer_control="X1",
        patient="", member_id="", crossover="", adjustments=tuple(whole), remarks=(), lines=(line,), notices=(),
        other=(),
    )  # fmt: skip


def filed(name="situations/seven_muscles", **changed):
    episode, found = walked(plain(name, **changed))
    return on_file(episode, found)


# The reasons that coverage.md 7.3 expects for this work.
EXPECTED = ["50", "151", "119", "97", "236", "4", "16", "11", "18", "22", "29", "27", "31", "96", "204", "55",
            "197", "198", "1", "2", "3", "45"]  # fmt: skip


@pytest.mark.parametrize("code", EXPECTED)
def test_every_expected_reason_is_explained_in_both_languages(code):
    (denial,) = explain(answer(("CO", code)), filed(), DAY).denials
    assert "not on file" not in denial.en
    assert denial.en != denial.es
    assert denial.mend_en
    assert denial.answer_en
    assert denial.citations


def test_the_rows_name_only_what_exists():
    rows = load_denials()
    answers, checks = {row.id for row in rows.answer}, {row.id for row in rows.check}
    assert checks == set(LOOKS)
    for row in rows.reason:
        assert row.answer in answers
        assert set(row.checks) <= checks
        assert set(row.lines) <= {"*", *LINES}
    assert len({row.code for row in rows.reason}) == len(rows.reason)


def test_a_reason_that_nobody_knows_is_said_and_not_guessed():
    (denial,) = explain(answer(("CO", "ZZ9")), filed(), DAY).denials
    assert "not on file" in denial.en
    assert denial.advice is DenialAdvice.AS_USUAL


def test_without_the_episode_there_is_no_advice_to_appeal():
    (denial,) = explain(answer(("CO", "50"), remarks=("N115",))).denials
    assert denial.advice is DenialAdvice.AS_USUAL
    assert denial.remark_words


@pytest.mark.parametrize(
    ("name", "reason", "advice"),
    [
        ("situations/seven_muscles", "50", DenialAdvice.APPEAL),
        ("situations/seven_muscles", "151", DenialAdvice.APPEAL),
        ("situations/fourth_session", "151", DenialAdvice.DO_NOT_APPEAL),
        (
            "situations/fourth_session",
            "167",
            DenialAdvice.APPEAL,
        ),  # the diagnosis is on the list, however often
        ("situations/relief_30_percent", "50", DenialAdvice.DO_NOT_APPEAL),
        ("situations/no_conservative_care", "50", DenialAdvice.COMPLETE_FIRST),
        ("situations/no_conservative_care", "39", DenialAdvice.ASK_FOR_THE_POLICY),
        ("situations/seven_muscles", "16", DenialAdvice.AS_USUAL),
        ("situations/seven_muscles", "45", DenialAdvice.AS_USUAL),
    ],
)
def test_the_advice_follows_the_record(name, reason, advice):
    (denial,) = explain(answer(("CO", reason)), filed(name), DAY).denials
    assert denial.advice is advice


def test_the_likely_cause_is_found_in_the_claim():
    def cause(reason, **given):
        return explain(answer(("CO", reason), **given), filed(), DAY).denials[0].causes[0].en

    assert cause("197") == "The claim carries no authorization."
    assert "M79.18" in cause("11")
    assert "J2003" in cause("97")
    assert "1EG4TE5MK73" in cause("31")
    assert "Nov 20, 2027" in cause("29")
    assert "1245319599" in cause("206")
    assert "35" in cause("153", code="J2003")


def test_the_letter_quotes_record_and_policy_and_nothing_that_says_nothing():
    on, given = filed(), answer(("CO", "50"), remarks=("N115",))
    said = explain(given, on, DAY)
    letter = write_appeal(given, said, on, DAY)
    assert "L39662" in letter.policy
    assert "Left rhomboids: taut band, tender spot, familiar pain, referred pain." in letter.record
    assert "Physical therapy, 8 weeks: did not help." in letter.record
    assert {"DX-1", "INIT-2", "FREQ-1"} <= {point.rule for point in letter.points}
    assert not any(point.shows == "no session before" for point in letter.points)
    assert letter.first
    assert "$190" in letter.request
    assert letter.appeal_by == datetime.date(2027, 4, 14)  # 120 days after the notice
    assert any("INIT-2" in line for line in check_first(said))


def test_no_letter_where_the_record_does_not_support_one():
    on, given = filed("situations/fourth_session"), answer(("CO", "151"))
    with pytest.raises(Refused, match="does not support"):
        write_appeal(given, explain(given, on, DAY), on, DAY)


def test_the_time_for_an_appeal_is_only_told_where_it_is_on_file():
    assert appeal_by("medicare", DAY).last == datetime.date(2027, 4, 14)
    assert appeal_by("cigna", DAY) is None
