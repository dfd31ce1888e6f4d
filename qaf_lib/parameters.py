"""The one parameter file of a council and period: the only reader of it, and strict."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from qaf_lib.dates import Period, parse_period
from qaf_lib.draw_plans import DrawPlan, Fraction, refuse_unknown
from qaf_lib.errors import InputError
from qaf_lib.frameworks import Framework, load_framework
from qaf_lib.strict_yaml import StrictModel, load_model
from qaf_lib.text import address_of

__all__ = [
    "Covers",
    "Extract",
    "Parameters",
    "Source",
    "folder_name",
    "load_parameters",
    "locate",
    "project_of",
    "vault_root",
]

_KIT = Path(__file__).resolve().parents[1]


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError('must be a date in quotes such as "2026-06-30"') from None
    return value


def _as_source(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


def _as_commentary(value: object) -> object:
    if isinstance(value, list | str):
        raise ValueError("must say whether it is reviewed: write {reviewed: true, file: ...}")
    return value


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Day = Annotated[date, BeforeValidator(_day)]


class Covers(StrictModel):
    """The days that a source speaks of: within them its newest reading alone counts."""

    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            raise ValueError("covers.to is a day before covers.from")
        return self


class Source(StrictModel):
    """One file or query that brings rows of one table.

    `columns` maps the kit's column names to the source's headings; `meanings` (`values` in the file) maps, by
    the kit's column, words of the source to the kit's; `constants` fills columns the source does not have;
    `answers` (audits only) maps question ids to the headings over their answers. `header_row` is the row that
    holds the headings, where it is to be said. `covers` are the days that the source speaks of, where they
    are not the period's. A `query` is sent to the database whose address stands in the environment variable
    `address_in`.
    """

    file: str | None = None
    sheet: str | None = None
    header_row: Annotated[int | None, Field(ge=1)] = None
    query: str | None = None
    address_in: Annotated[str, Field(pattern=r"^QAF_[A-Z0-9_]+$")] | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    meanings: dict[str, dict[str, str]] = Field(default_factory=dict, alias="values")
    constants: dict[str, str] = Field(default_factory=dict)
    answers: dict[str, str] = Field(default_factory=dict)
    public: bool = False
    covers: Covers | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.file is None) == (self.query is None):
            raise ValueError("must name either a file or a query")
        if (self.query is None) != (self.address_in is None):
            raise ValueError("query and address_in go together; an address itself never stands in this file")
        return self


Sources = Annotated[list[Annotated[Source, BeforeValidator(_as_source)]], BeforeValidator(_as_list)]


class Extract(StrictModel):
    """The caseload as at one day: an Annex A workbook, early help families, or any table of cases."""

    as_at: Day
    annex_a: str | None = None
    early_help: Sources | None = None
    cases: Sources | None = None

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        if not (self.annex_a or self.early_help or self.cases):
            raise ValueError("must name annex_a, early_help or cases")
        return self


class Caseload(StrictModel):
    """Draws are made from the opening extract; coverage is counted on the closing one."""

    opening: Extract
    closing: Extract | None = None


class Allowance(StrictModel):
    """More rows set aside than the usual 5%, for one table, with the reason that the report prints."""

    at_most: Fraction
    because: Annotated[str, Field(min_length=10)]


class KeptStandard(StrictModel):
    """Who keeps a standard of the framework up to date, and when it is looked at next."""

    owner_post: Annotated[str, Field(min_length=1)]
    review_on: Day


class Synthetic(StrictModel):
    """The demonstration council's data: made in `folder` from `seed` when it is not there."""

    folder: str
    seed: Annotated[int, Field(ge=0)]


class Commentary(StrictModel):
    """The analyst's own words, in a Markdown file; not shown unless somebody has read them over for names."""

    reviewed: bool
    file: Annotated[str, Field(min_length=1)]


class Event(StrictModel):
    """Something that may explain a change in a trend, in words that are printed, so name nobody."""

    day: Day
    what: Annotated[str, Field(min_length=1, max_length=60)]


