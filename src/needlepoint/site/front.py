"""The layer before the pages: reads each request whole, within limits, before it takes one of the few threads.

Thousands of connections that send slowly, or nothing, cost a little memory here and no thread, so that others are still
served. No body is written to disk. Overload is answered with 503 at once.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

from needlepoint.site.limits import LEAST, Limit, limit_of

__all__ = ["Front", "application"]

THREADS = 4  # answered at the same time in each process; the rest waits
MOST_WAITING = 256  # requests that wait for a thread; more get 503
MOST_HELD_BYTES = 128 * 1024 * 1024  # of long bodies in memory in each process
SHORT_BYTES = 64 * 1024  # a body up to this length is always accepted: a form that somebody filled in
MOST_SLOW = 30  # password and code checks that wait in each process: six seconds
RETRY_SECONDS = "2"
GRACE_SECONDS = 10  # for a process whose server has ended

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
WSGI = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Answer(NamedTuple):
    """The answer to a request."""

    status: int
    headers: Headers
    body: bytes


class Turned(Exception):  # noqa: N818 - an answer, not a fault of ours
    """A request that is refused, with its status."""

    def __init__(self, status: int) -> None:
        self.status = status


class Front:
    """The application as granian calls it (RSGI), around a WSGI application."""

    def __init__(self, load: Callable[[], WSGI]) -> None:
        self._load = load
        self._wsgi: WSGI | None = None
        self._held_bytes = 0
        self._waiting = 0
        self._slow_waiting = 0
        self._slow = asyncio.Semaphore(1)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Set up each process, before the first request."""
        if starter := multiprocessing.parent_process():
            # Before the pages are loaded: a server killed during that must not leave this process behind.
            threading.Thread(target=_end_with, args=(starter.pid,), daemon=True).start()
        self._wsgi = self._load()
        _warm_up()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(scope, proto)
        except Turned as turned:
            answer = await self._turn_away(turned.status)
        proto.response_bytes(answer.status, answer.headers, answer.body)

    async def _answer(self, scope: Any, proto: Any) -> Answer:
        if self._waiting >= MOST_WAITING:
            raise Turned(HTTPStatus.SERVICE_UNAVAILABLE)
        limit = LEAST if scope.method in ("GET", "HEAD") else limit_of(scope.path)
        _check_length(scope.headers, limit)
        body = await self._read(proto, limit)
        try:
            async with self._turn(limit.slow):
                return await self._in_thread(self._call, _environ(scope, body))
        finally:
            self._held_bytes -= _counted(len(body))

    @asynccontextmanager
    async def _turn(self, slow: bool) -> AsyncIterator[None]:
        """Slow ones wait here and not in a thread, so that guessing passwords holds up nothing else."""
        if not slow:
            yield
            return
        if self._slow_waiting >= MOST_SLOW:
            raise Turned(HTTPStatus.SERVICE_UNAVAILABLE)
        self._slow_waiting += 1
        try:
            async with self._slow:
                yield
        finally:
            self._slow_waiting -= 1

    async def _read(self, proto: Any, limit: Limit) -> bytes:
        """The whole body; Turned when it is too long, too slow, or one too many."""
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limit.seconds):
                async for part in proto:
                    before, size = size, size + len(part)
                    self._held_bytes += _counted(size) - _counted(before)
                    if size > limit.size_bytes:
                        raise Turned(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                    if self._held_bytes > MOST_HELD_BYTES and size > SHORT_BYTES:
                        raise Turned(HTTPStatus.SERVICE_UNAVAILABLE)
                    parts.append(part)
        except BaseException as error:
            self._held_bytes -= _counted(size)
            if isinstance(error, TimeoutError):
                raise Turned(HTTPStatus.REQUEST_TIMEOUT) from None
            raise
        return b"".join(parts)

    async def _in_thread(self, call: Callable[..., Answer], *args: Any) -> Answer:
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, call, *args)
        finally:
            self._waiting -= 1

    async def _turn_away(self, status: int) -> Answer:
        """A page that says why, made without a thread when there is none to spare."""
        from needlepoint.pages.errors import plain_page

        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return Answer(status, [*_page_headers(), ("Retry-After", RETRY_SECONDS)], plain_page(status))
        return await self._in_thread(lambda: Answer(status, _page_headers(), _page_of(status)))

    def _call(self, environ: Environ) -> Answer:
        """Return the pages' answer."""
        begun: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, exc_info: Any = None) -> None:
            begun[:] = [(status, headers)]

        assert self._wsgi is not None
        parts = self._wsgi(environ, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = begun[0]
        return Answer(int(status[:3]), [(name.lower(), value) for name, value in headers], body)


def _page_headers() -> Headers:
    # Unread bytes are still on this connection, so that it cannot be reused.
    return [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("connection", "close"),
    ]


def _page_of(status: int) -> bytes:
    from needlepoint.pages.errors import page_with_phone

    return page_with_phone(status)


def _counted(size: int) -> int:
    """Return the bytes of a body that count toward the limit; short bodies do not count."""
    return size if size > SHORT_BYTES else 0


def _check_length(headers: Any, limit: Limit) -> None:
    """Refuse a body whose stated length is too long, before any of it is read."""
    said = headers.get("content-length") or "0"
    if not (said.isascii() and said.isdigit()):
        raise Turned(HTTPStatus.BAD_REQUEST)
    if len(said) > 15 or int(said) > limit.size_bytes:
        raise Turned(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _environ(scope: Any, body: bytes) -> Environ:
    """Return the request as a WSGI environment (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    environ.update(_header_values(scope.headers.items()))
    return environ


def _header_values(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers under their WSGI names. One with '_' in its name could pass for another and is left out."""
    found: dict[str, str] = {}
    for name, value in items:
        if "_" in name or name == "content-length":
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        between = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{between}{value}" if key in found else value
    return found


def _end_with(parent: int | None) -> None:
    """End this process when its parent has ended, so that no old server keeps answering."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)  # to finish current requests; a signal that came before the loop ran is lost
    os._exit(1)


def _warm_up() -> None:
    """Load every view and the overload page now: otherwise the first visitor waits up to a second."""
    from needlepoint.pages.errors import plain_page

    limit_of("/")
    plain_page(HTTPStatus.SERVICE_UNAVAILABLE)


def _load_pages() -> WSGI:
    from needlepoint.site.wsgi import application as pages

    found: WSGI = pages
    return found


application = Front(_load_pages)
