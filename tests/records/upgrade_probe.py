"""Run by test_upgrade in a process of its own: migrate the database of DATABASE_URL, say what a person sees of it."""

import json

import django


def main():
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(seen()))


def seen():
    from needlepoint.records.models import Patient, Visit

    client = signed_in()
    visits = {visit.pk: seen_of(client, visit) for visit in Visit.objects.order_by("pk")}
    patients = {row.pk: client.get(f"/patients/{row.pk}/").status_code for row in Patient.objects.all()}
    return {
        "visits": visits,
        "patients": patients,
        "rows": rows_read(),
        "answers": answers(),
        "practice": practice(),
    }


def rows_read():
    """How many rows of each model could be read, typed columns included."""
    from django.apps import apps

    models = [*apps.get_app_config("records").get_models(), *apps.get_app_config("guard").get_models()]
    return {model._meta.db_table: len(list(model.objects.all())) for model in models}


def practice():
    """What the practice has set, as it is read now."""
    import msgspec

    from needlepoint.records.models import Practice

    row = Practice.objects.get()
    return {name: msgspec.to_builtins(getattr(row, name)) for name in ("fees", "hours", "billing")}


def answers():
    """What patients answered before their visits, by visit."""
    import msgspec

    from needlepoint.records.models import Intake

    return {row.visit_id: msgspec.to_builtins(row.answers) for row in Intake.objects.all()}


def signed_in():
    from django.test import Client

    from needlepoint.records.models import Staff

    client = Client()
    user = Staff.objects.get(name__startswith="Dr. Wilhelmina").user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen_of(client, row):
    """What the program makes of one visit: pages, note, milligrams."""
    from needlepoint.records.notes.sign import draft_note
    from needlepoint.records.visit.episode_from_rows import full
    from needlepoint.records.visit.evaluate import think
    from needlepoint.records.visit.rows import visit_of
    from needlepoint.visit.derive import drug_totals

    loaded = full(row.pk, row.practice_id)
    visit, thought = visit_of(loaded), think(loaded)
    draft = draft_note(loaded, thought)
    totals = drug_totals(visit)
    paths = ["", "versions/"] + (["note.pdf"] if hasattr(row, "note") else [])
    return {
        "state": visit.state.value,
        "mg": {total.drug: str(total.given_mg) for total in totals},
        "wasted": {total.drug: None if total.wasted_mg is None else str(total.wasted_mg) for total in totals},
        "treated": sorted([*site.spot] for site in visit.treated),
        "planned": [] if not thought.walked or not thought.walked.plan
        else sorted([site.muscle_id, site.side] for site in thought.walked.plan.sites),
        "dose": {} if not thought.walked or not thought.walked.plan or not thought.walked.plan.chosen.dose
        else {share.drug: str(share.dose_mg) for share in thought.walked.plan.chosen.dose.shares},
        "refused": thought.refused,
        "note": None if draft is None else [sentence.text for sentence in draft.sentences],
        "pages": {path: client.get(f"/visits/{row.pk}/{path}").status_code for path in paths},
        "facts": json.loads(json.dumps(django_value(loaded.facts))),
    }  # fmt: skip


def django_value(value):
    import msgspec

    return msgspec.to_builtins(value)


if __name__ == "__main__":
    main()
