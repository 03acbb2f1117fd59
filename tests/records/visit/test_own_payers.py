"""Payers of a practice's own decide in the browser as they do on the command line."""

import pytest

from needlepoint.base.refusal import Refused
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import own_payers, think
from needlepoint.site.environment import read_environment
from tests.kit.visits import treated

ACME = """
[[policy]]
id = "acme_2026"
payer = "acme"
title = "Acme Health"
act = "injection"
from = 2020-01-01

[[policy.rule]]
id = "CHRONIC"
en = "pain for more than 3 months"
need = { pain_weeks_from = 13 }
certainty = "seen"
source = ["Acme manual"]
"""


@pytest.fixture
def folder(tmp_path, settings):
    own_payers.cache_clear()
    settings.POLICIES = tmp_path
    yield tmp_path
    own_payers.cache_clear()


@pytest.mark.django_db
def test_the_board_asks_the_practice_s_own_payer(folder, doctor, visit):
    (folder / "acme.toml").write_text(ACME)
    visit.patient.payer = "acme"
    visit.patient.save()
    treated(doctor, visit)
    determination = think(full(visit.pk, visit.practice_id)).walked.determination
    assert determination.policy == "acme_2026"


def test_a_fault_in_a_file_is_refused_with_its_place(folder):
    (folder / "acme.toml").write_text(ACME.replace("pain_weeks_from", "pain_weeks"))
    with pytest.raises(Refused, match=r"acme\.toml"):
        own_payers()


def test_a_folder_that_is_not_there_is_refused_at_the_start():
    with pytest.raises(Refused, match="NEEDLEPOINT_POLICIES"):
        read_environment({"NEEDLEPOINT_POLICIES": "/nowhere/at/all"})
