"""What a patient's sentence says of a name that does not apply to them: a list of denials, or another person.

For names that are not guarded; blood thinners, bleeding and anesthetics are denied only in complete plain forms.
"""

from __future__ import annotations

from collections.abc import Sequence

from needlepoint.reasoning.text.matcher import TextSpan
from needlepoint.reasoning.text.persons import speaks_of_self, whose
from needlepoint.treatment.lists.cues import cues, has
from needlepoint.treatment.lists.matches import NameMatch

__all__ = ["aside_of", "tells_of_self"]

LIST = 14  # words before a name within which the 'no' of its list is searched
ITEM = 3  # words of an item of such a list


def tells_of_self(tokens: Sequence[str]) -> bool:
    """Return whether the writer is the patient; someone who writes for another person may not be."""
    return speaks_of_self([TextSpan(0, tuple(tokens), (), ())])


def aside_of(tokens: Sequence[str], match: NameMatch, own: bool) -> str:
    """Return why the name does not count for the patient, in words; '' when it does.

    `own`: the writer is the patient.
    """
    if is_denied_in_list(tokens, match):
        return f"not so: {match.name.text}"
    if own and is_of_another(tokens, match):
        return f"of another person: {match.name.text}"
    return ""


def is_of_another(tokens: Sequence[str], match: NameMatch) -> bool:
    """Return whether every word of the name is about another person, and nothing says that the patient has it too."""
    if has(tokens, cues().family.but):
        return False
    theirs = {place for place, _ in whose(tokens, writer=True)}
    return set(range(match.start, match.end)) <= theirs


def is_denied_in_list(tokens: Sequence[str], match: NameMatch) -> bool:
    """Return whether a list of denials reaches the name: 'no numbness, fever or weakness', 'sin fiebre ni tos'.

    Every item is short and reports nothing of its own, and an 'or' closes the list if commas separate it.
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
    """Return where the list around the name may begin."""
    begin = match.start
    while begin > 0 and tokens[begin - 1] not in cues().plain.joins and match.start - begin < LIST:
        begin -= 1
    return begin


def _head_of_no(tokens: Sequence[str], start: int, end: int) -> int | None:
    """Return where the words of the last denial ('no', 'no tengo', 'without any') before the name end."""
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
    """Return the items of a list, split at commas and at 'or'."""
    items: list[list[str]] = [[]]
    for word in words:
        if word == "|" or word in cues().plain.conjunctions:
            items.append([])
        else:
            items[-1].append(word)
    return items
