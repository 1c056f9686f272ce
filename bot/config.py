"""Settings, from `.env` and the environment, checked all at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from platformdirs import user_data_path

from bot.errors import FootnoteError, SettingsError
from bot.files import advice, exists

if TYPE_CHECKING:
    from bot.routing.encoder import Encoder

SHIPPED_KNOWLEDGE = Path(__file__).parent / "shipped_knowledge"
DOTENV = Path(".env")
CHECKOUT_KNOWLEDGE = Path(__file__).parent.parent / "knowledge"
NAMES = frozenset(
    {
        "DISCORD_TOKEN",
        "FOOTNOTE_KNOWLEDGE",
        "FOOTNOTE_DATA",
        "FOOTNOTE_DATABASE_URL",
        "FOOTNOTE_EDITING_GUILDS",
        "FOOTNOTE_ENCODER",
        "FOOTNOTE_MESSAGE_CONTENT",
        "FOOTNOTE_SHARDS",
        "FOOTNOTE_WATCH",
        "FOOTNOTE_LOG",
        "FOOTNOTE_METRICS_PORT",
    }
)
_LAST_PORT = 65535

_NO_HOME = (
    "The home folder that a ~ stands for is not known; write FOOTNOTE_KNOWLEDGE and FOOTNOTE_DATA "
    "without a ~."
)
_NO_TOKEN = re.compile(r"[^\w.-]", re.ASCII)
_TOKEN = re.compile(r"[^.]+\.[^.]+\.[^.]+")
_ID = re.compile("[0-9]{17,20}")
_DATABASE = re.compile(r"(postgres(ql)?://\S+)?")

LogFormat = Literal["text", "json"]


@dataclass(frozen=True)
class Shards:
    """The share of a process: of `count` shards those from `first` to `last`, counted from 0."""

    first: int
    last: int
    count: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"

    @property
    def numbers(self) -> range:
        """The numbers of the shards."""
        return range(self.first, self.last + 1)

    @property
    def are_all(self) -> bool:
        """Whether no other process has any."""
        return len(self.numbers) == self.count

    def have(self, guild: int) -> bool:
        """Whether Discord sends what happens in a server (0: in direct messages) to one of them."""
        return (guild >> 22) % self.count in self.numbers


@dataclass(frozen=True)
class Settings:
    """Where things are, and the token ("" if there is none), which `repr` leaves out.

    `message_content` is whether to request the intent of that name, for ask channels.
    `watch` is whether to publish edits of the knowledge folder without a command.
    `editing_guilds` are the ids of the servers that may change the facts; none: see `rights`.
    `shards` are those that this process connects; None for as many as Discord wants.
    `metrics_port` is where to serve counters to this machine, None for nowhere.
    `database` is the address of a PostgreSQL database for what members create, "" for a file in the
    data folder; its password is why `repr` leaves it out.
    `encoder` compares meanings; None if only words are compared.
    `faults` are what is wrong with what was set; the defaults stand in for it.
    """

    knowledge: Path
    data: Path
    token: str = field(default="", repr=False)
    message_content: bool = False
    watch: bool = False
    log: LogFormat = "text"
    metrics_port: int | None = None
    editing_guilds: frozenset[int] = frozenset()
    shards: Shards | None = None
    database: str = field(default="", repr=False)
    encoder: "Encoder | None" = None
    faults: tuple[str, ...] = ()

    def whole(self) -> "Settings":
        """The same. Raises SettingsError, whose message lists every fault, if there is one."""
        if self.faults:
            raise SettingsError("\n".join(self.faults))
        return self

    @property
    def shared(self) -> bool:
        """Whether other processes may use the same database and knowledge folder."""
        return bool(self.database or (self.shards and not self.shards.are_all))


def read_settings(environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """Make settings from the environment, which wins over the file `dotenv`; list all faults.

    Raises SettingsError if the home folder is unknown.
    """
    faults, written, encoder = [], {}, None
    try:
        written = _dotenv(dotenv, environment)
    except SettingsError as error:
        faults.append(str(error))
    values = {**written, **environment}
    given = {name: values.get(name, "").strip() for name in NAMES}
    knowledge = Path(given["FOOTNOTE_KNOWLEDGE"] or shipped_knowledge())
    data = Path(given["FOOTNOTE_DATA"] or user_data_path("footnote"))
    try:
        knowledge, data = knowledge.expanduser(), data.expanduser()
    except RuntimeError:
        raise SettingsError(_NO_HOME) from None
    faults += [
        f"{name} is not a setting; known are {', '.join(sorted(NAMES))}."
        for name in sorted(values)
        if name.startswith("FOOTNOTE_") and name not in NAMES
    ]
    faults += [*_folder_faults(knowledge, data), *_choice_faults(given), *_shards_faults(given)]
    try:
        encoder = _encoder(given["FOOTNOTE_ENCODER"])
    except FootnoteError as error:
        faults.append(f"FOOTNOTE_ENCODER: {error}")
    guilds = filter(_ID.fullmatch, _ids(given["FOOTNOTE_EDITING_GUILDS"]))
    database = given["FOOTNOTE_DATABASE_URL"]
    return Settings(
        knowledge,
        data,
        given["DISCORD_TOKEN"],
        message_content=given["FOOTNOTE_MESSAGE_CONTENT"] == "1",
        watch=given["FOOTNOTE_WATCH"] == "1",
        log="json" if given["FOOTNOTE_LOG"] == "json" else "text",
        metrics_port=_port(given["FOOTNOTE_METRICS_PORT"]),
        editing_guilds=frozenset(map(int, guilds)),
        shards=_shards(given["FOOTNOTE_SHARDS"]),
        database=database if _DATABASE.fullmatch(database) else "",
        encoder=encoder,
        faults=tuple(faults),
    )


def token_fault(token: str) -> str:
    """What is wrong with a token, "" if nothing is; quotes at most one wrong character of it."""
    if not token:
        return "DISCORD_TOKEN is not set; put the bot's token into .env."
    if foreign := _NO_TOKEN.search(token):
        return (
            f"DISCORD_TOKEN holds {foreign[0]!r}, which no token does; write the token alone, "
            "without quotation marks or brackets."
        )
    if not _TOKEN.fullmatch(token):
        return (
            "DISCORD_TOKEN is not a bot's token, which has three parts with dots between. Copy it "
            "from the developer portal (Bot → Reset Token); it is not the public key or secret."
        )
    return ""


def _encoder(name: str) -> "Encoder | None":
    if not name:
        return None
    # Imported here: without an encoder a command need not load what it takes.
    from bot.routing.encoder import encoder_named  # noqa: PLC0415

    return encoder_named(name)


def _folder_faults(knowledge: Path, data: Path) -> Iterator[str]:
    try:
        if not (exists(knowledge) and knowledge.is_dir()):
            yield f"FOOTNOTE_KNOWLEDGE: {knowledge} is not a folder; name the knowledge folder."
    except OSError as error:
        yield f"FOOTNOTE_KNOWLEDGE: {knowledge} can't be looked at: {advice(error)}"
    try:
        if exists(data) and not data.is_dir():
            yield f"FOOTNOTE_DATA: {data} is a file; name a folder."
    except OSError as error:
        yield f"FOOTNOTE_DATA: {data} can't be looked at: {advice(error)}"


def _ids(given: str) -> list[str]:
    return [part.strip() for part in given.split(",") if part.strip()]


def _choice_faults(given: Mapping[str, str]) -> Iterator[str]:
    for name in ("FOOTNOTE_MESSAGE_CONTENT", "FOOTNOTE_WATCH"):
        if given[name] not in {"", "0", "1"}:
            yield f"{name} is neither 0 nor 1; write one of them."
    if given["FOOTNOTE_LOG"] not in {"", "text", "json"}:
        yield "FOOTNOTE_LOG is neither text nor json; write one of them."
    for part in _ids(given["FOOTNOTE_EDITING_GUILDS"]):
        if not _ID.fullmatch(part):
            yield (
                f"FOOTNOTE_EDITING_GUILDS: {part:.50} is no server's id, which has 17 to 20 digits "
                "(Copy Server ID in Discord)."
            )
    if not _DATABASE.fullmatch(given["FOOTNOTE_DATABASE_URL"]):
        yield (
            "FOOTNOTE_DATABASE_URL is no address of a PostgreSQL database; write "
            "postgresql://user:password@host:5432/database."
        )
    if given["FOOTNOTE_METRICS_PORT"] and not _port(given["FOOTNOTE_METRICS_PORT"]):
        yield f"FOOTNOTE_METRICS_PORT is no port; write a number from 1 to {_LAST_PORT}."


def _port(given: str) -> int | None:
    number = int(given) if re.fullmatch("[0-9]{1,5}", given) else 0
    return number if 1 <= number <= _LAST_PORT else None


def _shards(given: str) -> Shards | None:
    found = re.fullmatch("([0-9]{1,5})-([0-9]{1,5})/([0-9]{1,5})", given)
    shards = found and Shards(*map(int, found.groups()))
    return shards if shards and shards.first <= shards.last < shards.count else None


def _shards_faults(given: Mapping[str, str]) -> Iterator[str]:
    value, shards = given["FOOTNOTE_SHARDS"], _shards(given["FOOTNOTE_SHARDS"])
    if value and not shards:
        yield (
            f"FOOTNOTE_SHARDS: {value:.50} is no share; 0-3/16 are the first four of sixteen "
            "shards, 12-15/16 the last four."
        )
    if shards and not shards.are_all and not _ids(given["FOOTNOTE_EDITING_GUILDS"]):
        yield (
            "FOOTNOTE_SHARDS lets this process see only some of the servers; name those that may "
            "change the facts in FOOTNOTE_EDITING_GUILDS."
        )


def _dotenv(file: Path | None, environment: Mapping[str, str]) -> dict[str, str]:
    try:
        if file is None or not exists(file) or not file.is_file():
            return {}
        # Imported here: most commands are given without such a file.
        from dotenv import dotenv_values  # noqa: PLC0415

        _check_lines(file)
        written = dotenv_values(file, interpolate=False)
        named = {n for text in written.values() for n in re.findall(r"\$\{(\w+)\}", text or "")}
        if unknown := sorted(named - written.keys() - environment.keys()):
            raise SettingsError(
                f"{file} names what is not set: {', '.join(unknown)}; set it first."
            )
        return {name: value or "" for name, value in dotenv_values(file).items()}
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {advice(error)}") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} can't be read ({error}); save it as UTF-8 text.") from None


def _check_lines(file: Path) -> None:
    """Raise SettingsError for a line that would be skipped."""
    from dotenv.parser import parse_stream  # noqa: PLC0415

    for part in parse_stream(StringIO(file.read_text("utf-8"))):
        if part.error:
            text = part.original.string
            blank = text[: len(text) - len(text.lstrip())].count("\n")
            raise SettingsError(
                f"{file}:{part.original.line + blank}: can't be read; write NAME=value, and close "
                "every quotation mark."
            )


def shipped_knowledge() -> Path:
    """The knowledge inside an installed package, or beside the package in a checkout."""
    return SHIPPED_KNOWLEDGE if SHIPPED_KNOWLEDGE.is_dir() else CHECKOUT_KNOWLEDGE
