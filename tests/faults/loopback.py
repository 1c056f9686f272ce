"""A small Discord on this machine, gateway and REST, that does wrong when it is told to.

It speaks as much of Discord's protocol as the bot uses.
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web
from yarl import URL

from . import payloads
from .payloads import ACCOUNT, ACKNOWLEDGED, BOT, GUILD, Body, as_json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11
COMMAND, CLICK, TYPING = 2, 3, 4
TOO_FEW_SHARDS = 4011

BURST = 5
"""Messages that Discord takes from a channel at once."""

LONGEST = 50
"""Seconds without a request after which nothing is waited for any more."""

_FIRST_ID = 2 * 10**17


@dataclass(frozen=True)
class Posted:
    """A message that the bot posted, or what it answered to an interaction.

    `to` is the id of the message or interaction that it answers; `at` is when it was posted, as
    `time.time()` tells it.
    """

    to: int
    text: str
    at: float


@dataclass(frozen=True)
class Fault:
    """What Discord answers to a request with an HTTP `status` and a `code` of its own; 0: nothing.

    `taken` is whether it does what was asked anyway, `seconds` the wait that a 429 asks for.
    """

    status: int
    code: int = 0
    taken: bool = False
    seconds: float = 0.0


EXPIRED = Fault(404, code=10062)
"""The interaction is older than three seconds."""


class Bucket:
    """How many messages a channel takes yet."""

    def __init__(self) -> None:
        self._left = 0
        self._ends = 0.0

    def take(self, seconds: float) -> dict[str, str] | None:
        """Take a message in a window of some seconds, and say what is left; None if nothing is."""
        now = time.monotonic()
        if now >= self._ends:
            self._left, self._ends = BURST, now + seconds
        if not self._left:
            return None
        self._left -= 1
        return {
            "X-RateLimit-Limit": str(BURST),
            "X-RateLimit-Remaining": str(self._left),
            "X-RateLimit-Reset-After": f"{self._ends - now:.3f}",
            "X-RateLimit-Bucket": "messages",
        }


class Shard:
    """What Discord keeps of a shard: its session ("": none), the events in it, and its socket.

    While `door` is not set, no session goes on.
    """

    def __init__(self) -> None:
        self.session = ""
        self.events: list[str] = []
        self.again = 0
        self.socket: web.WebSocketResponse | None = None
        self.door = asyncio.Event()
        self.door.set()

    def begin(self, session: str, socket: web.WebSocketResponse) -> None:
        """Begin a session."""
        self.session, self.socket = session, socket
        self.events.clear()

    async def send(self, name: str, data: Body) -> None:
        """Send an event, or keep it for the RESUME."""
        event = {"op": DISPATCH, "t": name, "s": len(self.events) + 1, "d": data}
        self.events.append(json.dumps(event))
        if self.socket:
            await self.socket.send_str(self.events[-1])

    def left(self) -> web.WebSocketResponse:
        """The socket, through which nothing is sent any more."""
        socket, self.socket = self.socket, None
        assert socket
        return socket


class Loopback:
    """One Discord for one bot.

    `posted`, `logins` (IDENTIFY and RESUME) and `requests` (to post or answer, failed ones too)
    grow as things happen; `until` waits for that. `faults` are what the next requests meet, in
    turn; `at_login` and `at_gateway` what the next tries to log in and to connect do. While `gate`
    is not set, no request is answered; `most_waiting` is how many ever waited at once. `addressed`
    are the channels that it wanted to post in, `typed` those in which it was said to type. If
    `pace` (seconds) is not 0, a channel takes `BURST` messages in it; `refused` is how many
    requests were not done.

    It asks for `shards` connections, of which each may have `most` of its `guilds`; those that
    began a session are `identified`. It lets `sessions` begin, and as many again after
    `reset_after` seconds. It was `told` the commands so often.
    """

    def __init__(self, channels: int = 1, shards: int = 1, guilds: int = 1) -> None:
        self.address = ""
        self.shards = shards
        self.guilds = [payloads.guild_id(number) for number in range(guilds)]
        self.most = 2500
        self.sessions = 1000
        self.reset_after = 0.0
        self.identified: list[int] = []
        self.told = 0
        self.posted: list[Posted] = []
        self.logins: list[str] = []
        self.requests = 0
        self.most_waiting = 0
        self.addressed: list[int] = []
        self.typed: list[int] = []
        self.pace = 0.0
        self.refused = 0
        self.faults: deque[Fault] = deque()
        self.at_login: deque[Fault] = deque()
        self.at_gateway: deque[Fault] = deque()
        self.gate = asyncio.Event()
        self.gate.set()
        self._channels = channels
        self._waiting = 0
        self._ids = count(_FIRST_ID)
        self._shards: dict[int, Shard] = defaultdict(Shard)
        self._by_nonce: dict[tuple[str, Any], dict[str, Any]] = {}
        self._answered: set[str] = set()
        self._buckets: dict[str, Bucket] = defaultdict(Bucket)
        self._happened = asyncio.Event()

    async def until(self, come: Callable[[], object]) -> None:
        """Wait until `come` is true; it is asked again whenever something happens here.

        Raises TimeoutError if nothing happens for `LONGEST`.
        """
        while not come():
            self._happened.clear()
            async with asyncio.timeout(LONGEST):
                await self._happened.wait()

    async def until_logins(self, number: int) -> None:
        """Wait until the bot has identified or resumed so often."""
        await self.until(lambda: len(self.logins) >= number)

    async def until_answered(self, number: int) -> str:
        """Wait until a message or interaction has its answer, and return that."""
        await self.until(lambda: self.answers_to(number))
        return self.answers_to(number)[0]

    def answers_to(self, number: int) -> list[str]:
        """What was answered to a message or interaction, newest first."""
        return [post.text for post in reversed(self.posted) if post.to == number]

    async def ask(self, text: str, member: int = 100, channel: int | None = None) -> int:
        """Send a member's message to the bot, in a channel or directly; return its id."""
        number = next(self._ids)
        await self.dispatch("MESSAGE_CREATE", payloads.asked(number, text, member, channel))
        return number

    async def command(
        self, name: str, member: int = 100, guild: int = GUILD, **options: str
    ) -> int:
        """Use a slash command, or "one in" a group; return the interaction's id."""
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        group, _, inner = name.partition(" ")
        if inner:
            given = [{"name": inner, "type": 1, "options": given}]
        data = {"id": "77", "name": group, "type": 1, "options": given}
        return await self._interact(COMMAND, data, member, guild)

    async def type_in(self, name: str, option: str, typed: str, member: int = 100) -> int:
        """Type in an option of a slash command; return the interaction's id."""
        focused = {"name": option, "type": 3, "value": typed, "focused": True}
        data = {"id": "77", "name": name, "type": 1, "options": [focused]}
        return await self._interact(TYPING, data, member, GUILD)

    async def click(self, custom_id: str, member: int = 100, guild: int = GUILD) -> int:
        """Click a button under a message of the bot; return the interaction's id."""
        data = {"custom_id": custom_id, "component_type": 2}
        under = payloads.with_button(next(self._ids), custom_id)
        return await self._interact(CLICK, data, member, guild, message=under)

    async def _interact(self, kind: int, data: Body, member: int, guild: int, **more: Any) -> int:
        number = next(self._ids)
        event = payloads.interaction(number, kind, data, member, **payloads.in_guild(guild), **more)
        await self.dispatch("INTERACTION_CREATE", event)
        return number

    async def dispatch(self, name: str, data: Body) -> None:
        """Send an event of any kind to the shard that has its server; direct messages to the first.

        If that is away, the event comes with the RESUME.
        """
        guild = int(data.get("guild_id") or 0)
        await self._shards[shard_of(guild, self.shards)].send(name, data)

    async def hang_up(self, code: int = 4000, again: int = 0, shard: int = 0) -> None:
        """Break a connection; the RESUME brings the last `again` events a second time, too."""
        self._shards[shard].again = again
        await self._shards[shard].left().close(code=code)

    async def shut_out(self, shard: int) -> None:
        """Break a connection, and let its session go on only from `let_in` on."""
        self._shards[shard].door.clear()
        await self.hang_up(shard=shard)

    def let_in(self, shard: int) -> None:
        """Let a session go on again."""
        self._shards[shard].door.set()

    async def garble(self, shard: int = 0) -> None:
        """Send what is no JSON."""
        socket = self._shards[shard].socket
        assert socket
        await socket.send_str("{")

    def forget_session(self, shard: int = 0) -> None:
        """Answer the next RESUME that the session is invalid."""
        self._shards[shard].session = ""

    async def end_session(self, shard: int = 0) -> None:
        """Tell the bot that its session is invalid."""
        self.forget_session(shard)
        await self._shards[shard].left().send_json({"op": INVALID_SESSION, "d": False})

    async def _account(self, _: web.Request) -> web.Response:
        if self.at_login:
            return as_json({"message": "A fault.", "code": 0}, self.at_login.popleft().status)
        return as_json(ACCOUNT)

    async def _wanted(self, _: web.Request) -> web.Response:
        """Say how many shards there should be, and how many may begin."""
        left = self.sessions
        if left < self.shards:
            self.sessions = 1000
        return as_json(
            payloads.gateway_bot(self.shards, gateway(self.address), left, self.reset_after)
        )

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self.at_gateway:
            return as_json({}, self.at_gateway.popleft().status)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 45_000}})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                sent = json.loads(frame.data)
                await self._heard(socket, sent["op"], sent["d"])
        for shard in self._shards.values():
            if shard.socket is socket:
                shard.socket = None
        return socket

    async def _heard(self, socket: web.WebSocketResponse, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            await socket.send_json({"op": ACK})
        elif op == IDENTIFY:
            await self._identify(socket, *data.get("shard", (0, 1)))
        elif op == RESUME:
            await self._resume(socket, data["session_id"], data["seq"])

    async def _identify(self, socket: web.WebSocketResponse, number: int, count: int) -> None:
        if count * self.most < len(self.guilds):
            await socket.close(code=TOO_FEW_SHARDS)
            return
        self.shards, shard = count, self._shards[number]
        guilds = [guild for guild in self.guilds if shard_of(guild, count) == number]
        shard.begin(f"{number}-{next(self._ids)}", socket)
        ready = payloads.ready(shard.session, gateway(self.address), number, count, guilds)
        await shard.send("READY", ready)
        for guild in guilds:
            await shard.send("GUILD_CREATE", payloads.guild(self._channels, guild))
        self.identified.append(number)
        self._login("IDENTIFY")

    async def _resume(self, socket: web.WebSocketResponse, session: str, seq: int) -> None:
        shard = next((one for one in self._shards.values() if one.session == session), None)
        if shard is None:
            await socket.send_json({"op": INVALID_SESSION, "d": False})
            self._login("RESUME refused")
            return
        await shard.door.wait()
        for event in shard.events[seq - shard.again :]:
            await socket.send_str(event)
        shard.socket = socket
        await shard.send("RESUMED", {})
        self._login("RESUME")

    def _login(self, name: str) -> None:
        self.logins.append(name)
        self._happened.set()

    async def _message(self, request: web.Request) -> web.Response:
        """Post a message, only once if it is sent again with its nonce."""
        body = await request.json()
        channel = request.match_info["channel"]
        self.addressed.append(int(channel))

        def take() -> web.Response:
            headers = self._buckets[channel].take(self.pace) if self.pace else None
            if headers is None and self.pace:
                return self._refuse(Fault(429, seconds=self.pace))
            nonce = (channel, body["nonce"]) if body.get("enforce_nonce") else None
            if nonce and nonce in self._by_nonce:
                return as_json(self._by_nonce[nonce])
            text, number = body.get("content") or "", next(self._ids)
            posted = payloads.message(number, text, ACCOUNT, channel_id=channel)
            if nonce:
                self._by_nonce[nonce] = posted
            self._post(body.get("message_reference", {}).get("message_id", 0), body)
            return as_json(posted, headers=headers)

        return await self._answer(request, take)

    async def _commands(self, _: web.Request) -> web.Response:
        self.told += 1
        return as_json([])

    async def _typing(self, request: web.Request) -> web.Response:
        self.typed.append(int(request.match_info["channel"]))
        self._happened.set()
        return web.Response(status=204)

    async def _callback(self, request: web.Request) -> web.Response:
        """Take the answer to an interaction, which may be given once."""
        body = await request.json()
        number = request.match_info["number"]

        def take() -> web.Response:
            if number in self._answered:
                return as_json(ACKNOWLEDGED, 400)
            self._answered.add(number)
            self._post(number, body.get("data") or {})
            return as_json({"interaction": {"id": number, "type": body["type"]}})

        return await self._answer(request, take)

    def _post(self, to: str, body: Body) -> None:
        self.posted.append(Posted(int(to), payloads.texts(body), time.time()))

    async def _answer(self, request: web.Request, take: Callable[[], web.Response]) -> web.Response:
        self.requests += 1
        self._waiting += 1
        self.most_waiting = max(self.most_waiting, self._waiting)
        self._happened.set()
        await self.gate.wait()
        self._waiting -= 1
        self._happened.set()
        if not self.faults:
            return take()
        fault = self.faults.popleft()
        if fault.taken:
            take()
        if not fault.status and request.transport:
            request.transport.abort()
        return self._refuse(fault)

    def _refuse(self, fault: Fault) -> web.Response:
        self.refused += 1
        body = {"message": "A fault.", "code": fault.code, "retry_after": fault.seconds}
        # Without a Via, a 429 would tell discord.py that it is banned.
        return as_json(body | {"global": False}, fault.status or 500, {"Via": "1.1 loopback"})

    def app(self) -> web.Application:
        """The server of the gateway and of REST."""
        about = {"id": str(BOT), "name": "Footnote", "description": "", "icon": None}
        rights = {"bot_public": True, "bot_require_code_grant": False, "verify_key": ""}
        app = web.Application()
        app.router.add_get("/", self._gateway)
        app.router.add_get("/gateway/bot", self._wanted)
        app.router.add_get("/users/@me", self._account)
        app.router.add_get(
            "/oauth2/applications/@me", _always({**about, **rights, "owner": ACCOUNT})
        )
        app.router.add_put(f"/applications/{BOT}/commands", self._commands)
        app.router.add_post("/channels/{channel}/messages", self._message)
        app.router.add_post("/channels/{channel}/typing", self._typing)
        app.router.add_post("/interactions/{number}/{token}/callback", self._callback)
        return app


def shard_of(guild: int, count: int) -> int:
    """The shard to which Discord sends the events of a server (0: of direct messages)."""
    return (guild >> 22) % count


def gateway(address: str) -> str:
    """The address of the gateway at `address`: of another host than REST, as Discord's is."""
    return str(URL(address).with_scheme("ws").with_host("localhost"))


def _always(answer: object) -> Any:
    async def handle(_: web.Request) -> web.Response:
        return as_json(answer)

    return handle
