"""The text of messages to patients: `data/messages.toml`, filled only with a time, a link or a code."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from needlepoint.base.knowledge import rows
from needlepoint.base.refusal import Fault, Refused
from needlepoint.documents.leaflets.load import DATA

__all__ = ["MessageTemplate", "MessageText", "letter", "load_letters"]

FILE = DATA / "messages.toml"
GAPS = frozenset({"practice", "phone", "when", "who", "where", "link", "code"})


class MessageTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of message in both languages, for email and text message. `choice`: sent only with consent."""

    id: str
    choice: bool
    subject_en: str
    subject_es: str
    mail_en: str
    mail_es: str
    sms_en: str
    sms_es: str


class OptOutFooter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The unsubscribe text below a message."""

    id: str
    mail_en: str
    mail_es: str
    sms_en: str
    sms_es: str


class MessageText(msgspec.Struct, frozen=True):
    """A message ready to be sent."""

    subject: str
    text: str


@lru_cache(maxsize=1)
def load_letters() -> dict[str, MessageTemplate]:
    """Load the message templates by id; only practice, time, link, and code may be filled in."""
    found = {row.id: row for row in rows(FILE, MessageTemplate, "message")}
    for row in found.values():
        for text in msgspec.structs.astuple(row)[2:]:
            try:
                text.format(**dict.fromkeys(GAPS, ""))
            except (KeyError, IndexError, ValueError):
                expected = f"no gaps but {', '.join(sorted(GAPS))}"
                raise Refused(Fault(f"messages.toml {row.id}", repr(text), expected)) from None
    return found


@lru_cache(maxsize=1)
def _stop() -> OptOutFooter:
    (found,) = rows(FILE, OptOutFooter, "stop")
    return found


def letter(
    kind: str, channel: str, lang: str, filled: dict[str, str], stop: str | None = None
) -> MessageText:
    """Return the text of one message. `stop`: the unsubscribe URL, for messages that have one."""
    row, tongue = load_letters()[kind], "es" if lang == "es" else "en"
    way = "mail" if channel == "email" else "sms"
    values = dict.fromkeys(GAPS, "") | filled
    # A Spanish time ends with a point of its own ('2:30 p. m.').
    text = str(getattr(row, f"{way}_{tongue}")).format(**values).replace(" m..", " m.")
    if stop is not None:
        text += ("\n\n" if way == "mail" else " ") + str(getattr(_stop(), f"{way}_{tongue}")).format(
            stop=stop
        )
    return MessageText(str(getattr(row, f"subject_{tongue}")).format(**values), text)
