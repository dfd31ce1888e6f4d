"""What a worker is asked, what it must have in common with whoever asks, and how it runs a council."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import requires
from pathlib import Path
from threading import Lock, Timer
from typing import Any
from uuid import uuid4

from jupyter_core.utils import ensure_event_loop

from qaf_lib.batch.councils import Ended, Wishes, run_council
from qaf_lib.batch.execute import KernelPool
from qaf_lib.batch.standing import kit_sum
from qaf_lib.parameters import load_parameters

__all__ = ["Asked", "Look", "WorkerFacts", "fault_of", "looked", "packages", "probed", "run_given"]

_IDLE_SECONDS = 60.0
"""How long kernels stay warm for a worker's next council."""

PATIENCE_SECONDS = 600.0
"""How long a worker waits for another run of its council to end."""

_DAY = 86_400


def packages() -> list[str]:
    """The kit's own package, those it names, and dask's: what is to be the same everywhere."""
    named = [line for line in requires("qaf-kit") or [] if "extra" not in line]
    return ["qaf-kit", "dask", "distributed", *(re.split(r"[^\w.-]", line)[0] for line in named)]


@dataclass(frozen=True)
class Asked:
    """What a worker is to look at: parameter files, and what another machine wrote into shared folders."""

    files: Sequence[str]
    probes: Mapping[str, str]
    salt: str


@dataclass(frozen=True)
class Seen:
    """What was seen: the kit's checksum, digests of settings and frameworks, folders that are not shared."""

    machine: str
    kit: str
    settings: Mapping[str, str]
    frameworks: Mapping[str, str]
    folders: Sequence[str]


@dataclass(frozen=True)
class Look:
    """What workers are asked, and what this machine saw."""

    asked: Asked
    here: Seen


@contextmanager
def probed(files: Sequence[Path]) -> Iterator[Look]:
    """What workers are to see, laid into the folders that they share with this machine for as long."""
    every = [load_parameters(file) for file in files]
    folders = {parameters.vault_root for parameters in every} | {each.root / "outputs" for each in every}
    salt = uuid4().hex
    probes = {str(folder / f".qaf-{salt}"): uuid4().hex for folder in sorted(folders)}
    try:
        for path, word in probes.items():
            folder = Path(path).parent
            folder.mkdir(parents=True, exist_ok=True, mode=0o777 if folder.name == "outputs" else 0o700)
            _remove_left(folder)
            Path(path).write_text(word, encoding="ascii")
        asked = Asked([str(parameters.path) for parameters in every], probes, salt)
        yield Look(asked, looked(asked))
    finally:
        for path in probes:
            with suppress(OSError):
                Path(path).unlink()


