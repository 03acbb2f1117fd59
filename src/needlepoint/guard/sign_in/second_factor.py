"""The second factor of the staff: an authenticator app or a passkey, by django-allauth."""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

__all__ = ["MFAAdapter", "forget_second_factor", "is_missing"]

KNOWN = "second_factor"
KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth comes without types
    """Secrets are encrypted in the database, with a key derived from the installation's key."""

    def encrypt(self, text: str) -> str:
        """Return the encrypted form."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the plain form."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    key = hashlib.sha256(b"needlepoint.second-factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def is_missing(request: HttpRequest) -> bool:
    """Return whether this staff member must add one first. The database is queried once per session."""
    if not settings.STAFF_SECOND_FACTOR or request.session.get(KNOWN):
        return False
    if not is_mfa_enabled(request.user, KINDS):
        return True
    request.session[KNOWN] = True
    return False


def forget_second_factor(user_id: int) -> None:
    """Remove it for someone who lost their phone: they add a new one at the next sign-in."""
    Authenticator.objects.filter(user_id=user_id).delete()
