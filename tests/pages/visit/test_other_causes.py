"""What the reasoning reports besides muscles is on the board, and its questions are answered there."""

import pytest

from needlepoint.reasoning.causes.rows import load_causes
from needlepoint.records.models import Visit
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full
from needlepoint.records.visit.evaluate import think
from needlepoint.visit import commands

HEART = "My left jaw aches when I walk uphill, it goes away when I rest."


@pytest.fixture
def told(doctor, visit):
    """A complaint that is better explained by the heart than by a muscle."""
    for region in list(visit.facts.reported.regions):
        act(doctor, visit.pk, commands.ToggleRegion(region=region))
    return act(doctor, visit.pk, commands.ReportComplaint(drawing=(), words=HEART))


def reasoned(visit):
    return think(full(visit.pk, visit.practice_id)).walked.reasoned


def post(client, visit, **fields):
    visit = Visit.objects.get(pk=visit.pk)
    sent = {"version": visit.version, **fields}
    return client.post(f"/visits/{visit.pk}/ask/", sent, headers={"HX-Request": "true"})


def test_other_causes_and_what_to_rule_out_stand_on_the_board(signed_in, told):
    page = signed_in.get(f"/visits/{told.pk}/").content.decode()
    found = reasoned(told)
    assert found.differential.other_causes
    for cause in found.differential.other_causes[:6]:
        assert cause.name_en in page
    flags = {flag.id for flag in found.red_flags}
    for row in found.rule_out:
        assert row.title_en in page
        assert row.id in flags or row.action.label_en in page


def test_a_question_is_answered_where_it_stands_and_asked_again(signed_in, visit):
    ask = reasoned(visit).ask
    assert ask
    shown = post(signed_in, visit, question=ask[0].id, answer="no").content.decode()
    assert Visit.objects.get(pk=visit.pk).facts.reported.answers == {ask[0].id: "no"}
    assert "1 answer" in shown
    assert ask[0].id not in {row.id for row in reasoned(visit).ask}
    post(signed_in, visit, question=ask[0].id, answer="")
    assert Visit.objects.get(pk=visit.pk).facts.reported.answers == {}


@pytest.mark.parametrize(
    ("question", "answer"), [("nothing_of_the_kind", "yes"), ("", "yes"), (None, "maybe")]
)
def test_an_answer_to_no_question_is_refused(signed_in, visit, question, answer):
    name = reasoned(visit).ask[0].id if question is None else question
    assert post(signed_in, visit, question=name, answer=answer)["HX-Retarget"] == "#messages"
    assert Visit.objects.get(pk=visit.pk).facts.reported.answers == {}


def test_a_list_of_warning_signs_answered_yes_is_cleared_where_it_stands(signed_in, visit):
    name = next(row.id for row in load_causes().questions if row.id.startswith("guard_"))
    shown = post(signed_in, visit, question=name, answer="yes").content.decode()
    assert f'value="yes_{name}"' in shown
    assert "Answered yes. Ask which" in shown
    walked = think(full(visit.pk, visit.practice_id)).walked
    assert walked.stopped
    assert walked.plan is None
