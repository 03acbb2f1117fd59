"""Every setting that differs between installations: read from the environment, checked, and documented as a table.

Wrong or contradictory settings are refused before anything starts, all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import dj_database_url
import msgspec

from needlepoint.base.refusal import Fault, Refused, nearest
from needlepoint.site.mail import SERVICES

__all__ = ["VARIABLES", "Environment", "read_environment", "reference"]

HOST = re.compile(r"(\*?\.)?[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]")
OURS = "NEEDLEPOINT_"
NOT_SETTINGS = {
    "NEEDLEPOINT_BACKUP_PASSPHRASE",
    "NEEDLEPOINT_PG_PORT",
    "NEEDLEPOINT_REFERENCE",
    "NEEDLEPOINT_SHOTS",
}  # of other tools


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """The settings in the form that the program uses.

    `https`: the site is reached by https; `hosts`: its host names.
    """

    data: Path
    database_url: str
    secret_key: str
    field_keys: Path | None
    url: str
    https: bool
    proxy: bool
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    mail_url: str
    mail_domain: str
    mail_from: str
    sms_url: str
    policies: Path | None
    backup_to: tuple[str, ...]
    log: str
    second_factor: bool
    demo: bool
    debug: bool


class Variable(NamedTuple):
    """One variable: its name, its parser, its default, and its purpose."""

    name: str
    read: Callable[[str], Any]
    default: str
    says: str


class _WrongError(ValueError):
    """The expected value."""


def _text(text: str) -> str:
    return text


def _yes(text: str) -> bool:
    if text not in ("0", "1"):
        raise _WrongError("1 for yes or 0 for no")
    return text == "1"


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _file(text: str) -> Path | None:
    if not text:
        return None
    if not (path := _folder(text)).parent.is_dir():
        raise _WrongError("a file in a folder that is there")
    return path


def _policies(text: str) -> Path | None:
    if not text:
        return None
    if not (folder := _folder(text)).is_dir():
        raise _WrongError("a folder with TOML files of policies")
    return folder


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise _WrongError("an address such as https://clinic.example, without a path")
    return text.rstrip("/")


def _hosts(text: str) -> tuple[str, ...]:
    found = tuple(host.strip() for host in text.split(",") if host.strip())
    if not all(HOST.fullmatch(host) for host in found):
        raise _WrongError("names such as clinic.example, parted by commas, without http:// and port")
    return found


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_url(origin.strip()) for origin in text.split(",") if origin.strip())


def _log(text: str) -> str:
    if text not in ("text", "json"):
        raise _WrongError("text or json")
    return text


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if not all(key.startswith("age1") for key in keys):
        raise _WrongError("public keys that begin with age1, parted by commas")
    return keys


def _database(text: str) -> str:
    try:
        engine = dj_database_url.parse(text)["ENGINE"] if text else ""
    except (ValueError, KeyError):
        engine = "unknown"
    if engine and not engine.endswith((".sqlite3", ".postgresql")):
        raise _WrongError("postgres://user:password@host:5432/name or sqlite:////path/file.sqlite3")
    if engine.endswith("postgresql") and not find_spec("psycopg"):
        raise _WrongError("its driver, which is not installed: pip install 'needlepoint[postgres]'")
    return text


def _mail(text: str) -> str:
    scheme = urlsplit(text).scheme
    if text and scheme not in ("smtp", "smtps", *SERVICES):
        known = nearest(scheme, ["smtp", "smtps", *SERVICES])
        raise _WrongError(f"smtp://, smtps:// or a sending service: {', '.join(SERVICES)}. {known}".strip())
    return text


def _sms(text: str) -> str:
    if not text:
        return text
    import apprise

    if "{to}" not in text or not apprise.Apprise().add(text.replace("{to}", "15555550123")):
        raise _WrongError("an Apprise address of a text message service in which {to} stands for the number")
    return text


VARIABLES = (
    Variable("NEEDLEPOINT_DATA", _folder, "~/.local/share/needlepoint", "The folder of the database and its keys."),
    Variable("DATABASE_URL", _database, "", "PostgreSQL or another SQLite file; else a file in the data folder."),
    Variable("NEEDLEPOINT_SECRET_KEY", _text, "", "The key that signs sessions; else a file in the data folder."),
    Variable(
        "NEEDLEPOINT_FIELD_KEYS", _file, "",
        "The file with the keys of encrypted columns; else a file in the data folder, which backups contain.",
    ),
    Variable(
        "NEEDLEPOINT_URL", _url, "http://127.0.0.1:8000",
        "The address under which people reach the site; it stands in every message. With https:// cookies go by https"
        " only and browsers are told to stay with it.",
    ),
    Variable("NEEDLEPOINT_PROXY", _yes, "0", "1 behind a proxy of your own, which sets X-Forwarded-For and -Proto."),
    Variable("NEEDLEPOINT_HOSTS", _hosts, "", "Further names that the site answers to, by commas."),
    Variable("NEEDLEPOINT_ORIGINS", _origins, "", "Further addresses whose forms are trusted."),
    Variable("NEEDLEPOINT_MAIL_URL", _mail, "", "What carries mail, such as smtp://user:word@mail.example:587?tls=1."),
    Variable("NEEDLEPOINT_MAIL_DOMAIN", _text, "localhost", "The domain in message ids."),
    Variable("NEEDLEPOINT_MAIL_FROM", _text, "", "The sender; without it no-reply at the mail domain."),
    Variable("NEEDLEPOINT_SMS_URL", _sms, "", "What carries text messages: an Apprise address with {to} in it."),
    Variable("NEEDLEPOINT_POLICIES", _policies, "", "A folder with the practice's own payers. Restart after a change."),
    Variable(
        "NEEDLEPOINT_BACKUP_TO", _keys, "",
        "Public keys that backups are encrypted for, by commas: what `needlepoint backup-key` prints.",
    ),
    Variable("NEEDLEPOINT_LOG", _log, "text", "text, or json for one JSON object a line with every request in it."),
    Variable(
        "NEEDLEPOINT_SECOND_FACTOR", _yes, "1",
        "0 lets staff sign in with a password alone. In the demo nobody is asked for more.",
    ),
    Variable("NEEDLEPOINT_DEMO", _yes, "0", "1 for a practice of made-up people, whose mail everybody may read."),
    Variable("NEEDLEPOINT_DEBUG", _yes, "0", "1 shows faults with all their details. Never where patients are."),
)  # fmt: skip


def read_environment(given: Mapping[str, str]) -> Environment:
    """Return the settings; Refused with everything that is wrong with them."""
    faults = list(_unknown(given))
    read: dict[str, Any] = {}
    for row in VARIABLES:
        text = given.get(row.name) or row.default
        try:
            read[row.name.removeprefix(OURS).lower()] = row.read(text)
        except _WrongError as wrong:
            faults.append(Fault(row.name, repr(_without_password(text)), str(wrong)))
    if not faults:
        faults = list(_contradictions(read))
    if faults:
        raise Refused(faults)
    url = urlsplit(read["url"])
    hosts = ("127.0.0.1", "localhost", url.hostname or "", *read.pop("hosts"))
    return Environment(
        **read | {"mail_from": read["mail_from"] or f"no-reply@{read['mail_domain']}"},
        https=url.scheme == "https",
        hosts=tuple(dict.fromkeys(hosts)),
    )


def _unknown(given: Mapping[str, str]) -> list[Fault]:
    names = [row.name for row in VARIABLES]
    odd = [name for name in given if name.startswith(OURS) and name not in names and name not in NOT_SETTINGS]
    return [
        Fault(name, "a setting that is not known", "one of the settings", nearest(name, names))
        for name in odd
    ]


def _contradictions(read: Mapping[str, object]) -> list[Fault]:
    found = []
    url = str(read["url"])
    https = url.startswith("https://")
    for name in ("demo", "debug"):
        if https and read[name]:
            given = f"1 with the address {url}"
            found.append(
                Fault(f"{OURS}{name.upper()}", given, "0 where patients are", "Remove one of the two.")
            )
    if https and not read["proxy"]:
        given = f"the address {url} without a proxy"
        expected = "a proxy, which speaks TLS for us"
        found.append(Fault("NEEDLEPOINT_PROXY", given, expected, "Set it to 1 behind Caddy or nginx."))
    return found


def _without_password(text: str) -> str:
    """Return a URL without its secret, for a message that others may read."""
    return re.sub(r"(://[^:/@]*:)[^@]*@", r"\1...@", text)


def reference() -> str:
    """Return the table of all settings, in Markdown."""
    lines = ["| variable | without it | what |", "| --- | --- | --- |"]
    lines += [
        f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.says} |" for row in VARIABLES
    ]
    return "\n".join(lines) + "\n"
