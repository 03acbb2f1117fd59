"""How a line of a list is read: names, class words, misspellings, negation, past, family, stopped, unknown."""

import datetime
import tomllib

import pytest

from needlepoint.base.people import Allergy, Meaning, Medicine, Patient
from needlepoint.treatment.bounds import patient_faults
from needlepoint.treatment.lists.complaint.questions import questions_of_words
from needlepoint.treatment.lists.entries import read_entry, read_lists
from needlepoint.treatment.lists.names import book, known_names, nearest_names
from needlepoint.treatment.lists.questions import answered_concerns, questions_of
from tests.places import ROOT, SPEC

TODAY = datetime.date(2026, 11, 20)
TABLE = SPEC / "safety" / "entries.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("kind", "text", "groups"),
    [(kind, *row) for kind in ("medicine", "condition", "allergy") for row in ROWS[kind]],
)
def test_a_line_amounts_to_what_the_table_says(kind, text, groups):
    """The groups that matter; '?' stands for a question, an empty list for nothing that matters."""
    entry = read_entry(kind, text, TODAY)
    harmless = {id_ for id_, group in book(kind).groups.items() if group.harmless}
    asked = entry.unknown or entry.spelling or entry.which or entry.when
    assert sorted(entry.groups - harmless) + (["?"] if asked else []) == groups


@pytest.mark.parametrize(("text", "groups"), ROWS["reason"])
def test_the_reason_behind_a_medicine_is_a_condition(text, groups):
    patient = Patient(medicines=[Medicine(text)], conditions=[], allergies=[])
    found = {id_ for entry in read_lists(patient, TODAY).condition for id_ in entry.groups}
    harmless = {id_ for id_, group in book("condition").groups.items() if group.harmless}
    assert sorted(found - harmless) == groups


@pytest.mark.parametrize("kind", ["medicine", "condition", "allergy"])
def test_every_known_name_is_read_as_its_own_group(kind):
    for text, name in book(kind).names.items():
        entry = read_entry(kind, text, TODAY)
        assert name.group in entry.groups, text
        assert not entry.unknown, text


def test_a_misspelled_blood_thinner_is_asked_for_by_its_name():
    patient = Patient(medicines=[Medicine("Elequis"), Medicine("Frobnitzol")], conditions=[], allergies=[])
    first, second = questions_of(read_lists(patient, TODAY))
    assert "Did you mean Eliquis (apixaban)?" in first.en
    assert first.blocks
    assert (second.about, second.text, second.blocks) == ("medicine", "Frobnitzol", True)


@pytest.mark.parametrize(
    ("answer", "groups", "level"),
    [
        ({"means": "known", "entry": "Eliquis"}, {"doac", "anticoagulant"}, "notice"),
        ({"means": "harmless"}, set(), "notice"),
        ({"means": "matters", "how": "thins the blood a little"}, set(), "warn"),
    ],
)
def test_an_answer_is_asked_for_once_and_always_shown(answer, groups, level):
    meaning = Meaning(
        kind="medicine", text="frobnitzol", by="Dr. A", profession="physician", on=TODAY, **answer
    )
    patient = Patient(medicines=[Medicine("Frobnitzol")], conditions=[], allergies=[], meanings=[meaning])
    lists = read_lists(patient, TODAY)
    assert questions_of(lists) == ()
    assert lists.medicine[0].groups == groups
    (shown,) = answered_concerns(lists)
    assert shown.level == level
    assert "Dr. A (physician)" in shown.do_en


@pytest.mark.parametrize(
    ("kind", "text", "answer", "kept"),
    [
        ("medicine", "Eliquis", {"means": "harmless"}, "doac"),
        ("medicine", "Eliquis", {"means": "known", "entry": "metoprolol"}, "doac"),
        ("condition", "hemophilia A severe", {"means": "harmless"}, "bleeding_disorder"),
        ("allergy", "lidocaine", {"means": "harmless"}, "amide"),
        ("medicine", "xeralta", {"means": "matters", "how": "blood thinner"}, "anticoagulant_unknown"),
    ],
)
def test_an_answer_erases_nothing_that_the_entry_names(kind, text, answer, kept):
    meaning = Meaning(kind=kind, text=text, by="Dr. A", profession="physician", on=TODAY, **answer)
    patient = Patient(
        medicines=[Medicine(text)] if kind == "medicine" else [],
        conditions=[text] if kind == "condition" else [],
        allergies=[Allergy(text)] if kind == "allergy" else [],
        meanings=[meaning],
    )
    assert kept in getattr(read_lists(patient, TODAY), kind)[0].groups


@pytest.mark.parametrize(
    ("answer", "groups"),
    [
        ({"means": "harmless", "how": "It was stopped for good in 2020."}, set()),
        ({"means": "known", "entry": "Eliquis"}, {"anticoagulant", "doac"}),
    ],
)
def test_an_entry_in_doubt_is_settled_by_one_answer(answer, groups):
    text = "no Eliquis today"
    meaning = Meaning(kind="medicine", text=text, by="Dr. A", profession="physician", on=TODAY, **answer)
    lists = read_lists(
        Patient(medicines=[Medicine(text)], conditions=[], allergies=[], meanings=[meaning]), TODAY
    )
    assert questions_of(lists) == ()
    assert lists.medicine[0].groups == groups


