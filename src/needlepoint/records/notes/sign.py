"""Consent and note: shown, signed, stored as a PDF. A signed note is never changed; addenda follow it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from needlepoint.anatomy import load_atlas
from needlepoint.anatomy.lookup import find_muscle
from needlepoint.anatomy.picture.small import small_figure
from needlepoint.base.refusal import Fault, NotPossible, Refused
from needlepoint.base.wording import clock_words, day_words
from needlepoint.documents import to_pdf
from needlepoint.documents.notes import Gap, NoteSentence, gap_of, gaps, write_note
from needlepoint.documents.notes.identity import NoteIdentity, identified
from needlepoint.documents.notes.load import word
from needlepoint.documents.notes.write import ConsentGiven
from needlepoint.guard.audit.log import record_audit
from needlepoint.records.models import Addendum, Consent, Note, Staff, Visit
from needlepoint.records.notes.integrity import signed_row
from needlepoint.records.settings.public_settings import address_line
from needlepoint.records.values import ConsentPage
from needlepoint.records.visit.act import act
from needlepoint.records.visit.episode_from_rows import full, regions_of
from needlepoint.records.visit.evaluate import VisitEvaluation, think
from needlepoint.records.visit.rows import visit_of
from needlepoint.visit.commands import Sign
from needlepoint.visit.facts import NoteText, Spot

__all__ = ["NoteDraft", "amend", "consent_page", "draft_note", "moment", "sign_consent", "sign_note"]

MOST_SIGNATURE = 60_000  # characters of an SVG path


class NoteDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The note as it would be signed now, and what it still lacks."""

    sentences: tuple[NoteSentence, ...]
    gaps: tuple[Gap, ...]

    @property
    def blocked(self) -> bool:
        """Return whether something must be corrected before it can be signed."""
        return any(gap.blocks for gap in self.gaps)


def consent_page(visit: Visit, thought: VisitEvaluation) -> ConsentPage:
    """Return the page for the planned technique; Refused while there is no plan."""
    walked = thought.walked
    if walked is None or walked.plan is None:
        raise NotPossible("There is no plan yet: the consent says what is done where.", "consent")
    plan, lang = walked.plan, visit.patient.language
    advice = plan.advice
    return ConsentPage(
        technique=plan.chosen.technique,
        language=lang,
        practice=visit.practice.name,
        patient=f"{visit.patient.given} {visit.patient.family}",
        clinician=visit.clinician.name,
        sites=tuple(
            f"{site.muscle_es if lang == 'es' else site.muscle} ({_side(site.side, lang)})"
            for site in plan.sites
        ),
        points=tuple(getattr(row, lang) for row in advice.get("consent", ())),
        call=tuple(getattr(row, lang) for kind in ("call_now", "call_today") for row in advice.get(kind, ())),
    )


def _side(side: str, lang: str) -> str:
    names = {"left": "izquierdo", "right": "derecho", "midline": "centro"}
    return names[side] if lang == "es" else side


@transaction.atomic
def sign_consent(
    staff: Staff, visit_id: int, signed_by: str, signature: str, page: ConsentPage, *, typed: bool = False
) -> Consent:
    """Store the page exactly as shown, with who signed it and its PDF.

    `typed`: the typed name replaces the drawn signature, by the signer's own choice (for example without a pen). Raises
    Refused for a closed visit, and without a name or any signature.
    """
    visit = Visit.objects.select_for_update().get(pk=visit_id, practice_id=staff.practice_id)
    if not visit.open:
        raise NotPossible("This visit is closed. A consent is signed before.", "consent")
    if not signed_by.strip():
        raise Refused(Fault("signed_by", "nothing", "the name of who signs"))
    if not signature.strip() and not typed:
        how = "Sign in the box with a finger, pen, or mouse, or choose to sign by name."
        raise Refused(Fault("signature", "nothing", "a signature", how))
    if len(signature) > MOST_SIGNATURE or not set(signature) <= set("ML0123456789., -"):
        raise Refused(Fault("signature", f"{len(signature)} characters", "a drawn line as an SVG path"))
    signed_at = timezone.now()
    paper = msgspec.structs.asdict(page) | {
        "signed_by": signed_by.strip(),
        "signature": signature,
        "signed_on": _local(visit, signed_at).date().isoformat(),
        "signed_at": moment(_local(visit, signed_at), page.language),
    }
    pdf = to_pdf("consent", paper, page.language)
    consent = Consent.objects.create(
        visit=visit,
        technique=page.technique,
        language=page.language,
        text=page,
        signed_by=signed_by.strip()[:120],
        signature=signature,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )
    what = signed_row(f"consent {consent.pk} of visit {visit.pk}", consent.sha256)
    record_audit(staff, "sign", what, visit.patient_id)
    return consent


