"""The terminal itself: its title, and giving it back whole when the console is ended from outside."""

import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from warroom.console.domain.text import clean

RESTORE = (
    b"\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l"  # synchronised output, bracketed paste, line wrap, in-band resize
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # the mouse
    b"\x1b[<u\x1b[?1004l\x1b[?1049l\x1b[?25h\x1b[0m"  # keyboard protocol, focus, alternate screen, cursor, colours
)
"""What takes back everything a full-screen program may have asked of a terminal."""
SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
FAREWELL = 1.0
"""Seconds the rest of the program gets to put its things away."""


def window_title(text: str) -> str:
    """The sequence that names the terminal's window."""
    return f"\x1b]2;{clean(text)}\x07"


class Lifeline:
    """While it is held, a signal or a dead terminal ends the program at once, with the terminal given back.

    It needs no event loop: a terminal that stops reading blocks the loop, and only a plain handler runs then. The exit
    status is 128 + the signal's number; that of a dead terminal is 129, as for a hang-up. A signal that was ignored
    when the program started (nohup) stays ignored.

    Args:
        ending: puts away what the program started; it gets a second. May be called from another thread.
        last_words: what to say on the terminal once it is given back.
    """

    def __init__(self, ending: Callable[[], None], last_words: Callable[[], str]) -> None:
        self._ending = ending
        self._last_words = last_words
        self._before: dict[int, Any] = {}
        self._attributes: list[Any] | None = None
        self._tty = ""
        self._over = threading.Event()

    def __enter__(self) -> "Lifeline":
        with contextlib.suppress(OSError, termios.error):
            self._attributes = termios.tcgetattr(sys.stdin.fileno())
            self._tty = os.ttyname(sys.stdin.fileno())
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._on_signal)
        with contextlib.suppress(OSError):
            # Also where the terminal is gone already: Textual would read from it for ever.
            watched = sys.stdin.fileno()
            threading.Thread(target=self._watch, args=(watched,), name="terminal-watch", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> NoReturn:
        self._end(128 + number, signal.Signals(number).name)

    def _watch(self, descriptor: int) -> None:
        # A poll that asks for nothing still tells of a hang-up.
        watched = select.poll()
        watched.register(descriptor, 0)
        while not self._over.is_set():
            for _, what in watched.poll(500):
                if what & (select.POLLHUP | select.POLLERR | select.POLLNVAL) and not self._over.is_set():
                    self._end(129, "the terminal is gone")

    def _end(self, status: int, why: str) -> NoReturn:
        farewell = threading.Thread(target=self._ending, name="farewell", daemon=True)
        farewell.start()
        farewell.join(FAREWELL)
        try:
            with contextlib.suppress(OSError, termios.error):
                self._give_back(why)
        finally:
            os._exit(status)

    def _give_back(self, why: str) -> None:
        # A description of its own, so that it can be made not to wait without the shell's being changed as well.
        terminal = os.open(self._tty, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        words = clean(self._last_words())
        text = RESTORE + f"warroom: ended: {why}{'. ' if words else ''}{words}\r\n".encode()
        try:
            os.write(terminal, text)
        except BlockingIOError:
            # Nobody reads: what is queued is of no use any more, and the way back must fit in.
            termios.tcflush(terminal, termios.TCOFLUSH)
            os.write(terminal, text)
        if self._attributes is not None:
            termios.tcsetattr(terminal, termios.TCSANOW, self._attributes)
