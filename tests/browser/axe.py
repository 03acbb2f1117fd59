"""axe-core on a page: only what it finds wrong comes back; to carry over all that is right takes longer than axe."""

from axe_playwright_python.base import AXE_FILE_PATH

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map((one) =>
  `${one.id}: ${one.help}\\n` + one.nodes.map((node) => `    ${node.html}\\n    ${node.failureSummary}`).join("\\n"))"""


def barriers(page):
    """What axe finds on the page, each with its place."""
    page.evaluate(AXE)
    return page.evaluate(RUN)
