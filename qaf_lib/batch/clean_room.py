"""A kernel put back as it stood before a notebook ran, or found to be past that. Runs inside kernels.

What a notebook can leave behind is of three kinds: what is put back here (names, settings, the environment),
what can only be noticed (threads and processes still running, code or constants replaced in modules: the
kernel has to go), and what may stay (modules that were loaded, answers of the kit that are the same for
whoever asks).
"""

from __future__ import annotations

import asyncio
import decimal
import gc
import locale
import logging
import os
import random
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from types import MethodType, ModuleType
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import psutil

__all__ = ["put_back", "remember"]

_KIT = "qaf_lib."
_PLAIN = (dict, list, set)


@dataclass(frozen=True)
class _Setting:
    """Something that a process has one of: how it is read, and how what was read is set again."""

    read: Callable[[], Any]
    set_again: Callable[[Any], object]


def _set_environment(saved: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(saved)


def _set_filters(saved: list[Any]) -> None:
    filters: Any = warnings.filters
    filters[:] = saved
    with warnings.catch_warnings():
        pass  # leaving makes Python forget which warnings it had shown


def _set_pandas(_: None) -> None:
    with warnings.catch_warnings(action="ignore"):
        pd.reset_option(r"^(?!mode\.use_inf)")  # setting that one replaces code in pandas 2, which is noticed


def _set_matplotlib(saved: Any) -> None:
    with warnings.catch_warnings(action="ignore"):
        matplotlib.rcParams.update(saved)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


def _set_logging(saved: tuple[int, list[logging.Handler], int]) -> None:
    logging.root.setLevel(saved[0])
    logging.root.handlers[:] = saved[1]
    logging.disable(saved[2])


def _set_streams(saved: tuple[Any, ...]) -> None:
    sys.stdin, sys.stdout, sys.stderr, sys.argv = saved


_SETTINGS = (
    _Setting(lambda: dict(os.environ), _set_environment),
    _Setting(os.getcwd, os.chdir),
    _Setting(lambda: list(sys.path), lambda saved: sys.path.__setitem__(slice(None), saved)),
    _Setting(lambda: (sys.stdin, sys.stdout, sys.stderr, list(sys.argv)), _set_streams),
    _Setting(sys.getrecursionlimit, sys.setrecursionlimit),
    _Setting(lambda: list(warnings.filters), _set_filters),
    _Setting(lambda: locale.setlocale(locale.LC_ALL), lambda saved: locale.setlocale(locale.LC_ALL, saved)),
    _Setting(lambda: decimal.getcontext().copy(), lambda saved: decimal.setcontext(saved.copy())),
    _Setting(random.getstate, random.setstate),
    _Setting(
        lambda: (logging.root.level, list(logging.root.handlers), logging.root.manager.disable), _set_logging
    ),
    _Setting(np.random.get_state, np.random.set_state),
    _Setting(np.geterr, lambda saved: np.seterr(**saved)),
    _Setting(np.get_printoptions, lambda saved: np.set_printoptions(**saved)),
    _Setting(lambda: None, _set_pandas),
    _Setting(lambda: dict(matplotlib.rcParams.copy()), _set_matplotlib),
)


@dataclass(frozen=True)
class _Remembered:
    names: dict[str, object]
    settings: list[Any]
    shell: list[Any]
    modules: dict[str, ModuleType]
    code: list[tuple[Mapping[str, object], str, object]]
    constants: dict[tuple[str, str], object]
    threads: set[threading.Thread]


_remembered: list[_Remembered] = []


def remember(shell: Any) -> None:
    """Take note of the state of a kernel's shell, once the kit is imported and before the first notebook."""
    gc.collect()
    gc.freeze()  # what was imported stays: looking for rubbish in it takes a tenth of a second a notebook
    modules = dict(sys.modules)
    _remembered[:] = [
        _Remembered(
            names=dict(shell.user_ns),
            settings=[setting.read() for setting in _SETTINGS],
            shell=[copy(kept) for kept in _of_shell(shell)],
            modules=modules,
            code=list(_code(modules)),
            constants={name: _held(value) for name, value in _constants(modules)},
            threads=set(threading.enumerate()),
        )
    ]


def put_back(shell: Any) -> None:
    """Put the kernel back as it was remembered.

    Raises
    ------
    RuntimeError
        If the notebook left what cannot be put back.
    """
    saved = _remembered[0]
    if left := _what_was_left(saved):
        raise RuntimeError(left)
    for setting, value in zip(_SETTINGS, saved.settings, strict=True):
        setting.set_again(value)
    for kept, value in zip(_of_shell(shell), saved.shell, strict=True):
        kept.clear()
        kept.update(value) if isinstance(kept, dict) else kept.extend(value)
    shell.reset(new_session=True)
    for name, first in saved.names.items():
        shell.user_ns.setdefault(name, first)


def _what_was_left(saved: _Remembered) -> str:
    """The first thing found that cannot be put back; "" for none."""
    if any(thread not in saved.threads and not _of_zmq(thread) for thread in threading.enumerate()):
        return "a thread still runs"
    if psutil.Process().children():
        return "a process still runs"
    if any(_of_a_cell(task) for task in asyncio.all_tasks()):
        return "a task still waits"
    if any(sys.modules.get(name) is not module for name, module in saved.modules.items()):
        return "a module was replaced"
    if any(not _same(holder.get(name), value) for holder, name, value in saved.code):
        return "code of a module was replaced"
    constants = dict(_constants(saved.modules))
    if any(_held(constants.get(name)) != value for name, value in saved.constants.items()):
        return "a constant of the kit was changed"
    return ""


def _held(value: object) -> object:
    """What a constant holds, container by container; the things in them are themselves."""
    if isinstance(value, dict):
        return {key: _held(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_held(inner) for inner in value]
    return set(value) if isinstance(value, set) else value


def _same(now: object, before: object) -> bool:
    """Whether it is the same object; a bound method is made anew each time it is asked for."""
    return now is before or (isinstance(before, MethodType) and now == before)


def _of_zmq(thread: threading.Thread) -> bool:
    """Whether it is the kernel's own, which begins with the first large output."""
    return type(thread).__module__.startswith("zmq.")


def _of_a_cell(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "ipykernel_" in code.co_filename


def _of_shell(shell: Any) -> list[Any]:
    """The shell's own lists and dictionaries that a cell can add to."""
    printers = [
        kept
        for formatter in shell.display_formatter.formatters.values()
        for kept in (formatter.type_printers, formatter.deferred_printers, formatter.singleton_printers)
    ]
    transformers = [
        shell.ast_transformers,
        shell.input_transformers_post,
        shell.input_transformer_manager.cleanup_transforms,
        shell.input_transformer_manager.line_transforms,
        shell.input_transformer_manager.token_transformers,
    ]
    magics = list(shell.magics_manager.magics.values())
    return [*printers, *transformers, *magics, *shell.events.callbacks.values()]


def _code(modules: dict[str, ModuleType]) -> Iterator[tuple[Mapping[str, object], str, object]]:
    """What can be called in every module, and in every class of the kit and of what a cell sees of pandas.

    Each by its holder's names, its own, and itself.
    """
    for name, module in modules.items():
        holder = getattr(module, "__dict__", {})
        for attribute, value in list(holder.items()):
            if callable(value):
                yield holder, attribute, value
            if isinstance(value, type) and (name in ("pandas", "builtins") or name.startswith(_KIT)):
                for inner, method in list(vars(value).items()):
                    if callable(method) or isinstance(method, property | classmethod | staticmethod):
                        yield vars(value), inner, method


def _constants(modules: dict[str, ModuleType]) -> Iterator[tuple[tuple[str, str], object]]:
    for name, module in modules.items():
        if name.startswith(_KIT) and name != __name__:
            for attribute, value in list(vars(module).items()):
                if isinstance(value, _PLAIN) and not attribute.startswith("__"):
                    yield (name, attribute), value
