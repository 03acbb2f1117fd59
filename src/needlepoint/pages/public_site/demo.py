"""In the demo nothing is sent: messages are shown here."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

__all__ = ["mailbox"]

MOST_SHOWN = 30
PARTED = re.compile(rb"^-{79}$", re.MULTILINE)
LINK = re.compile(r"https?://[^/\s]+(/\S+)")


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages; only in the demo, whose people are made up."""
    if not settings.DEMO:
        raise Http404
    files = sorted(
        Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    mails = [mail for path in files[:MOST_SHOWN] for mail in _read(path)]
    return render(request, "outside/demo_mail.html", {"mails": mails[:MOST_SHOWN]})


def _read(path: Path) -> list[dict[str, object]]:
    """Return the emails of one file, the newest first."""
    found = []
    for data in PARTED.split(path.read_bytes()):
        if data.strip():
            mail = email.message_from_bytes(data.strip(), policy=email.policy.default)
            body = mail.get_content()
            found.append(
                {"to": mail["to"], "subject": mail["subject"], "text": body, "links": LINK.findall(body)}
            )
    return found[::-1]
