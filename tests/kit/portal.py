"""What the tests of the patients' side share."""

from __future__ import annotations

import datetime
import io
import re

from django.utils import timezone
from PIL import Image

from needlepoint.records.models import (
    OneTimeCode,
)
from needlepoint.records.portal.magic_links import make_code, make_link


def enter(client, patient, target="/me/"):
    """Through the door with a code, as a patient comes."""
    link, token = make_link("open", patient, None, target)
    code, kept = make_code()
    OneTimeCode.objects.create(
        link=link, channel="email", code=kept, expires_at=timezone.now() + datetime.timedelta(minutes=9)
    )
    answer = client.post(f"/go/{token}/", {"code": code})
    assert answer.status_code == 302
    assert answer["Location"] == target
    return client


def text_of(page):
    """What a person reads of a page: a block is a line."""
    html = page.content.decode().split("<main")[1].split("</main>")[0]
    html = re.sub(r"<(script|style|option|svg|datalist)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(
        r"</?(p|li|h\d|dt|dd|label|legend|summary|a|button|div|section|figcaption|tr|td|th|span)\b[^>]*>",
        "\n",
        html,
    )
    lines = [" ".join(line.split()) for line in re.sub(r"<[^>]+>|&\w+;|&#\w+;", " ", html).splitlines()]
    return "\n".join(line for line in lines if len(line.split()) >= 4 and line[-1:] in ".!?")


HEALTHY = {
    "began": ["months"], "start": ["slow"], "words": ["It pulls."], "goal": ["Lift my child."], "pregnant": ["no"],
    "medicines": ["ibuprofen"], "allergies": ["none"], "conditions": ["none"], "tried": ["pt", "heat"],
    "care_pt_from": ["2026-03"], "care_pt_weeks": ["6"], "care_pt_helped": ["some"],
}  # fmt: skip


def photo(kind="PNG", size=(900, 600), exif=None):
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **({"exif": exif} if exif else {}))
    made.seek(0)
    made.name = "card.png"
    return made
