"""`needlepoint claim`: from an episode to the payer's claim, as 837P or as the boxes of the paper form."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TypedDict, Unpack

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from needlepoint.base.refusal import Fault, Refused, read_as
from needlepoint.base.wording import day_words
from needlepoint.claims.incoming.read_837p import ReadClaim, read_837p
from needlepoint.claims.incoming.remit import read_remits
from needlepoint.claims.outgoing.checks import check_claim
from needlepoint.claims.outgoing.cms1500 import cms1500
from needlepoint.claims.outgoing.write_837p import write_837p
from needlepoint.claims.types import Claim, Submission
from needlepoint.cli.billing.estimate import day_of
from needlepoint.cli.billing.payers import own_payers, policies_option
from needlepoint.cli.billing.places import fault_in_words, item_in_words
from needlepoint.cli.billing.reference import open_store
from needlepoint.cli.files import MOST_BYTES, begins_as_x12, json_of, print_json, whole_stream, write_bytes
from needlepoint.coding.published import NOTHING_LOADED
from needlepoint.coverage.load import Policy
from needlepoint.documents import to_pdf
from needlepoint.episode.account import Account, ClaimDraft
from needlepoint.episode.account.account import Submitter
from needlepoint.episode.account.holds import Decided, Hold
from needlepoint.episode.denials.coordination import after_remit
from needlepoint.episode.denials.timely import Deadline
from needlepoint.episode.read import read_episode
from needlepoint.episode.walk import walk
from needlepoint.reference import Store

MANY = 20_000
NOT_READY = 1  # exit code when a claim is held or has a fault


class _Options(TypedDict):
    """The options of the command, by the names of their parameters."""

    x12: str | None
    control: int
    production: bool
    pdf: str | None
    remit_path: str | None
    path: str | None
    folder: str | None
    today: datetime.datetime | None
    as_json: bool


@click.command()
@click.argument("file")
@click.option("--x12", help="Write the claims as 837P to this file.")
@click.option("--control", type=click.IntRange(1, 999_999_999), default=1, help="Number of the file (ISA13).")
@click.option("--production", is_flag=True, help="Mark the file as one to be paid (default: a test).")
@click.option("--pdf", help="Write the boxes of form CMS-1500 to this PDF (one claim).")
@click.option("--remit", "remit_path", help="The first payer's 835: makes the claim to the next payer.")
@click.option("--reference", "path", help="The file that keeps the imported published files.")
@policies_option
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day of sending (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def claim(file: str, **options: Unpack[_Options]) -> None:
    """Make the claim of an episode (or of a list of them): checked, with its holds; as X12 or on paper.

    A FILE that is itself X12 (837P) is read and checked claim by claim. Exit code 0 when every claim is ready, 1 when
    one is held or has a fault, 2 when something was refused.
    """
    with whole_stream(file) as stream:
        if begins_as_x12(stream):
            _show_read(stream, day_of(options["today"]), options["as_json"])
            return
        obj = json_of("standard input" if file == "-" else file, stream.read(MOST_BYTES + 1))
    count = len(obj) if isinstance(obj, list) else 1
    if not 1 <= count <= MANY:
        raise Refused(Fault(file, f"{count} episodes", f"from 1 to {MANY} episodes"))
    drafts, submitter = _drafts(obj, options)
    if options["as_json"]:
        print_json([_plain(draft) for draft in drafts] if isinstance(obj, list) else _plain(drafts[0]))
    else:
        _show(drafts)
    good = [draft for draft in drafts if isinstance(draft, ClaimDraft)]
    if options["x12"]:
        _write_file(good, count, submitter, options)
    if options["pdf"]:
        _write_page(good, options["pdf"])
    _exit(drafts, good)


def _drafts(obj: Any, options: _Options) -> tuple[list[ClaimDraft | Refused], Submitter | None]:
    """Return the claim of each episode, and its sender. In a list, one that is refused does not stop the rest."""
    store, payers = open_store(options["path"]), own_payers(options["folder"])
    today = day_of(options["today"])
    if not isinstance(obj, list):
        draft, submitter = _draft(obj, "", options["remit_path"], store, payers, today)
        return [draft], submitter
    drafts: list[ClaimDraft | Refused] = []
    submitter = None
    for n, item in enumerate(obj):
        try:
            draft, sent_by = _draft(item, f"[{n}]", options["remit_path"], store, payers, today)
        except Refused as refusal:
            drafts.append(refusal)
            continue
        drafts.append(draft)
        submitter = submitter or sent_by
    return drafts, submitter


def _show(drafts: list[ClaimDraft | Refused]) -> None:
    for number, draft in enumerate(drafts):
        if isinstance(draft, ClaimDraft):
            show_draft(Console(), draft)
        else:
            _show_refused(number, draft)


def _write_file(drafts: list[ClaimDraft], count: int, submitter: Submitter | None, options: _Options) -> None:
    """Write the claims that are ready as one 837P; refuse a single claim that is not ready, with the reasons."""
    claims = [_ready(draft) for draft in drafts if draft.ready or count == 1]
    if claims and options["x12"]:
        text = write_837p(claims, _submission(submitter, options["control"], options["production"]))
        write_bytes(Path(options["x12"]), text.encode("ascii"))
    waiting = count - len(claims)
    if waiting:
        click.echo(f"{len(claims)} of {count} claims written; {waiting} wait or were refused.", err=True)


def _exit(drafts: list[ClaimDraft | Refused], good: list[ClaimDraft]) -> None:
    """Exit with code 2 if one was refused, 1 if one is held or has a fault."""
    if len(good) < len(drafts):
        click.echo(f"{len(drafts) - len(good)} of {len(drafts)} were refused.", err=True)
        raise SystemExit(2)
    if not all(draft.ready for draft in good):
        raise SystemExit(NOT_READY)


def _show_refused(number: int, refusal: Refused) -> None:
    for fault in refusal.faults:
        click.echo(f"REFUSED {item_in_words(number, fault)}")


def _draft(
    item: Any,
    where: str,
    remit_path: str | None,
    store: Store | None,
    payers: tuple[Policy, ...],
    today: datetime.date,
) -> tuple[ClaimDraft, Submitter | None]:
    try:
        if isinstance(item, dict) and "complaint" not in item and "coverage" in item:
            return _of_claim(read_as(item, Claim, "claim"), today), None
        episode = read_episode(item)
        if episode.account is None:
            raise Refused(Fault("episode.account", "nothing", "an account: practice, coverages, fees"))
        if remit_path:
            account = _after(episode.account, remit_path)
            episode = msgspec.structs.replace(episode, account=account)
        walked = walk(episode, published=store or NOTHING_LOADED, today=today, payers=payers)
    except Refused as refusal:
        raise refusal.under(where) if where else refusal from None
    if walked.claim is None:
        expected = "a session that was done, and a coverage in account.coverages"
        remedy = "Without a payer the patient pays: `needlepoint estimate` makes the price."
        raise Refused(Fault(f"{where or 'episode'}", "nothing to claim", expected, remedy))
    return walked.claim, episode.account.submitter if episode.account else None


def _of_claim(given: Claim, today: datetime.date) -> ClaimDraft:
    """Return a claim that was made elsewhere, checked."""
    return ClaimDraft(
        claim=given, faults=tuple(check_claim(given, today)), holds=(), changes=(), send_by=None
    )


def _after(account: Account, remit_path: str) -> Account:
    """Return the account after the remittance in `remit_path` for its claim."""
    try:
        with Path(remit_path).open("rb") as stream:
            remits = read_remits(stream)
    except OSError as error:
        said = error.strerror or "no readable file"
        raise Refused(Fault(remit_path, said, "an 835 that can be read")) from None
    for remit in remits:
        for answer in remit.claims:
            if answer.id == account.claim_id:
                if remit.payment.paid_on is None:
                    expected = "a remittance that says when it was paid"
                    raise Refused(Fault(remit_path, "no day of payment", expected))
                return after_remit(account, answer, remit.payment.paid_on)
    raise Refused(
        Fault(remit_path, f"no answer to claim {account.claim_id!r}", "the remittance of that claim")
    )


def _ready(draft: ClaimDraft) -> Claim:
    if draft.claim is None or not draft.ready:
        held = [
            Fault("claim", "a claim that is held", "one that may be sent", hold.words) for hold in draft.holds
        ]
        raise Refused([*draft.faults, *held])
    return draft.claim


def _submission(submitter: Submitter | None, control: int, production: bool) -> Submission:
    if submitter is None:
        expected = "who sends the file to whom (sender, receiver and their ids)"
        raise Refused(Fault("episode.account.submitter", "nothing", expected))
    return Submission(
        sender=submitter.sender,
        sender_id=submitter.sender_id,
        contact=submitter.contact,
        phone=submitter.phone,
        receiver=submitter.receiver,
        receiver_id=submitter.receiver_id,
        sender_qualifier=submitter.sender_qualifier,
        receiver_qualifier=submitter.receiver_qualifier,
        created=datetime.datetime.now(datetime.UTC),
        control=control,
        test=not production,
    )


def _write_page(drafts: list[ClaimDraft], pdf: str) -> None:
    if len(drafts) != 1:
        raise Refused(Fault("--pdf", f"{len(drafts)} episodes", "one episode for a page"))
    claim = drafts[0].claim
    if claim is None:
        raise Refused(drafts[0].faults)
    write_bytes(Path(pdf), to_pdf("cms1500", cms1500(claim)))


def _show_read(stream: BinaryIO, today: datetime.date, as_json: bool) -> None:
    """Show a file of claims, from any source, claim by claim."""
    read = [(item, _read_faults(item, today)) for item in read_837p(stream)]
    if as_json:
        print_json(
            [{"claim": item.claim, "total_usd": item.total_usd, "faults": faults} for item, faults in read]
        )
        return
    console = Console()
    for item, faults in read:
        _show_claim(console, item.claim)
        for fault in faults:
            console.print(f"[red]fault[/red] {escape(fault_in_words(fault))}")
    wrong = sum(bool(faults) for _, faults in read)
    console.print(f"{len(read)} claims, {wrong} with faults.")
    if wrong:
        raise SystemExit(NOT_READY)


def _read_faults(item: ReadClaim, today: datetime.date) -> list[Fault]:
    faults = check_claim(item.claim, today)
    if item.total_usd != item.claim.total_usd:
        expected = f"the sum of the lines, {item.claim.total_usd}"
        faults.append(Fault("claim.total_usd (CLM02)", str(item.total_usd), expected))
    return faults


class ShownDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as JSON."""

    ready: bool
    total_usd: Decimal | None
    claim: Claim | None
    faults: tuple[Fault, ...]
    holds: tuple[Hold, ...]
    decided: tuple[Decided, ...]
    changes: tuple[str, ...]
    send_by: Deadline | None


