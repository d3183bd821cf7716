"""A server's life: take the port, check and warm, answer until told to stop, drain."""

import gc
import logging
import socket
from collections.abc import Callable, Sequence
from functools import partial

import uvicorn

from hinglish.errors import KhichdiError
from serve.access import Access
from serve.app import create_app
from serve.service import Service

HEADERS = 1 << 14  # bytes of a request's head
DRAIN = 10  # seconds that requests in work have when the server is told to stop


def taken(host: str, port: int) -> socket.socket:
    """The port, bound and not yet listening, so that a taken one is told before a model is loaded; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # by this name asyncio knows to send at once: else each answer waits 40 ms for an ACK
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except (OSError, OverflowError) as fault:
        sock.close()
        raise KhichdiError(f"serve api: {host}:{port} cannot be taken ({fault}); name another with --port, 0 for a free one") from fault
    return sock


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()


async def serve(service: Service, access: Access, sock: socket.socket, ready: Callable[[Sequence[str]], None] = lambda lines: None) -> None:
    """Start, answer, stop. KhichdiError where the start finds a mismatch: nothing was answered then. `ready` gets what was checked."""
    logger = logging.getLogger("uvicorn")
    logger.handlers, logger.propagate = [service.journal.handler()], False
    try:
        checked = await service.start()
        gc.collect()
        gc.freeze()  # lexicon and model live as long as the process: the collector need not walk them, which takes .3 s each time
        config = uvicorn.Config(
            create_app(service, access), access_log=False, log_config=None, log_level="warning", lifespan="off", server_header=False,
            timeout_keep_alive=30, timeout_graceful_shutdown=DRAIN, h11_max_incomplete_event_size=HEADERS,
        )  # fmt: skip
        await _Server(config, partial(ready, checked)).serve(sockets=[sock])
    finally:
        await service.close()
        service.journal.close()
        sock.close()
