"""Staff sign out."""

from needlepoint.guard.models import AuditEvent


def test_it_ends_the_session_and_is_on_record(signed_in, doctor):
    assert signed_in.post("/sign-out/").status_code == 302
    assert signed_in.get("/today/").status_code == 302
    assert AuditEvent.objects.filter(action="sign-out", staff_id=doctor.pk).exists()


def test_a_link_cannot_sign_anybody_out(signed_in):
    assert signed_in.get("/sign-out/").status_code == 405
    assert signed_in.get("/today/").status_code == 200
