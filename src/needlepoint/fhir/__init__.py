"""FHIR R4: the record in the words that other systems read."""

from needlepoint.fhir.bundle import bundle_of

__all__ = ["bundle_of"]