class ShownRefusal(msgspec.Struct, frozen=True):
    """A refused item of a list as JSON."""

    refused: tuple[Fault, ...]


def _plain(draft: ClaimDraft | Refused) -> ShownDraft | ShownRefusal:
    if isinstance(draft, Refused):
        return ShownRefusal(draft.faults)
    return ShownDraft(
        ready=draft.ready,
        total_usd=draft.claim.total_usd if draft.claim else None,
        claim=draft.claim,
        faults=draft.faults,
        holds=draft.holds,
        decided=draft.decided,
        changes=draft.changes,
        send_by=draft.send_by,
    )


def show_draft(console: Console, draft: ClaimDraft) -> None:
    """Show the claim, its lines, and what holds it."""
    if draft.claim:
        _show_claim(console, draft.claim)
    for change in draft.changes:
        console.print(f"[yellow]changed[/yellow] {change}")
    for fault in draft.faults:
        console.print(f"[bold white on red] HELD [/] fault: {escape(fault_in_words(fault))}")
    for hold in draft.holds:
        console.print(f"[bold white on red] HELD [/] {hold.words} [dim]({hold.about})[/dim]")
    for item in draft.decided:
        by = f"{item.decision.by}: {item.decision.why}"
        console.print(f"[yellow]decided[/yellow] {item.hold.words} [bold]{by}[/bold]")
    if draft.holds:
        console.print(
            "Mend the record; or a person who answers for it decides in the account:"
            ' "decisions": [{"about": ..., "by": name, "why": reason}].'
        )
    if draft.ready:
        console.print("[bold black on green] READY [/] Every check of ours is passed.")
    late = any(hold.about == "late" for hold in draft.holds)
    if draft.send_by and not late:
        console.print(
            f"Send it by {day_words(draft.send_by.last)}: {draft.send_by.words}"
            f" [dim]({draft.send_by.certainty.value})[/dim]"
        )
    if draft.claim is not None and draft.send_by is None:
        who = draft.claim.coverage.payer.name
        console.print(
            f"[yellow]How long {who} takes claims is not on file: look it up before it passes.[/yellow]"
        )
    console.print()


def _show_claim(console: Console, item: Claim) -> None:
    cover = item.coverage
    kinds = {"7": "replaces", "8": "voids"}
    what = f" [bold]{kinds[item.frequency]} {item.original}[/bold]" if item.frequency in kinds else ""
    console.print(
        f"[bold]Claim {item.id}[/bold] {item.total_usd} USD to {cover.payer.name} ({cover.sequence}), member"
        f" {cover.member_id}{what}"
    )
    console.print(f"   {', '.join(f'{n} {code}' for n, code in enumerate(item.diagnoses, 1))}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("day", "code", "modifiers", "units", "for", "charge", "package"):
        table.add_column(title, justify="right" if title in ("units", "charge") else "left")
    for line in item.lines:
        drug = f"{line.drug.ndc} {line.drug.quantity} {line.drug.unit}" if line.drug else ""
        table.add_row(
            str(line.on),
            line.code,
            " ".join(line.modifiers),
            f"{line.units.normalize():f}",
            ", ".join(map(str, line.pointers)),
            str(line.charge_usd),
            drug,
        )
    console.print(table)
