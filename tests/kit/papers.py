"""What a person reads on a PDF."""

import subprocess


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF on one line, read by poppler's pdftotext."""
    assert pdf.startswith(b"%PDF"), pdf[:200]
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())
