"""What a sentence of the patient's own says of a name that is not theirs: a list of denials, or another person.

For names that are not guarded; blood thinners, bleeding and anesthetics are set aside in complete plain forms alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from needlepoint.reasoning.text.matcher import TextSpan
from needlepoint.reasoning.text.persons import speaks_of_self, whose
from needlepoint.treatment.lists.cues import cues, has
from needlepoint.treatment.lists.matches import NameMatch

__all__ = ["aside_of", "tells_of_self"]

LIST = 14  # words before a name in which the 'no' of its list is looked for
ITEM = 3  # words of an item of such a list


def tells_of_self(tokens: Sequence[str]) -> bool:
    """Whether the writer tells of themself; one who writes for another person may not."""
    return speaks_of_self([TextSpan(0, tuple(tokens), (), ())])


def aside_of(tokens: Sequence[str], match: NameMatch, own: bool) -> str:
    """Why the name does not count for the patient, in words; '' when it does. `own`: the writer is the patient."""
    if is_denied_in_list(tokens, match):
        return f"not so: {match.name.text}"
    if own and is_of_another(tokens, match):
        return f"of another person: {match.name.text}"
    return ""


def is_of_another(tokens: Sequence[str], match: NameMatch) -> bool:
    """Whether every word of the name is told of somebody else, and nothing says that the patient has it as well."""
    if has(tokens, cues().family.but):
        return False
    theirs = {place for place, _ in whose(tokens, writer=True)}
    return set(range(match.start, match.end)) <= theirs


def is_denied_in_list(tokens: Sequence[str], match: NameMatch) -> bool:
    """Whether a list that begins with 'no' reaches the name: 'no numbness, fever or weakness', 'sin fiebre ni tos'.

    Every item is short and tells nothing of its own, and an 'or' closes the list where commas part it.
    """
    head = _head_of_no(tokens, _begin(tokens, match), match.start)
    if head is None:
        return False
    words, listed = cues().plain, tokens[head : match.start]
    stop = next((n for n in range(match.end, len(tokens)) if tokens[n] in words.joins), len(tokens))
    behind = tokens[match.end : stop]
    if set(words.turns) & {*listed, *behind} or set(cues().denied.before) & set(listed):
        return False
    charted = tokens[head - 1] in words.chart
    closed = charted or "|" not in listed or bool(set(words.conjunctions) & {*listed, *behind})
    return closed and all(len(item) <= ITEM for item in _items(listed))


def _begin(tokens: Sequence[str], match: NameMatch) -> int:
    """Where the list may begin in which the name stands."""
    begin = match.start
    while begin > 0 and tokens[begin - 1] not in cues().plain.joins and match.start - begin < LIST:
        begin -= 1
    return begin


def _head_of_no(tokens: Sequence[str], start: int, end: int) -> int | None:
    """Where the words of the last denial ('no', 'no tengo', 'without any') before the name end."""
    heads = cues().plain.heads
    for n in range(end - 1, start - 1, -1):
        for head in heads:
            words = head.split()
            if list(tokens[n : n + len(words)]) == words and n + len(words) <= end:
                return n + max(len(other.split()) for other in heads if _begins(tokens, n, other))
    return None


def _begins(tokens: Sequence[str], at: int, words: str) -> bool:
    return list(tokens[at : at + len(words.split())]) == words.split()


def _items(words: Sequence[str]) -> list[list[str]]:
    """The items of a list, cut at commas and at 'or'."""
    items: list[list[str]] = [[]]
    for word in words:
        if word == "|" or word in cues().plain.conjunctions:
            items.append([])
        else:
            items[-1].append(word)
    return items
