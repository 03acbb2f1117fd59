"""PNG: the asked size, letters without any font of the machine, light and dark, nothing past the margin."""

import struct
import zlib

import numpy as np
import pytest

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.picture import atlas_page, complaint_picture, to_png
from needlepoint.anatomy.picture.ink import COLORS, MARGIN, PAGE_WIDTH

MUSCLES = load_atlas().muscles


def pixels(png):
    """The RGBA values of an 8 bit PNG without interlacing, as resvg writes it."""
    width, height = struct.unpack(">II", png[16:24])
    at, data = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    channels = {2: 3, 6: 4}[png[25]]
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    return _unfiltered(raw, channels).reshape(height, width, channels)


def _unfiltered(raw, channels):
    rows = np.zeros((raw.shape[0] + 1, raw.shape[1] - 1 + channels), np.uint8)
    for n, row in enumerate(raw, 1):
        _unfilter(row[0], row[1:], rows[n - 1], rows[n], channels)
    return rows[1:, channels:]


def _unfilter(kind, line, above, here, channels):
    for start in range(0, len(line), channels):
        end = start + channels
        left, up = here[start:end].astype(int), above[end : end + channels].astype(int)
        corner = above[start:end].astype(int)
        add = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        here[end : end + channels] = (line[start:end] + add) % 256


def _paeth(left, up, corner):
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    near = np.where(by_up <= by_corner, up, corner)
    return np.where((by_left <= by_up) & (by_left <= by_corner), left, near)


def rgb(color):
    return [int(color[k : k + 2], 16) for k in (1, 3, 5)]


@pytest.mark.parametrize("width", [320, 1000])
def test_the_png_has_the_asked_width(width):
    png = to_png(atlas_page(MUSCLES["soleus"]), width)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">I", png[16:20])[0] == width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_appear_without_system_fonts_and_margins_stay_clear(theme):
    """System fonts are never asked, so the title's ink can only come from the font that is shipped."""
    picture = pixels(to_png(complaint_picture({"left_lumbar": 6}), 540, theme))[..., :3].astype(int)
    paper, ink = (rgb(COLORS[name][theme == "dark"]) for name in ("paper", "ink"))
    scale = 540 / PAGE_WIDTH
    title = picture[int(40 * scale) : int(78 * scale)]
    assert (abs(title - ink).sum(-1) < 30).sum() > 50
    edge = int((MARGIN - 8) * scale)
    for side in (picture[:, :edge], picture[:, -edge:]):
        assert (abs(side - paper).sum(-1) <= 3).all()
