"""What patients read: easy enough, sourced, for every muscle, and never about the reader."""

import datetime
import inspect
import xml.etree.ElementTree as ET

import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.base.knowledge import cite
from needlepoint.base.people import Patient
from needlepoint.documents.leaflets import (
    book_page,
    book_pages,
    felt_picture,
    load_conditions,
    load_sections,
    load_stretches,
    muscle_atlas,
    stretch_for,
    stretch_picture,
)
from needlepoint.documents.leaflets.aftercare import aftercare_sheet, steps_of
from needlepoint.documents.leaflets.dangers import load_dangers, to_check
from needlepoint.documents.leaflets.load import DATA
from needlepoint.outcomes import load_moments, load_questions
from needlepoint.outcomes.worry import load_worries
from needlepoint.reasoning.red_flags.check import actions_of_flags
from needlepoint.treatment.precautions.advice import load_advice
from needlepoint.treatment.precautions.situation import NeedledSite, Situation
from tests.documents.leaflets.reading import SIXTH, grade

LANGS = ("en", "es")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("id_", load_sections())
def test_a_section_is_read_in_the_sixth_grade(id_, lang):
    text = getattr(load_sections()[id_], lang)
    assert grade(text, lang) <= SIXTH


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_short_is_easy_too(lang):
    told = {
        "dangers": [getattr(row, lang) for row in load_dangers().values()],
        "checklist": [getattr(row.check, lang) for row in load_dangers().values() if row.check],
        "conditions": [f"{getattr(row, lang)}. {getattr(row, f'why_{lang}')}" for row in load_conditions()],
        "moves": [step.format(side="", other="") for row in load_stretches().values() for step in getattr(row, lang)],
        "questions": [
            " ".join([getattr(row, lang), *(f"{getattr(option, lang)}." for option in row.option)])
            for row in load_questions().values()
        ],
        "worries": [getattr(row, lang) for row in load_worries()],
        "advice": [
            getattr(row, lang)
            for row in load_advice()
            if row.kind in ("aftercare", "consent", "combine") or row.kind.startswith("call_")
        ],
    }  # fmt: skip
    grades = {kind: grade("\n".join(texts), lang) for kind, texts in told.items()}
    assert {kind: found for kind, found in grades.items() if found > SIXTH} == {}


def test_every_red_flag_that_warns_has_words_for_patients():
    told = {flag for flag, action in actions_of_flags().items() if action.warns_patient}
    assert told - set(load_dangers()) == set()


@pytest.mark.parametrize(
    ("painful", "age", "sex", "asked", "left_out"),
    [
        ({"lumbar"}, 40, "female", {"cauda_equina", "suicide", "pregnancy"}, {"testis", "thunderclap"}),
        ({"lumbar"}, 60, "male", {"cancer"}, {"pregnancy", "testis"}),
        ({"groin"}, 20, "male", {"testis"}, {"pregnancy", "cancer"}),
        ({"temple"}, 70, "male", {"thunderclap", "giant_cell_arteritis"}, {"dvt"}),
        ({"temple"}, 30, "male", {"thunderclap"}, {"giant_cell_arteritis"}),
        ({"leg_back_calf"}, 30, None, {"dvt"}, {"thunderclap"}),
        # What is not known leaves nothing out.
        (set(), 30, None, {"dvt", "thunderclap", "testis", "pregnancy"}, {"cancer"}),
    ],
)
def test_the_checklist_follows_place_age_and_sex(painful, age, sex, asked, left_out):
    found = {row.flag for row in to_check(painful, age, sex)}
    assert found >= asked | {"cardiac", "stroke", "cauda_equina", "spinal_infection", "suicide"}
    assert found & left_out == set()


def test_the_checklist_stays_short_where_the_place_is_known():
    for region in load_atlas().regions:
        for age, sex in ((25, "female"), (70, "female"), (25, "male"), (70, "male")):
            assert len(to_check({region}, age, sex)) <= 9


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheet_of_a_session_is_easy(lang):
    sheet = aftercare_sheet(situation("levator_scapulae", "soleus"), lang)
    lines = [*sheet.had, *sheet.today, sheet.gently, *sheet.call_now, *sheet.call_today, *sheet.call_office]
    lines += [step for move in sheet.moves for step in move.steps]
    assert grade("\n".join(lines), lang) <= SIXTH


def test_every_muscle_has_a_page_and_a_move():
    assert set(book_pages("en")) == set(load_atlas().muscles) == set(book_pages("es"))
    assert [muscle for muscle in load_atlas().muscles if stretch_for(muscle) is None] == []


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_of_the_book_says_where_it_lies_and_where_it_is_felt(lang):
    for page in book_pages(lang).values():
        assert page.name
        assert page.lies
        assert page.felt, page.id


