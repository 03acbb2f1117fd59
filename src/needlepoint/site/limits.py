"""Limits on body size and duration, by URL name. The default is the lowest."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import Resolver404, resolve

__all__ = ["LARGEST_BYTES", "LEAST", "LIMITS", "Limit", "limit_of"]

MB = 1024 * 1024


class Limit(NamedTuple):
    """The longest body in bytes, and the seconds in which all of it must arrive.

    `slow`: a password or a code is checked, which takes 0.2 s of a processor: these are answered one after the other.
    """

    size_bytes: int
    seconds: float
    slow: bool = False


LEAST = Limit(MB // 4, 10)
DRAWING = Limit(
    2 * MB, 30
)  # strokes or a signature: up to 200,000 characters, which a form makes three times as long
SECRET = LEAST._replace(slow=True)
PHOTO = Limit(13 * MB, 90)  # a photo of 12 MB and the form around it, over a slow phone
LIMITS = {
    "sign-in": SECRET,
    "sign-again": SECRET,
    "change-password": SECRET,
    "set-up": SECRET,
    "settings-people": SECRET,
    "door": SECRET,
    "visit-code": SECRET,
    "intake": DRAWING,
    "intake-card": PHOTO,
    "visit-told": DRAWING,
    "visit-consent": DRAWING,
    "visit-sign": DRAWING,
    "settings": DRAWING,
}
LARGEST_BYTES = max(limit.size_bytes for limit in LIMITS.values())


def limit_of(path: str) -> Limit:
    """Return the limit of an address such as /sign-in/.

    >>> limit_of("/no/such/page/").size_bytes
    262144
    """
    try:
        return LIMITS.get(resolve(path).url_name or "", LEAST)
    except (Resolver404, ValueError):
        return LEAST
