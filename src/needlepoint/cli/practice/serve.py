"""`needlepoint serve`, `demo` and `manage`: the practice in the browser."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from types import FrameType
from typing import IO, Any

import click

from needlepoint.base.refusal import Fault, Refused
from needlepoint.cli.practice.backup import in_use
from needlepoint.cli.practice.django_setup import start_django

MOST_REPORT = 2_000_000  # bytes
CONNECTIONS = 4096  # open at once in each process; an idle one costs only some memory
HEADERS_MS = 10_000  # seconds in which the head of a request must arrive
STOP_SECONDS = 20  # seconds in which current requests may end


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, help="Port on this machine.")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="Processes that answer.")
@click.option("--post/--no-post", default=True, help="Send messages to patients from here too.")
@click.option("--save/--no-save", default=True, help="Back up before the database is brought up to date.")
def serve(port: int, host: str, workers: int, post: bool, save: bool) -> None:
    """Serve the practice in the browser, after updating its database."""
    if host in ("0.0.0.0", "::") and not os.environ.get("NEEDLEPOINT_URL"):
        given, expected = f"--host {host} without NEEDLEPOINT_URL", "the address under which people reach it"
        raise Refused(Fault("serve", given, expected, "Set NEEDLEPOINT_URL, such as https://clinic.example."))
    os.environ.setdefault("NEEDLEPOINT_URL", f"http://{host}:{port}")
    _check_free(host, port)
    _many_files()
    start_django()
    from django.conf import settings
    from django.core.management import call_command

    from needlepoint.records.visit.evaluate import own_payers
    from needlepoint.site.private import make_private

    own_payers()  # an unreadable file is refused now and not at the first claim
    if save:
        _save_before_migration()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    _encrypt_what_is_not()
    if opened := make_private(settings.DATA):
        click.echo(
            f"{opened} files in {settings.DATA} could be read by other accounts; now they cannot.", err=True
        )
    if post:
        threading.Thread(target=_keep_a_sender, daemon=True).start()
    click.echo(f"Needlepoint at http://{host}:{port}  (Ctrl-C stops it)")
    _say_how_to_begin()
    with in_use(settings.DATA):
        _server(host, port, workers).serve()


def _save_before_migration() -> None:
    """Save a database that an older version filled, before it is changed."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from needlepoint.guard.backup.databases import database_of
    from needlepoint.guard.backup.save import save_before

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting and executor.loader.applied_migrations:
        file = save_before(settings.DATA, database_of(connection.settings_dict))  # type: ignore[arg-type]
        click.echo(f"The database is of an older version. Before it is changed it was saved as {file}.")


def _encrypt_what_is_not() -> None:
    """Refuse to start without the keys of encrypted columns; encrypt what an older version left in clear."""
    from needlepoint.guard.encryption.stored import encrypt_stored, is_complete, missing_keys

    if wrong := missing_keys():
        expected = "the file of keys with which this database was encrypted"
        help_ = (
            "Restore the file from a backup: without it these values are lost. See docs/how-to/encrypt.md."
        )
        raise Refused(Fault("NEEDLEPOINT_FIELD_KEYS", "; ".join(wrong), expected, help_))
    if not is_complete() and (number := encrypt_stored()):
        click.echo(f"{number} values were encrypted with the newest key.")


def _say_how_to_begin() -> None:
    """Print where to set up an empty practice. Only a person who sees this console can."""
    from django.conf import settings

    from needlepoint.guard.sign_in.first_run import first_run_token
    from needlepoint.records.models import Practice

    if not Practice.objects.exists():
        click.echo(f"Set up the practice at {settings.PUBLIC_URL}/set-up/?token={first_run_token()}")


def _server(host: str, port: int, workers: int) -> Any:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    server = Granian(
        "needlepoint.site.front:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,  # a proxy speaks HTTP/2 with the world; here it would only add attack surface
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        websockets=False,
        workers=workers,
        backpressure=CONNECTIONS,
        workers_kill_timeout=STOP_SECONDS,
        log_enabled=False,
    )
    server.on_shutdown(_fold_wal)
    return server


def _check_free(host: str, port: int) -> None:
    """Refused when the port is in use: two servers on one port would take turns, each with its own data."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        where = f"{host}:{port}"
        raise Refused(
            Fault(
                "serve",
                f"{where} ({error.strerror})",
                "a free address and port",
                "Stop what is there, or --port.",
            )
        ) from None


def _many_files() -> None:
    """Allow as many open connections as the system permits this account."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _fold_wal() -> None:
    """Merge SQLite's -wal file into the database, so that the stopped practice is one complete file."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _keep_a_sender() -> None:
    """Run the mail worker beside the server; restart it when it dies."""
    spawn = multiprocessing.get_context("spawn")
    while True:
        sender = spawn.Process(target=keep_working, args=(1.0, os.getpid()), daemon=True)
        sender.start()
        sender.join()
        time.sleep(1)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), default=1.0, help="How long to rest when nothing is due."
)
def send(once: bool, seconds: float) -> None:
    """Send what is due to patients: codes, reminders, surveys. Several may run; each message is sent once."""
    if once:
        start_django()
        from needlepoint.records.outbox.background import one_round

        click.echo(f"{one_round()} sent")
        return
    keep_working(seconds)


@click.command()
@click.argument("file", type=click.File("rb"))
def bounced(file: IO[bytes]) -> None:
    """Read a mail server's bounce report (FILE or '-'), piped from its mailbox."""
    start_django()
    from needlepoint.records.outbox.bounces import read_report

    data = file.read(MOST_REPORT)
    click.echo(
        "The address is not used any more." if read_report(data) else "Nothing of ours came back for good."
    )


def keep_working(seconds: float = 1.0, parent: int | None = None) -> None:
    """Run the background jobs until stopped (after the current round) or until the process `parent` has ended."""
    start_django()
    from needlepoint.records.outbox.background import one_round

    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopped and (parent is None or os.getppid() == parent):
        if not one_round():
            time.sleep(seconds)


@click.command()
@click.option("--patients", type=click.IntRange(1, 200_000), default=200, help="How many patients.")
@click.option("--seed", type=int, default=1, help="The same seed makes the same people.")
@click.option("--if-empty", is_flag=True, help="Leave a practice that is there as it is.")
def demo(patients: int, seed: int, if_empty: bool) -> None:
    """Fill an empty database with a realistic practice of made-up people."""
    start_django()
    from django.core.management import call_command

    from needlepoint.records.demo import PASSWORD, STAFF, make_demo
    from needlepoint.records.models import Practice

    call_command("migrate", verbosity=0)
    if if_empty and Practice.objects.exists():
        click.echo(f"The practice is there already. The password of everybody: {PASSWORD}")
        return
    if Practice.objects.exists():
        raise Refused(
            Fault(
                "demo",
                "a database with a practice in it",
                "an empty one",
                "Set NEEDLEPOINT_DATA to a new folder.",
            )
        )
    episodes = make_demo(patients, seed)
    click.echo(f"{patients} patients, {episodes} episodes. Sign in as {', '.join(row[0] for row in STAFF)}")
    click.echo(f"with the password: {PASSWORD}")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands: createsuperuser, dbshell, check, ..."""
    start_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["needlepoint manage", *arguments])
