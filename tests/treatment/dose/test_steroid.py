"""A corticosteroid stays within its limits per session, site and year; what is unknown is asked."""

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.base.people import GivenDose, Patient
from needlepoint.base.refusal import Refused
from needlepoint.treatment.dose.steroid import check_steroid, load_steroids
from needlepoint.treatment.types import CheckVerdict, EarlierSession, SteroidOrder, TreatedSite

TODAY = datetime.date(2026, 11, 20)
PATIENT = Patient(given=[])
CALF = [TreatedSite("soleus", "left")]


def ask(dose="20", drug="triamcinolone", sites=CALF, patient=PATIENT, earlier=(), why="failed twice without"):
    order = SteroidOrder(drug=drug, dose_mg=Decimal(dose), indication=why)
    return check_steroid(order, sites, patient, None if earlier is None else list(earlier), TODAY)


def session(days_ago, mg="20", drug="triamcinolone", muscle="soleus", side="left"):
    return EarlierSession(
        on=TODAY - datetime.timedelta(days=days_ago),
        sites=[TreatedSite(muscle, side)],
        steroid=drug,
        steroid_mg=Decimal(mg),
    )


@pytest.mark.parametrize(
    ("check", "verdict"),
    [
        (lambda: ask("40"), CheckVerdict.MET),
        (lambda: ask("40.1"), CheckVerdict.NOT_MET),
        (lambda: ask("4", "dexamethasone"), CheckVerdict.MET),
        (lambda: ask("4", "dexamethasone", sites=[*CALF, *CALF, *CALF]), CheckVerdict.NOT_MET),
        (lambda: ask(why=""), CheckVerdict.NOT_KNOWN),
        (lambda: ask(why=None), CheckVerdict.NOT_KNOWN),
        (lambda: ask(earlier=None), CheckVerdict.NOT_KNOWN),
        (lambda: ask(patient=Patient()), CheckVerdict.NOT_KNOWN),
        (lambda: ask("50", earlier=None), CheckVerdict.NOT_MET),
        (lambda: ask(earlier=[session(89)]), CheckVerdict.NOT_MET),
        (lambda: ask(earlier=[session(90)]), CheckVerdict.MET),
        (lambda: ask(earlier=[session(30, side="right")]), CheckVerdict.MET),
        (
            lambda: ask("40", earlier=[session(d, "41", side="right") for d in (100, 200, 300, 350)]),
            CheckVerdict.NOT_MET,
        ),
        (
            lambda: ask("40", earlier=[session(d, "40", side="right") for d in (100, 200, 300, 350)]),
            CheckVerdict.MET,
        ),
        (
            lambda: ask("40", earlier=[session(d, "41", side="right") for d in (100, 200, 300, 366)]),
            CheckVerdict.MET,
        ),
    ],
)
def test_the_limits_of_a_session_a_place_and_a_year(check, verdict):
    assert check().verdict is verdict


def test_doses_given_elsewhere_count_in_the_year():
    noon = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
    elsewhere = Patient(given=[GivenDose("Kenalog", Decimal(190), noon)])
    assert ask("20", patient=elsewhere).verdict is CheckVerdict.NOT_MET
    assert ask("10", patient=elsewhere).verdict is CheckVerdict.MET


@pytest.mark.parametrize("dose", ["0", "-4", "NaN", "Infinity"])
def test_a_dose_that_is_none_is_refused(dose):
    with pytest.raises(Refused, match="above 0 mg"):
        ask(dose)


def test_an_unknown_steroid_is_refused_with_the_nearest():
    with pytest.raises(Refused, match="triamcinolone"):
        ask(drug="triamcinolon")


@given(
    dose=st.decimals("0.1", "100", places=1),
    before=st.lists(st.tuples(st.integers(0, 400), st.decimals("1", "80", places=1)), max_size=6),
)
def test_what_is_accepted_keeps_every_limit(dose, before):
    rows = {row.id: row for row in load_steroids().steroid}
    found = ask(str(dose), earlier=[session(days, str(mg), side="right") for days, mg in before])
    year = sum((Fraction(mg) for days, mg in before if days < 365), Fraction(dose))
    today = sum((Fraction(mg) for days, mg in before if days == 0), Fraction(dose))
    rested = not any(0 < days < load_steroids().interval.any_site_days for days, _ in before)
    row = rows["triamcinolone"]
    fits = rested and today <= row.most_mg_session and year <= row.most_mg_year
    assert (found.verdict is CheckVerdict.MET) == fits
