"""pyproject.toml, environment.yml, the lock and the oldest versions name the same packages."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAMES = {"playwright": "playwright-python"}  # where conda-forge calls it otherwise
NOT_ON_CONDA = {"axe-playwright-python", "resvg-py"}
CHECKERS = {"coverage", "axe-playwright-python", "mypy", "playwright", "ruff", "types-pyyaml"}
PIN = re.compile(
    r"^(?P<name>[a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==(?P<version>\S+)"
    r"(?P<rest>.*\n(?:    --hash=sha256:[0-9a-f]{64}.*\n)*)",
    re.M,
)


def _floors(requirements: list[str]) -> dict[str, Version]:
    """Each requirement's floor by canonical name; only "name>=version" is allowed."""
    floors = {}
    for requirement in map(Requirement, requirements):
        (specifier,) = requirement.specifier
        assert specifier.operator == ">=", f"{requirement}: give a floor and nothing else"
        floors[canonicalize_name(requirement.name)] = Version(specifier.version)
    return floors


def _pins(name: str) -> dict[str, list[Version]]:
    pins: dict[str, list[Version]] = {}
    for match in PIN.finditer((ROOT / name).read_text(encoding="utf-8")):
        pins.setdefault(canonicalize_name(match["name"]), []).append(Version(match["version"]))
    return pins


RUNTIME = _floors(PROJECT["dependencies"])
TOOLS = _floors(EXTRAS["build"] + EXTRAS["test"])


def test_dependencies_stand_in_alphabetical_order():
    for requirements in (PROJECT["dependencies"], EXTRAS["test"]):
        names = [canonicalize_name(Requirement(requirement).name) for requirement in requirements]
        assert names == sorted(names)


@pytest.mark.parametrize(("name", "floor"), (RUNTIME | TOOLS).items())
def test_every_lock_pin_satisfies_the_floor(name, floor):
    versions = _pins("requirements.lock").get(name)
    assert versions, f"{name} is not in requirements.lock: run make lock"
    assert min(versions) >= floor


@pytest.mark.parametrize("name", ["requirements.lock", "tests/oldest.txt"])
def test_every_pin_has_a_hash_and_no_host_or_path_is_named(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = list(PIN.finditer(text))
    assert len(pins) == len(re.findall(r"^[a-zA-Z]", text, re.M))
    assert all("--hash=sha256:" in match["rest"] for match in pins)
    for forbidden in ("://", "file:", "--index", "--extra-index", "--find-links", "/tmp", "/home", " @ "):
        assert forbidden not in text


def test_the_oldest_versions_are_the_floors():
    pins = _pins("tests/oldest.txt")
    for name, floor in (RUNTIME | TOOLS).items():
        assert name in CHECKERS or pins.get(name) == [floor], f"{name}: run make lock"


def test_the_conda_environment_names_conda_forge_and_no_default_channel():
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


def test_the_conda_environment_has_the_same_packages_and_floors():
    listed = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str) and entry != "pip"]
    expected = {CONDA_NAMES.get(name, name): floor for name, floor in (RUNTIME | TOOLS).items()}
    expected = {name: floor for name, floor in expected.items() if name not in NOT_ON_CONDA}
    assert _floors(listed) == expected | {"python": Version(PROJECT["requires-python"].removeprefix(">="))}


def test_the_conda_environment_takes_only_the_rest_from_pip():
    (section,) = [entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict)]
    assert section[-1] == "-e ."
    assert _floors(section[:-1]) == {name: (RUNTIME | TOOLS)[name] for name in NOT_ON_CONDA}


def test_the_lock_serves_the_lowest_python():
    assert PROJECT["requires-python"] == ">=3.11"
    assert "--python-version 3.11" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_readme_opens_with_two_commands_of_the_makefile():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    commands = re.findall(r"^\s*make ([a-z]+)", readme, re.M)
    assert commands[:2] == ["demo", "test"]
    assert set(commands) <= set(targets)


def test_the_ci_script_can_be_run_and_runs_every_check():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    assert "make test" in script


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        pytest.skip("not in a clone")
    return done.stdout.splitlines()


def test_no_committed_file_is_ignored():
    assert _git("ls-files", "-i", "-c", "--exclude-standard") == []


OF_A_COUNCIL = [
    *("vault/key", "vault/fenvale/register.sqlite", "vault-old/key", ".vault.restoring/key", "kept.zip"),
    *("data/annex_a.xlsx", "data/fenvale/cases.csv", "parameters/fenvale.yml", "outputs/fenvale/index.html"),
    *(
        "cases.csv",
        "notebooks/explore/list.csv",
        "docs/audits.xlsx",
        "old.xls",
        "macro.xlsm",
        "register.sqlite-journal",
    ),
]
OF_THE_KIT = [
    *(
        "parameters/demo-leeds.yml",
        "parameters/ilacs.yml",
        "parameters/frameworks/fenvale.yml",
        "outputs/README.md",
    ),
    *(
        "data/ilacs/inspections_2026-03.csv",
        "tests/councils/data/new/cases.csv",
        "qaf_lib/frameworks/new.csv",
    ),
]


def test_what_is_a_councils_own_is_ignored_and_what_is_the_kits_is_not():
    ignored = _git("check-ignore", "--no-index", *OF_A_COUNCIL, *OF_THE_KIT)
    assert ignored == OF_A_COUNCIL


def test_every_promise_on_privacy_names_a_test_that_is_there():
    page = (ROOT / "docs" / "security-and-privacy.md").read_text(encoding="utf-8")
    rows = [
        line
        for line in page.splitlines()
        if line.startswith("|") and not line.startswith(("|---", "| threat"))
    ]
    named = {row: re.findall(r"`(tests/[\w/]+\.py)`", row) for row in rows}
    assert len(rows) >= 20
    assert [row for row, tests in named.items() if not tests] == []
    assert {test for tests in named.values() for test in tests if not (ROOT / test).is_file()} == set()
