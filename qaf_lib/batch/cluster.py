"""Councils handed out to the workers of a dask.distributed cluster, one to each at a time.

A worker runs a council as `qaf run` does here (`councils.run_council`), in folders that it shares with this
machine. Through the scheduler travel the paths of parameter files, the lines that a run says, and how it
ended; no record does. A council whose worker is lost is run again on another. Its vault's lock, and the mark
beside it (`prepare.Hold`), keep the two from publishing both.
"""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from qaf_lib.batch.councils import Ended, Ready, Wishes
from qaf_lib.batch.standing import named_edition
from qaf_lib.batch.telling import Telling
from qaf_lib.batch.workers import Look, WorkerFacts, fault_of, looked, packages, probed, run_given
from qaf_lib.errors import EditionError, InputError, told
from qaf_lib.parameters import locate
from qaf_lib.region import is_region

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["run_on_cluster"]

MOST_WORKERS = 3
"""Workers that a council may lose, one after another, before it is given up."""

CONNECT_SECONDS, ANSWER_SECONDS, NONE_LEFT_SECONDS = 5.0, 20.0, 60.0
"""Seconds that the scheduler, a worker that is looked at, and a new worker where none is left, may take."""

_LOOK_SECONDS = 1.0
_ADDRESS = re.compile(r"(tls|tcp)://(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]+):([0-9]{1,5})")


def run_on_cluster(
    files: Sequence[Path],
    *,
    scheduler: str,
    wishes: Wishes,
    ready: Ready,
    telling: Callable[[Path], Telling],
    own: Telling,
) -> list[Ended]:
    """Run each council on a worker of a cluster that is there; one that fails stops none.

    Parameters
    ----------
    files : sequence of Path
        Parameter files, in folders that every worker sees under the same path.
    scheduler : str
        Where the cluster's scheduler listens: `tls://host:port`, or `tcp://` on this machine alone.
    telling : callable
        Gives what says a council's lines.
    own : Telling
        Says what is of no council.

    Returns
    -------
    list of Ended
        In the order of the files.

    Raises
    ------
    InputError
        If the address is wrong or unsafe, or `distributed` is not installed.
    EditionError
        If there is no scheduler or worker, or one is not as this machine is; nothing was run then.
    """
    _refuse_address(scheduler)
    every: dict[int, Ended] = {}
    councils = []
    for at, file in enumerate(files):
        council = _Council(at, file, telling(file))
        try:
            if is_region(file):
                raise InputError(
                    f"{file}: a region is made of what its councils published. Run it without --scheduler, "
                    "after them."
                )
            _refuse_folder_of_its_own(locate(file))
            parameters = ready(file)
            council.path, council.newest = parameters.path, named_edition(parameters.outputs) or 0
            councils.append(council)
        except Exception as error:
            message, code = told(error)
            every[at] = Ended(file, message=message, failed_with=code)
            every[at].tell(council.telling)
    if councils:
        with _connected(scheduler) as client, probed([council.path for council in councils]) as look:
            every |= _HandingOut(client, scheduler, councils, wishes, look, own).all()
    return [every[at] for at in range(len(files))]


