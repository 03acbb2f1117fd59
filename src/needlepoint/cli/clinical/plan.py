"""`needlepoint plan`: an episode's plan, with every verdict and its reason; and the bedside card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from needlepoint.anatomy import in_language
from needlepoint.base.knowledge import Citation, Review
from needlepoint.base.refusal import Fault, Refused
from needlepoint.base.wording import mg, ml
from needlepoint.cli.files import print_json, read_json, write_bytes
from needlepoint.documents.plan_sheet import plan_sheet
from needlepoint.documents.render import to_pdf
from needlepoint.episode.half_said import holding
from needlepoint.episode.read import read_episode
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.episode.walk import walk
from needlepoint.treatment.plan.make import Plan
from needlepoint.treatment.plan.practice import PracticeRules
from needlepoint.treatment.plan.read_practice import read_practice_file
from needlepoint.treatment.plan.sites import PlannedSite
from needlepoint.treatment.plan.statements import PlanStatement, reasons
from needlepoint.treatment.spanish import name_es, side_es, structure_of
from needlepoint.treatment.types import CheckVerdict, SteroidCheck

VERDICTS = {
    CheckVerdict.MET: ("bold black on green", " MAY GO AHEAD ", " PUEDE HACERSE "),
    CheckVerdict.NOT_MET: ("bold white on red", " REFUSED ", " RECHAZADO "),
    CheckVerdict.NOT_KNOWN: ("bold black on yellow", " ASK FIRST ", " PREGUNTE ANTES "),
}
LEVELS = {
    "stop": ("bold red", "STOP", "ALTO"),
    "confirm": ("bold yellow", "DECIDE", "DECIDA"),
    "question": ("bold yellow", "ASK", "PREGUNTE"),
    "overridden": ("bold magenta", "DECIDED OVER", "DECIDIDO"),
    "warn": ("yellow", "CAUTION", "PRECAUCIÓN"),
    "notice": ("dim", "note", "nota"),
}
HAZARD_STYLES = {"high": "red", "medium": "yellow", "low": "dim"}
HEADS = {
    "consent": ("Say before", "Decir antes"),
    "room": ("Have in the room", "Tener en la sala"),
    "step": ("Do", "Hacer"),
    "aftercare": ("Hand out", "Entregar"),
    "call_now": ("Emergency", "Emergencia"),
    "call_today": ("Call the same day", "Llamar el mismo día"),
    "call_office": ("Call in office hours", "Llamar en horario"),
    "combine": ("Combine with", "Combinar con"),
}


@click.command()
@click.argument("file")
@click.option("--practice", "practice_file", help="The practice's TOML file: formulary, what is accepted.")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--pdf", help="Write the plan to this PDF.")
def plan(file: str, practice_file: str | None, lang: str, as_json: bool, pdf: str | None) -> None:
    """Show a safe plan from an episode's findings, or why there is none."""
    practice = practice_from(practice_file)
    episode = read_episode(read_json(file))
    walked = walk(episode, practice)
    if walked.plan is None:
        why = walked.stopped or walked.next
        given = f"an episode that cannot be planned yet. {why.en if why else ''}"
        raise Refused(Fault("plan", given, "what the plan rests on", _how_to_answer(episode, walked)))
    if pdf:
        write_bytes(Path(pdf), to_pdf("plan", plan_sheet(walked.plan, lang), lang))
    if as_json:
        print_json(plain_plan(walked.plan))
    else:
        show_plan(Console(), walked.plan, lang)


def _how_to_answer(episode: Episode, walked: EpisodeResult) -> str:
    """Show how the file answers each question that holds the plan, and clears each red flag."""
    if walked.stopped:
        cleared = {row.flag for row in episode.cleared}
        flags = [flag.id for flag in walked.reasoned.warnings if flag.id not in cleared]
        return f"Look into each and write it down in 'cleared': {', '.join(flags)}." if flags else ""
    asks = holding(walked.reasoned.ask, episode.complaint.pain_text or "")
    if not asks:
        return ""
    answers = ", ".join(f'"{ask.id}": "no"' for ask in asks)
    return f"Ask the patient, and enter yes, no or not_known in 'complaint': \"answers\": {{{answers}}}."


def practice_from(file: str | None) -> PracticeRules | None:
    """Return the practice's overlay, if a file was given."""
    return read_practice_file(Path(file)) if file else None