class Parameters(StrictModel):
    """What one council reports for one period."""

    council: Annotated[str, Field(min_length=1)]
    framework: str
    period: str
    audience: Literal["internal", "shared"] = "internal"
    synthetic: Synthetic | None = None
    attribution: str | None = None
    caseload: Caseload
    records: dict[str, Sources] = Field(default_factory=dict)
    draws: list[DrawPlan]
    set_aside: dict[str, Allowance] = Field(default_factory=dict)
    standards: dict[str, KeptStandard] = Field(default_factory=dict)
    commentary: Annotated[Commentary | None, BeforeValidator(_as_commentary)] = None
    committee_template: str | None = None
    events: list[Event] = Field(default_factory=list)

    _path: Path = PrivateAttr()
    _rules: Framework = PrivateAttr()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        span = parse_period(self.period)
        extracts = [self.caseload.opening] + ([self.caseload.closing] if self.caseload.closing else [])
        if any(extract.as_at > span.end for extract in extracts):
            raise ValueError(f"caseload is as at a day after {self.period} ends ({span.end})")
        if self.caseload.closing and self.caseload.closing.as_at < self.caseload.opening.as_at:
            raise ValueError("caseload.closing is as at a day before caseload.opening")
        return self

    @property
    def path(self) -> Path:
        """Where the file stands."""
        return self._path

    @property
    def rules(self) -> Framework:
        """The framework the council works to."""
        return self._rules

    @property
    def span(self) -> Period:
        """First and last day of the period."""
        return parse_period(self.period)

    @property
    def root(self) -> Path:
        """The project folder, from which sources are named."""
        return project_of(self._path)

    @property
    def slug(self) -> str:
        """The council's name as a folder name."""
        return folder_name(self.council)

    @property
    def outputs(self) -> Path:
        """Where editions of this council and period are published: shared ones never beside internal ones."""
        audience = "-shared" if self.audience == "shared" else ""
        return self.root / "outputs" / self.slug / f"{self.span.slug}{audience}"

    @property
    def vault_root(self) -> Path:
        """The private folder of all councils, which holds their key."""
        return vault_root(self.root)

    @property
    def vault(self) -> Path:
        """The council's private folder: register, period stores."""
        return self.vault_root / self.slug

    @property
    def period_vault(self) -> Path:
        """The private folder of this period."""
        return self.vault / self.span.slug

    @property
    def lacks_demonstration(self) -> bool:
        """Whether they name the made-up council's data, and those are not there."""
        return self.synthetic is not None and not self.source_path(self.synthetic.folder).exists()

    def source_path(self, name: str) -> Path:
        """A source's path as the parameters name it, seen from the project folder."""
        return self.root / name

    @property
    def sources(self) -> list[Path]:
        """The files of the caseload and of the records."""
        named = [name for extract in self.extracts for name in _files_of(extract)]
        named += [source.file for sources in self.records.values() for source in sources if source.file]
        return [self.source_path(name) for name in named]

    @property
    def files(self) -> list[Path]:
        """Every file an edition is made from: sources, this file, its framework, the template, commentary."""
        own = [self._path, _frameworks(self._path) / f"{self.framework}.yml"]
        beside = [self.template, self.commentary and self.source_path(self.commentary.file)]
        return [*own, *self.sources, *(path for path in beside if path)]

    @property
    def template(self) -> Path | None:
        """The council's own Word document that the committee paper is made in."""
        return self.source_path(self.committee_template) if self.committee_template else None

    @property
    def has_queries(self) -> bool:
        """Whether a database is among the sources."""
        every = [source for sources in self.records.values() for source in sources]
        for extract in self.extracts:
            every += (extract.early_help or []) + (extract.cases or [])
        return any(source.query is not None for source in every)

    @property
    def extracts(self) -> list[Extract]:
        """The opening extract, and the closing one where there is one."""
        return [self.caseload.opening] + ([self.caseload.closing] if self.caseload.closing else [])


def project_of(parameters_file: Path) -> Path:
    """The project folder of a parameter file: above `parameters/`, else the working folder."""
    return parameters_file.parent.parent if parameters_file.parent.name == "parameters" else Path.cwd()


def folder_name(name: str) -> str:
    """A council's or region's name as a folder name; where no letter of the alphabet is left, its address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or address_of(name)


def vault_root(project: Path) -> Path:
    """The private folder of all councils: where QAF_VAULT points, else `vault` in the project's folder.

    Raises
    ------
    InputError
        If QAF_VAULT is no full path: notebooks run in folders of their own and would see another place.
    """
    given = os.environ.get("QAF_VAULT")
    if not given:
        return project / "vault"
    if not Path(given).is_absolute():
        raise InputError("QAF_VAULT is not a full path. Write it from the root of the disk.")
    return Path(given)


def _files_of(extract: Extract) -> list[str]:
    sources = (extract.early_help or []) + (extract.cases or [])
    return ([extract.annex_a] if extract.annex_a else []) + [source.file for source in sources if source.file]


def _frameworks(path: Path) -> Path:
    beside = path.parent / "frameworks"
    return beside if beside.is_dir() else _KIT / "parameters" / "frameworks"


def locate(parameters_file: str | Path) -> Path:
    """The parameter file, seen from the working folder or else from the kit's own.

    Notebooks name `parameters/<file>.yml`; JupyterLab runs them in their own folder.
    """
    path = Path(parameters_file)
    return (path if path.is_absolute() or path.exists() else _KIT / path).resolve()


def _refuse_other_standards(kept: dict[str, KeptStandard], rules: Framework) -> None:
    there = [standard.standard_id for standard in rules.standards]
    strange = sorted(set(kept) - set(there))
    if strange:
        raise ValueError(
            f"standards '{strange[0]}' is not a standard of framework {rules.framework}. Name one of: "
            f"{', '.join(there)}"
        )


def load_parameters(parameters_file: str | Path) -> Parameters:
    """The checked parameters of a period, with their framework.

    Raises
    ------
    InputError
        If the file is missing or breaks a rule; the message names the file, the key, what came
        and what to write.
    """
    path = locate(parameters_file)
    if not path.is_file():
        raise InputError(f"{parameters_file}: no such file. Name a parameter file that exists.")
    parameters = load_model(path=path, model=Parameters)
    rules = load_framework(folder=_frameworks(path), name=parameters.framework)
    try:
        refuse_unknown(parameters.draws, rules)
        _refuse_other_standards(parameters.standards, rules)
    except ValueError as error:
        raise InputError(f"{path}: {error}.") from None
    parameters._path = path
    parameters._rules = rules
    return parameters