def _remove_left(folder: Path) -> None:
    """Remove what commands that were killed more than a day ago laid into a folder."""
    for left in folder.glob(".qaf-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY:
                left.unlink()


def looked(asked: Asked) -> Seen:
    """Look, on this machine, at what is asked; digests of settings say only whether they agree."""
    frameworks = {}
    for file in asked.files:
        with suppress(ValueError, OSError):
            rules = load_parameters(file).rules
            frameworks[rules.framework] = hashlib.sha256(rules.model_dump_json().encode()).hexdigest()
    return Seen(
        machine=platform.node(),
        kit=kit_sum(),
        settings={
            name: hashlib.sha256(f"{asked.salt} {value}".encode()).hexdigest()
            for name, value in os.environ.items()
            if name.startswith("QAF_")
        },
        frameworks=frameworks,
        folders=[str(Path(path).parent) for path, word in asked.probes.items() if not _is_shared(path, word)],
    )


def _is_shared(path: str, word: str) -> bool:
    """Whether a file holds a word, and another can be written beside it."""
    beside = Path(f"{path}-{uuid4().hex}")
    try:
        found = Path(path).read_text(encoding="ascii")
        beside.write_text(word, encoding="ascii")
        beside.unlink()
    except (OSError, ValueError):
        return False
    return found == word


@dataclass(frozen=True)
class WorkerFacts:
    """The versions that a worker has, as dask tells them, and what it saw, or why it could not look."""

    versions: Mapping[str, Any]
    seen: Seen | Exception | None = None

    def fault(self) -> str:
        """What of its versions is not as here, in words that follow its name; "" where all is."""
        from distributed.versions import get_versions

        here: Mapping[str, Any] = get_versions(packages())
        if (system := self.versions["host"]["OS"]) != here["host"]["OS"]:
            return (
                f"runs {system} and this machine {here['host']['OS']}: their paths differ. Use machines alike"
            )
        for name in ("python", *packages()):
            wanted, there = (str(of["packages"][name]) for of in (here, self.versions))
            shown = "Python" if name == "python" else name
            if there == "None":
                return (
                    f"has no {shown}, and this machine {_short(wanted)}. Install the kit there as it is here"
                )
            if there != wanted:
                found, mine = _short(there), _short(wanted)
                return f"has {shown} {found}, and this machine {mine}. Install the same on both"
        return ""


def _short(version: str) -> str:
    return version.removesuffix(".final.0")


def fault_of(facts: WorkerFacts | None, look: Look) -> str:
    """Why a worker can be given no council, in words that follow its name; "" where it can."""
    if facts is None:
        return "does not answer. Look at its log"
    if fault := facts.fault():
        return fault
    here, there = look.here, facts.seen
    if not isinstance(there, Seen):
        return "cannot load the kit. Install it there as it is here"
    for name in sorted({*here.settings, *there.settings}):
        if here.settings.get(name) != there.settings.get(name):
            which = "no" if name not in there.settings else "a" if name not in here.settings else "another"
            return f"has {which} {name} in its environment, unlike this machine. Start it with the same"
    if there.machine != here.machine and "QAF_REGISTER_URL" not in here.settings:
        return (
            "is on another machine, where a register that is a file could lose rows. Keep the registers in "
            "PostgreSQL (QAF_REGISTER_URL)"
        )
    if there.folders:
        return (
            f"does not see or may not write the folder {there.folders[0]} of this machine. Share it with both"
        )
    if there.kit != here.kit:
        return (
            f"has other files of the kit or other notebooks (checksum {there.kit[:12]}) than this machine "
            f"({here.kit[:12]}). Bring both to the same"
        )
    for name, digest in here.frameworks.items():
        if there.frameworks.get(name) != digest:
            return f"reads another framework {name} than this machine. Bring both to the same"
    return ""


class _KeptKernels:
    """The kernels of a worker's process: lent to one council at a time, ended when no other comes."""

    def __init__(self) -> None:
        self._alone = Lock()
        self._pool: KernelPool | None = None
        self._of = 0
        self._idle: Timer | None = None

    @contextmanager
    def lent(self, number: int | None) -> Iterator[Callable[[], KernelPool]]:
        """Kernels for one council, opened when asked for; `number` of them, one a core unless told."""
        with self._alone:
            if self._idle is not None:
                self._idle.cancel()
            try:
                yield partial(self._open, number)
            finally:
                self._idle = Timer(_IDLE_SECONDS, self._end)
                self._idle.daemon = True
                self._idle.start()

    def _open(self, number: int | None) -> KernelPool:
        if self._pool is not None and self._of != (number or 0):
            self._close()
        if self._pool is None:
            self._pool, self._of = KernelPool(number).__enter__(), number or 0
        return self._pool

    def _end(self) -> None:
        with self._alone:
            self._close()
        ensure_event_loop().close()  # the timer's own, with its sockets

    def _close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__()


_KERNELS = _KeptKernels()


def run_given(path: str, *, wishes: Wishes, newest: int | None, topic: str) -> Ended:
    """Run a council on the worker that this is called on, and send what it says to the client as it goes."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def send(event: str, **said: object) -> None:
        worker.log_event(topic, {"key": key, "event": event, **said})

    with _KERNELS.lent(wishes.workers) as pool:
        return run_council(
            Path(path),
            wishes=wishes,
            pool=pool,
            say=lambda line: send("line", text=line),
            came=lambda done, total: send("progress", done=done, total=total),
            newest=newest,
            patience=PATIENCE_SECONDS,
        )
