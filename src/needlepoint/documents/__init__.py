"""PDFs for patients and payers, set by typst from the values of the core."""

from needlepoint.documents.render import to_pdf, to_png_pages

__all__ = ["to_pdf", "to_png_pages"]