def plain_plan(plan: Plan) -> dict[str, Any]:
    """Return the plan in the published shape of `plan --json`."""
    chosen = plan.chosen
    return {
        "verdict": plan.verdict,
        "because": plan.because,
        "technique": chosen.technique,
        "why": {"en": plan.why_en, "es": plan.why_es},
        "drug": chosen.drug,
        "concentration_percent": chosen.concentration_percent,
        "sites": chosen.sites,
        "total_ml": chosen.total_ml,
        "dose": chosen.dose,
        "steroid": chosen.steroid,
        "draw_up": chosen.draw_up,
        "scope": chosen.scope,
        "concerns": chosen.concerns,
        "questions": chosen.questions,
        "notices": chosen.notices,
        "statements": plan.statements,
        "passed_over": [{"technique": name, "because": why} for name, why in plan.passed_over],
        "would_pass": plan.would_pass,
        "left_out": plan.left_out,
        "wait": plan.wait,
        "advice": {
            kind: [{"id": row.id, "en": row.en, "es": row.es} for row in kept]
            for kind, kept in plan.advice.items()
        },
        "toxicity": plan.toxicity,
        "follow_up": plan.follow_up,
        "loosened": plan.loosened,
    }


def show_plan(console: Console, plan: Plan, lang: str = "en") -> None:
    """Show the plan as a page for the terminal."""
    spanish = int(lang == "es")
    style, *words = VERDICTS[plan.verdict]
    name = {"wet": ("injection", "inyección"), "saline": ("saline injection", "inyección de suero")}
    technique = name.get(plan.chosen.technique, ("dry needling", "punción seca"))[spanish]
    why = (plan.why_en, plan.why_es)[spanish]
    console.print(f"[{style}]{words[spanish]}[/] [bold]{technique}[/bold]  [dim]{why}[/dim]")
    for line in reasons(plan.chosen.statements, lang):
        console.print(f"  [bold]-[/bold] {line}")
    if plan.would_pass:
        would = ", ".join(name_es(one) if spanish else one for one in plan.would_pass)
        console.print(f"  [bold]{('Would pass', 'Sí se podría')[spanish]}[/bold]: {would}")
    for passed, reason in (plan.passed_over, plan.passed_over_es)[spanish]:
        console.print(f"  [dim]{name_es(passed) if spanish else passed}: {reason}[/dim]")
    _show_sites(console, plan, spanish)
    _show_dose(console, plan, spanish)
    _show_statements(console, plan, spanish)
    _show_advice(console, plan, spanish)
    _show_card(console, plan, spanish)
    _show_end(console, plan, spanish)


def _show_sites(console: Console, plan: Plan, spanish: int) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    titles = (
        ("", "muscle", "position", "needle", "depth", "volume", "ultrasound"),
        ("", "músculo", "posición", "aguja", "profundidad", "volumen", "ecografía"),
    )[spanish]
    for title in titles:
        table.add_column(title)
    for site in plan.sites:
        needle = site.needle
        kind = f"{needle.gauge} G" if needle.gauge else f"{needle.thickness_mm} mm"
        volume = ml(site.volume_ml) if site.volume_ml else ""
        volume += f" = {mg(site.dose_mg)}" if site.dose_mg else ""
        table.add_row(
            str(site.order),
            f"{site.muscle_es} ({side_es(site.side)})" if spanish else f"{site.side} {site.muscle}",
            name_es(site.patient_position) if spanish else site.patient_position.replace("_", " "),
            f"{kind}, {needle.length_mm} mm",
            f"{site.depth_mm[0]}-{site.depth_mm[1]} mm",
            volume,
            name_es(site.guidance) if spanish else site.guidance,
        )
    lang = ("en", "es")[spanish]
    console.print()
    console.print(table)
    for site in plan.sites:
        _show_how(console, site, lang)
    for line in (plan.left_out, plan.left_out_es)[spanish]:
        console.print(f"[dim]{('left out', 'sin tratar')[spanish]}: {line}[/dim]")


def _show_how(console: Console, site: PlannedSite, lang: str) -> None:
    """Show where to enter, how, and how each structure is avoided."""
    landmark, approach = in_language(site.landmark, lang), in_language(site.approach, lang)
    console.print(f"[bold]{site.order}[/bold] {landmark} [dim]{approach}[/dim]")
    for hazard in site.hazards:
        style, avoid = HAZARD_STYLES[hazard.level], in_language(hazard.avoid, lang)
        level = name_es(hazard.level) if lang == "es" else hazard.level
        console.print(f"   [{style}]{structure_of(hazard, lang)} ({level})[/{style}]: {avoid}")


def _show_dose(console: Console, plan: Plan, spanish: int) -> None:
    chosen = plan.chosen
    if chosen.dose:
        console.print()
        for share in chosen.dose.shares:
            drug = name_es(share.drug) if spanish else share.drug
            arithmetic = (share.arithmetic, share.arithmetic_es)[spanish]
            certainty = name_es(share.certainty.value) if spanish else share.certainty.value
            console.print(f"[bold]{drug}[/bold] {chosen.concentration_percent} %: {arithmetic}")
            console.print(f"   [dim]{_titles(share.citations)} ({certainty})[/dim]")
        because = (chosen.dose.because, chosen.dose.because_es)[spanish]
        console.print(f"   {because}; {ml(chosen.dose.total_ml)} {('in all', 'en total')[spanish]}")
    if chosen.draw_up:
        console.print(f"   {(chosen.draw_up.words, chosen.draw_up.words_es)[spanish]}")
    if chosen.steroid:
        _show_steroid(console, chosen.steroid, spanish)


