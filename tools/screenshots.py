"""Picture every page of a made-up practice, as a desk, a phone and a dark room see it. `make screenshots`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
PORT = 8765
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
LOOKS = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


def main() -> None:
    """A practice in a folder that is thrown away, served, and looked at."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        where = {**os.environ, "NEEDLEPOINT_DATA": folder, "NEEDLEPOINT_DEMO": "1"}
        command = [sys.executable, "-m", "needlepoint"]
        subprocess.run(
            [*command, "demo", "--patients", "60"], env=where, check=True, stdout=subprocess.DEVNULL
        )
        server = subprocess.Popen([*command, "serve", "--port", str(PORT), "--workers", "1"], env=where)
        try:
            _wait()
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
                for look, how in LOOKS.items():
                    page = browser.new_context(base_url=f"http://127.0.0.1:{PORT}", **how).new_page()
                    _look(page, look)
        finally:
            server.terminate()


def _wait() -> None:
    for _ in range(60):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sign-in/")
            return
        except OSError:
            time.sleep(0.5)


def _look(page: Page, look: str) -> None:
    def keep(name: str, whole: bool = False) -> None:
        page.screenshot(path=OUT / f"{look}-{name}.png", full_page=whole)

    page.goto("/sign-in/")
    keep("sign-in")
    page.fill("[name=username]", "wilhelmina")
    page.fill("[name=password]", "made-up people only")
    page.click("button.main")
    page.wait_for_url("**/today/**")
    keep("today")
    page.goto("/patients/?q=ma")
    keep("patients")
    page.goto("/patients/1/")
    page.wait_for_timeout(2500)
    keep("patient")
    page.goto("/stock/")
    keep("stock")
    page.goto("/settings/")
    keep("settings")
    page.goto("/today/")
    page.click("section:nth-child(4) a.who-link >> nth=0")
    page.wait_for_selector("body-map .figure")
    if not page.locator(".active_trigger_point").count():
        page.click(".muscle >> nth=0 >> text=all")
        page.wait_for_selector("#all-done")
    page.click(".muscle >> nth=0 >> .strong")
    keep("board", whole=look == "phone")
    page.click("#all-clear")
    page.wait_for_selector("#all-clear", state="detached")
    page.click("#consent")
    page.wait_for_selector("sign-here svg")
    keep("consent")
    page.click("text=I agree and sign")
    page.wait_for_selector("#all-done")
    page.keyboard.press("d")
    page.wait_for_selector(".site.done")
    page.wait_for_timeout(300)
    keep("session", whole=look == "phone")


if __name__ == "__main__":
    main()
