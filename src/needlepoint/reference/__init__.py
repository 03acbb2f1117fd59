"""The public files of CMS, NCHS and HHS, read as published and stored by the period for which they are valid."""

from needlepoint.reference.files import read_published
from needlepoint.reference.store import Store

__all__ = ["Store", "read_published"]
