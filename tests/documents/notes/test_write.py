"""A note says what the record says and nothing else, in both languages; what is missing is listed beside it."""

import datetime
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from needlepoint.documents.notes import gaps, write_note
from needlepoint.documents.notes.load import load_gaps, load_sentences
from needlepoint.documents.notes.write import ConsentGiven
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import walk
from needlepoint.visit import Facts, Site, Spot, Visit
from needlepoint.visit.facts import Checked, Diluent, Event, Given, Observed, Reported, Vial
from tests.kit.episodes import plain

AT = datetime.datetime(2026, 11, 20, 15, tzinfo=datetime.UTC)
GIVEN = Given(
    technique="wet",
    at=AT,
    by="Dr. Made-Up",
    drug="lidocaine",
    concentration_percent=Decimal("0.5"),
    volume_ml=Decimal("0.5"),
    twitch=True,
    needle="25 G x 25 mm",
)
SITE = Site(spot=Spot("trapezius", "right"), given=GIVEN)
AFTER = Observed(pain_after=2, reactions=())
CONSENT = ConsentGiven("wet", "Alma Made-Up", datetime.date(2026, 11, 20))


def visited(sites=(SITE,), observed=AFTER):
    facts = Facts(reported=Reported(pain_now=5), observed=observed)
    return Visit(
        zone="America/New_York",
        starts_at=AT,
        minutes=30,
        clinician=1,
        place=1,
        sites=tuple(sites),
        facts=facts,
    )


def noted(
    name="situations/relief_30_percent", lang="en", sites=(SITE,), after=AFTER, consent=CONSENT, **changed
):
    episode = read_episode(plain(name, **changed))
    walked = walk(episode)
    visit = visited(sites, after)
    rows = write_note(episode, walked, visit, consent, lang)
    return {row.id: row for row in rows}, gaps(episode, walked, visit, consent)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_sentence_has_a_datum_and_no_hole(lang):
    rows, _ = noted(lang=lang)
    for row in rows.values():
        assert row.datum
        assert "{" not in row.text
        assert "None" not in row.text
        assert row.text[0].isupper() or not row.text[0].isalpha()


def test_the_sentences_of_a_session():
    rows, _ = noted()
    assert (
        rows["site"].text
        == "Right trapezius: injection, needle 25 G x 25 mm, 0.5 mL of lidocaine 0.5 %, twitch seen."
    )
    assert rows["earlier"].text == "Earlier session on Jul 15, 2026: 30 % relief."
    assert rows["tried"].text == "Tried before: physical therapy, 8 weeks; it did not help."
    assert rows["consent"].text.startswith("Consent for injection was signed by Alma Made-Up on Nov 20, 2026")


def test_the_note_claims_no_criterion_that_is_not_met():
    rows, missing = noted()
    assert "gave at least 50 % relief" not in rows["necessity"].text
    assert "conservative care failed" in rows["necessity"].text
    assert any("50 % relief" in gap.en for gap in missing)


def test_what_nobody_wrote_down_is_not_said():
    rows, missing = noted(prior_care=None, after=Observed(), consent=None, sites=())
    assert not {"tried", "after", "tolerated", "reaction", "consent", "site"} & set(rows)
    ids = [gap.id for gap in missing]
    assert ids[0] == "no_site"  # what blocks stands first
    assert "no_care" in ids


def test_a_reaction_is_told_and_none_only_where_somebody_looked():
    assert "faint" in noted(after=Observed(reactions=("faint",)))[0]["reaction"].text
    assert "tolerated" in noted(after=Observed(reactions=()))[0]
    assert not {"tolerated", "reaction"} & set(noted(after=Observed(reactions=None))[0])


def test_a_long_history_is_counted_and_not_listed():
    session = plain("situations/relief_30_percent")["earlier_sessions"][0]
    many = [session | {"on": f"2025-{month:02}-{day:02}"} for month in range(1, 11) for day in (1, 15)]
    episode = read_episode(plain("situations/relief_30_percent", earlier_sessions=many))
    rows = write_note(episode, walk(episode), visited(), CONSENT)
    assert [row.text for row in rows if row.id == "earlier_more"] == [
        "14 earlier sessions since Jan 1, 2025."
    ]
    assert len([row for row in rows if row.id == "earlier"]) == 6


