"""X12 input: segments in constant memory, checked envelopes, every fault with segment number and position.

Delimiters are taken from each ISA, so that one file may hold several interchanges in several dialects. Line breaks
between or inside segments are ignored; anything else that does not fit is refused.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import BinaryIO, NamedTuple

import msgspec

from needlepoint.base.refusal import Fault, Refused

__all__ = ["Delimiters", "Segment", "Set", "number_of", "read_segments", "read_sets", "refuse"]

CHUNK_BYTES = 1 << 20
MOST_SEGMENT_BYTES = 1 << 16  # no valid segment is a tenth as long; a longer one has lost its terminator
HEADER_BYTES = 256
BREAKS = b"\r\n"
PADDING = (
    b" \t\r\n\x1a\xef\xbb\xbf"  # between interchanges: blanks, the old end-of-file mark, a byte order mark
)


class Delimiters(NamedTuple):
    """The separators of elements, components and repetitions in one interchange, and the segment terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


class Segment(msgspec.Struct, frozen=True, gc=False):
    """One segment: its elements with the id first, its number in the file (from 1) and its byte position."""

    elements: list[str]
    number: int
    position: int
    delimiters: Delimiters

    @property
    def id(self) -> str:
        """`CLP`, `SVC`, ..."""
        return self.elements[0]

    def at(self, index: int) -> str:
        """Return the element of that number without surrounding blanks, or '' when the segment is shorter."""
        try:
            return self.elements[index].strip()
        except IndexError:
            return ""

    def parts(self, index: int) -> list[str]:
        """Return the components of an element."""
        return [part.strip() for part in self.at(index).split(self.delimiters.component)]


