"""Responses other than payments, in words: 999 and TA1, 277, 271, 278."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console

from needlepoint.base.wording import day_words
from needlepoint.claims.incoming.acknowledge import Acknowledged, ClaimOutcome, ClaimStatus
from needlepoint.claims.incoming.codes import meaning
from needlepoint.claims.incoming.eligibility import Eligibility, summarize
from needlepoint.claims.incoming.question import ReceivedInquiry
from needlepoint.claims.outgoing.inquiries import AuthorizationAnswer

__all__ = ["show_acknowledged", "show_answered", "show_eligibility", "show_question", "show_status"]

BATCH_LEVELS = ("19", "20", "21")  # a provider, the source, the receiver: not a claim
GOOD = (ClaimOutcome.ACCEPTED, ClaimOutcome.PAID)
BAD = (ClaimOutcome.REJECTED, ClaimOutcome.PARTLY_REJECTED, ClaimOutcome.DENIED, ClaimOutcome.NOT_FOUND)


def _mark(outcome: ClaimOutcome) -> str:
    word = outcome.value.replace("_", " ").upper()
    style = "black on green" if outcome in GOOD else "white on red" if outcome in BAD else "black on yellow"
    return f"[bold {style}] {word} [/]"


def _word(list_: str, code: str, lang: str) -> str:
    return f"{code}: {meaning(list_, code, lang) or '?'}"


def show_acknowledged(console: Console, item: Acknowledged, lang: str) -> None:
    """Show whether a file, a group or a set was accepted, and every fault with its place."""
    what = f"set {item.set_control} of group {item.group_control}" if item.set_control else item.group_control
    console.print(f"{_mark(item.outcome)} {what}: {meaning('step', item.outcome.value, lang)}")
    if item.outcome is ClaimOutcome.PARTLY_REJECTED:
        console.print(f"   {_rejected_part(item, lang)}")
    for fault in item.complaints:
        where = f"{fault.segment} {fault.number}" + (f", element {fault.element}" if fault.element else "")
        list_ = "envelope" if fault.segment == "ISA" else "element" if fault.element else "segment"
        given = f" [dim]{fault.given!r}[/dim]" if fault.given else ""
        console.print(f"   {where}: {_word(list_, fault.code, lang)}{given}")


def _rejected_part(item: Acknowledged, lang: str) -> str:
    """Return which sets were rejected, and how many."""
    counts = ""
    if item.received is not None and item.accepted is not None:
        lost, of = item.received - item.accepted, "de" if lang == "es" else "of"
        counts = f"{lost} {of} {item.received} {'rechazados' if lang == 'es' else 'rejected'}"
    if not item.rejected:
        return f"{counts}. {meaning('step', 'part_unnamed', lang)}".lstrip(". ")
    return f"{counts}: {', '.join(item.rejected)}".lstrip(": ")


def show_status(console: Console, item: ClaimStatus, lang: str) -> None:
    """Show the status of a claim."""
    day = f", {day_words(item.on)}" if item.on else ""
    charge = f" {item.charge_usd} USD" if item.charge_usd is not None else ""
    if item.level in BATCH_LEVELS and item.outcome is ClaimOutcome.ACCEPTED:
        what = "el lote" if lang == "es" else "the batch"
        console.print(f"[black on yellow] RECEIVED [/] {what} {item.id}{charge}{day}")
        console.print(f"   {_word('category', item.category, lang)}; {_word('status', item.status, lang)}")
        return
    console.print(f"{_mark(item.outcome)} claim {item.id or '(a whole file)'} {item.patient}{charge}{day}")
    category, status = _word("category", item.category, lang), _word("status", item.status, lang)
    entity = meaning("entity", item.entity, lang) or item.entity
    of = f" ({'del' if lang == 'es' else 'of the'} {entity})" if entity else ""
    console.print(f"   {category}; {status}{of} [dim]{item.payer_control}[/dim]")
    if item.message:
        console.print(f"   {item.message}")
    console.print(f"   [bold]{meaning('step', item.outcome.value, lang)}[/bold]")
    for code, line_category, line_status in item.lines:
        words = f"{_word('category', line_category, lang)}; {_word('status', line_status, lang)}"
        console.print(f"   line {code}: {words}")


def show_eligibility(console: Console, item: Eligibility, lang: str) -> None:
    """Show whether the patient is covered, and what the plan leaves to pay."""
    console.print(f"[bold]{item.first} {item.last}[/bold] {item.member_id} at {item.payer}")
    for code in item.refused:
        console.print(f"   [red]no answer[/red] {_word('eligibility', code, lang)}")
    if item.refused:
        return
    found = summarize(item)
    active = {True: "[green]covered[/green]", False: "[red]not covered[/red]", None: "cover not said"}
    console.print(f"   {active[found.active]}")
    for kind, named in found.others:
        words = meaning("plan_kind", kind, lang) or meaning("plan_kind", "other", lang)
        console.print(f"   [yellow]{words}[/yellow] {named}".rstrip())
    rows: list[tuple[str, Decimal | None, str]] = [
        ("deductible left", found.deductible_left_usd, "USD"),
        ("copay", found.copay_usd, "USD"),
        ("share of the patient", found.coinsurance, ""),
        ("left of the yearly most", found.out_of_pocket_left_usd, "USD"),
    ]
    for name, value, unit in rows:
        console.print(f"   {name}: {'not said' if value is None else f'{value} {unit}'.strip()}")
    if found.authorization:
        console.print("   [yellow]authorization is needed first[/yellow]")


def show_answered(console: Console, item: AuthorizationAnswer, lang: str) -> None:
    """Show the response to a request for authorization."""
    span = f", {day_words(item.from_)} to {day_words(item.to) if item.to else '?'}" if item.from_ else ""
    console.print(
        f"[bold]{_word('action', item.action, lang)}[/bold] {item.number}{span} {', '.join(item.codes)}"
    )
    for code in item.refused:
        console.print(f"   {_word('eligibility', code, lang)}")
    for message in item.messages:
        console.print(f"   {message}")


KINDS = {"270": "eligibility", "276": "the status of a claim", "278": "authorization"}


def show_question(console: Console, item: ReceivedInquiry) -> None:
    """Show a request that was sent to a payer: about whom, and which codes."""
    codes = f" for {', '.join(item.codes)}" if item.codes else ""
    console.print(f"[bold]A question about {KINDS[item.set_id]}[/bold] ({item.set_id}){codes}: no answer yet")
    for entity, name, id_ in item.names:
        console.print(f"   {entity} {name} {id_}".rstrip())
