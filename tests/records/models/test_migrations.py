"""The migrations are those of the models."""

from __future__ import annotations

from django.core.management import call_command


def test_the_migrations_say_all_that_the_models_say(clinic):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