class Set(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction set and its envelope. `segments` can be read once, before the next set is requested."""

    id: str  # 835, 837, 999, ...; TA1 is outside any set and comes as its own
    control: str
    version: str
    sender: str
    receiver: str
    interchange: str
    test: bool
    segments: Iterator[Segment]


def refuse(segment: Segment, given: str, expected: str, remedy: str = "") -> Refused:
    """Return a refusal with the segment, its number and its byte position."""
    return Refused(Fault(_where(segment.id, segment.number, segment.position), given, expected, remedy))


def _where(id_: str, number: int, position: int) -> str:
    return f"segment {number} ({id_}) at byte {position}"


def read_segments(stream: BinaryIO) -> Iterator[Segment]:
    """Yield every segment of every interchange in `stream`, which is read in pieces of 1 MiB."""
    reader = _Reader(stream)
    while reader.find_interchange():
        yield from reader.interchange()
    if reader.number == 0:
        raise Refused(Fault("file", "nothing but blanks", "an X12 interchange that begins with ISA"))


class _Reader:
    """The file as far as it has been read: a buffer, its position in the file, the number of earlier segments."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.buffer = b""
        self.position = 0  # of the buffer's first byte
        self.number = 0
        self.done = False
        self.known: set[str] = set()  # segment ids that have been checked

    def more(self) -> bool:
        """Read on; return False at the end of the file."""
        piece = b"" if self.done else self.stream.read(CHUNK_BYTES)
        self.done = not piece
        self.buffer += piece
        return bool(piece)

    def drop(self, count: int) -> None:
        self.buffer = self.buffer[count:]
        self.position += count

    def find_interchange(self) -> bool:
        """Go to the next ISA; return False when only blanks are left."""
        while True:
            kept = self.buffer.lstrip(PADDING)
            self.drop(len(self.buffer) - len(kept))
            if self.buffer or not self.more():
                break
        if not self.buffer:
            return False
        while len(self.buffer) < HEADER_BYTES and self.more():
            pass
        if not self.buffer.startswith(b"ISA"):
            start = self.buffer[:12].decode("latin-1")
            where = f"segment {self.number + 1} at byte {self.position}"
            raise Refused(Fault(where, repr(start), "ISA, the beginning of an interchange"))
        return True

    def delimiters(self) -> Delimiters:
        """Return the delimiters of the ISA at the head of the buffer.

        Elements are counted, because its padding is not always right.
        """
        head = self.buffer[:HEADER_BYTES].replace(b"\r\n", b"\n")
        element = head[3:4]
        fields = head.split(element, 16) if element else []
        rest = fields[-1] if len(fields) == 17 else b""
        if len(rest.lstrip(b"\n")) < 2 or element.isalnum() or element in b" \0\n":
            where = _where("ISA", self.number + 1, self.position)
            raise Refused(Fault(where, "an ISA without its 16 elements", "a whole ISA with its delimiters"))
        rest = rest.lstrip(b"\n") if rest[:1] == b"\n" else rest
        component, end = rest[:1], rest[1:2]
        if end.isalnum() or end in (b" ", b"\0", element, component):
            where = _where("ISA", self.number + 1, self.position)
            raise Refused(Fault(where, f"{end!r} after ISA16", "a mark that ends each segment"))
        repetition = fields[11].replace(b"\n", b"").decode("latin-1")
        return Delimiters(
            element.decode("latin-1"),
            component.decode("latin-1"),
            repetition if len(repetition) == 1 and not repetition.isalnum() else "",
            end.decode("latin-1"),
        )

    def interchange(self) -> Iterator[Segment]:
        """Yield the segments up to and including IEA."""
        marks = self.delimiters()
        end = marks.segment.encode("latin-1")
        while True:
            last = self.buffer.rfind(end)
            if last < 0:
                if len(self.buffer) > MOST_SEGMENT_BYTES:
                    raise self._lost(marks)
                if self.more():
                    continue
                # Some files lack the last terminator; the segment before it is read anyway.
                if not self.buffer.strip(PADDING).startswith(b"IEA"):
                    raise self._truncated()
                self.buffer += end
                last = len(self.buffer) - 1
            if (yield from self._pieces(self.buffer[:last].decode("latin-1"), marks)):
                return
            if not self.buffer and not self.more():
                raise self._truncated()

    def _pieces(self, text: str, marks: Delimiters) -> Generator[Segment, None, bool]:
        """Yield the segments of complete text; return True after IEA. The buffer moves behind what was read."""
        self._no_nul(text)
        broken = marks.segment not in "\r\n" and ("\n" in text or "\r" in text)
        element, position, known = marks.element, self.position, self.known
        used = 0
        for piece in text.split(marks.segment):
            start, size = used, len(piece) + 1
            if size > MOST_SEGMENT_BYTES:
                raise self._lost(marks)
            used += size
            piece = piece.strip()
            if broken and ("\n" in piece or "\r" in piece):
                piece = piece.replace("\r", "").replace("\n", "")
            if not piece:
                continue
            if not piece.isascii():
                piece = _unicode(piece)
            self.number += 1
            elements = piece.split(element)
            name = elements[0]
            if name not in known:
                self._learn(name, position + start)
            yield Segment(elements, self.number, position + start, marks)
            if name == "IEA":
                self.drop(used)
                return True
        self.drop(used)
        return False

    def _learn(self, name: str, position: int) -> None:
        """Check a segment id that occurs for the first time."""
        if not (2 <= len(name) <= 3 and name.isascii() and name.isalnum() and name.isupper()):
            where = f"segment {self.number} at byte {position}"
            raise Refused(Fault(where, repr(name[:20]), "a segment id of two or three letters"))
        self.known.add(name)

    def _no_nul(self, text: str) -> None:
        at = text.find("\0")
        if at >= 0:
            where = f"byte {self.position + at}, after segment {self.number}"
            raise Refused(Fault(where, "a NUL byte", "text", "The file was damaged on its way."))

    def _lost(self, marks: Delimiters) -> Refused:
        where = f"segment {self.number + 1} at byte {self.position}"
        given = f"more than {MOST_SEGMENT_BYTES} bytes without {marks.segment!r}"
        return Refused(Fault(where, given, "a segment that ends"))

    def _truncated(self) -> Refused:
        where = f"after segment {self.number}, at byte {self.position + len(self.buffer)}"
        return Refused(
            Fault(where, "the end of the file", "IEA, the end of the interchange", "Fetch it again.")
        )


def _unicode(piece: str) -> str:
    """Return UTF-8 text decoded; anything else as single bytes."""
    try:
        return piece.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return piece


def number_of(segment: Segment, index: int) -> int:
    """Return a count; Refused for anything else."""
    text = segment.at(index)
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise refuse(segment, f"{text!r} in {segment.id}{index:02}", "a count")
    return int(text)


def read_sets(stream: BinaryIO) -> Iterator[Set]:
    """Yield every transaction set with a checked envelope: matching numbers, correct counts, nothing left open."""
    source = read_segments(stream)
    interchange = group = None
    groups = sets = 0
    for segment in source:
        match segment.id:
            case "ISA":
                interchange, group, groups = segment, None, 0
            case "TA1" if interchange and not group:
                yield _set(segment, interchange, None, iter([segment]))
            case "GS" if interchange and not group:
                group, sets = segment, 0
            case "ST" if interchange and group:
                body = _body(segment, source)
                yield _set(segment, interchange, group, body)
                for _ in body:  # what the caller left unread is still checked
                    pass
                sets += 1
            case "GE" if group:
                _closes(segment, group, 6, sets, "transaction sets")
                group, groups = None, groups + 1
            case "IEA" if interchange and not group:
                _closes(segment, interchange, 13, groups, "groups")
                interchange = None
            case _:
                raise refuse(segment, f"{segment.id} here", _expected(interchange, group))


def _expected(interchange: Segment | None, group: Segment | None) -> str:
    if interchange is None:
        return "ISA"
    return "ST or GE" if group else "GS, TA1 or IEA"


def _set(start: Segment, interchange: Segment, group: Segment | None, body: Iterator[Segment]) -> Set:
    return Set(
        id=start.at(1) if start.id == "ST" else start.id,
        control=start.at(2),
        version=start.at(3) or (group.at(8) if group else ""),
        sender=interchange.at(6),
        receiver=interchange.at(8),
        interchange=interchange.at(13),
        test=interchange.at(15) == "T",
        segments=body,
    )


def _body(start: Segment, source: Iterator[Segment]) -> Iterator[Segment]:
    count = 1
    for segment in source:
        count += 1
        if segment.id == "SE":
            _closes(segment, start, 2, count, "segments")
            return
        if segment.id in ("ISA", "GS", "ST", "GE", "IEA"):
            raise refuse(segment, f"{segment.id} inside transaction set {start.at(2)}", "SE before it")
        yield segment
    raise refuse(start, "the end of the file", "SE, the end of this transaction set", "Fetch the file again.")


def _closes(end: Segment, start: Segment, index: int, count: int, what: str) -> None:
    """Check the trailer against its header: the same control number, and the right count."""
    if number_of(end, 1) != count:
        raise refuse(end, f"a count of {end.at(1)}", f"{count} {what}", "The file is not whole.")
    given, expected = end.at(2), start.at(index)
    same = given == expected or (_number(given) is not None and _number(given) == _number(expected))
    if not same:
        raise refuse(end, f"control number {given!r}", f"{expected!r} as in {start.id}")


def _number(text: str) -> int | None:
    """Return a control number; some senders omit leading zeros."""
    return int(text) if text.isascii() and text.isdigit() else None
