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
from .payloads import ACCOUNT, ACKNOWLEDGED, BOT, Body, as_json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11
COMMAND, CLICK, TYPING = 2, 3, 4

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


class Loopback:
    """One Discord for one bot.

    `posted`, `logins` (IDENTIFY and RESUME) and `requests` (to post or answer, failed ones too)
    grow as things happen; `until` waits for that. `faults` are what the next requests meet, in
    turn; `at_login` and `at_gateway` what the next tries to log in and to connect do. While `gate`
    is not set, no request is answered; `most_waiting` is how many ever waited at once. `addressed`
    are the channels that it wanted to post in, `typed` those in which it was said to type. If
    `pace` (seconds) is not 0, a channel takes `BURST` messages in it; `refused` is how many
    requests were not done.
    """

    def __init__(self, channels: int = 1) -> None:
        self.address = ""
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
        self._session = 1
        self._events: list[str] = []
        self._again = 0
        self._socket: web.WebSocketResponse | None = None
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

    async def command(self, name: str, member: int = 100, **options: str) -> int:
        """Use a slash command; return the interaction's id."""
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {"id": "77", "name": name, "type": 1, "options": given}
        return await self._interact(COMMAND, data, member)

    async def type_in(self, name: str, option: str, typed: str, member: int = 100) -> int:
        """Type in an option of a slash command; return the interaction's id."""
        focused = {"name": option, "type": 3, "value": typed, "focused": True}
        data = {"id": "77", "name": name, "type": 1, "options": [focused]}
        return await self._interact(TYPING, data, member)

    async def click(self, custom_id: str, member: int = 100) -> int:
        """Click a button under a message of the bot; return the interaction's id."""
        data = {"custom_id": custom_id, "component_type": 2}
        under = payloads.with_button(next(self._ids), custom_id)
        return await self._interact(CLICK, data, member, message=under)

    async def _interact(self, kind: int, data: Body, member: int, **more: Any) -> int:
        number = next(self._ids)
        event = payloads.interaction(number, kind, data, member, **more)
        await self.dispatch("INTERACTION_CREATE", event)
        return number

    async def dispatch(self, name: str, data: Body) -> None:
        """Send an event of any kind; if the bot is away, it comes with the RESUME."""
        event = {"op": DISPATCH, "t": name, "s": len(self._events) + 1, "d": data}
        self._events.append(json.dumps(event))
        if self._socket:
            await self._socket.send_str(self._events[-1])

    async def hang_up(self, code: int = 4000, again: int = 0) -> None:
        """Break the connection; the RESUME brings the last `again` events a second time, too."""
        socket, self._socket, self._again = self._socket, None, again
        assert socket
        await socket.close(code=code)

    async def garble(self) -> None:
        """Send what is no JSON."""
        assert self._socket
        await self._socket.send_str("{")

    def forget_session(self) -> None:
        """Answer the next RESUME that the session is invalid."""
        self._session += 1

    async def end_session(self) -> None:
        """Tell the bot that its session is invalid."""
        self.forget_session()
        socket, self._socket = self._socket, None
        assert socket
        await socket.send_json({"op": INVALID_SESSION, "d": False})

    async def _account(self, _: web.Request) -> web.Response:
        if self.at_login:
            return as_json({"message": "A fault.", "code": 0}, self.at_login.popleft().status)
        return as_json(ACCOUNT)

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
        if self._socket is socket:
            self._socket = None
        return socket

    async def _heard(self, socket: web.WebSocketResponse, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            await socket.send_json({"op": ACK})
        elif op == IDENTIFY:
            self._events.clear()
            self._socket = socket
            await self.dispatch("READY", payloads.ready(self._session, gateway(self.address)))
            await self.dispatch("GUILD_CREATE", payloads.guild(self._channels))
            self._login("IDENTIFY")
        elif op == RESUME and data["session_id"] != str(self._session):
            await socket.send_json({"op": INVALID_SESSION, "d": False})
            self._login("RESUME refused")
        elif op == RESUME:
            for event in self._events[data["seq"] - self._again :]:
                await socket.send_str(event)
            self._socket = socket
            await self.dispatch("RESUMED", {})
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
        app.router.add_get("/users/@me", self._account)
        app.router.add_get(
            "/oauth2/applications/@me", _always({**about, **rights, "owner": ACCOUNT})
        )
        app.router.add_put(f"/applications/{BOT}/commands", _always([]))
        app.router.add_post("/channels/{channel}/messages", self._message)
        app.router.add_post("/channels/{channel}/typing", self._typing)
        app.router.add_post("/interactions/{number}/{token}/callback", self._callback)
        return app


def gateway(address: str) -> str:
    """The address of the gateway at `address`: of another host than REST, as Discord's is."""
    return str(URL(address).with_scheme("ws").with_host("localhost"))


def _always(answer: object) -> Any:
    async def handle(_: web.Request) -> web.Response:
        return as_json(answer)

    return handle
