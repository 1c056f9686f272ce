"""Settings, from `.env` and the environment, checked all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values
from platformdirs import user_data_path

from bot.errors import SettingsError

SHIPPED_KNOWLEDGE = Path(__file__).parent / "knowledge"
CHECKOUT_KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
NAMES = frozenset({"DISCORD_TOKEN", "FOOTNOTE_KNOWLEDGE", "FOOTNOTE_DATA"})


@dataclass(frozen=True)
class Settings:
    """Where things are, and the token ("" where there is none), which `repr` leaves out."""

    knowledge: Path
    data: Path
    token: str = field(default="", repr=False)


def read_settings(environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Make settings from the environment, which wins over the file `dotenv`.

    Raises SettingsError, whose message lists every fault.
    """
    values = {**_dotenv(dotenv), **environment}
    given = {name: values.get(name, "").strip() for name in NAMES}
    knowledge = Path(given["FOOTNOTE_KNOWLEDGE"] or _shipped_knowledge()).expanduser()
    data = Path(given["FOOTNOTE_DATA"] or user_data_path("footnote")).expanduser()
    faults = [
        f"{name} is not a setting; known are {', '.join(sorted(NAMES))}."
        for name in sorted(values)
        if name.startswith("FOOTNOTE_") and name not in NAMES
    ]
    if not knowledge.is_dir():
        faults.append(
            f"FOOTNOTE_KNOWLEDGE: {knowledge} is not a folder; name the knowledge folder."
        )
    if data.exists() and not data.is_dir():
        faults.append(f"FOOTNOTE_DATA: {data} is a file; name a folder.")
    if any(c.isspace() for c in given["DISCORD_TOKEN"]):
        faults.append("DISCORD_TOKEN has white space inside; copy the token anew.")
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(knowledge, data, given["DISCORD_TOKEN"])


def _dotenv(file: Path | None) -> dict[str, str]:
    if file is None or not file.is_file():
        return {}
    try:
        return {name: value or "" for name, value in dotenv_values(file).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} can't be read ({error}); save it as UTF-8 text.") from None


def _shipped_knowledge() -> Path:
    """The knowledge inside an installed package, or beside the package in a checkout."""
    return SHIPPED_KNOWLEDGE if SHIPPED_KNOWLEDGE.is_dir() else CHECKOUT_KNOWLEDGE