def test_a_missing_time_out_and_a_late_consent_are_said():
    zone = ZoneInfo("America/New_York")
    late = ConsentGiven(
        "wet", "A", datetime.date(2026, 11, 20), (AT + datetime.timedelta(minutes=4)).astimezone(zone)
    )
    rows, _ = noted(consent=late)
    assert rows["no_time_out"].text == "No time-out before the first needle was recorded."
    assert rows["consent_late"].text.startswith("The consent was signed after the first needle")
    early = ConsentGiven(
        "wet", "A", datetime.date(2026, 11, 20), (AT - datetime.timedelta(minutes=4)).astimezone(zone)
    )
    assert "consent_late" not in noted(consent=early)[0]


@pytest.mark.parametrize(("lang", "said"), [("en", "Answer: no."), ("es", "Respuesta: no.")])
def test_the_screen_of_warning_signs_stands_in_the_note(lang, said):
    episode = read_episode(plain("situations/relief_30_percent"))
    facts = Facts(reported=Reported(answers={"heart": "no"}), checked=Checked(given=(), local=()))
    visit = replace(visited(), facts=facts)
    rows = {row.id: row for row in write_note(episode, walk(episode), visit, CONSENT, lang)}
    assert rows["screened"].text.endswith(said)
    assert "24" in rows["sound"].text


def test_a_dry_needle_needs_a_consent_for_a_dry_needle():
    dry = Site(spot=Spot("trapezius", "right"), given=Given(technique="dry", at=AT, by="A"))
    assert "no_consent" in [gap.id for gap in noted(sites=(dry,))[1]]
    assert "no_consent" not in [
        gap.id
        for gap in noted(sites=(dry,), consent=ConsentGiven("dry", "A", datetime.date(2026, 11, 20)))[1]
    ]


def test_an_open_red_flag_blocks():
    obj = json.loads(json.dumps(plain("red_flag")))
    episode = read_episode(obj)
    found = gaps(episode, walk(episode), visited(), CONSENT)
    assert found[0].id == "red_flag"
    assert found[0].blocks


def test_the_rows_are_in_both_languages():
    for row in [*load_sentences().values(), *load_gaps().values()]:
        assert row.en
        assert row.es


@pytest.mark.parametrize(("percent", "blocks"), [("0.25", True), ("0.5", None), ("1", False)])
def test_a_vial_of_another_strength_is_said_beside_the_note(percent, blocks):
    vial = Vial(
        lot_id=1, lot="L1", drug="lidocaine", concentration_percent=Decimal(percent), vial_ml=Decimal(5),
        single_dose=True, at=AT, by="A",
    )  # fmt: skip
    visit = visited()
    visit = replace(visit, facts=replace(visit.facts, vials=(vial,)))
    episode = read_episode(plain("situations/relief_30_percent"))
    walked = walk(episode)
    found = [
        gap.blocks for gap in gaps(episode, walked, visit, CONSENT) if gap.id in ("weak_vial", "diluted")
    ]
    assert found == ([] if blocks is None else [blocks])
    rows = [row.text for row in write_note(episode, walked, visit, CONSENT) if row.id == "diluted"]
    said = ["Lidocaine 0.5 % was drawn from a vial of 1 % and diluted."]
    assert rows == (said if blocks is False else [])
    mixed = Diluent(
        drug="lidocaine",
        concentration_percent=Decimal("0.5"),
        what="saline",
        volume_ml=Decimal(2),
        at=AT,
        by="A",
    )
    visit = replace(visit, facts=replace(visit.facts, diluents=(mixed,)))
    assert not [gap for gap in gaps(episode, walked, visit, CONSENT) if gap.id == "diluted"]
    rows = [row.text for row in write_note(episode, walked, visit, CONSENT) if row.id == "diluted_with"]
    said = ["Lidocaine 0.5 % was drawn from a vial of 1 % and diluted with 2 mL of sodium chloride 0.9 %."]
    assert rows == (said if blocks is False else [])


def test_an_event_stands_in_the_note_with_its_kind_whatever_the_reactions_say():
    event = Event(kind="faint", what="pale and sweaty", at=AT, by="A")
    rows, _ = noted(after=Observed(pain_after=2, reactions=("sore",), events=(event,)))
    assert rows["event"].text == "Adverse event, fainting: pale and sweaty."
    assert rows["reaction"].text == "Reactions: sore."
    rows, _ = noted(after=Observed(pain_after=2, reactions=(), events=(event,)))
    assert "tolerated" not in rows
    rows, _ = noted(after=Observed(pain_after=2, reactions=("pale and sweaty",), events=(event,)))
    assert "reaction" not in rows
