"""Imports run one way: a module may import only what stands before it in the order of the design."""

import ast
from pathlib import Path

import pytest

ORDER = [
    ["errors", "text", "dates", "files", "strict_yaml"],
    ["frameworks", "draw_plans", "parameters", "region", "fingerprint"],
    ["register"],
    ["vault"],
    ["intake"],
    ["sampling", "analysis", "counting"],
    ["disclosure"],
    ["exchange"],
    ["prepare"],
    ["synthetic"],
    ["display"],
    ["pages"],
    ["check"],
    ["explorers", "batch"],
    ["cli"],
]
PLACE = {name: place for place, name in enumerate(name for group in ORDER for name in group)}
STATISTICS = {"sampling", "analysis", "counting"}
NOT_FOR_STATISTICS = {
    *("pathlib", "os", "io", "yaml", "matplotlib", "openpyxl", "sqlalchemy"),
    *(
        "qaf_lib.strict_yaml",
        "qaf_lib.parameters",
        "qaf_lib.register",
        "qaf_lib.intake",
    ),
}
OFF_THE_DISK = STATISTICS | {"errors", "dates", "display", "explorers"}
DISK_CALLS = {
    *("open", "mkdir", "unlink", "glob", "iterdir", "read_text", "read_bytes", "write_text", "write_bytes"),
    *("read_csv", "read_excel", "read_parquet", "read_sql", "to_csv", "to_excel", "to_parquet", "to_sql"),
}
ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "qaf_lib").rglob("*.py"))


def _noun(path: Path) -> str:
    """The top-level module or subpackage that a file belongs to; "" for the package's own __init__."""
    inside = path.relative_to("qaf_lib")
    return "" if inside.name == "__init__.py" and len(inside.parts) == 1 else inside.with_suffix("").parts[0]


def imported(source: str, path: Path) -> set[str]:
    """Full names that a file imports anywhere, also inside functions; "from a import b" counts as a.b."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = list(path.parts[: len(path.parts) - node.level]) if node.level else []
            base = ".".join(above + ([node.module] if node.module else []))
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def wrong_arrows(source: str, path: Path) -> list[str]:
    """Imports of the kit's own modules that stand level with or after the importing one."""
    own = _noun(path)
    arrows = []
    for name in sorted(imported(source, path)):
        parts = name.split(".")
        if parts[0] != "qaf_lib" or name == "qaf_lib.__version__":
            continue
        target = parts[1] if len(parts) > 1 and parts[1] in PLACE else ""
        if target != own and (target == "" or PLACE[target] >= PLACE[own]):
            arrows.append(f"{path.as_posix()}: {own} imports {name}")
    return arrows


def _within(name: str, forbidden: set[str]) -> bool:
    return any(name == word or name.startswith(f"{word}.") for word in forbidden)


def _calls(source: str) -> set[str]:
    functions = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {
        f.attr if isinstance(f, ast.Attribute) else f.id
        for f in functions
        if isinstance(f, ast.Attribute | ast.Name)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.as_posix())
def test_imports_run_one_way(path):
    own = _noun(path)
    assert own == "" or own in PLACE, f"{own} has no place in ORDER: decide where it stands"
    if own:
        assert wrong_arrows((ROOT / path).read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize(
    "path", [p for p in FILES if _noun(p) in STATISTICS], ids=lambda path: path.as_posix()
)
def test_statistics_see_no_path_no_yaml_and_no_figure(path):
    names = imported((ROOT / path).read_text(encoding="utf-8"), path)
    assert {name for name in names if _within(name, NOT_FOR_STATISTICS)} == set()


@pytest.mark.parametrize(
    "path", [p for p in FILES if _noun(p) in OFF_THE_DISK], ids=lambda path: path.as_posix()
)
def test_only_the_outer_modules_touch_the_disk(path):
    assert _calls((ROOT / path).read_text(encoding="utf-8")) & DISK_CALLS == set()


@pytest.mark.parametrize(
    "source",
    [
        "from qaf_lib.display import tables",
        "import qaf_lib.cli",
        "from qaf_lib import batch",
        "from .. import period",
        "from ..analysis.grades import band_share",
        "def later():\n    from qaf_lib.prepare import prepare",
        "from qaf_lib import open_period",
        "import qaf_lib",
    ],
)
def test_an_arrow_against_the_order_is_found(source):
    assert len(wrong_arrows(source, Path("qaf_lib/sampling/size.py"))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from qaf_lib.errors import InputError",
        "from .draw import allocate_sample",
        "from qaf_lib import __version__",
        "import numpy",
    ],
)
def test_an_arrow_with_the_order_is_allowed(source):
    assert wrong_arrows(source, Path("qaf_lib/sampling/size.py")) == []
