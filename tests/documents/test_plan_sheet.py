"""Every kind of statement that the core can make is rendered on each: board, terminal, plan PDF, note."""

import html
import re
from io import StringIO

import msgspec
import pytest
from django.template.loader import render_to_string
from django.utils import translation
from rich.console import Console

from needlepoint.anatomy import load_atlas
from needlepoint.cli.clinical.plan import show_plan
from needlepoint.documents.notes.write import write_note
from needlepoint.documents.plan_sheet import plan_sheet
from needlepoint.documents.render import to_pdf
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import walk
from needlepoint.pages.visit.content.statements import TECHNIQUE_WORDS, said, site_words
from needlepoint.treatment.plan.statements import KINDS, SEVERITIES, PlanStatement
from needlepoint.treatment.spanish import name_es, structure_of
from needlepoint.visit.facts import Spot
from tests.documents.notes.test_write import visited
from tests.kit.episodes import plain
from tests.kit.papers import text_of

EPISODE = "situations/relief_30_percent"
BLOCKS = {"stop": (True,), "confirm": (True,), "question": (True, False)}
EVERY = [
    (kind, severity, blocks)
    for kind in KINDS
    for severity in SEVERITIES
    for blocks in BLOCKS.get(kind, (False,))
]


def one(kind, severity, blocks):
    key = f"{kind}{severity}{'held' if blocks else 'open'}"
    decided = "Ada Made-Up: looked into it" if kind == "overridden" else None
    words = {"en": f"Said{key}.", "es": f"Dicho{key}."}
    return PlanStatement(kind=kind, id=key, severity=severity, blocks=blocks, decided=decided, **words)


@pytest.fixture(scope="module")
def walked():
    """An episode of a treated visit whose plan makes every kind of statement."""
    found = walk(read_episode(plain(EPISODE)))
    chosen = msgspec.structs.replace(found.plan.chosen, statements=tuple(one(*row) for row in EVERY))
    return msgspec.structs.replace(found, plan=msgspec.structs.replace(found.plan, chosen=chosen))


def board(walked, lang):
    plan, rows = walked.plan, said(walked.plan, lang)
    low = [row for row in rows if row.low]
    with translation.override(lang):
        page = {"techniques": TECHNIQUE_WORDS, "said": rows, "said_low": low, "plan": plan, "rights": {}}
        parts = [render_to_string("pages/_said.html", page)]
        parts += [render_to_string("pages/_how.html", {"how": site_words(site, lang)}) for site in plan.sites]
    return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(parts)))


def terminal(walked, lang):
    text = StringIO()
    show_plan(Console(file=text, width=4000), walked.plan, lang)
    return text.getvalue()


def paper(walked, lang):
    return text_of(to_pdf("plan", plan_sheet(walked.plan, lang), lang))


def note(walked, lang):
    site, visit = walked.plan.sites[0], visited()
    spot = Spot(site.muscle_id, site.side, site.point or "")
    sites = tuple(msgspec.structs.replace(row, spot=spot) for row in visit.sites[:1])
    visit = msgspec.structs.replace(visit, sites=sites)
    return " ".join(row.text for row in write_note(read_episode(plain(EPISODE)), walked, visit, None, lang))


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("place", [board, terminal, paper, note])
def test_every_kind_of_statement_is_rendered(walked, place, lang):
    shown = place(walked, lang)
    rows = walked.plan.chosen.statements
    assert [row.id for row in rows if getattr(row, lang).rstrip(".") not in shown] == []


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("place", [board, terminal, paper, note])
def test_depth_guidance_and_hazards_are_rendered(walked, place, lang):
    shown = " ".join(place(walked, lang).replace("–", "-").split()).casefold()
    site = walked.plan.sites[0]
    assert f"{site.depth_mm[0]}-{site.depth_mm[1]} mm" in shown
    assert place is board or (name_es(site.guidance) if lang == "es" else site.guidance) in shown
    assert site.hazards
    assert all(structure_of(hazard, lang).casefold() in shown for hazard in site.hazards)


def test_the_gravest_stands_first_and_the_minor_ones_last_on_paper(walked):
    sheet = plan_sheet(walked.plan, "en")
    assert sheet.statements[0].kind == "stop"
    assert {row.kind for row in sheet.minor} == {"warn", "notice"}
    assert len(sheet.statements) + len(sheet.minor) == len(walked.plan.statements)


def test_every_structure_of_the_atlas_has_a_spanish_name():
    muscles = load_atlas().muscles.values()
    rows = {hazard for muscle in muscles for point in muscle.points for hazard in muscle.hazards_at(point)}
    assert [row.structure for row in rows if structure_of(row, "es") == row.structure] == []
