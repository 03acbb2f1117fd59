"""The public files of CMS, NCHS and HHS, read as published and kept by the period for which they hold."""

from needlepoint.reference.files import read_published
from needlepoint.reference.store import Store

__all__ = ["Store", "read_published"]
