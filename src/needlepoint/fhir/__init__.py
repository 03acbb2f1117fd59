"""FHIR R4: the record in a format that other systems read."""

from needlepoint.fhir.bundle import bundle_of

__all__ = ["bundle_of"]
