"""A region's edition: its page from the councils' signed files, staged and published as a council's is."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qaf_lib.batch.edition import Staged, check_staged, publish, stage
from qaf_lib.batch.execute import Job, KernelPool
from qaf_lib.batch.export import export_notebook
from qaf_lib.batch.page import Group, Link, front_page
from qaf_lib.batch.standing import MANIFEST, NOTEBOOKS, RunResult, kit_sum, named_edition
from qaf_lib.batch.takeaway import TABLES, takeaway_files
from qaf_lib.errors import EditionError, InputError
from qaf_lib.exchange import FIGURES, Figures
from qaf_lib.files import editions_in, sha256_of
from qaf_lib.pages.cover import SYNTHETIC
from qaf_lib.pages.region.answers import OpenRegion, open_region
from qaf_lib.region import Region

__all__ = ["run_region", "standing_region"]

_NOTEBOOK = NOTEBOOKS.parent / "region" / "region_report.ipynb"
_PAGE = "reports/region_report.html"
_TITLE = "Councils of the region"


def run_region(
    region: Region, *, say: Callable[[str], None], pool: KernelPool | None, came: Callable[[int, int], None]
) -> RunResult:
    """Make a region's edition from the files that its councils signed; it has no vault and no register.

    Raises
    ------
    InputError
        If a file is refused (see `open_region`), is of an earlier edition than the last edition used, or
        changes while it is read.
    EditionError
        If the page could not be made; nothing is published then.
    """
    say(f"Reading the figures of {len(region.councils)} councils, {region.period}")
    opened, told = open_region(region.path), _sums(region)
    _refuse_older(region, opened)
    for name in opened.missing:
        say(f"  {name}: no file is there; the page says so.")
    last = named_edition(region.outputs) or 0
    number = max([last, *editions_in(region.outputs)]) + 1
    with nullcontext(pool) if pool else KernelPool() as kernels, tempfile.TemporaryDirectory() as folder:
        job = Job(
            "region_report", _NOTEBOOK, Path(folder) / "page.ipynb", {"parameters_file": str(region.path)}
        )
        (outcome,) = kernels.execute([job], tell=lambda done: say(f"  {done.job.name}: {done.status}"))
        came(1, 1)
        if not outcome.ok:
            raise EditionError(
                f"{_TITLE}: {outcome.status}; nothing was published. {outcome.message}".strip()
            )
        subtitle = f"{region.region}, {region.period}"
        pages = {
            _PAGE: export_notebook(
                notebook=job.output, title=_TITLE, subtitle=subtitle, mark="", back="../../index.html"
            )
        }
    if _sums(region) != told:
        raise InputError(f"{region.path}: a council's file changed while it was read. Run again.")
    region.outputs.mkdir(parents=True, exist_ok=True)
    staged = stage(
        folder=region.outputs,
        number=number,
        pages=pages,
        manifest=_manifest(region, opened, number, told),
        files=takeaway_files(pages, leading=_PAGE, mark="", subtitle=subtitle, template=None),
    )
    try:
        check_staged(staged, front=_front(region, opened, staged), references=[])
        index = publish(staged)
    finally:
        shutil.rmtree(staged.beside, ignore_errors=True)
    return RunResult(index, number, [], protected=None)


def standing_region(region: Region) -> RunResult | None:
    """What a run would only make again: the files, the parameters and the kit are as they were."""
    number = named_edition(region.outputs)
    manifest = _last_manifest(region)
    if (
        number is None
        or manifest.get("kit_sha256") != kit_sum()
        or manifest.get("made_from") != _sums(region)
    ):
        return None
    return RunResult(region.outputs / "index.html", number, [], protected=None, stood=True)


def _sums(region: Region) -> dict[str, str]:
    """Checksums of the parameters and of every council's file that is there."""
    found = {"parameters": sha256_of(region.path)}
    for member in region.councils:
        path = region.root / member.file
        files = sorted(path.glob(f"edition-*/{FIGURES}")) if path.is_dir() else [path]
        content = b"".join(file.read_bytes() for file in files if file.is_file())
        found[member.council] = hashlib.sha256(content).hexdigest() if content else ""
    return found


def _last_manifest(region: Region) -> Mapping[str, Any]:
    """The manifest of the edition that the front page names; empty where there is none."""
    path = region.outputs / f"edition-{named_edition(region.outputs)}" / MANIFEST
    try:
        manifest: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest


def _refuse_older(region: Region, opened: OpenRegion) -> None:
    """Refuse a council's file that an edition of this region has gone beyond."""
    used = _last_manifest(region).get("editions", {})
    for council in opened.councils:
        if council.edition < used.get(council.council, 0):
            raise InputError(
                f"{region.path}: the file of {council.council} is of edition {council.edition}, and this "
                f"region's last edition used {used[council.council]}. Ask for the newest file."
            )


def _manifest(region: Region, opened: OpenRegion, number: int, told: Mapping[str, str]) -> dict[str, object]:
    return {
        "region": region.region,
        "period": region.period,
        "edition": number,
        "synthetic": opened.synthetic,
        "kit_version": version("qaf-kit"),
        "kit_sha256": kit_sum(),
        "python": platform.python_version(),
        "made_from": dict(told),
        "editions": {council.council: council.edition for council in opened.councils},
    }


def _front(region: Region, opened: OpenRegion, staged: Staged) -> str:
    """The front page: one report, and how each council's file is known."""
    report = Link(f"{staged.name}/{_PAGE}", _TITLE, "What can be said of councils side by side.")
    away = [
        Link(f"{staged.name}/region_report.docx", "Committee paper (Word)"),
        Link(f"{staged.name}/{TABLES}", "All tables (Excel)"),
    ]
    return front_page(
        title="Quality assurance of the region",
        council=region.region,
        period=region.period,
        mark="",
        banner=SYNTHETIC if opened.synthetic else "",
        groups=[Group("", [report]), Group("To take away", away)],
        provenance={
            "Kit": f"qaf-kit {version('qaf-kit')}",
            "Edition": str(staged.number),
            **{council.council: _known_by(council) for council in opened.councils},
        },
        edition=staged.number,
    )


def _known_by(council: Figures) -> str:
    return f"edition {council.edition}, signed"
