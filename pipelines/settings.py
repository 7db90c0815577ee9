"""The settings of an installation: where things are, and the definitions that decide numbers.

Sources in rising order: the environment (`KPI_` and the key in capitals), a `settings.toml`, the command line.
"""

import os
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from schemas.settings import Operation, Settings
from warehouse.published.pseudonyms import hiding as pseudonyms
from warehouse.reference import loading

DEFAULT_FILE = Path("settings.toml")
# In the environment beside the settings: where they are, and the key and the address, which no file may hold.
_NO_SETTINGS = {"KPI_CONFIG", "KPI_SSD_URL", pseudonyms.ENVIRONMENT}
_SSD = {"ssd_system", "ssd_authority", "ssd_schema", "ssd_every", "ssd_at"}
_SEVERAL = {"queue", "group_size"}
_NOT_DEFINITIONS = {"landing", "warehouse", "settle_seconds", "run_days", *_SEVERAL, *_SSD, *Operation.model_fields}


class PipelineSettings(BaseSettings, Operation, Settings):
    """Every setting, validated at start. Unknown keys in the file or on the command line are errors."""

    model_config = SettingsConfigDict(env_prefix="KPI_", extra="forbid", frozen=True)

    landing: Path = Field(Path("data/landing"), description="Folder in which extracts land.")
    warehouse: Path = Field(Path("data/warehouse"), description="Folder of the published files and the working one.")
    settle_seconds: int = Field(
        30, ge=0, description="A landed folder is taken to be complete when nothing in it changed for so long."
    )

    run_days: int = Field(
        365, ge=30, description="After so many days Dagster's records of a run are removed; what it published stays."
    )
    queue: str | None = Field(
        None,
        pattern=r"^[a-z][a-z0-9_-]*$",
        description="On several machines, the queue of the workers that prepare extracts, named for the installation; "
        "`<queue>-publish` is that of the one that publishes. Unset, one machine does all.",
    )
    group_size: int = Field(
        8, ge=1, le=1000, description="On several machines, how many extracts a run prepares, the oldest first."
    )
    ssd_system: Literal["systemc", "mosaic", "eclipse"] | None = Field(
        None,
        description="The case system whose scripts fill the SSD, which decides from when `extract ssd` is complete.",
    )
    ssd_authority: str | None = Field(
        None,
        pattern=r"^\d{3}$",
        description="The authority whose SSD Dagster extracts by itself; its address stands in `KPI_SSD_URL`, in the "
        "environment alone.",
    )
    ssd_schema: str = Field("ssd_development", description="Schema of that SSD; empty is the account's own.")
    ssd_every: Literal["month", "week", "day"] = Field(
        "month", description="How often: once from the first of each month, from Monday of each week, or each day on."
    )
    ssd_at: time = Field(
        time(6, 30),
        description="When Dagster asks whether that is due, London time: after the SSD of the day is filled.",
    )

    @model_validator(mode="after")
    def _knows_the_system(self) -> "PipelineSettings":
        if self.ssd_authority and not self.ssd_system:
            raise ValueError("ssd_authority: say by ssd_system which case system's scripts fill its SSD")
        return self

    @field_validator("warehouse")
    @classmethod
    def _is_found_by_dagster(cls, warehouse: Path) -> Path:
        """Dagster takes the path of its configuration as a pattern and that of its database as a URL."""
        if found := re.search(r"[*?\[]|%[0-9A-Fa-f]{2}", str(warehouse.resolve())):
            raise ValueError(
                f"{warehouse}: a path with {found[0]} in it is not found again; give the folder another name"
            )
        return warehouse

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line over the file over the environment."""
        return init_settings, TomlConfigSettingsSource(settings_cls), env_settings

    @property
    def definitions(self) -> Settings:
        """The settings that decide numbers, without those that only say where and when."""
        return Settings(**self.model_dump(exclude=_NOT_DEFINITIONS))

    @property
    def operation(self) -> Operation:
        """The settings of the operation that the assets need."""
        return Operation(**self.model_dump(include=set(Operation.model_fields)))


def load_settings(config: Path | None = None, **command_line: Any) -> PipelineSettings:
    """The settings in force. Raises FileNotFoundError for a missing `config`, ValueError for invalid settings."""
    if config is not None and not config.is_file():
        raise FileNotFoundError(f"{config}: no such settings file.")
    file = config or DEFAULT_FILE

    class FromFile(PipelineSettings):
        model_config = SettingsConfigDict(toml_file=file if file.is_file() else None)

    unknown = [
        name
        for name in os.environ
        if name.startswith("KPI_")
        and name not in _NO_SETTINGS
        and name[4:].lower() not in PipelineSettings.model_fields
    ]
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} in the environment: no such setting; see docs/measures.md.")
    given = {name: value for name, value in command_line.items() if value is not None}
    try:
        read = FromFile(**given)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    settings = PipelineSettings.model_validate(read.model_dump())
    _check_population(settings)
    if settings.pseudonymise_persons:
        pseudonyms.key()
    return settings


def place_of(problem: str, config: Path | None = None) -> str:
    """Where the key stands that a problem begins with: `settings.toml, line 3: `, or the variable; empty if nowhere."""
    key, within = [*re.findall(r"\w+", problem), "", ""][:2]
    file = config or DEFAULT_FILE
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []

    def line_of(name: str | None, since: int) -> int | None:
        named = re.compile(rf"""\s*\[*\s*["']?{re.escape(name)}["']?\s*[=\].]""") if name else None
        return next((at for at, line in enumerate(lines[since:], since) if named and named.match(line)), None)

    if (line := line_of(key, 0)) is not None:
        inside = line_of(within, line + 1)
        return f"{file}, line {(line if inside is None else inside) + 1}: "
    variable = f"KPI_{key.upper()}"
    return f"{variable} in the environment: " if variable in os.environ else ""


def _check_population(settings: PipelineSettings) -> None:
    year, vintage = settings.population_mid_year, settings.population_vintage
    if year is None and vintage is None:
        return
    editions = loading.population_editions(loading.in_force(settings.warehouse))
    fitting = {(of, edition) for of, edition in editions if year in (None, of) and vintage in (None, edition)}
    if not fitting:
        years = sorted({of for of, edition in editions if vintage in (None, edition)})
        named = sorted({edition for _, edition in editions})
        raise ValueError(
            f"population_mid_year {year} with population_vintage {vintage}: there are no such estimates; "
            + (f"there are {years[0]} to {years[-1]}." if years else f"the editions are: {'; '.join(named)}.")
        )
