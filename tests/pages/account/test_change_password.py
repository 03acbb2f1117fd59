"""One's own password."""

import pytest

from needlepoint.records.demo import PASSWORD
from tests.pages.kit import Action, says

NEW = "walnut harbor quilt violin"
ACT = Action("change-password", {"old": PASSWORD, "new": NEW, "again": NEW})


def test_it_works(signed_in, doctor):
    assert ACT.post(signed_in).status_code == 302
    doctor.user.refresh_from_db()
    assert doctor.user.check_password(NEW)


@pytest.mark.parametrize(
    ("sent", "said", "status"),
    [
        ({"again": "another"}, "Passwords do not match.", 200),
        ({"new": "short", "again": "short"}, "Use at least 15 characters.", 200),
        ({"old": "wrong"}, "The current password is incorrect.", 200),
        ({"old": ""}, "This field is required.", 200),
    ],
)
def test_bad_input_is_said_at_its_field(signed_in, doctor, sent, said, status):
    says(ACT.post(signed_in, **sent), said, status=status)
    doctor.user.refresh_from_db()
    assert doctor.user.check_password(PASSWORD)


def test_a_stranger_is_sent_to_sign_in(client, clinic):
    assert ACT.post(client)["Location"].startswith("/sign-in/")
