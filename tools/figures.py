"""Measure the structure of the code. `python tools/figures.py [--list] [SOURCE]`.

Sizes of modules and functions, untyped values, JSON columns without a type, places that change a visit outside of
`apply`, import cycles, class names with two meanings, crowded packages, long template lines, POST views without a form.
`--list` names every place. Migrations are left out.
"""

from __future__ import annotations

import argparse
import ast
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "needlepoint"
MOST_MODULES, MOST_COLUMNS, LONG_FUNCTION = 14, 160, 40
# The one function that writes a visit's rows, and the columns that only it may set.
SAVES = ("records/visit/rows.py",)
MODELS = {"Visit", "Site"}
COLUMNS = {
    "state", "room", "arrived_at", "starts_at", "minutes", "clinician", "clinician_id", "location", "location_id",
    "moved", "facts", "version", "signs", "planned", "volume_ml", "given", "withdrawn", "complaint", "pain", "order",
    "session", "cleared", "found", "done", "done_at", "voided_at",
}  # fmt: skip
MAKES = {"create", "bulk_create", "get_or_create"}
CHANGES = {"update", "bulk_update", "update_or_create", "delete"}


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, its path below the source, its text and its tree."""

    name: str
    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """Return the first folder, or the file itself at the top level."""
        return self.path.split("/")[0].removesuffix(".py")


@dataclass(frozen=True)
class Place:
    """One finding: where, and what."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def modules(source: Path) -> list[Module]:
    """Return every module below the source, without migrations."""
    found = []
    for file in sorted(source.rglob("*.py")):
        path = file.relative_to(source).as_posix()
        if "migrations/" in path:
            continue
        dotted = f"{source.name}.{path.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__")
        text = file.read_text(encoding="utf-8")
        found.append(Module(dotted, path, text, ast.parse(text)))
    return found


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function, including decorators and docstring."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return (node.end_lineno or first) - first + 1


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def spread(sizes: Iterable[int]) -> str:
    """Return number, median, 90th percentile and largest."""
    row = sorted(sizes)
    if not row:
        return "none"
    return f"{len(row):,}; median {statistics.median(row):.0f}, p90 {row[int(0.9 * (len(row) - 1))]}, max {row[-1]}"


def untyped(module: Module) -> list[Place]:
    """Return every `dict[str, Any]`."""
    return [
        Place(module.path, node.lineno, "dict[str, Any]")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node) in ("dict[str, Any]", "typing.Dict[str, Any]")
    ]


def json_columns(module: Module) -> tuple[list[Place], list[Place]]:
    """Return the models' JSON columns without and with a type."""
    loose: list[Place] = []
    typed: list[Place] = []
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
            called = ast.unparse(node.value.func)
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            place = Place(module.path, node.lineno, ast.unparse(target))
            if called.endswith("JSONField"):
                loose.append(place)
            elif called.endswith("StructField"):
                typed.append(place)
    return loose, typed


def visit_writes(module: Module) -> tuple[list[Place], list[Place]]:
    """Return places that change a visit or its sites without `apply`; and places that create one."""
    if module.path in SAVES or not _imports_rows(module):
        return [], []
    changes: list[Place] = []
    makes: list[Place] = []
    for scope in (module.tree, *functions(module)):
        rows = _row_names(scope)
        for node in _own_nodes(scope):
            changes += [Place(module.path, node.lineno, ast.unparse(to)) for to in _set_columns(node, rows)]
            if not isinstance(node, ast.Call):
                continue
            kind = _write_kind(node, rows)
            if kind:
                place = Place(module.path, node.lineno, ast.unparse(node.func)[:80])
                (makes if kind == "make" else changes).append(place)
    return changes, makes


def _imports_rows(module: Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("needlepoint.records.models")
        and any(alias.name in MODELS for alias in node.names)
        for node in ast.walk(module.tree)
    )


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a scope without those of its functions."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
            yield from _own_nodes(child)


