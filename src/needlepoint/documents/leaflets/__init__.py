"""Texts for patients: the public site's sections, the muscle atlas, exercises, the aftercare sheet."""

from needlepoint.documents.leaflets.aftercare import AftercareSheet, aftercare_sheet
from needlepoint.documents.leaflets.load import (
    Condition,
    Section,
    StretchRow,
    load_conditions,
    load_sections,
    load_stretches,
    stretch_for,
)
from needlepoint.documents.leaflets.muscle_atlas import (
    BookPage,
    book_page,
    book_pages,
    places_of_book,
    search_book,
)
from needlepoint.documents.leaflets.picture import felt_picture, stretch_picture

__all__ = [
    "AftercareSheet",
    "BookPage",
    "Condition",
    "Section",
    "StretchRow",
    "aftercare_sheet",
    "book_page",
    "book_pages",
    "felt_picture",
    "load_conditions",
    "load_sections",
    "load_stretches",
    "places_of_book",
    "search_book",
    "stretch_for",
    "stretch_picture",
]
