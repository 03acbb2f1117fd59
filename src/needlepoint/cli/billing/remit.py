"""`needlepoint remit`: a response of a payer or clearinghouse, in plain words, and what to do about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, TypedDict, Unpack

import click
import msgspec
from rich.console import Console

from needlepoint.base.refusal import Fault, Refused
from needlepoint.base.wording import day_words, usd
from needlepoint.claims.incoming.acknowledge import Acknowledged, ClaimStatus
from needlepoint.claims.incoming.codes import meaning
from needlepoint.claims.incoming.eligibility import Eligibility, summarize
from needlepoint.claims.incoming.question import ReceivedInquiry
from needlepoint.claims.incoming.recognize import Incoming, read_incoming
from needlepoint.claims.incoming.remit import Payment, ProviderAdjustment, RemitClaim, RemitEnd
from needlepoint.claims.outgoing.inquiries import AuthorizationAnswer
from needlepoint.cli.billing.answers import (
    show_acknowledged,
    show_answered,
    show_eligibility,
    show_question,
    show_status,
)
from needlepoint.cli.billing.estimate import day_of
from needlepoint.cli.billing.payers import own_payers, policies_option
from needlepoint.cli.billing.reference import open_store
from needlepoint.cli.files import read_json, whole_stream, write_bytes
from needlepoint.coding.published import NOTHING_LOADED
from needlepoint.coverage.load import Policy
from needlepoint.documents import to_pdf
from needlepoint.episode.denials.appeal import check_first, write_appeal
from needlepoint.episode.denials.coordination import sent_on
from needlepoint.episode.denials.explain import Denial, DenialAdvice, Explained, OnFile, explain, remarks_of
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import on_file, walk

STYLE = {
    DenialAdvice.APPEAL: "[bold black on green] APPEAL [/]",
    DenialAdvice.DO_NOT_APPEAL: "[bold white on red] DO NOT APPEAL [/]",
    DenialAdvice.COMPLETE_FIRST: "[bold black on yellow] COMPLETE THE RECORD FIRST [/]",
    DenialAdvice.ASK_FOR_THE_POLICY: "[bold black on yellow] ASK FOR THE POLICY [/]",
}


class _Options(TypedDict):
    """Further options of the command, by the names of their parameters."""

    episodes: tuple[str, ...]
    path: str | None
    folder: str | None
    today: datetime.datetime | None
    lang: str
    as_json: bool


@click.command()
@click.argument("file")
@click.option("--episode", "episodes", multiple=True, help="An episode (or a list of them) that was claimed.")
@click.option(
    "--appeal", "letters", help="Write a letter (PDF) for each claim worth an appeal into this folder."
)
@click.option("--reference", "path", help="The file that keeps the imported published files.")
@click.option(
    "--view", is_flag=True, help="Show a file that does not balance, with its faults; not for posting."
)
@policies_option
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day of the letters (default: today).")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", help="Language of the explanations.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one answer to a line.")
def remit(file: str, letters: str | None, view: bool, **options: Unpack[_Options]) -> None:
    """Read a response of a payer: 835, 999, 277, 271, 278. Every adjustment is explained.

    Requests (270, 276) are shown.

    With the episode: the likely cause, its correction, and whether to appeal. An 835 that does not balance to the cent
    is refused as a whole, with the difference, before anything is printed. --view shows it all the same, with every
    fault.
    """
    if letters and not options["episodes"]:
        raise Refused(Fault("--appeal", "no episode", "--episode FILE: a letter quotes the record"))
    known = _on_file(options["episodes"], options["path"], own_payers(options["folder"]))
    faults: list[Fault] = []
    with whole_stream(file) as stream:
        if not view:
            _check_balance(stream)
        for item, held, found in _explained(_until_unreadable(stream, view, faults), known):
            _print(item, found, options["lang"], options["as_json"])
            if letters and not view:
                _write_letter(item, found, held, Path(letters), day_of(options["today"]))
    _refuse_posting(faults)


def _check_balance(stream: BinaryIO) -> None:
    """Read once to the end before anything is printed: Refused where a sum does not balance."""
    for _ in read_incoming(stream):
        pass
    stream.seek(0)


def _explained(
    items: Iterator[Incoming], known: dict[str, OnFile]
) -> Iterator[tuple[Incoming, OnFile | None, Explained | None]]:
    """Yield each item; a claim with its file, explained as of the day of its payment."""
    paid_on: datetime.date | None = None
    for item in items:
        if isinstance(item, Payment):
            paid_on = item.paid_on
        if isinstance(item, RemitClaim):
            held = known.get(item.id)
            yield item, held, explain(item, held, paid_on)
        else:
            yield item, None, None


def _print(item: Incoming, found: Explained | None, lang: str, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(_plain(item, found)).decode())
    else:
        _show(Console(), item, found, lang)


def _refuse_posting(faults: list[Fault]) -> None:
    if faults:
        click.echo("Only to be viewed: it must not be posted.", err=True)
        raise Refused(faults)


def _until_unreadable(stream: BinaryIO, view: bool, faults: list[Fault]) -> Iterator[Incoming]:
    """Yield what can be read; `faults` collects what does not balance, with --view also what ends the file early."""
    try:
        for item in read_incoming(stream, view):
            if isinstance(item, (RemitClaim, RemitEnd)):
                faults += item.faults
            yield item
    except Refused as refusal:
        if not view:
            raise
        faults += refusal.faults


def _on_file(names: tuple[str, ...], path: str | None, payers: tuple[Policy, ...]) -> dict[str, OnFile]:
    """Return the claims on file, by their number."""
    store = open_store(path)
    found: dict[str, OnFile] = {}
    for name in names:
        obj = read_json(name)
        for n, item in enumerate(obj if isinstance(obj, list) else [obj]):
            where = f"{name}[{n}]" if isinstance(obj, list) else name
            try:
                episode = read_episode(item)
                held = on_file(episode, walk(episode, published=store or NOTHING_LOADED, payers=payers))
            except Refused as refusal:
                raise refusal.under(where) from None
            id_ = episode.account.claim_id if episode.account else ""
            if id_ in found:
                raise Refused(Fault(where, f"claim {id_!r} twice", "each claim once"))
            found[id_] = held
    return found


def _write_letter(
    answer: Incoming, explained: Explained | None, held: OnFile | None, folder: Path, today: datetime.date
) -> None:
    """Write a letter for a claim that is on file and worth an appeal."""
    if not (isinstance(answer, RemitClaim) and held and explained and explained.contested):
        return
    letter = write_appeal(answer, explained, held, today)
    name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in answer.id)
    write_bytes(folder / f"appeal_{name}.pdf", to_pdf("appeal", letter))
    for line in check_first(explained):
        click.echo(f"Read in the policy itself before the letter goes: {line}", err=True)


def _plain(item: Incoming, found: Explained | None) -> dict[str, object]:
    plain: dict[str, object] = {"kind": type(item).__name__, **msgspec.structs.asdict(item)}
    if isinstance(item, Eligibility):
        plain["summary"] = summarize(item)
    if isinstance(item, (Acknowledged, ClaimStatus)):
        plain["next_step"] = meaning("step", item.outcome.value)
    if isinstance(item, RemitClaim) and sent_on(item):
        plain["next_step"] = SENT_ON
    return {**plain, "explained": found} if found else plain


def _show(console: Console, item: Incoming, found: Explained | None, lang: str) -> None:
    match item:
        case Payment():
            console.rule(f"[bold]{item.payer} pays {usd(item.amount_usd)} to {item.payee}", align="left")
            paid = f", {day_words(item.paid_on)}" if item.paid_on else ""
            console.print(f"{item.method} {item.trace}{paid}{', a test' if item.test else ''}")
        case RemitClaim():
            _show_claim(console, item, found, lang)
        case RemitEnd():
            for row in item.provider_adjustments:
                words = _about(row, lang)
                console.print(f"   {row.reason} {row.reference}: {usd(-row.amount_usd)}, {words}")
            if item.faults:
                console.print(f"[bold white on red] NOT BALANCED [/] {item.claims} claims\n")
                return
            console.print(f"[green]balanced[/green] {_sums(item)}\n")
        case Acknowledged():
            show_acknowledged(console, item, lang)
        case ClaimStatus():
            show_status(console, item, lang)
        case Eligibility():
            show_eligibility(console, item, lang)
        case AuthorizationAnswer():
            show_answered(console, item, lang)
        case ReceivedInquiry():
            show_question(console, item)


def _about(row: ProviderAdjustment, lang: str) -> str:
    """Return the meaning of a provider adjustment; for some its sign decides."""
    sign = "+" if row.amount_usd > 0 else "-"
    signed = meaning("provider_adjustment", f"{row.reason}{sign}", lang)
    return signed or meaning("provider_adjustment", row.reason, lang) or "of no claim"


def _sums(item: RemitEnd) -> str:
    """Return the claims, the provider adjustments, and what was paid."""
    out = sum((row.amount_usd for row in item.provider_adjustments), Decimal(0))
    if not item.provider_adjustments:
        return f"{item.claims} claims, {usd(item.paid_usd)} to the cent"
    return (
        f"{item.claims} claims, {usd(item.paid_usd)} for claims and {usd(-out)} of no claim:"
        f" {usd(item.paid_usd - out)} paid, to the cent"
    )


STATUS = {"1": "processed as first payer", "2": "processed as second payer", "3": "processed as third payer",
          "4": "denied", "19": "first payer, passed on", "20": "second payer, passed on",
          "21": "third payer, passed on",
          "22": "an earlier payment taken back", "23": "not ours, passed on", "25": "forecast only"}  # fmt: skip


SENT_ON = "It was sent on to the next payer: wait for that payer's answer, do not bill it again."


def _show_claim(console: Console, item: RemitClaim, found: Explained | None, lang: str) -> None:
    status = STATUS.get(item.status, f"status {item.status}")
    console.print(
        f"[bold]Claim {item.id}[/bold] {item.patient}: {status}. Charged {item.charge_usd}, paid"
        f" [bold]{item.paid_usd}[/bold], patient {item.patient_usd} USD [dim]{item.payer_control}[/dim]"
    )
    for line in item.lines:
        allowed = f", allowed {line.allowed_usd}" if line.allowed_usd is not None else ""
        console.print(
            f"   {line.code} {' '.join(line.modifiers)} charged {line.charge_usd}, paid {line.paid_usd}{allowed}"
        )
    if sent_on(item):
        console.print(f"   [bold]{SENT_ON}[/bold]")
    for code, words in remarks_of(item):
        console.print(f"   {code}: {words[0 if lang == 'en' else 1]}")
    for notice in item.notices:
        console.print(f"   [yellow]{notice}[/yellow]")
    for denial in found.denials if found else ():
        _show_denial(console, denial, lang)
    if found and found.appeal_by:
        console.print(
            f"   [bold]Appeal by {day_words(found.appeal_by.last)}[/bold] [dim]{found.appeal_by.words}[/dim]"
        )
    console.print()


def _show_denial(console: Console, denial: Denial, lang: str) -> None:
    def say(name: str) -> str:
        return str(getattr(denial, f"{name}_{lang}"))

    words = getattr(denial, lang)
    where = f"{denial.line} " if denial.line else ""
    remarks = f", {', '.join(denial.remarks)}" if denial.remarks else ""
    console.print(
        f"   [bold]{where}{denial.group}-{denial.reason}{remarks}[/bold] {usd(denial.amount_usd)}: {words}"
        f" [dim]({denial.certainty.value})[/dim]"
    )
    for remark in denial.remark_words:
        console.print(f"      {remark[0 if lang == 'en' else 1]}")
    if say("who"):
        console.print(f"      [dim]{denial.group}: {say('who')}[/dim]")
    for cause in denial.causes:
        console.print(f"      {getattr(cause, lang)}")
    if denial.advice in STYLE:
        console.print(f"      {STYLE[denial.advice]} {say('because')}")
    elif say("answer"):
        console.print(f"      [bold]{say('answer')}[/bold]")
    console.print(f"      {say('mend')}")
