"""Photos from patients: decoded, rotated and re-encoded, so that nothing of the original file is kept."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import IO

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from needlepoint.base.refusal import Fault, Refused
from needlepoint.guard.audit.log import note_down_outside
from needlepoint.records.models import Patient, Picture

__all__ = ["KINDS", "keep_picture"]

KINDS = ("card_front", "card_back")
MOST_BYTES = 12_000_000
MOST_PIXELS = 60_000_000
LONGEST_PX = 1800
FORMATS = ("JPEG", "PNG", "WEBP")


@transaction.atomic
def keep_picture(patient: Patient, kind: str, file: IO[bytes]) -> Picture:
    """Save a photo; the previous one of the same kind is voided. Refused if it is not a picture, or too large."""
    if kind not in KINDS:
        raise Refused(Fault("kind", repr(kind[:20]), f"one of {', '.join(KINDS)}"))
    jpeg = _anew(file.read(MOST_BYTES + 1))
    Picture.objects.filter(patient=patient, kind=kind, voided_at=None).update(voided_at=timezone.now())
    row = Picture.objects.create(
        patient=patient, kind=kind, jpeg=jpeg, sha256=hashlib.sha256(jpeg).hexdigest()
    )
    note_down_outside(patient.practice_id, patient.pk, "patient", "write", f"picture {row.pk}: {kind}")
    return row


def _anew(data: bytes) -> bytes:
    """Return the picture as a new JPEG with nothing but its pixels."""
    expected = f"a photo (JPEG, PNG or WebP) of up to {MOST_BYTES // 1_000_000} MB"
    if len(data) > MOST_BYTES:
        raise Refused(
            Fault("photo", "a file that is too large", expected, "Take the photo in a lower quality.")
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(Fault("photo", f"{picture.width} by {picture.height} pixels", expected))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Refused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        raise Refused(
            Fault("photo", "a file that is no picture", expected, "Take a photo of the card.")
        ) from None
    upright.thumbnail((LONGEST_PX, LONGEST_PX))
    made = io.BytesIO()
    upright.save(made, "JPEG", quality=82)
    return made.getvalue()
