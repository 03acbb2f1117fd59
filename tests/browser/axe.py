"""axe-core on a page: only what it finds wrong comes back; to carry over all that is right takes longer than axe."""

from axe_playwright_python.base import AXE_FILE_PATH

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
RUN = """async (rules) => (await axe.run(document, {resultTypes: ["violations"], ...rules})).violations.map((one) =>
  `${one.id}: ${one.help}\\n` + one.nodes.map((node) => `    ${node.html}\\n    ${node.failureSummary}`).join("\\n"))"""


def barriers(page, colors_alone=False):
    """What axe finds on the page, each with its place. Another color scheme changes what its rules on color find."""
    page.evaluate(AXE)
    rules = (
        {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
        if colors_alone
        else {}
    )
    return page.evaluate(RUN, rules)
