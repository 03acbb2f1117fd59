"""From the record to prose. Nothing is written that is not in the record."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import msgspec

from needlepoint.anatomy.load import load_regions
from needlepoint.base.wording import clock_words, day_words, number
from needlepoint.coverage.rules.line import NO_SESSION
from needlepoint.coverage.types import CoverageVerdict, RuleVerdict
from needlepoint.documents.notes.bedside import dilutions, measured, option, prepared, screened
from needlepoint.documents.notes.examined import examined
from needlepoint.documents.notes.identity import coded
from needlepoint.documents.notes.load import word
from needlepoint.documents.notes.sentence import NoteSentence, clock_of, place
from needlepoint.documents.notes.sentence import sentence as _say
from needlepoint.documents.plan_sheet import is_minor
from needlepoint.episode.types import Episode, EpisodeResult
from needlepoint.treatment.spanish import name_es, structure_of
from needlepoint.visit import Site, Visit, derive
from needlepoint.visit.facts import MINUTES_AFTER, SIGNS, Given, Spot
from needlepoint.visit.limits import MOST_REACTIONS

__all__ = ["ConsentGiven", "NoteSentence", "place", "write_note"]

MOST_EARLIER = 6  # sessions listed one by one; earlier ones are counted


class ConsentGiven(msgspec.Struct, frozen=True):
    """A consent: technique, who signed, the day, and the time with its zone where it is known."""

    technique: str
    by: str
    on: datetime.date
    at: datetime.datetime | None = None  # on the practice's clock
    others: tuple[str, ...] = ()  # further techniques with a signed consent of this visit
    unlisted: tuple[Spot, ...] = ()  # treated sites that no signed paper lists


def write_note(
    episode: Episode,
    walked: EpisodeResult,
    visit: Visit,
    consent: ConsentGiven | None,
    lang: str = "en",
) -> tuple[NoteSentence, ...]:
    """Return the note of one visit in the order of its sections. What is not recorded is not mentioned.

    `episode` and `walked` are the record and its evaluation; `visit` is what was done.
    """
    found = [
        *_complaint(episode, walked, lang),
        *_history(episode, lang),
        *screened(visit, lang),
        *measured(visit, lang),
        *examined(visit, lang),
        *_examination(walked, lang),
        *_necessity(walked, lang),
        *_precautions(walked, visit, lang),
        *_consultation(visit, lang),
        *_procedure(walked, visit, consent, lang),
        *_response(visit, lang),
        *(coded(walked, lang) if visit.treated else ()),
        *_plan(walked, lang),
    ]
    return tuple(found)


def _region(name: str, lang: str) -> str:
    side, _, rest = name.partition("_")
    row = load_regions()[rest]
    words = row.es if lang == "es" else row.en
    shown = word("sides", side, lang) if side in ("left", "right") else ""
    return f"{words} {shown}".strip() if lang == "es" else f"{shown} {words}".strip()


def _complaint(episode: Episode, walked: EpisodeResult, lang: str) -> Iterator[NoteSentence]:
    painful = walked.reasoned.evidence.painful
    if painful:
        yield _say("where", lang, regions=", ".join(_region(name, lang) for name in painful))
    words = (episode.complaint.pain_text or "").strip()
    if words:
        yield _say("words", lang, words=words)
    if episode.pain.weeks is not None:
        yield _say("weeks", lang, weeks=episode.pain.weeks)
    if episode.pain.now_nprs is not None:
        worst = episode.pain.worst_nprs
        said = "" if worst is None else word("small", "worst", lang, n=worst)
        yield _say("intensity", lang, now=episode.pain.now_nprs, worst=said)
    cleared = {item.flag for item in episode.cleared}
    for flag in walked.reasoned.red_flags:
        if flag.id not in cleared:
            title = flag.title_es if lang == "es" else flag.title_en
            yield _say("warning", lang, f"red_flags.{flag.id}", flag=title)
    titles = {flag.id: flag.title_es if lang == "es" else flag.title_en for flag in walked.reasoned.red_flags}
    for n, item in enumerate(episode.cleared):
        yield _say(
            "cleared", lang, f"cleared[{n}]", flag=titles.get(item.flag, item.flag), by=item.by, why=item.why
        )


def _history(episode: Episode, lang: str) -> Iterator[NoteSentence]:
    for n, care in enumerate(episode.prior_care or []):
        weeks = "" if care.weeks is None else word("small", "weeks", lang, n=care.weeks)
        key = {True: "helped", False: "not_helped", None: "open"}[care.helped]
        how = word("how", "cannot", lang, why=care.cannot) if care.cannot else word("how", key, lang)
        yield _say("tried", lang, f"prior_care[{n}]", what=care.what, weeks=weeks, how=how)
    earlier = episode.earlier_sessions
    if earlier == []:
        yield _say("first", lang)
    told = sorted(enumerate(earlier or []), key=lambda row: row[1].on)
    if len(told) > MOST_EARLIER:
        yield _say("earlier_more", lang, n=len(told) - MOST_EARLIER, on=day_words(told[0][1].on, lang))
    for n, session in told[-MOST_EARLIER:]:
        percent = session.relief_percent
        said = (
            word("small", "no_relief", lang) if percent is None else word("small", "relief", lang, n=percent)
        )
        yield _say("earlier", lang, f"earlier_sessions[{n}]", on=day_words(session.on, lang), relief=said)
    none = word("small", "none", lang)
    if episode.patient.allergies is not None:
        listed = [
            row.substance + (f" ({row.reaction})" if row.reaction else "")
            for row in episode.patient.allergies
        ]
        yield _say("allergies", lang, list=", ".join(listed) or none)
    if episode.patient.medicines is not None:
        yield _say("medicines", lang, list=", ".join(row.name for row in episode.patient.medicines) or none)
    if episode.patient.conditions is not None:
        yield _say("conditions", lang, list=", ".join(episode.patient.conditions) or none)
    yield from _pregnancy(episode, lang)


def _pregnancy(episode: Episode, lang: str) -> Iterator[NoteSentence]:
    patient = episode.patient
    if patient.pregnant:
        weeks = patient.pregnancy_weeks
        yield _say("pregnant", lang, weeks="" if weeks is None else word("small", "week", lang, n=weeks))
    elif patient.pregnant is False and patient.sex != "male":
        yield _say("not_pregnant", lang)


def _examination(walked: EpisodeResult, lang: str) -> Iterator[NoteSentence]:
    spots = walked.assessment.spots if walked.assessment else ()
    for n, spot in enumerate(spots):
        found = spot.found
        said = [word("signs", sign, lang) for sign in SIGNS if getattr(found, sign) is True]
        no = word("small", "no", lang)
        said += [f"{no} {word('signs', sign, lang)}" for sign in SIGNS if getattr(found, sign) is False]
        if said:
            where = place(found.muscle, found.side, lang)
            yield _say("felt", lang, f"findings[{n}]", place=where, signs=", ".join(said))
    for n, spot in enumerate(spots):
        yield _say(
            "status",
            lang,
            f"findings[{n}]",
            place=place(spot.found.muscle, spot.found.side, lang),
            status=word("status", spot.status.value, lang),
            criteria=spot.verdicts[0].criteria.capitalize() if spot.verdicts else "",
        )


def _necessity(walked: EpisodeResult, lang: str) -> Iterator[NoteSentence]:
    """Yield what the record meets of the payer's criteria, and what it does not show."""
    found = walked.determination
    rows = [row for row in found.rules if row.shows not in NO_SESSION] if found else []
    met = [row for row in rows if row.verdict is CoverageVerdict.COVERED]
    missing = [row for row in rows if row.verdict is not CoverageVerdict.COVERED]
    if found and met:
        yield _say("necessity", lang, title=found.title, met=_criteria(met, lang))
    if found and met and missing:
        yield _say("necessity_missing", lang, missing=_criteria(missing, lang))


