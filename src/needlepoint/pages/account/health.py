"""Health checks for monitoring: whether the process runs, and whether it can do its work."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

__all__ = ["EARLY_FREE_BYTES", "LEAST_FREE_BYTES", "alive", "is_filling_up", "ready", "troubles"]

EARLY_FREE_BYTES = 5 * 1024**3  # from here on somebody should make room
LEAST_FREE_BYTES = 500 * 1024 * 1024  # on the disk of the data


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is checked."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503, with the failing parts, unless the database answers with the current version and the disk has room."""
    failing = sorted(troubles())
    return JsonResponse(
        {"status": "failing" if failing else "ok", "failing": failing}, status=503 if failing else 200
    )


def troubles() -> dict[str, str]:
    """Return what is wrong, in words, by part."""
    found = {}
    if shutil.disk_usage(settings.DATA).free < LEAST_FREE_BYTES:
        found["disk"] = f"Less than {LEAST_FREE_BYTES // 1024**2} MB are free where the data is."
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            found["migrations"] = (
                "The database is of an older version: start the server once with `needlepoint serve`."
            )
    except DatabaseError as error:
        found["database"] = f"The database does not answer: {type(error).__name__}."
    return found


def is_filling_up() -> bool:
    """Whether the disk of the data should be cleared before it is full."""
    return shutil.disk_usage(settings.DATA).free < EARLY_FREE_BYTES
