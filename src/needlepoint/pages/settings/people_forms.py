"""What the owner edits of a staff member and of a location."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from needlepoint.guard.roles import RIGHTS
from needlepoint.pages.fields import ChoiceOf, PhoneField, SetOf, WordsField
from needlepoint.pages.forms import SentForm
from needlepoint.pages.settings.forms import (
    PROFESSIONS,
    ROLES,
    STATE_CHOICES,
    ZIP_CODE,
    LocationForm,
    NpiField,
)
from needlepoint.records.models import Location
from needlepoint.records.settings.people import LocationEdit, StaffEdit
from needlepoint.records.values import PostalAddress
from needlepoint.visit.limits import MOST_ROOM

__all__ = ["EditPlace", "EditStaff"]

MOST_ROOMS = 40


class EditStaff(SentForm):
    """Name, profession, NPI and roles."""

    name = WordsField(120, label=_("Name"))
    profession = ChoiceOf(label=_("Profession"), choices=PROFESSIONS, required=False)
    npi = NpiField()
    roles = SetOf(
        label=_("Roles"),
        choices=[(role, ROLES[role]) for role in RIGHTS],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, sent: Any = None, initial: Mapping[str, object] | None = None) -> None:
        super().__init__(sent, initial=dict(initial or {}))
        known = str((initial or {}).get("profession", ""))
        if known and known not in dict(PROFESSIONS):  # entered by other means: it stays as it is
            self.fields["profession"].choices = [*PROFESSIONS, (known, known.replace("_", " "))]  # type: ignore[attr-defined]

    def changes(self) -> StaffEdit:
        """Return the values for `change_staff`."""
        sent = self.cleaned_data
        return StaffEdit(
            name=sent["name"], profession=sent["profession"], npi=sent["npi"], roles=tuple(sent["roles"])
        )


class EditPlace(LocationForm):
    """A location with its address and rooms."""

    do = None  # type: ignore[assignment]
    phone = PhoneField(label=_("Phone"), required=False)
    rooms = WordsField(MOST_ROOMS * (MOST_ROOM + 2), label=_("Rooms, separated by commas"), required=False)
    line1 = WordsField(55, label=_("Street"), required=False)
    city = WordsField(30, label=_("City"), required=False)
    address_state = ChoiceOf(label=_("State of the address"), choices=STATE_CHOICES, required=False)
    zip = WordsField(
        10, label=_("ZIP code"), required=False, validators=[ZIP_CODE, RegexValidator(r"\A[0-9-]*\Z")]
    )

    @staticmethod
    def of(row: Location) -> dict[str, object]:
        """Return what is on file."""
        found = {name: getattr(row, name) for name in ("name", "state", "place", "locality", "phone")}
        address = row.address
        return found | {
            "rooms": ", ".join(row.rooms), "line1": address.line1, "city": address.city,
            "address_state": address.state, "zip": address.zip,
        }  # fmt: skip

    def clean_rooms(self) -> tuple[str, ...]:
        """Return the names of the rooms, each once."""
        rooms = tuple(
            dict.fromkeys(room.strip() for room in self.cleaned_data["rooms"].split(",") if room.strip())
        )
        if any(len(room) > MOST_ROOM for room in rooms) or len(rooms) > MOST_ROOMS:
            said = say("Use at most %(n)s rooms with %(most)s characters each.")
            raise forms.ValidationError(said % {"n": MOST_ROOMS, "most": MOST_ROOM})
        return rooms

    def changes(self) -> LocationEdit:
        """Return the values for `change_location`."""
        sent = self.cleaned_data
        address = PostalAddress(
            line1=sent["line1"],
            city=sent["city"],
            state=sent["address_state"],
            zip=sent["zip"].replace("-", ""),
        )
        return LocationEdit(
            name=sent["name"], state=sent["state"], place=sent["place"], locality=sent["locality"],
            phone=sent["phone"], rooms=sent["rooms"], address=address,
        )  # fmt: skip