def consent_of(visit: Visit) -> ConsentGiven | None:
    """Return the current consent."""
    held = [row for row in visit.consents.all() if row.voided_at is None]
    if not held:
        return None
    last = max(held, key=lambda row: row.signed_at)
    local = _local(visit, last.signed_at)
    others = tuple({row.technique for row in held} - {last.technique})
    return ConsentGiven(last.technique, last.signed_by, local.date(), local, others, _unlisted(visit, held))


def _unlisted(visit: Visit, held: Sequence[Consent]) -> tuple[Spot, ...]:
    """Return the treated sites, each muscle and side once, that no signed paper lists."""
    spots = dict.fromkeys(Spot(site.spot.muscle, site.spot.side) for site in visit_of(visit).treated)
    return tuple(spot for spot in spots if not any(_lists(row.text, spot) for row in held))


def _lists(paper: ConsentPage, spot: Spot) -> bool:
    """Whether a consent lists this muscle and side."""
    muscle = find_muscle(load_atlas(), spot.muscle)
    name = muscle.name_es if paper.language == "es" else muscle.name
    return f"{name} ({_side(spot.side, paper.language)})" in paper.sites


def _local(visit: Visit, at: datetime.datetime) -> datetime.datetime:
    """Return an instant in the practice's time zone."""
    return at.astimezone(ZoneInfo(visit.practice.timezone))


def moment(at: datetime.datetime, lang: str) -> str:
    """Return a day and a time with the name of its zone.

    >>> moment(datetime.datetime(2026, 11, 21, 15, 6, tzinfo=ZoneInfo("America/New_York")), "en")
    'Nov 21, 2026, 3:06 PM EST'
    """
    return f"{day_words(at.date(), lang)}, {clock_words(at.time(), lang)} {at:%Z}"


def draft_note(visit: Visit, thought: VisitEvaluation, lang: str = "en") -> NoteDraft | None:
    """Return the current note; None while no place of pain is entered.

    The clinician's own words go into their section.
    """
    if thought.walked is None or thought.episode is None:
        return None
    typed, consent = visit_of(visit), consent_of(visit)
    words = typed.facts.note
    told = write_note(thought.episode, thought.walked, typed, consent, lang)
    sentences = (*identified(_identity(visit, lang), lang), *told)
    stale = [gap_of("edit_stale", what=row.text) for row in sentences if _is_stale(row, words)]
    sentences = tuple(_edited(sentence, words.edits) for sentence in sentences)
    sentences = tuple(sentence for sentence in sentences if sentence.text)
    if words.own_words:
        sentences = (*sentences, NoteSentence("own", "plan", words.own_words, "facts.note.own_words"))
    missing = gaps(thought.episode, thought.walked, typed, consent)
    return NoteDraft(sentences=sentences, gaps=(*stale, *missing))


def _identity(visit: Visit, lang: str) -> NoteIdentity:
    """Return who treats where, with the license of the place's state."""
    staff, place = visit.clinician, visit.location
    held = next(
        (row for row in staff.licenses.all() if row.state == place.state and row.expires_on >= visit.day),
        None,
    )
    return NoteIdentity(
        clinician=staff.name,
        profession=word("profession", staff.profession, lang) if staff.profession else "",
        npi=staff.npi,
        license_state=place.state if held else "",
        license_number=held.number if held else "",
        place=", ".join(part for part in (visit.practice.name, address_line(place)) if part),
        chart=visit.patient_id,
        visit=visit.pk,
    )


