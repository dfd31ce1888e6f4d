"""The parameter file of a region: which councils' figures it sets beside one another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, model_validator

from qaf_lib.dates import parse_period
from qaf_lib.parameters import folder_name, locate, project_of
from qaf_lib.strict_yaml import StrictModel, load_model

__all__ = ["Member", "Region", "is_region", "load_region"]


class Member(StrictModel):
    """A council, its file of figures (or the folder of its shared editions), and its public key."""

    council: Annotated[str, Field(min_length=1)]
    file: Annotated[str, Field(min_length=1)]
    public_key: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Region(StrictModel):
    """What a region reports of its councils for one period."""

    region: Annotated[str, Field(min_length=1)]
    period: str
    councils: Annotated[list[Member], Field(min_length=2)]

    _path: Path = PrivateAttr()

    @model_validator(mode="after")
    def _names_each_council_once(self) -> Self:
        parse_period(self.period)
        for name in ("council", "file"):
            told = [getattr(member, name) for member in self.councils]
            repeated = sorted({one for one in told if told.count(one) > 1})
            if repeated:
                raise ValueError(f"councils name the {name} {repeated[0]} twice; keep one")
        return self

    @property
    def path(self) -> Path:
        """Where the file stands."""
        return self._path

    @property
    def root(self) -> Path:
        """The project folder, as a council's parameters have it."""
        return project_of(self._path)

    @property
    def outputs(self) -> Path:
        """Where editions of this region and period are published."""
        return self.root / "outputs" / folder_name(self.region) / parse_period(self.period).slug


def is_region(parameters_file: str | Path) -> bool:
    """Whether a parameter file is a region's: it has the key `region` and a council's has not."""
    try:
        text = locate(parameters_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return re.search(r"^region:", text, re.MULTILINE) is not None


def load_region(parameters_file: str | Path) -> Region:
    """The checked parameters of a region; an `InputError` names the file, the key and what to write."""
    path = locate(parameters_file)
    region = load_model(path=path, model=Region)
    region._path = path
    return region