def _row_names(scope: ast.AST) -> set[str]:
    """Return names in this scope for a row of a visit or a site: by annotation, by origin, or by name."""
    names = {"visit", "site"}
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        every = [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]
        names |= {arg.arg for arg in every if arg.annotation and ast.unparse(arg.annotation) in MODELS}
        # A core value of the same name is annotated with its module.
        names -= {arg.arg for arg in every if arg.annotation and ast.unparse(arg.annotation) not in MODELS}
    for node in _own_nodes(scope):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            origin = ast.unparse(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(origin.startswith((f"{name}(", f"{name}.objects")) for name in MODELS):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def _set_columns(node: ast.AST, rows: set[str]) -> list[ast.Attribute]:
    """Return the columns of a visit's row that a statement sets."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        for target in node.targets:
            targets += target.elts if isinstance(target, ast.Tuple) else [target]
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    return [
        target
        for target in targets
        if isinstance(target, ast.Attribute)
        and target.attr in COLUMNS
        and isinstance(target.value, ast.Name)
        and target.value.id in rows
    ]


def _write_kind(call: ast.Call, rows: set[str]) -> str:
    """Return 'make' or 'change' when a call writes rows of a visit; '' otherwise."""
    func = call.func
    if isinstance(func, ast.Name):
        return "make" if func.id in MODELS else ""
    if not isinstance(func, ast.Attribute):
        return ""
    origin = ast.unparse(func.value)
    of_visits = origin.startswith(tuple(f"{name}.objects" for name in MODELS)) or any(
        origin.startswith(f"{row}.sites") for row in rows
    )
    if of_visits:
        return "make" if func.attr in MAKES else "change" if func.attr in CHANGES else ""
    return "change" if func.attr in ("save", "delete") and origin in rows else ""


def import_cycles(found: list[Module], deferred: bool) -> list[tuple[str, ...]]:
    """Return modules that import each other; with `deferred` also by imports in functions and for types only."""
    known = {module.name for module in found}
    graph = {module.name: _imported(module, known, deferred) for module in found}
    return sorted(tuple(sorted(group)) for group in _components(graph) if len(group) > 1)


def _imported(module: Module, known: set[str], deferred: bool) -> set[str]:
    nodes = ast.walk(module.tree) if deferred else module.tree.body
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                names.add(full if full in known else node.module)
    return (names & known) - {module.name}


def _components(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return strongly connected components: the nodes that reach each other."""
    reach = {node: _reach(graph, node) for node in graph}
    seen: set[str] = set()
    parts = []
    for node in graph:
        if node not in seen:
            part = {node} | {other for other in reach[node] if node in reach[other]}
            seen |= part
            parts.append(part)
    return parts


def _reach(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        for other in graph[todo.pop()] - found:
            found.add(other)
            todo.append(other)
    return found


def double_names(found: list[Module]) -> dict[str, list[str]]:
    """Return public class names with two meanings."""
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for module in found:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(module.path)
    return {name: paths for name, paths in sorted(homes.items()) if len(paths) > 1}


def crowded(found: list[Module]) -> dict[str, int]:
    """Return packages with too many modules."""
    counts = Counter(
        str(Path(module.path).parent) for module in found if not module.path.endswith("__init__.py")
    )
    return {name: count for name, count in counts.most_common() if count > MOST_MODULES}


def long_lines(source: Path) -> list[Place]:
    """Return lines of templates that are too long to review."""
    return [
        Place(file.relative_to(source).as_posix(), number, f"{len(line)} characters")
        for file in sorted(source.rglob("*.html"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MOST_COLUMNS
    ]


def form_names(found: list[Module]) -> set[str]:
    """Return the classes of Django forms, including subclasses of the source's own."""
    bases = {
        node.name: {ast.unparse(base).split(".")[-1] for base in node.bases}
        for module in found
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    }
    names = {"Form", "ModelForm"}
    while more := {name for name, own in bases.items() if own & names} - names:
        names |= more
    return names


def post_views(module: Module, forms: set[str]) -> tuple[list[Place], list[Place]]:
    """Return views that take a POST with and without a Django form.

    A view that reads no field of the POST needs none.

    Views are public functions; their helpers are counted with them.
    """
    if module.package != "pages":
        return [], []
    with_form: list[Place] = []
    without: list[Place] = []
    readers = _readers(module)
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        text = ast.unparse(node)
        if "require_POST" not in text and "request.method == 'POST'" not in text:
            continue
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        names |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
        place = Place(module.path, node.lineno, node.name)
        if names & forms:
            with_form.append(place)
        elif "request.POST" in text or _passes_request(node, readers):
            without.append(place)
    return with_form, without


def _passes_request(view: ast.FunctionDef, readers: set[str]) -> bool:
    """Return whether the view passes the request to a helper of its module that reads the fields."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in readers
        and any(isinstance(arg, ast.Name) and arg.id == "request" for arg in node.args)
        for node in ast.walk(view)
    )


def _readers(module: Module) -> set[str]:
    """Return the helpers of a module that read the fields of a POST themselves or by another helper."""
    helpers = [
        node for node in module.tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("_")
    ]
    found = {node.name for node in helpers if "request.POST" in ast.unparse(node)}
    while more := {node.name for node in helpers if _passes_request(node, found)} - found:
        found |= more
    return found


class Report:
    """Prints a number on one line, and below it the places if requested."""

    def __init__(self, everything: bool) -> None:
        self.everything = everything

    def row(self, name: str, value: object, places: Iterable[object] = ()) -> None:
        print(f"{name:58} {value}")
        for place in places if self.everything else ():
            print(f"    {place}")


def report(source: Path, everything: bool) -> None:
    """Print every figure of the source."""
    found, tell = modules(source), Report(everything)
    sizes = {module.path: len(module.text.splitlines()) for module in found}
    largest = sorted(sizes, key=lambda path: -sizes[path])[:10]
    tell.row("modules, lines", spread(sizes.values()), (f"{path}: {sizes[path]}" for path in largest))
    every = [
        (lines_of(node), Place(module.path, node.lineno, node.name))
        for module in found
        for node in functions(module)
    ]
    tell.row("functions, lines", spread(size for size, _ in every))
    over = sorted((one for one in every if one[0] > LONG_FUNCTION), key=lambda one: -one[0])
    tell.row(f"functions over {LONG_FUNCTION} lines", len(over), (f"{place}: {size}" for size, place in over))
    _untyped_rows(found, tell)
    _visit_rows(found, tell)
    for name, deferred in (("import cycles at load", False), ("import cycles with deferred imports", True)):
        cycles = import_cycles(found, deferred)
        tell.row(name, len(cycles), (", ".join(cycle) for cycle in cycles))
    doubles = double_names(found)
    tell.row(
        "public class names with two meanings",
        len(doubles),
        (f"{n}: {', '.join(p)}" for n, p in doubles.items()),
    )
    many = crowded(found)
    tell.row(
        f"packages over {MOST_MODULES} modules",
        len(many),
        (f"{name}: {count}" for name, count in many.items()),
    )
    lines = long_lines(source)
    tell.row(f"template lines over {MOST_COLUMNS} characters", len(lines), lines)
    forms = form_names(found)
    views = [post_views(module, forms) for module in found]
    without = [place for _, some in views for place in some]
    total = sum(len(some) for some, _ in views) + len(without)
    tell.row("POST views without a django form", f"{len(without)} of {total}", without)


def _untyped_rows(found: list[Module], tell: Report) -> None:
    loose = [place for module in found for place in untyped(module)]
    tell.row("dict[str, Any]", len(loose), loose)
    for package, count in Counter(
        place.path.split("/")[0].removesuffix(".py") for place in loose
    ).most_common():
        tell.row(f"  in {package}", count)
    columns = [json_columns(module) for module in found]
    bare = [place for some, _ in columns for place in some]
    tell.row("JSON columns without a type", len(bare), bare)
    tell.row("JSON columns with a type", sum(len(typed) for _, typed in columns))


def _visit_rows(found: list[Module], tell: Report) -> None:
    writes = [visit_writes(module) for module in found]
    changes = [place for some, _ in writes for place in some]
    makes = [place for _, some in writes for place in some]
    tell.row("places that change a visit outside of apply", len(changes), changes)
    tell.row("places that make a visit or a site", len(makes), makes)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", nargs="?", type=Path, default=SOURCE)
    parser.add_argument("--list", action="store_true", help="name every place")
    told = parser.parse_args()
    report(told.source.resolve(), told.list)


if __name__ == "__main__":
    main()