def _is_stale(sentence: NoteSentence, words: NoteText) -> bool:
    """Return whether the record has changed since a sentence was edited."""
    before = words.edited_from.get(f"{sentence.id}:{sentence.datum}")
    return bool(before) and before != sentence.text


def _edited(sentence: NoteSentence, edits: dict[str, str]) -> NoteSentence:
    """Return the sentence in the clinician's own words, if they edited it; an emptied one is left out."""
    words = edits.get(f"{sentence.id}:{sentence.datum}")
    if words is None:
        return sentence
    return msgspec.structs.replace(sentence, text=words.strip(), edited=True, record=sentence.text)


@transaction.atomic
def sign_note(staff: Staff, visit_id: int, version: int, lang: str = "en") -> Note:
    """Sign and freeze the visit: sentences, the whole record, the PDF and its hash.

    Raises Stale when somebody changed the draft meanwhile, NotPossible for what blocks, NotAllowed for anyone but the
    clinician.
    """
    visit = full(visit_id, staff.practice_id)
    thought = think(visit)
    draft = draft_note(visit, thought, lang)
    spanish = (get_language() or "en").startswith("es")
    gaps = [gap for gap in draft.gaps if gap.blocks] if draft else []
    missing = tuple(gap.es if spanish else gap.en for gap in gaps) if draft else (_no_complaint(spanish),)
    locked = act(staff, visit_id, Sign(), version, missing=missing)
    assert draft is not None
    assert thought.episode is not None
    paper = note_paper(visit, draft.sentences, staff.name, timezone.now(), lang)
    pdf = to_pdf("note", paper, lang)
    note = Note.objects.create(
        visit=locked,
        sentences=draft.sentences,
        record=msgspec.Raw(msgspec.json.encode(thought.episode)),
        signed_by=staff,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
    )
    record_audit(staff, "sign", signed_row(f"note of visit {visit.pk}", note.sha256), visit.patient_id)
    return note


def _no_complaint(spanish: bool) -> str:
    if spanish:
        return "Registre dónde duele, o lo que refiere el paciente."
    return "Record where it hurts, or what the patient reports."


def note_paper(
    visit: Visit, sentences: Sequence[NoteSentence], signed_by: str, signed_at: datetime.datetime, lang: str
) -> dict[str, object]:
    """Return the content of the note's PDF."""
    sections: dict[str, list[str]] = {}
    for sentence in sentences:
        sections.setdefault(sentence.section, []).append(sentence.text)
    patient = visit.patient
    return {
        "practice": visit.practice.name,
        "patient": f"{patient.given} {patient.family}",
        "birth_date": patient.birth_date.isoformat(),
        "on": visit.day.isoformat(),
        "figure": _figure(visit),
        "sections": [{"id": id_, "sentences": texts} for id_, texts in sections.items()],
        "signed_by": signed_by,
        "signed_on": _local(visit, signed_at).date().isoformat(),
        "signed_at": moment(_local(visit, signed_at), lang),
        "visit": visit.pk,
    }


def _figure(visit: Visit) -> str:
    """Return the drawing for the PDF; '' when nothing was drawn."""
    regions = regions_of(visit)
    return small_figure(regions) if regions else ""


@transaction.atomic
def amend(staff: Staff, visit_id: int, text: str) -> Addendum:
    """Add an addendum to a signed note, with name and time."""
    note = Note.objects.select_related("visit").get(visit_id=visit_id, visit__practice_id=staff.practice_id)
    if not text.strip():
        raise Refused(Fault("addendum", "nothing", "what is to be added"))
    row = Addendum.objects.create(note=note, text=text.strip()[:4000], by=staff)
    record_audit(staff, "sign", f"addendum {row.pk} to the note of visit {visit_id}", note.visit.patient_id)
    return row