def _criteria(rows: Sequence[RuleVerdict], lang: str) -> str:
    return "; ".join(row.asks_es if lang == "es" else row.asks for row in rows)


def _precautions(walked: EpisodeResult, visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """Yield risks that were decided about; and, once a site is done, what was still open before it."""
    for row in walked.plan.statements if walked.plan else ():
        words = row.es if lang == "es" else row.en
        grounds = row.because_es if lang == "es" else row.because
        because = f" ({'; '.join(grounds)})" if grounds else ""
        datum = f"plan.statements.{row.id}"
        if row.kind == "overridden":
            yield _say("decided", lang, datum, words=words, because=because, decided=row.decided or "")
        elif row.kind in ("stop", "confirm") and visit.treated:
            yield _say("held", lang, datum, words=words, because=because)
        elif row.kind == "question" and row.blocks and visit.treated:
            yield _say("unanswered", lang, datum, words=words)
        elif row.kind == "warn" and not is_minor(row):
            yield _say("caution", lang, datum, words=words, because=because)
    yield from _minor(walked, lang)


def _minor(walked: EpisodeResult, lang: str) -> Iterator[NoteSentence]:
    """Yield one sentence with the notices, the minor cautions and the answers that hold nothing up."""
    shown = [
        (row.es if lang == "es" else row.en).rstrip(".")
        for row in (walked.plan.statements if walked.plan else ())
        if is_minor(row) or row.kind == "notice" or (row.kind == "question" and not row.blocks)
    ]
    if shown:
        yield _say("minor", lang, "plan.statements", words="; ".join(dict.fromkeys(shown)))


def _planned_sites(walked: EpisodeResult, visit: Visit, lang: str) -> Iterator[NoteSentence]:
    """Yield, for each treated site of the plan, the depth and guidance planned and the hazards named."""
    treated = {(site.spot.muscle, site.spot.side, site.spot.point or None) for site in visit.treated}
    for n, site in enumerate(walked.plan.sites if walked.plan else ()):
        if (site.muscle_id, site.side, site.point) in treated:
            yield _say(
                "planned_site",
                lang,
                f"plan.sites[{n}]",
                place=place(site.muscle_id, site.side, lang),
                low=site.depth_mm[0],
                high=site.depth_mm[1],
                guidance=name_es(site.guidance) if lang == "es" else site.guidance,
                hazards="; ".join(structure_of(hazard, lang) for hazard in site.hazards) or "–",
            )


def _consultation(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    found, ended = visit.facts.consultation, visit.facts.without_needle
    if found and found.own_work:
        yield _say("own_work", lang, work=found.own_work)
    if found and found.diagnoses:
        yield _say("diagnoses", lang, codes=", ".join(found.diagnoses))
    if ended:
        yield _say("without_needle", lang, kind=word("without_needle", ended.kind, lang), words=ended.words)


def _procedure(
    walked: EpisodeResult, visit: Visit, consent: ConsentGiven | None, lang: str
) -> Iterator[NoteSentence]:
    if consent and visit.facts.without_needle is None:
        act = word("act", consent.technique, lang)
        yield _say("consent", lang, technique=act, by=consent.by, on=_signed(consent, lang))
        first = visit.treated[0].given if visit.treated else None
        if first and consent.at and consent.at > first.at:
            yield _say("consent_late", lang, at=clock_of(first.at, visit.zone, lang))
    if consent and consent.unlisted:
        where = ", ".join(place(spot.muscle, spot.side, lang) for spot in consent.unlisted)
        yield _say("consent_unlisted", lang, where=where)
    yield from prepared(visit, lang)
    yield from _planned_sites(walked, visit, lang)
    for n, site in enumerate(visit.treated):
        if site.given:
            yield _site(n, site, site.given, lang)
    for n, total in enumerate(derive.drug_totals(visit)):
        lot = word("small", "lot", lang, n=", ".join(total.lots)) if total.lots else ""
        wasted = total.wasted_mg
        said = "" if wasted is None else word("small", "wasted", lang, n=number(wasted))
        values = {"drug": total.drug, "given": number(total.given_mg), "wasted": said, "lot": lot}
        yield _say("drug", lang, f"session.drugs[{n}]", **values)
    yield from dilutions(visit, lang)
    guidance = visit.facts.guidance
    if guidance and guidance.ultrasound:
        picture = word("small", "picture", lang, n=guidance.picture) if guidance.picture else ""
        yield _say("guidance", lang, picture=picture)
    yield from _times(visit, lang)
    dose = walked.dose
    if dose and dose.total_share is not None and derive.injections(visit):
        share = (dose.total_share * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
        yield _say("dose", lang, share=share)


def _signed(consent: ConsentGiven, lang: str) -> str:
    day = day_words(consent.on, lang)
    return f"{day}, {clock_words(consent.at.time(), lang)} {consent.at:%Z}" if consent.at else day


def _site(n: int, site: Site, given: Given, lang: str) -> NoteSentence:
    twitch = {True: "twitch", False: "no_twitch", None: ""}[given.twitch]
    return _say(
        "site",
        lang,
        f"session.sites[{n}]",
        place=place(site.spot.muscle, site.spot.side, lang),
        point=word("small", "point", lang, p=site.spot.point) if site.spot.point else "",
        act=word("act", given.technique, lang),
        points=_points(given.points, lang),
        needle=word("small", "needle", lang, n=given.needle) if given.needle else "",
        volume=_volume(given, lang),
        twitch=word("small", twitch, lang) if twitch else "",
        response=f", {given.response}" if given.response else "",
    )


def _points(n: int | None, lang: str) -> str:
    if n is None:
        return ""
    return word("small", "one_point", lang) if n == 1 else word("small", "points", lang, n=n)


def _volume(given: Given, lang: str) -> str:
    """Return the volume with the drug and its concentration, as far as they are recorded."""
    if given.volume_ml is None:
        return ""
    if not given.drug or given.concentration_percent is None:
        return word("small", "volume", lang, n=number(given.volume_ml))
    strength = number(given.concentration_percent)
    said = word("small", "volume_of", lang, n=number(given.volume_ml), drug=given.drug, c=strength)
    if given.steroid and given.steroid_mg:
        said += word("small", "steroid", lang, n=number(given.steroid_mg), drug=given.steroid)
    return said


def _times(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    started, ended = visit.facts.started_at, visit.facts.ended_at
    if started and ended and visit.treated:
        zone = ZoneInfo(visit.zone)
        begin, end = started.astimezone(zone), ended.astimezone(zone)
        began, over = clock_words(begin.time(), lang), clock_words(end.time(), lang)
        yield _say("times", lang, began=began, ended=over, zone=f"{end:%Z}")


def _response(visit: Visit, lang: str) -> Iterator[NoteSentence]:
    observed = visit.facts.observed
    if observed.pain_after is not None:
        percent = derive.relief_now(visit)
        relief = "" if percent is None else word("small", "relief_now", lang, n=percent)
        yield _say(
            "after", lang, when=_when(observed.minutes_after, lang), after=observed.pain_after, relief=relief
        )
    for n, event in enumerate(observed.events):
        kind = word("event", event.kind, lang)
        yield _say("event", lang, f"session.events[{n}]", kind=kind, what=event.what.rstrip("."))
    told = {event.what[:MOST_REACTIONS] for event in observed.events}
    reactions = [words for words in observed.reactions or () if words not in told]
    if reactions:
        yield _say("reaction", lang, reactions=", ".join(reactions))
    elif observed.reactions is not None and not observed.events:
        yield _say("tolerated", lang)
    if observed.discharge:
        yield _say("discharge", lang, words=option("discharge", observed.discharge, lang))


def _when(minutes: int, lang: str) -> str:
    """Return how long after the last needle the pain was recorded, in words."""
    name = {0: "at_once", 1: "minute_after"}.get(minutes)
    return word(
        "small", name or ("early_after" if minutes < MINUTES_AFTER else "minutes_after"), lang, n=minutes
    )


def _plan(walked: EpisodeResult, lang: str) -> Iterator[NoteSentence]:
    if walked.plan is None:
        return
    follow = walked.plan.follow_up
    days = "; ".join(day_words(day, lang) for day in follow.ask_on)
    yield _say("follow_up", lang, days=days, not_before=day_words(follow.not_before, lang))
    for n, row in enumerate(walked.plan.advice.get("combine", ())):
        yield _say("combine", lang, f"plan.advice.combine[{n}]", advice=row.es if lang == "es" else row.en)
