"""What is being typed is read at once: an emergency is shown without naming a disease, and nothing is stored."""

from needlepoint.records.models import Task, Visit


def test_danger_is_answered_and_a_healthy_text_is_not(me, ahead):
    path = f"/me/visits/{ahead.pk}/intake/flags/"
    said = me.post(path, {"words": "Crushing chest pain going down my left arm"}).content.decode()
    assert "tel:911" in said
    assert "infarct" not in said
    assert "tel:911" not in me.post(path, {"words": "It pulls in my neck."}).content.decode()
    assert Visit.objects.get(pk=ahead.pk).facts.reported.words == ""
    assert not Task.objects.filter(patient=ahead.patient, urgent=True).exists()


def test_a_visit_of_somebody_else_and_strangers(client, me, ahead):
    other = Visit.objects.exclude(patient=ahead.patient).first()
    assert me.post(f"/me/visits/{other.pk}/intake/flags/", {"words": "x"}).status_code == 404
    assert client.__class__().post(f"/me/visits/{ahead.pk}/intake/flags/").status_code == 302


def test_a_get_is_refused(me, ahead):
    assert me.get(f"/me/visits/{ahead.pk}/intake/flags/").status_code == 405
