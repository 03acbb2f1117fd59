"""Mail transport: one URL in the environment, such as smtp://user:word@mail.example:587?tls=1.

`smtp` and `smtps` use a mail server; any other scheme is the name of a sending service that django-anymail knows
(mailgun, postmark, sendgrid, ...), whose keys are in ANYMAIL_* variables. Without a URL mail becomes files.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

__all__ = ["SERVICES", "anymail_settings", "mail_settings", "service_of"]

SERVICES = (
    "amazon_ses", "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark", "resend",
    "sendgrid", "sparkpost", "unisender_go",
)  # fmt: skip
FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_settings(url: str) -> dict[str, str | int | bool]:
    """Return Django's settings for a URL.

    >>> mail_settings("smtp://ana:a%20b@mail.example:587?tls=1")["EMAIL_HOST_PASSWORD"]
    'a b'
    """
    if not url:
        return {"EMAIL_BACKEND": FILES}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps"):
        return {"EMAIL_BACKEND": f"anymail.backends.{parts.scheme}.EmailBackend"}
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parse_qs(parts.query).get("tls") == ["1"],
    }


def service_of(url: str) -> str:
    """Return the name of the sending service; '' for a mail server and for none.

    >>> service_of("postmark://"), service_of("smtp://mail.example")
    ('postmark', '')
    """
    scheme = urlsplit(url).scheme
    return "" if scheme in ("", "smtp", "smtps") else scheme


def anymail_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the keys of the sending service: ANYMAIL_MAILGUN_API_KEY becomes MAILGUN_API_KEY."""
    return {
        name.removeprefix("ANYMAIL_"): value
        for name, value in environment.items()
        if name.startswith("ANYMAIL_")
    }
