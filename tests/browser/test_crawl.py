"""Every control of every page, for everybody who may come there, is where a finger or a mouse can press it.

The addresses come from the URL resolver: a new route is walked, or fails until it has an example.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.world import NO_PAGE, World, closed_routes, routes

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = {320: 640, 390: 844, 1024: 768, 1440: 900}
STAFF_PX, PATIENT_PX = 24, 44
# Two pages with the same elements, classes and roles have the same controls; words, numbers and tokens do not count.
WORDS = re.compile(
    r">[^<]+<|\d+|[\w-]{22,}|(value|content|title|alt|placeholder|aria-label|data-[\w-]+)=\"[^\"]*\""
)
OUTSIDE = ("/at/", "/v/", "/c/", "/go/", "/stop/", "/offer/", "/me/", "/account/")

# Each visible control, brought into view, and what a pointer at its middle would meet.
LOOK = """(least) => {
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [onclick]";
  const found = [];
  for (const details of document.querySelectorAll("details")) details.open = true;
  const look = (root) => {
    for (const control of root.querySelectorAll(controls)) {
      const label = control.labels?.[0] ?? null;
      const tick = ["checkbox", "radio", "file"].includes(control.type);
      if (!control.checkVisibility({ visibilityProperty: true }) || control.closest(".trap, [inert]")) continue;
      control.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      let box = control.getClientRects()[0];
      if (tick && label) box = label.getBoundingClientRect();
      if (!box || box.width < 2 || box.right < 0) continue; // a link to skip to the content waits off the screen
      const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
      const y = Math.min(Math.max(box.top + box.height / 2, 1), innerHeight - 1);
      const hit = document.elementFromPoint(x, y);
      const own = hit && (control.contains(hit) || (label && label.contains(hit)));
      const words = (control.innerText || control.ariaLabel || control.name || control.value || "").trim();
      const name = `${control.localName}.${control.className || control.type || ""} "${words.slice(0, 40)}"`;
      if (!control.disabled && !own) {
        const over = hit ? `${hit.localName}.${hit.className?.baseVal ?? hit.className}` : "nothing";
        found.push(`${name} is not met by a pointer but ${over}`);
      }
      const sentence = getComputedStyle(control).display === "inline" && control.localName === "a";
      const small = Math.min(control.getBoundingClientRect().height, control.getBoundingClientRect().width);
      const size = tick && label ? Math.min(box.height, box.width) : Math.max(small, sentence ? least : 0);
      if (size < least - 0.5) found.push(`${name} is ${Math.round(size)} px, under ${least}`);
    }
  };
  look(document);
  for (const dialog of document.querySelectorAll("dialog")) { dialog.showModal(); look(dialog); dialog.close(); }
  for (const card of document.querySelectorAll("[popover]")) { card.showPopover(); look(card); card.hidePopover(); }
  return found;
}"""


@pytest.fixture
def world():
    return World()


def shows_a_page(answer):
    return answer.status_code in (200, 403, 404, 422) and answer["Content-Type"].startswith("text/html")


def structure(answer):
    """What a page is made of, without what it says."""
    return answer.status_code, WORDS.sub("", answer.content.decode().partition("<body")[2])


def may_come(role, address):
    """Whether this is a side of the site where such a person has business; anybody may try anything elsewhere."""
    outside = address.startswith(OUTSIDE)
    return role == "public" or outside == role.startswith("patient")


def different_pages(world, no_page):
    """(role, client, address, name, answer): each page that somebody sees, once for each structure.

    Addresses that answer POST alone, or with a file, go into `no_page`.
    """
    seen, addresses = set(), [row for row in world.addresses() if row[0] not in NO_PAGE]
    for role, client in world.roles().items():
        for name, address in addresses:
            if not may_come(role, address):
                continue
            answer = client.get(address)
            if not shows_a_page(answer):
                if answer.status_code in (200, 405):
                    no_page.add(name)
                continue
            look = (name if answer.status_code == 200 else "", structure(answer))
            if look not in seen:
                seen.add(look)
                yield role, client, address, name, answer


def test_every_control_of_every_page_can_be_pressed(chromium, live_server, world, capsys):
    shown, no_page, faults, looked = set(), set(NO_PAGE), [], 0
    context = chromium.new_context(base_url=live_server.url, locale="en-US")
    page = context.new_page()
    for role, client, address, name, answer in different_pages(world, no_page):
        if answer.status_code == 200:
            shown.add(name)
        least = PATIENT_PX if b'class="out"' in answer.content else STAFF_PX
        look_as(context, client, live_server.url)
        page.goto(address, wait_until="load")
        if page.locator("body-map").count():
            page.wait_for_selector("body-map .figure")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            looked += 1
            faults += [f"{role}, {address}, {width} px: {fault}" for fault in page.evaluate(LOOK, least)]
    context.close()
    with capsys.disabled():
        print(f"\n  {looked} looks at pages of {len(shown)} routes")
    assert not faults, "\n".join(dict.fromkeys(faults))
    names = {name for name, _ in routes()}
    unseen = names - shown - no_page - closed_routes()
    assert not unseen, f"no page was seen for these routes, and NO_PAGE does not name them: {sorted(unseen)}"
    assert names >= NO_PAGE, f"not addresses any more: {sorted(NO_PAGE - names)}"


def look_as(context, client, url):
    """The browser with the session of a client."""
    context.clear_cookies()
    cookie = client.cookies.get("sessionid")
    if cookie:
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": url}])
