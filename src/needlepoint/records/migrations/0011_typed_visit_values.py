"""A visit becomes one typed value: its loose JSON columns are read into `facts`, `signs` and `given`.

Signed notes, consents and their papers are not touched. Each site keeps the drug that the old record says for it; where
the old record says it only for the whole session, that drug is taken if there was one drug.
"""

from decimal import Decimal

from django.db import migrations

BATCH = 500
SIGNS = ("taut_band", "tender_spot", "recognised_pain", "referred_pain", "twitch")
RENAMED = {"lymphoedema": "lymphedema"}


def plain(number):
    return f"{Decimal(number).normalize():f}"


def reported(visit):
    complaint, pain = visit.complaint or {}, visit.pain or {}
    found = {
        "drawing": complaint.get("drawing") or [],
        "regions": complaint.get("regions") or {},
        "words": complaint.get("pain_text") or "",
        "symptoms": complaint.get("symptoms") or [],
        "pain_now": pain.get("now"),
        "pain_worst": pain.get("worst"),
    }
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def checked(safety):
    names = {"given": "given", "pregnant": "pregnant", "platelets": "platelets_10e9_l",
             "hba1c": "hba1c_percent", "inr": "inr", "inr_on": "inr_on"}  # fmt: skip
    found = {new: safety[old] for old, new in names.items() if safety.get(old) is not None}
    if safety.get("local") is not None:
        found["local"] = [row | {"what": RENAMED.get(row["what"], row["what"])} for row in safety["local"]]
    return found


def ordered(order):
    found = {
        name: str(order[name])
        for name in ("technique", "drug", "concentration_percent", "volume_ml")
        if order.get(name)
    }
    return found | ({"decided": order["decided"]} if order.get("decided") else {})


def observed(session):
    found = {"pain_after": session.get("after"), "reactions": session.get("reactions")}
    if session.get("events"):
        found["events"] = session["events"]
    return {name: value for name, value in found.items() if value is not None}


def vials(visit):
    """The opened vials, as the stock says."""
    return [
        {
            "lot_id": row.lot_id,
            "lot": row.lot.number,
            "drug": row.lot.drug,
            "concentration_percent": plain(row.lot.concentration_percent),
            "vial_ml": plain(row.lot.vial_ml),
            "single_dose": row.lot.single_dose,
            "at": row.at.isoformat(),
            "by": row.by.name,
        }
        for row in visit.vials.all()
    ]


def facts_of(visit):
    session = visit.session or {}
    found = {
        "reported": reported(visit),
        "checked": checked(session.get("safety") or {}),
        "ordered": ordered(visit.order or {}),
        "cleared": visit.cleared or [],
        "payer_answers": {
            name: yes for name, yes in (session.get("insured") or {}).items() if isinstance(yes, bool)
        },
        "vials": vials(visit),
        "observed": observed(session),
        "note": {
            name: value
            for name, value in (("own_words", session.get("own_words")), ("edits", session.get("edits")))
            if value
        },
    }
    if session.get("began_at"):
        found["started_at"] = session["began_at"]
    if session.get("relief_percent") is not None or session.get("relief_weeks") is not None:
        found["outcome"] = {
            "relief_percent": session.get("relief_percent"),
            "relief_weeks": session.get("relief_weeks"),
            "by": visit.clinician.name,
            "on": visit.starts_at.date().isoformat(),
        }
    return {name: value for name, value in found.items() if value not in ({}, [])}


def given_of(site, visit, sites):
    done, session = site.done or {}, visit.session or {}
    found = {
        "technique": done.get("technique") or session.get("technique") or "wet",
        "at": site.done_at.isoformat(),
        "by": visit.clinician.name,
    }
    for name in ("volume_ml", "concentration_percent"):
        if done.get(name) not in (None, ""):
            found[name] = plain(done[name])
    for name in ("drug", "needle", "response", "twitch"):
        if done.get(name) not in (None, ""):
            found[name] = done[name]
    drugs = session.get("drugs") or []
    if "drug" not in found and found["technique"] == "wet" and len(drugs) == 1:
        found |= from_session(drugs[0], sites)
    lots = {row["drug"]: row["lot"] for row in drugs if row.get("lot")}
    if found.get("drug") in lots:
        found["lot"] = lots[found["drug"]]
    return found


def from_session(drug, sites):
    """Drug and strength of a record that names them only once: milligrams over all milliliters, if that is exact."""
    total = sum(
        (Decimal(str(row.done["volume_ml"])) for row in sites if row.done.get("volume_ml")), Decimal(0)
    )
    if not total:
        return {"drug": drug["drug"]}
    percent = Decimal(str(drug["given_mg"])) / total / 10
    exact = percent.quantize(Decimal("0.001"))
    if exact != percent:
        return {"drug": drug["drug"]}
    return {"drug": drug["drug"], "concentration_percent": plain(exact)}


def forward(apps, schema_editor):
    visits, sites = apps.get_model("records", "Visit"), apps.get_model("records", "Site")
    rows = visits.objects.select_related("clinician").prefetch_related("sites", "vials__lot", "vials__by")
    batch = []
    for visit in rows.order_by("pk").iterator(chunk_size=BATCH):
        batch.append(visit)
        if len(batch) == BATCH:
            convert(batch, visits, sites)
            batch = []
    convert(batch, visits, sites)


def convert(batch, visits, all_sites):
    changed, given = [], []
    for visit in batch:
        sites = [site for site in visit.sites.all() if site.voided_at is None]
        done = [site for site in sites if site.done_at]
        chosen = any(site.was_planned for site in sites)
        visit.facts = facts_of(visit)
        for site in sites:
            site.signs = {
                sign: site.found[sign] for sign in SIGNS if (site.found or {}).get(sign) is not None
            }
            # One site planned meant that the others were not; none planned, that the examination decides.
            site.planned = True if site.was_planned else (False if chosen else None)
            if site.done_at:
                site.given = given_of(site, visit, done)
                given.append(site)
            changed.append(site)
    visits.objects.bulk_update(batch, ["facts"])
    all_sites.objects.bulk_update(changed, ["signs", "planned"])
    all_sites.objects.bulk_update(given, ["given"])  # the others stay NULL, which bulk_update cannot write


class Migration(migrations.Migration):
    dependencies = [("records", "0010_typed_visit")]

    operations = [
        migrations.RunPython(forward, migrations.RunPython.noop, elidable=False),
    ]
