"""The reason of an antibiotic: a line without one asks for it, once; what prevents or is over does not."""

import datetime

import pytest

from needlepoint.base.people import Meaning, Medicine, Patient
from needlepoint.treatment.lists.entries import read_lists
from needlepoint.treatment.lists.questions import questions_of

TODAY = datetime.date(2026, 11, 20)


def asked(*medicines, conditions=(), meanings=()):
    patient = Patient(
        medicines=[Medicine(text) for text in medicines],
        conditions=list(conditions),
        allergies=[],
        meanings=list(meanings),
    )
    lists = read_lists(patient, TODAY)
    return [row.text for row in questions_of(lists) if row.key == "which_infection"], lists


@pytest.mark.parametrize(
    "text",
    [
        "Keflex 500 mg QID", "amoxicillin", "Bactrim DS BID x10d", "doxycycline 100 mg for 10 days", "Z-pak",
        "clarithromycin 500 bid", "on antibiotics", "cefalexina 500 cada 6 horas", "vancomycin IV",
        "Augmentin 875 bid (started Mon)", "antibiótico desde el lunes", "linezolid 600 BID", "mupirocin ointment",
        "doxycycline for gibberish", "erythromycin",
    ],
)  # fmt: skip
def test_an_antibiotic_without_a_reason_asks_once(text):
    found, lists = asked(text, "omeprazole 20 mg daily")
    assert found == [text]
    assert all(row.blocks for row in questions_of(lists))


@pytest.mark.parametrize(
    "text",
    [
        "doxycycline for acne", "amoxicillin 2 g before dental work", "nitrofurantoin 50 mg qhs UTI prophylaxis",
        "Keflex for cellulitis", "minocycline - rosacea", "azithromycin (bronchitis)", "doxiciclina para el acné",
        "finished Keflex in March", "completed amoxicillin 3 weeks ago", "metronidazole gel", "clindamycin 1% lotion",
        "no antibiotics", "sulfasalazine 500 mg bid", "hydroxychloroquine 200", "valacyclovir 500 daily",
        "amoxicillin 2019", "cefalexina profiláctica", "PCN prior to dental procedures", "ketoconazole shampoo",
    ],
)  # fmt: skip
def test_an_antibiotic_with_a_reason_to_prevent_or_over_asks_nothing(text):
    assert asked(text)[0] == []


def test_an_antibiotic_among_the_conditions_asks_too():
    assert asked(conditions=["on Keflex"])[0] == ["on Keflex"]
    assert asked(conditions=["acne, on doxycycline"])[0] == []


@pytest.mark.parametrize(("how", "held"), [("acne", False), ("cellulitis of the arm", True)])
def test_an_answer_settles_it_and_its_words_count(how, held):
    answer = Meaning(
        kind="medicine", text="doxycycline", means="harmless", how=how, by="Nora", profession="physician", on=TODAY
    )  # fmt: skip
    found, lists = asked("doxycycline", meanings=[answer])
    assert found == []
    assert any("local_infection_listed" in entry.groups for entry in lists.condition) == held
