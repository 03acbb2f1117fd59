"""What a plan says is one list: the verdict follows from it, it is in order of severity, the terminal shows it all."""

import datetime
import html
import re
from decimal import Decimal
from io import StringIO

import msgspec
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from rich.console import Console

from needlepoint.anatomy import in_language, load_atlas
from needlepoint.base.people import Allergy, Clinician, Medicine, Patient
from needlepoint.cli.clinical.plan import show_plan
from needlepoint.documents.plan_sheet import plan_sheet
from needlepoint.exam import Found, assess
from needlepoint.pages.visit.content.statements import site_words
from needlepoint.treatment.plan.make import PlanInput, make_plan
from needlepoint.treatment.plan.order import PlanOrder
from needlepoint.treatment.plan.statements import KINDS
from needlepoint.treatment.spanish import name_es
from needlepoint.treatment.types import CheckVerdict, SteroidOrder
from tests.treatment.plan import test_safety as table

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
WELL = Patient(
    age_years=40,
    sex="male",
    weight_kg=Decimal(70),
    height_cm=Decimal(175),
    pregnant=False,
    allergies=[],
    conditions=[],
    medicines=[],
    given=[],
    local=[],
)
SIGNS = {"taut_band": True, "tender_spot": True, "familiar_pain": True, "referred_pain": True}


def plan_of(patient=WELL, muscle="rhomboids", state="TX", **order):
    return make_plan(
        PlanInput(
            patient=patient,
            clinician=Clinician(profession="physician", state=state),
            assessment=assess([Found(muscle=muscle, side="left", **SIGNS)]),
            as_of=NOON,
            order=PlanOrder(**order),
            earlier=[],
        )
    )


def situations():
    changed = msgspec.structs.replace
    yield plan_of()
    yield plan_of(Patient())
    yield plan_of(changed(WELL, medicines=[Medicine("apixaban"), Medicine("aspirin")]), "scalenes")
    yield plan_of(changed(WELL, allergies=[Allergy("lidocaine")]), technique="wet")
    yield plan_of(volume_ml=Decimal(20), concentration_percent=Decimal(2))
    yield plan_of(technique="wet", steroid=SteroidOrder(drug="kenalog", dose_mg=Decimal(80)))
    yield plan_of(state=None)


def test_the_verdict_follows_from_what_is_said():
    for plan in situations():
        kinds = {row.kind for row in plan.statements}
        blocked = any(row.blocks for row in plan.statements)
        expected = (
            CheckVerdict.NOT_MET
            if "stop" in kinds
            else CheckVerdict.NOT_KNOWN
            if blocked
            else CheckVerdict.MET
        )
        assert plan.verdict is expected


def test_the_gravest_comes_first():
    for plan in situations():
        kinds = [KINDS.index(row.kind) for row in plan.chosen.statements if row.blocks]
        assert kinds == sorted(kinds)


def test_the_terminal_shows_everything_in_both_languages():
    for plan in situations():
        for lang in ("en", "es"):
            text = StringIO()
            show_plan(Console(file=text, width=4000), plan, lang)
            page = " ".join(text.getvalue().split())
            for row in plan.statements:
                assert " ".join(getattr(row, lang).split()) in page
            for site in plan.sites:
                assert f"{site.depth_mm[0]}-{site.depth_mm[1]} mm" in page
                assert (name_es(site.guidance) if lang == "es" else site.guidance) in page
                for hazard in site.hazards:
                    assert in_language(hazard.avoid, lang) in page


ENGLISH = frozenset({
    "the", "and", "with", "of", "is", "not", "for", "before", "after", "needle", "right", "left", "limit", "ask",
    "allowed", "open", "draw", "an", "at", "site", "muscle", "dose", "patient", "which", "what", "was", "were", "has",
    "by", "than", "today", "days", "ago", "weeks", "years", "sites", "blood", "infection", "injection",
    "bone", "edge", "finger", "below", "above", "toward", "stay", "because", "over", "height", "skin", "supine",
    "prone", "then", "bleeding",
})  # fmt: skip


def spanish_texts(plan):
    """What a Spanish plan says in words of the program: without entries, sources and official names of laws."""
    for row in plan.statements:
        words = row.es.partition(": ")[2] if row.text or row.id in ("set_aside", "answered_entry") else row.es
        yield from (words, row.do_es)
        yield from (es for es, en in zip(row.because_es, row.because, strict=True) if es != en)
    dose, drawn, steroid = plan.chosen.dose, plan.chosen.draw_up, plan.chosen.steroid
    if dose:
        yield from (dose.because_es, dose.ask_es or "", *(share.arithmetic_es for share in dose.shares))
    yield from ([drawn.words_es] if drawn else []) + [*(steroid.because_es if steroid else ())]
    yield plan.chosen.scope.because_es
    yield from (site.needle.because_es for site in plan.sites)
    yield from plan.toxicity.arithmetic_es if plan.toxicity else ()
    yield from (*plan.left_out_es, plan.why_es, *(row.es for rows in plan.advice.values() for row in rows))


def _english_in(text):
    said = re.sub(r"“[^”]*”|\([^()]*\)", "", text).lower()
    return ENGLISH & set(re.findall(r"\w+", said))


def test_a_spanish_plan_has_no_english_words():
    """In every situation of the safety table; sources and the official names of laws, in quotes, stay as they are."""
    found: dict[str, str] = {}
    for case in table.CASES:
        plan = table.plan_of(case[1], case[4], case[5], case[7])
        for text in spanish_texts(plan):
            found |= dict.fromkeys(_english_in(text), text)
    assert found == {}


def _of_every_point(plan):
    """The plan with a site at every point of the atlas."""
    changed, rows = msgspec.structs.replace, []
    for muscle in load_atlas().muscles.values():
        for point in muscle.points:
            needling = muscle.needling_at(point)
            place = {"approach": needling.approach, "position_note": needling.position_note}
            place |= {"landmark": point.landmark, "hazards": muscle.hazards_at(point)}
            rows.append(
                changed(plan.sites[0], muscle=muscle.name, muscle_es=muscle.name_es, side="left", **place)
            )
    return changed(plan, chosen=changed(plan.chosen, sites=tuple(rows)))


def on_the_board(plan, lang):
    with translation.override(lang):
        words = [render_to_string("pages/_how.html", {"how": site_words(site, lang)}) for site in plan.sites]
    return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(words)))


def on_the_terminal(plan, lang):
    text = StringIO()
    show_plan(Console(file=text, width=4000), plan, lang)
    return text.getvalue()


def on_paper(plan, lang):
    return " ".join(
        " ".join((row.name, row.facts, row.landmark, row.approach, *row.hazards))
        for row in plan_sheet(plan, lang).sites
    )


@pytest.mark.parametrize("surface", [on_the_board, on_the_terminal, on_paper])
def test_a_spanish_plan_says_of_no_point_anything_in_english(surface):
    plan = _of_every_point(plan_of())
    said = {text for site in plan.sites for text in (site.landmark, site.approach)}
    said |= {row.avoid for site in plan.sites for row in site.hazards}
    said |= {site.position_note for site in plan.sites} - {""} if surface is on_the_board else set()
    english, spanish = (" ".join(surface(plan, lang).split()) for lang in ("en", "es"))
    assert {text for text in said if text not in english} == set()
    assert {text for text in said if text in spanish} == set()
    assert surface is on_the_terminal or _english_in(spanish) == set()