def test_the_book_takes_nothing_about_the_reader():
    """The line between a book and a device: its pages are asked for by muscle and language, by nothing else."""
    assert list(inspect.signature(book_page).parameters) == ["muscle", "lang"]
    assert list(inspect.signature(book_pages.__wrapped__).parameters) == ["lang"]
    source = inspect.getsource(muscle_atlas)
    assert "reasoning" not in source
    assert "exam" not in source.replace("examination", "")


def test_the_book_names_no_diagnosis():
    diseases = (
        "arthritis",
        "disc",
        "thyroid",
        "statin",
        "disease",
        "illness",
        "asthma",
        "grinding",
        "pregnancy",
    )
    said = " ".join(word for page in book_pages("en").values() for word in (*page.keeps, *page.helps))
    assert [word for word in diseases if word in said] == []


@pytest.mark.parametrize("id_", load_stretches())
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_drawing_is_our_own_lines_and_has_a_name(id_, side):
    picture = ET.fromstring(stretch_picture(id_, side, "A name"))
    assert picture.get("aria-label") == "A name"
    assert {node.tag.rpartition("}")[2] for node in picture.iter()} <= {"svg", "g", "path"}


def test_the_right_side_is_the_left_one_mirrored():
    left, right = (ET.fromstring(stretch_picture("ear_to_shoulder", side, "x")) for side in ("left", "right"))
    paths = [
        [node.get("d") for node in picture.iter() if node.tag.endswith("path")] for picture in (left, right)
    ]
    assert paths[0][0] == paths[1][0]  # the same body
    assert paths[0][-2].startswith("M0.0 -1740.0Q-130.0")
    assert paths[1][-2].replace("-0.0", "0.0").startswith("M0.0 -1740.0Q130.0")


def test_where_a_muscle_is_felt_is_painted():
    picture = felt_picture("trapezius", "left", "x")
    assert picture.count('fill-opacity=".55"') >= 2


@pytest.mark.parametrize(
    ("step", "side", "lang", "expected"),
    [
        (0, "left", "en", "Sit tall. Hold the seat with your left hand."),
        (1, "left", "en", "Let your right ear sink to your right shoulder."),
        (0, "right", "es", "Siéntese derecho. Agárrese de la silla con la mano derecha."),
        (1, "left", "es", "Deje caer la oreja derecha hacia el hombro derecho."),
    ],
)
def test_a_step_is_told_for_the_treated_side(step, side, lang, expected):
    assert steps_of(load_stretches()["ear_to_shoulder"], side, lang)[step] == expected


def situation(*muscles, technique="wet", drugs=("lidocaine",), side="left"):
    atlas = load_atlas().muscles
    return Situation(
        patient=Patient(),
        technique=technique,
        spots=tuple(NeedledSite(atlas[name], side) for name in muscles),
        as_of=datetime.date(2026, 11, 21),
        drugs=drugs if technique == "wet" else (),
    )


def test_the_sheet_follows_what_was_done():
    wet, dry = (
        aftercare_sheet(situation("trapezius"), "en"),
        aftercare_sheet(situation("soleus", technique="dry"), "en"),
    )
    assert wet.had == ("The spots may be numb for up to one hour (lidocaine).",)
    assert "no drug" in dry.had[0]
    assert any("chest hurts" in line for line in wet.call_now)  # the pleura lies below the upper trapezius
    assert not any("chest hurts" in line for line in dry.call_now)
    assert [move.title for move in dry.moves] == ["Calf, knee bent"]


def test_longer_drugs_numb_longer_and_every_drug_is_named():
    sheet = aftercare_sheet(situation("soleus", drugs=("lidocaine", "ropivacaine")), "es")
    assert sheet.had[1] == "Las zonas tratadas pueden quedar dormidas hasta 6 horas (ropivacaína)."


def test_one_move_for_two_muscles_is_told_once():
    sheet = aftercare_sheet(situation("gastrocnemius", "plantaris"), "en")
    assert [move.muscles for move in sheet.moves] == [("gastrocnemius", "plantaris")]


def test_every_row_of_the_check_ins_has_a_source():
    folder = DATA.parents[2] / "outcomes" / "data"
    for row in (*load_moments().values(), *load_questions().values(), *load_worries()):
        assert cite(folder, row.source, row.id)


def test_the_measure_knows_what_is_hard():
    hard_en = "Pneumothorax following intramuscular administration necessitates immediate radiological investigation."
    hard_es = "El neumotórax posterior a la administración intramuscular requiere investigación radiológica inmediata."
    assert grade(hard_en, "en") > SIXTH
    assert grade(hard_es, "es") > SIXTH