def _show_steroid(console: Console, steroid: SteroidCheck, spanish: int) -> None:
    drug = name_es(steroid.drug) if spanish else steroid.drug
    words = (
        (*steroid.because, *steroid.ask, *steroid.notes_en),
        (*steroid.because_es, *steroid.ask_es, *steroid.notes_es),
    )[spanish]
    console.print(f"[bold]{drug}[/bold] {mg(steroid.dose_mg)}: {'; '.join(words)}")


def _show_statements(console: Console, plan: Plan, spanish: int) -> None:
    """Show everything that the plan says, the most severe first."""
    scope = (plan.chosen.scope.because, plan.chosen.scope.because_es)[spanish]
    console.print(f"\n[bold]{('May you', '¿Puede usted')[spanish]}?[/bold] {scope}")
    for row in plan.statements:
        style, *words = LEVELS[row.kind]
        text, do = ((row.en, row.do_en), (row.es, row.do_es))[spanish]
        grounds = (row.because, row.because_es)[spanish]
        because = f" ({'; '.join(grounds)})" if grounds else ""
        console.print(f"[{style}]{words[spanish]}[/] {escape(text + because)} [bold]{do}[/bold]".rstrip())
        ground = "; ".join(_ground(row, spanish))
        if ground:
            console.print(f"   [dim]{escape(ground)}[/dim]")


def _ground(row: PlanStatement, spanish: int) -> list[str]:
    """Sources, certainty, and who answers for it."""
    said = [_titles(row.citations)] if row.citations else []
    if row.certainty:
        said.append(name_es(row.certainty.value) if spanish else row.certainty.value)
    if row.kind in ("stop", "confirm", "overridden") and (row.decided or row.review):
        said.append(row.decided or (_review_es(row.review) if spanish else str(row.review)))
    return said


def _review_es(review: Review | None) -> str:
    """Who answers for a row, in Spanish."""
    if review is None or review.accepted_by is None:
        return "propuesto según la literatura; la dirección médica de este consultorio no lo ha aceptado aún"
    return f"propuesto según la literatura; aceptado por {review.accepted_by}, {review.accepted_on}"


def _show_advice(console: Console, plan: Plan, spanish: int) -> None:
    for kind, kept in plan.advice.items():
        if kept:
            console.print(f"\n[bold]{HEADS[kind][spanish]}[/bold]")
            for row in kept:
                console.print(f"  - {(row.en, row.es)[spanish]}")


def _show_card(console: Console, plan: Plan, spanish: int) -> None:
    card = plan.toxicity
    if card is None:
        return
    title = (
        "If it gets into the blood: local anesthetic toxicity",
        "Si pasa a la sangre: toxicidad por anestésico local",
    )[spanish]
    console.print(f"\n[bold red]{title}[/bold red]")
    for sign in card.signs:
        console.print(f"  [dim]{(sign.en, sign.es)[spanish]}[/dim]")
    for number, step in enumerate(card.steps, 1):
        console.print(f"  {number}. {(step.en, step.es)[spanish]}")
        if step.id == "lipid" and card.bolus_ml is not None and card.infusion_ml_per_min is not None:
            slow, fast = card.infusion_ml_per_min
            rate = f"{slow}" if slow == fast else f"{slow} {('to', 'a')[spanish]} {fast}"
            then, most, within = (("then", "at most", "in"), ("después", "máximo", "en"))[spanish]
            console.print(
                f"     [bold]{card.weight_kg} kg: {card.bolus_ml} mL, {then} {rate} mL/min;"
                f" {most} {card.most_ml_30_min} mL {within} 30 min[/bold]"
            )
            for line in (card.arithmetic, card.arithmetic_es)[spanish]:
                console.print(f"     [dim]{line}[/dim]")


def _show_end(console: Console, plan: Plan, spanish: int) -> None:
    follow = plan.follow_up
    days = ", ".join(str(day) for day in follow.ask_on)
    words = (
        f"Ask how it goes on {days}. The same muscle not before {follow.not_before}.",
        f"Pregunte cómo sigue el {days}. El mismo músculo no antes del {follow.not_before}.",
    )[spanish]
    console.print(f"\n{words}")
    note = (
        "Needles and depths are planning estimates. The clinician decides.",
        "Agujas y profundidades son estimaciones. Decide el profesional.",
    )[spanish]
    console.print(f"[dim]{note}[/dim]\n")


def _titles(citations: Sequence[Citation]) -> str:
    return "; ".join(citation.title for citation in citations)
