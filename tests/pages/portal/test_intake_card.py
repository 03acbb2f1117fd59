"""A photo of the insurance card."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from needlepoint.records.models import (
    Picture,
)
from tests.kit.portal import photo


def test_a_photo_is_made_anew(me, ahead, signed_in_apart, patient):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    me.post(
        f"/me/visits/{ahead.pk}/intake/card/",
        {"kind": "card_front", "photo": photo("JPEG", (4000, 3000), exif)},
    )
    row = Picture.objects.get()
    kept = Image.open(io.BytesIO(bytes(row.jpeg)))
    assert kept.format == "JPEG"
    assert max(kept.size) == 1800
    assert b"where I live" not in bytes(row.jpeg)
    page = signed_in_apart.get(f"/pictures/card/{row.pk}.jpg")
    assert page["Content-Type"] == "image/jpeg"
    assert me.get(f"/pictures/card/{row.pk}.jpg").status_code == 302  # the staff's address
    me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": photo()})
    assert Picture.objects.filter(patient=patient, voided_at=None).count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"GIF89a" + b"\0" * 50,
     b"\xff\xd8\xff" * 9,
     b"\x89PNG\r\n\x1a\n" + b"\0" * 100],
)  # fmt: skip
def test_what_is_no_photo_is_refused(me, ahead, data):
    file = io.BytesIO(data)
    file.name = "card.jpg"
    assert (
        me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": file}).status_code
        == 422
    )
    assert not Picture.objects.exists()


def test_a_picture_that_would_burst_is_refused(me, ahead):
    bomb = photo("PNG", (12000, 12000))
    assert (
        me.post(f"/me/visits/{ahead.pk}/intake/card/", {"kind": "card_front", "photo": bomb}).status_code
        == 422
    )
