"""The load generator: keep-alive connections over raw sockets, in a process of its own, to loopback only.

Each connection posts the booking page's form of one signed-in family after another, one request at a time. A pair of
session and voucher is asked for once, so that every request is a booking.
"""

import asyncio
import json
import random
import statistics
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

WARM_UP = 1.0
BOOKED = "302"
_HEAD = (
    "POST /family/book/{session}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
)


@dataclass
class Tally:
    """What came back: moments and latencies of bookings after the warm-up, statuses of everything."""

    begin: float
    end: float
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    def add(self, status: str, sent: float, now: float) -> None:
        """One answer."""
        self.statuses[status] += 1
        if status == BOOKED and self.begin <= sent and now <= self.end:
            self.latencies.append(now - sent)

    def as_data(self) -> dict[str, object]:
        """Rate and latencies; `acknowledged` counts warm-up and the last answers too."""
        cuts = statistics.quantiles(self.latencies, n=100) if len(self.latencies) > 1 else [0.0] * 99
        acknowledged = self.statuses.pop(BOOKED, 0)
        return {
            "rate": len(self.latencies) / (self.end - self.begin),
            "p50": cuts[49] * 1000,
            "p99": cuts[98] * 1000,
            "acknowledged": acknowledged,
            "errors": dict(self.statuses),
        }


def requests(families: list[dict], sessions: list[int], port: int, seed: int) -> Iterator[bytes]:
    """The requests of one connection, in random order; ends when every pair was asked for."""
    chance = random.Random(seed)
    wanted = [(family, voucher) for family in families for voucher in family["vouchers"]]
    place_of = {voucher: chance.randrange(len(sessions)) for _, voucher in wanted}
    offsets = list(range(len(sessions)))
    chance.shuffle(offsets)
    for offset in offsets:
        chance.shuffle(wanted)
        for family, voucher in wanted:
            # Another session for each voucher, another voucher for each request: no pair comes twice.
            session = sessions[(place_of[voucher] + offset) % len(sessions)]
            key = uuid.UUID(int=chance.getrandbits(128))
            body = f"csrfmiddlewaretoken={family['token']}&key={key}&voucher={voucher}"
            head = _HEAD.format(
                session=session, port=port, cookie=family["cookie"], length=len(body), body=body
            )
            yield head.encode("ascii")


class Client(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends the next."""

    def __init__(self, queue: Iterator[bytes], tally: Tally) -> None:
        self.queue, self.tally = queue, tally
        self.done = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        request = next(self.queue, None) if perf_counter() < self.tally.end else None
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self.transport.close()
            return
        self.sent = perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if len(body) < length:
            return
        self.buffer = b""
        self.tally.add(head[9:12].decode(), self.sent, perf_counter())
        self.send()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.tally.statuses["connection lost"] += 1
            self.done.set_result(None)


async def drive(plan: dict, port: int, clients: int, seconds: float, seed: int) -> dict[str, object]:
    """Run all connections for a while."""
    families, loop = plan["families"], asyncio.get_running_loop()
    begin = perf_counter() + WARM_UP
    tally = Tally(begin, begin + seconds)
    running = []
    for number in range(clients):
        queue = requests(families[number::clients], plan["sessions"], port, seed * clients + number)
        _, client = await loop.create_connection(lambda queue=queue: Client(queue, tally), "127.0.0.1", port)
        running.append(client.done)
    await asyncio.wait_for(asyncio.gather(*running), WARM_UP + seconds + 60)
    if perf_counter() < tally.end:
        raise RuntimeError("the load generator ran out of vouchers: fill the city with more families")
    return tally.as_data()


def main(arguments: list[str]) -> None:
    """Read the plan, drive the load, print the tally."""
    path, port, clients, seconds, seed, first, count = arguments
    plan = json.loads(Path(path).read_text(encoding="utf-8"))
    plan["sessions"] = plan["sessions"][int(first) : int(first) + int(count)]
    print(json.dumps(asyncio.run(drive(plan, int(port), int(clients), float(seconds), int(seed)))))


if __name__ == "__main__":
    main(sys.argv[1:])