def _refuse_address(scheduler: str) -> None:
    found = _ADDRESS.fullmatch(scheduler)
    if found is None:
        raise InputError(f"--scheduler must be an address such as tls://HOST:8786; got {scheduler}.")
    if found[1] == "tcp" and not _is_loopback(found[2]):
        raise InputError(
            f"--scheduler {scheduler}: tcp:// is for a scheduler on this machine alone (127.0.0.1): without "
            "certificates, whoever reaches it can run programs beside the vaults and read what is said of "
            "children's records. Use tls://."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse_folder_of_its_own(path: Path) -> None:
    """Refuse a file whose project is the folder that this command happens to work in."""
    if path.parent.name != "parameters":
        raise InputError(
            f"{path}: on a cluster a parameter file stands in a folder called parameters, beside which every "
            "worker finds its data and outputs. Move it there."
        )


@contextmanager
def _connected(scheduler: str) -> Iterator[Client]:
    try:
        from distributed import Client, Security
    except ImportError:
        raise InputError(
            '--scheduler needs the package distributed: python -m pip install "distributed>=2025.5.1".'
        ) from None
    for name in ["asyncio", *logging.root.manager.loggerDict]:  # what matters is said in the run's lines
        if name.split(".")[0] in ("asyncio", "distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if scheduler.startswith("tls:") and Security().get_connection_args("client")["ssl_context"] is None:
        raise InputError(
            f"--scheduler {scheduler}: tls:// needs this machine's certificate. Set "
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions, which are compared below
            client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError):
        raise EditionError(
            f"No scheduler answers at {scheduler}, or it does not take this machine's certificate; nothing "
            "was run. Start it, or look at its log."
        ) from None
    try:
        yield client
    finally:
        client.close(timeout=2)


@dataclass
class _Council:
    """A council of the command: its place, file and lines, the edition when it began, lost workers."""

    at: int
    file: Path
    telling: Telling
    path: Path = Path()
    newest: int = 0
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Given:
    """A council on a worker, by the worker's address."""

    council: _Council
    worker: str
    future: Future[Any]


class _HandingOut:
    """The work of one command: which councils wait, which worker has which, and what comes back."""

    def __init__(
        self,
        client: Client,
        scheduler: str,
        councils: Iterable[_Council],
        wishes: Wishes,
        look: Look,
        own: Telling,
    ) -> None:
        self._client, self._scheduler = client, scheduler
        self._wishes, self._look, self._own = wishes, look, own
        self._waiting = deque(councils)
        self._given: dict[str, _Given] = {}
        self._ended: dict[int, Ended] = {}
        self._workers: dict[str, str] = {}
        self._refused: set[str] = set()
        self._events: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._topic = f"qaf-{uuid4().hex}"
        self._seen_worker = time.monotonic()

    def all(self) -> dict[int, Ended]:
        """Every council run, by its place; workers that are not as this machine is stop the command first."""
        self._client.subscribe_topic(self._topic, lambda event: self._events.put(event[1]))
        try:
            self._meet(self._present(), must_fit=True)
        except _GoneError:
            raise EditionError(f"The scheduler {self._scheduler} went away; nothing was run.") from None
        if not self._workers:
            raise EditionError(
                f"No worker is at the scheduler {self._scheduler}; nothing was run. Start workers first."
            )
        try:
            while self._waiting or self._given:
                self._meet(present := self._present(), must_fit=False)
                self._take_back(present)
                self._give()
                self._listen()
        except _GoneError:
            self._give_up(
                f"The scheduler {self._scheduler} is gone. The last edition stands, unless a worker still "
                "completes the new one. Run again."
            )
        return self._ended

    def _present(self) -> dict[str, str]:
        """The cluster's workers: their names by their addresses."""
        if self._client.status != "running":
            raise _GoneError
        try:
            # asked itself: what the client keeps of it is replaced by a list cut short every other second
            about = self._client.sync(
                self._client.scheduler.identity, n_workers=-1, callback_timeout=ANSWER_SECONDS
            )
        except OSError:
            raise _GoneError from None
        return {address: str(worker["name"]) for address, worker in about["workers"].items()}

    def _meet(self, present: dict[str, str], *, must_fit: bool) -> None:
        """Look at workers that are new; those as this machine is are given councils."""
        self._workers = {address: name for address, name in self._workers.items() if address in present}
        self._refused &= present.keys()
        new = [
            address for address in present if address not in self._workers and address not in self._refused
        ]
        for address in new:
            if self._scheduler.startswith("tcp:") and not _is_loopback(
                address.split("//")[1].rsplit(":", 1)[0]
            ):
                fault = "is on another machine and reached without encryption. Use tls://"
            else:
                fault = fault_of(self._facts_of(address), self._look)
            if not fault:
                self._workers[address] = present[address]
            elif must_fit:
                raise EditionError(f"Worker {present[address]} {fault}; nothing was run.")
            else:
                self._refused.add(address)
                self._own.say(f"Worker {present[address]} {fault}; it is given no council.")

    def _facts_of(self, address: str) -> WorkerFacts | None:
        """What a worker is like; None where it does not answer."""
        asked = {"op": "versions", "packages": packages()}
        ask = partial(self._client.sync, callback_timeout=ANSWER_SECONDS)
        try:
            answers = ask(self._client.scheduler.broadcast, msg=asked, workers=[address], on_error="ignore")
            if address not in answers:
                return None
            facts = WorkerFacts(answers[address])
            if facts.fault():
                return facts
            found = self._client.run(looked, self._look.asked, workers=[address], on_error="return")
        except (OSError, TimeoutError):
            return None
        return replace(facts, seen=found.get(address))

    def _take_back(self, present: dict[str, str]) -> None:
        """Take councils back from workers that are lost."""
        for key, given in list(self._given.items()):
            if given.worker not in present:
                self._lose(key, given)

    def _lose(self, key: str, given: _Given) -> None:
        del self._given[key]
        given.future.cancel(force=True)
        council = given.council
        council.lost.append(given.worker)
        if len(council.lost) < MOST_WORKERS:
            council.telling.say("Its worker was lost; it is run again on another")
            self._waiting.appendleft(council)
        else:
            self._end(
                council,
                f"It lost {MOST_WORKERS} workers, one after another. The last edition stands. Look at the "
                "workers' logs and their memory, and run again.",
            )

    def _give(self) -> None:
        """Give waiting councils to workers that have none, or give up where there are none to come."""
        busy = {given.worker for given in self._given.values()}
        free = [address for address in self._workers if address not in busy]
        for address in free:
            council = next((each for each in self._waiting if address not in each.lost), None)
            if council is None:
                continue
            self._waiting.remove(council)
            key = f"qaf-{uuid4().hex}"
            future = self._client.submit(
                run_given,
                str(council.path),
                wishes=self._wishes,
                newest=council.newest if council.lost else None,
                topic=self._topic,
                key=key,
                workers=[address],
                pure=False,
            )
            self._given[key] = _Given(council, address, future)
            future.add_done_callback(partial(self._done, key))
        if self._given:
            self._seen_worker = time.monotonic()
        elif time.monotonic() - self._seen_worker > NONE_LEFT_SECONDS:
            self._give_up(
                f"No worker of {self._scheduler} is left that could run it. The last edition stands. Start "
                "workers and run again."
            )

    def _done(self, key: str, _: object) -> None:
        self._events.put({"key": key, "event": "done"})

    def _listen(self) -> None:
        """Say what has come from the workers since, after a moment in which something may come."""
        until = time.monotonic() + _LOOK_SECONDS
        while (left := until - time.monotonic()) > 0:
            try:
                event = self._events.get(timeout=left)
            except Empty:
                return
            given = self._given.get(event["key"])
            if given is None:
                continue  # of an attempt that was given up
            match event["event"]:
                case "line":
                    given.council.telling.say(event["text"])
                case "progress":
                    given.council.telling.came(event["done"], event["total"])
                case "done":
                    self._came_back(event["key"], given)
                    return

    def _came_back(self, key: str, given: _Given) -> None:
        if given.future.status in ("cancelled", "lost"):
            raise _GoneError  # this command cancels none that it still has
        try:
            ended: Ended = given.future.result(timeout=ANSWER_SECONDS)
        except (TimeoutError, OSError):  # it went between its end and its answer
            self._lose(key, given)
            return
        except Exception as error:
            ended = Ended(given.council.file, message=told(error)[0], failed_with=1)
        del self._given[key]
        name = self._workers.get(given.worker, "")
        self._tell(given.council, replace(ended, worker="" if "://" in name else name))

    def _give_up(self, message: str) -> None:
        for council in [*(given.council for given in self._given.values()), *self._waiting]:
            self._end(council, message)
        self._given, self._waiting = {}, deque()

    def _end(self, council: _Council, message: str) -> None:
        self._tell(council, Ended(council.file, message=message, failed_with=1))

    def _tell(self, council: _Council, ended: Ended) -> None:
        ended = replace(ended, file=council.file)
        self._ended[council.at] = ended
        ended.tell(council.telling)


class _GoneError(Exception):
    """The scheduler is gone."""