def test_only_a_clinician_says_what_an_entry_means():
    def faults(profession):
        meaning = Meaning(
            kind="medicine", text="xeralta", means="harmless", by="Lupe Diaz", profession=profession, on=TODAY
        )
        return [row.where for row in patient_faults(Patient(meanings=[meaning]), [], None, "episode")]

    assert faults(None) == faults("biller") == ["episode.patient.meanings[0].profession"]
    assert faults("physician") == []


def test_the_last_dose_takes_a_medicine_off_the_list():
    def groups(days):
        taken = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC) - datetime.timedelta(days=days)
        patient = Patient(medicines=[Medicine("Eliquis", last_taken=taken)])
        return read_lists(patient, TODAY).medicine[0].groups

    assert "doac" in groups(0)
    assert "doac" in groups(2)
    assert groups(42) == frozenset()


def test_what_stands_in_the_wrong_list_counts_where_it_belongs():
    patient = Patient(conditions=["on Eliquis for AF", "allergic to lidocaine"], medicines=[], allergies=[])
    lists = read_lists(patient, TODAY)
    assert "doac" in lists.medicine[0].groups
    assert "amide" in lists.allergy[0].groups
    assert questions_of(lists) == ()


def test_names_are_offered_while_somebody_types():
    assert known_names("medicine", "xarel")[0] == "xarelto"


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("I don't take blood thinners", False),
        ("My neck hurts and I don't take blood thinners.", False),
        ("Neck pain for two weeks, no blood thinners", False),
        ("My father takes warfarin.", False),
        ("My neck hurts and my wife gives me Lovenox", True),
        ("I never go without Eliquis", True),
    ],
)
def test_the_complaint_names_a_blood_thinner_only_when_it_does(told, asked):
    patient = Patient(medicines=[], conditions=[], allergies=[])
    assert bool(questions_of_words(told, read_lists(patient, TODAY), patient, TODAY)) == asked


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("I have hemophilia and my neck hurts", "told_condition"),
        ("My platelets are low.", "told_condition"),
        ("Back pain. I bleed easily", "told_condition"),
        ("Sangro con facilidad y me duele el cuello", "told_condition"),
        ("I had a stent put in last month", "told_condition"),
        ("Me pusieron un stent hace dos semanas", "told_condition"),
        ("My mother has hemophilia", None),
        ("I never bleed easily", None),
        ("No hemophilia, no bleeding problems", None),
        ("I had a stent in 2012", "told_condition"),
        ("I have a stent, and my shoulder aches", "told_condition"),
    ],
)
def test_the_complaint_names_bleeding_and_recent_stents(told, key):
    patient = Patient(medicines=[], conditions=[], allergies=[])
    asked = questions_of_words(told, read_lists(patient, TODAY), patient, TODAY)
    assert [row.key for row in asked] == ([key] if key else [])
    assert all(row.blocks for row in asked)


def test_what_stands_on_the_list_is_not_asked_again():
    patient = Patient(medicines=[], conditions=["hemophilia A"], allergies=[])
    told = "I bleed easily, I have hemophilia"
    assert questions_of_words(told, read_lists(patient, TODAY), patient, TODAY) == ()


def test_the_page_says_how_many_names_are_known():
    page = (ROOT / "docs" / "explanation" / "safety.md").read_text(encoding="utf-8")
    words = " ".join(page.split())
    medicines, conditions, allergens = (
        len(book(kind).names) for kind in ("medicine", "condition", "allergy")
    )
    forms = sum(
        len(group.forms)
        for kind in ("medicine", "condition", "allergy")
        for group in book(kind).groups.values()
    )
    assert f"{medicines:,} names of medicines, {conditions:,} of conditions and {allergens:,} of" in words
    assert f"{forms} phrases with gaps" in words


@pytest.mark.parametrize("kind", ["medicine", "condition", "allergy"])
def test_nothing_is_never_offered_as_a_near_name(kind):
    for text in ("no name", "nonne", "dont know", "blood thiner dont know the name", "nada seguro"):
        assert not [name for name in nearest_names(kind, text) if name.group == "nothing"]


@pytest.mark.parametrize(
    ("kind", "text", "group", "meant"),
    [
        ("condition", "limphedema", "lymph_listed", "Lymphedema"),
        ("condition", "spinal cord stimulater", "implanted_generator", "Spinal cord stimulator"),
        ("medicine", "ritonivir", "cyp3a4_inhibitor", "ritonavir"),
        ("medicine", "tacrolimis", "immunosuppressant", "tacrolimus"),
    ],
)
def test_a_misspelled_name_that_matters_counts_and_is_asked_about(kind, text, group, meant):
    entry = read_entry(kind, text, TODAY)
    assert group in entry.groups
    assert entry.spelling.startswith(meant)


def test_a_misspelled_harmless_name_is_left_in_peace():
    for text in ("tylenal", "zertec", "vitimin d", "lisinoprl", "amlodipne"):
        entry = read_entry("medicine", text, TODAY)
        assert (entry.unknown, entry.spelling) == ("", ""), text
