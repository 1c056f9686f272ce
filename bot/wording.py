"""The bot's own words, one catalogue a language: `locales/en.toml` is complete, others follow it.

What the article and its editors say is never translated.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

DEFAULT = "en"


@dataclass(frozen=True)
class Wording:
    """The texts of one language by their keys ("section.name"), with named gaps to fill in.

    `commands` maps the English names and descriptions of commands to this language's.
    """

    language: str
    texts: Mapping[str, str]
    commands: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its gaps filled. Raises KeyError for an unknown key or gap."""
        return self.texts[key].format_map(values)


@cache
def wordings() -> Mapping[str, Wording]:
    """Every language that has a catalogue, by its code ("en", "de")."""
    files = resources.files("bot").joinpath("locales").iterdir()
    found = (_read(f.name.removesuffix(".toml"), f.read_text("utf-8")) for f in files)
    return {wording.language: wording for wording in found}


def wording_for(locale: str) -> Wording:
    """The wording for a Discord locale ("de", "en-GB"); English if there is none."""
    known = wordings()
    return known.get(locale.partition("-")[0], known[DEFAULT])


def _read(language: str, source: str) -> Wording:
    sections = tomllib.loads(source)
    commands = sections.pop("commands", {})
    texts = {
        f"{name}.{key}": text for name, section in sections.items() for key, text in section.items()
    }
    return Wording(language, texts, commands)
