"""What DESIGN says of the packages and import-linter cannot see: who writes to the database, and who imports upward."""

import ast

import pytest

from tests.places import ROOT
from tools import figures

SOURCE = ROOT / "src" / "needlepoint"
MODULES = figures.modules(SOURCE)
WRITERS = ("records", "guard")
WRITES = {
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "bulk_update",
    "update",
    "delete",
}
ROWS = (".objects", ".filter(", ".exclude(", ".get(", "_set.")
NO_MODELS = {"session"}  # saved by Django itself


def writes(tree):
    """Calls that write rows: of a manager or queryset, or `save` and `delete` of one row."""
    for node in ast.walk(tree):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        ):
            continue
        origin = ast.unparse(node.func.value)
        of_rows = any(part in origin + "." for part in ROWS)
        of_one = node.func.attr in ("save", "delete") and origin.split(".")[-1] not in NO_MODELS
        if of_rows or of_one:
            yield f"{node.lineno}: {ast.unparse(node.func)}"


def asks_by_name(tree):
    """Calls of `get_model`: an import that no linter sees."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("get_model"):
            yield f"{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Link.objects.filter(pk=1).update(used_at=None)", 1),
        ("patient.save(update_fields=['needs'])", 1),
        ("visit.sites.filter(pk=2).delete()", 1),
        ("Visit.objects.create(pk=3)", 1),
        ("found.update(more)", 0),
        ("sha.update(b'x')", 0),
        ("request.session.save()", 0),
    ],
)
def test_a_write_is_seen(text, count):
    assert len(list(writes(ast.parse(text)))) == count


def test_only_records_and_guard_write_the_database():
    found = [
        f"{module.path}:{place}"
        for module in MODULES
        if module.package not in WRITERS
        for place in writes(module.tree)
    ]
    assert found == []


def test_nobody_asks_for_a_model_by_its_name():
    assert [f"{m.path}:{place}" for m in MODULES for place in asks_by_name(m.tree)] == []


def test_no_module_imports_itself_through_others():
    assert figures.import_cycles(MODULES, deferred=True) == []


def test_every_json_column_has_a_type():
    assert [str(place) for m in MODULES for place in figures.json_columns(m)[0]] == []


def test_a_class_name_means_one_thing():
    """Five names stand for a value of the core and its row or file; every other name is unique."""
    assert set(figures.double_names(MODULES)) <= {"Cleared", "Episode", "Patient", "Site", "Visit"}


def test_packages_and_template_lines_stay_readable():
    assert figures.crowded(MODULES) == {}
    assert [str(place) for place in figures.long_lines(SOURCE)] == []
