"""What the tests of the board share."""

from __future__ import annotations


def post(client, visit, page, **fields):
    """An act on the version of the visit that stands now, as the board sends it."""
    visit.refresh_from_db()
    return client.post(
        f"/visits/{visit.pk}/{page}/", {"version": visit.version, **fields}, headers={"HX-Request": "true"}
    )
