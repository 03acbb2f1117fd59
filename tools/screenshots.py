"""Take screenshots of every page of a made-up practice: desktop, phone and dark mode. `make screenshots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
PORT = 8765
FOLDER: list[str] = []  # the folder of this run's practice
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
    """Serve a practice in a temporary folder and take the pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        FOLDER.append(folder)
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
                    outside = browser.new_context(base_url=f"http://127.0.0.1:{PORT}", locale="en-US", **how)
                    _look_outside(outside.new_page(), look)
            _side_by_side(["public", "intake", "aftercare"])
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
        page.click(".muscle >> nth=0 >> text=all present")
        page.wait_for_selector("#all-done")
    page.click(".muscle >> nth=0 >> .strong")
    keep("board", whole=look == "phone")
    page.click("#all-clear")
    page.wait_for_selector("#all-clear", state="detached")
    page.click("#consent")
    page.wait_for_selector("sign-here svg")
    keep("consent")
    page.check("[name=typed]")
    page.click("text=Agree and sign")
    page.click("#time-out")
    page.wait_for_selector("#time-out", state="detached")
    page.keyboard.press("d")
    page.wait_for_selector(".site.done")
    page.wait_for_timeout(300)
    keep("session", whole=look == "phone")


def _look_outside(page: Page, look: str) -> None:
    """Take screenshots of the patients' pages, from the home page through booking and intake to the aftercare sheet."""

    def keep(name: str, whole: bool = False) -> None:
        page.screenshot(path=OUT / f"{look}-{name}.png", full_page=whole)

    page.goto("/at/example/en/")
    keep("public")
    page.goto("/at/example/en/muscles/gluteus_minimus/")
    keep("book")
    page.goto("/at/example/en/urgent/")
    keep("urgent")
    page.goto("/at/example/es/visit/")
    page.click("a.pick >> nth=0")
    page.click("text=Fechas posteriores")
    keep("times")
    page.click("a.time >> nth=2")
    page.wait_for_selector("[name=given]")
    fields = {"given": "Paula", "family": f"Pretended {look}", "birth_date": "1984-05-17"}
    for name, value in (fields | {"email": f"paula-{look}@example.org"}).items():
        page.fill(f"[name={name}]", value)
    keep("details", whole=look == "phone")
    page.click("form button.main")
    page.wait_for_selector("[name=code]")
    page.fill("[name=code]", _code(page, f"paula-{look}@example.org"))
    page.click("form button.main")
    page.wait_for_url("**/me/visits/*/")
    keep("own-visit")
    page.click("main a.main")
    page.wait_for_selector("body-map .figure")
    box = page.locator(".map-stage svg").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle + 18, box["y"] + box["height"] * 0.17)
    page.mouse.down()
    page.mouse.move(middle + 30, box["y"] + box["height"] * 0.24, steps=6)
    page.mouse.up()
    page.locator(".dot-choice:has([name=now][value='7'])").click()
    page.evaluate("scrollTo(0, 0)")
    keep("intake")
    _aftercare(page)
    keep("aftercare")


def _code(page: Page, to: str) -> str:
    """Return the newest code in the demo's mail to an address."""
    for _ in range(40):
        text = page.request.get("/demo/mail/").text()
        found = re.search(r"\b(\d{6})\b", text.partition(to)[2].partition("</article>")[0])
        if found:
            return found.group(1)
        time.sleep(0.25)
    raise SystemExit("no code was sent")


def _aftercare(page: Page) -> None:
    """Open the aftercare sheet of a treated demo patient, by a link and a code from the front desk."""
    program = (
        "import django; django.setup();"
        "from needlepoint.records.models import Visit, Staff;"
        "from needlepoint.records.settings.public_site import give_code;"
        "v = Visit.objects.filter(state='done', clinician__name__startswith='Dr').order_by('-starts_at').first();"
        "print(*give_code(Staff.objects.first(), v, f'/me/visits/{v.pk}/aftercare/'))"
    )
    where = {**os.environ, "NEEDLEPOINT_DATA": FOLDER[0], "NEEDLEPOINT_DEMO": "1"}
    where |= {
        "DJANGO_SETTINGS_MODULE": "needlepoint.site.settings",
        "NEEDLEPOINT_URL": f"http://127.0.0.1:{PORT}",
    }
    said = subprocess.run(
        [sys.executable, "-c", program], env=where, check=True, capture_output=True, text=True
    )
    url, code = said.stdout.split()
    page.goto(url)
    page.fill("[name=code] >> nth=-1", code, force=True)
    page.evaluate("document.querySelectorAll('[name=code]')[0].form.submit()")
    page.wait_for_url("**/aftercare/")


def _side_by_side(names: list[str]) -> None:
    """Compose the picture of the README: three pages on a phone."""
    pictures = [Image.open(OUT / f"phone-{name}.png") for name in names]
    gap = 24
    whole = Image.new("RGB", (sum(p.width + gap for p in pictures) - gap, pictures[0].height), "white")
    at = 0
    for picture in pictures:
        whole.paste(picture.crop((0, 0, picture.width, whole.height)), (at, 0))
        at += picture.width + gap
    whole.save(OUT / "patients.png", optimize=True)


if __name__ == "__main__":
    main()
