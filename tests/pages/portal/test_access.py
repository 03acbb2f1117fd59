"""Who looked at one's record."""

from needlepoint.records.models import Patient


def test_it_names_who_looked_and_nobody_elses_reader(me, patient, signed_in_apart, doctor):
    other = Patient.objects.exclude(pk=patient.pk).first()
    signed_in_apart.get(f"/patients/{other.pk}/")
    assert doctor.name not in me.get("/me/access/").content.decode().split("<main")[1]
    signed_in_apart.get(f"/patients/{patient.pk}/")
    assert doctor.name in me.get("/me/access/").content.decode().split("<main")[1]


def test_strangers_and_posts(client, me, clinic):
    assert client.__class__().get("/me/access/").status_code == 302
    assert me.post("/me/access/").status_code == 405
