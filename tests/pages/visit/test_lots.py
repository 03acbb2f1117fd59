"""The lots that are offered, and what a done site shows, after the order changed to another drug."""

from needlepoint.records.models import Lot
from needlepoint.records.settings.stock import recall, usable
from tests.kit.visits import allow_needle, treated
from tests.pages.kit import Action, words_of

FIND = Action("visit-find", {"muscle": "infraspinatus", "side": "left", "sign": "all"})
DONE = Action("visit-done", {"muscle": "infraspinatus", "side": "left", "actual_ml": "0.5", "anyway": "on"})
ORDER = Action("visit-order", {"technique": "wet", "drug": "ropivacaine", "concentration_percent": "0.2"})


def test_the_drug_that_was_given_keeps_its_lots_and_its_dose(signed_in, doctor, visit):
    assert FIND.on(signed_in, visit).status_code == 200
    allow_needle(doctor, visit)
    assert DONE.on(signed_in, visit).status_code == 200
    page = ORDER.on(signed_in, visit).content.decode()
    offered = page.split('id="lot"')[1].split("</select>")[0]
    for drug in ("lidocaine", "ropivacaine"):
        for lot in usable(visit.practice_id, drug, visit.day):
            assert f'value="{lot.pk}"' in offered
    head = page.split('class="site done"')[1].split('name="twitch"')[0]
    assert head.count("lidocaine") == 1
    assert "ropivacaine" not in head


def test_the_board_says_that_the_lot_of_an_opened_vial_was_recalled(signed_in, doctor, visit):
    now = treated(doctor, visit)
    lot = Lot.objects.get(pk=now.facts.vials[0].lot_id)
    words = f"Lot {lot.number} of an opened vial was recalled."
    assert words not in words_of(signed_in.get(f"/visits/{visit.pk}/"))
    recall(doctor, lot.pk)
    assert words in words_of(signed_in.get(f"/visits/{visit.pk}/"))
