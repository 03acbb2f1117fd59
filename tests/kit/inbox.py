"""A real mail server on this machine."""

import email
import email.policy
import re
import socket

import pytest
from aiosmtpd.controller import Controller


class Inbox:
    """A mail server that takes everything, or refuses whom it is told to refuse."""

    def __init__(self):
        self.mails, self.refused, self.down = [], {}, False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's word
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.down:
            return "451 try later"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.rcpt_tos[0], mail))
        return "250 taken"

    def last(self, to=None, subject=None):
        """The newest mail, to someone or with a word in its subject."""
        for address, mail in reversed(self.mails):
            if (to is None or address == to) and (subject is None or subject in mail["subject"]):
                return mail
        return None

    def texts(self):
        return [mail.get_content() for _, mail in self.mails]

    def link(self, **which):
        return re.search(r"https?://\S+", self.last(**which).get_content()).group()

    def code(self, **which):
        return re.search(r"\b(\d{6})\b", self.last(**which).get_content()).group(1)


@pytest.fixture
def inbox(settings):
    """A real mail server on this machine, and the settings that send to it."""
    handler = Inbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = handler.port = port
    yield handler
    controller.stop()
