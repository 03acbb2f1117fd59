"""One answer of `needlepoint infer` as a page for the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from needlepoint.base.refusal import Refused
from needlepoint.reasoning.reason import Reasoned

__all__ = ["show"]

SHOWN = 8
LEADING = 4
OTHERS_FROM = 0.02  # less likely causes only with `--json`
COLORS = {
    "emergency": "bold white on red",
    "same_day": "bold black on yellow",
    "soon": "bold yellow",
    "before_needle": "bold yellow",
}


def show(console: Console, answer: Reasoned | Refused, lang: str = "en") -> None:
    """Show one answer as a page for the terminal."""
    if isinstance(answer, Refused):
        raise answer
    if answer.id:
        console.rule(f"[bold]{answer.id}", align="left")
    for flag in answer.red_flags:
        console.print(
            f"[{COLORS[flag.urgency]}] {flag.action.label_en.upper()} [/] [bold]{flag.title_en}[/bold]"
        )
        console.print(f"   because of: {'; '.join(flag.because)}")
        console.print(f"   {flag.action.staff_en}")
        console.print(f"   [dim]{'; '.join(c.title for c in flag.source)} ({flag.certainty.value})[/dim]")
    _show_rule_out(console, answer)
    if answer.differential.ranked:
        _show_evidence(console, answer)
        _show_ranked(console, answer)
        _show_others(console, answer, lang)
        _show_next(console, answer)
    else:
        console.print(f"No muscles are ranked: {answer.differential.method}.\n")
    _show_questions(console, answer, lang)
    if answer.understood.not_read:
        console.print(f"[dim]Not understood: {'; '.join(answer.understood.not_read)}[/dim]")


def _show_rule_out(console: Console, answer: Reasoned) -> None:
    """Show causes to exclude first; the red flags are shown above already."""
    raised = {flag.id for flag in answer.red_flags}
    for item in (item for item in answer.rule_out if item.id not in raised):
        style, label = COLORS[item.urgency], item.action.label_en.upper()
        chance = f" ({_chance(item.probability)})" if item.probability is not None else ""
        console.print(f"[{style}] RULE OUT, {label} [/] [bold]{item.title_en}[/bold]{chance}")
        if item.test:
            console.print(f"   {item.test}")


def _show_others(console: Console, answer: Reasoned, lang: str) -> None:
    """Show non-muscular causes."""
    found = [cause for cause in answer.differential.other_causes if cause.probability >= OTHERS_FROM][
        :LEADING
    ]
    if found:
        console.print("\n[bold]Other causes[/bold]")
    for cause in found:
        name = cause.name_es if lang == "es" else cause.name_en
        why = f"; for: {', '.join(cause.for_)}" if cause.for_ else ""
        why += f"; against: {', '.join(cause.against)}" if cause.against else ""
        console.print(f"   {_chance(cause.probability):>4} {name}{why}")
        console.print(f"        [dim]{cause.test}[/dim]")
    left = answer.differential.nothing_explains
    console.print(f"   {_chance(left):>4} [dim]nothing in these lists explains it[/dim]")


def _show_questions(console: Console, answer: Reasoned, lang: str) -> None:
    for number, question in enumerate(answer.ask, 1):
        text = question.text_es if lang == "es" else question.text_en
        waits = " [bold](before any needle)[/bold]" if question.blocks else ""
        console.print(f"[bold]Ask {number}[/bold] {text}{waits}")


def _chance(probability: float) -> str:
    """Return a share in percent; never 0 or 100, because a drawing cannot prove either."""
    return "<1%" if probability < 0.01 else ">99%" if probability > 0.99 else f"{probability:.0%}"


def _words(name: str) -> str:
    return name.replace("mid_", "").replace("_", " ").replace(":", ": ")


def _show_evidence(console: Console, answer: Reasoned) -> None:
    evidence = answer.evidence
    painful = [
        *evidence.painful,
        *(f"middle of the {group[0].partition('_')[2]}" for group in evidence.together),
    ]
    console.print(f"[bold]Pain[/bold]      {', '.join(_words(name) for name in painful)}")
    if evidence.painless:
        console.print(f"[bold]No pain[/bold]   {', '.join(_words(name) for name in evidence.painless)}")
    if evidence.features:
        console.print(f"[bold]Also[/bold]      {', '.join(_words(id_) for _, id_ in evidence.features)}")
    if not evidence.side_known:
        console.print("[dim]No side was given: muscles are named without one.[/dim]")
    console.print()


def _show_ranked(console: Console, answer: Reasoned) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    table.add_column("muscle to examine", min_width=24)
    table.add_column("chance", justify="right")
    table.add_column("explains", overflow="fold")
    table.add_column("leaves / speaks against", style="dim", overflow="fold")
    for number, suspect in enumerate(answer.differential.ranked[:SHOWN], 1):
        side = "" if suspect.side in ("unspecified", "midline") else f"{suspect.side} "
        also = [_words(reason_.partition(":")[2]) for reason_ in suspect.for_[:3]]
        explains = ", ".join(
            [*(_words(name) for name in suspect.explains), *(f"+ {words}" for words in also)]
        )
        against = [f"leaves {_words(name)}" for name in suspect.unexplained]
        against += [f"no pain in {_words(name)}" for name in suspect.against[:2]]
        table.add_row(
            str(number),
            f"{side}{suspect.muscle}",
            _chance(suspect.probability),
            explains,
            "; ".join(against),
        )
    console.print(table)


def _show_next(console: Console, answer: Reasoned) -> None:
    differential = answer.differential
    together = [found for found in differential.sets if len(found.muscles) > 1][:2]
    for found in together:
        console.print(
            f"[bold]Or together[/bold] {' and '.join(found.muscles)} ({_chance(found.probability)})"
        )
    palpation = differential.next_palpation
    if palpation:
        side = "" if palpation.side in ("unspecified", "midline") else f"{palpation.side} "
        console.print(f"\n[bold]Feel next[/bold] {side}{palpation.muscle}: {palpation.how}")
        console.print(f"   if found, {palpation.if_found}; if not, {palpation.if_not}.")
    console.print("[dim]A ranked list of what to examine; not a diagnosis.[/dim]\n")
