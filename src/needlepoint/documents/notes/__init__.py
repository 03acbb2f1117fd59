"""Notes: an episode as plain clinical prose, each sentence with its source in the record."""

from needlepoint.documents.notes.missing import Gap, gap_of, gaps
from needlepoint.documents.notes.write import NoteSentence, write_note

__all__ = ["Gap", "NoteSentence", "gap_of", "gaps", "write_note"]
