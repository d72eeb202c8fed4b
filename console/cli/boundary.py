"""The boundary where errors become one line on stderr and an exit status."""

import contextlib
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import Protocol

import click

from warroom.config.errors import ConfigError
from warroom.console.domain.text import clean
from warroom.console.store.errors import StoreError


class Exit(IntEnum):
    """Exit statuses, a contract (design: the command line)."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNKNOWN = 3
    STORE = 4
    REFUSED = 5


class Stop(Exception):
    """End the program with a status and a line for the person."""

    def __init__(self, status: Exit, message: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint


class Reporter(Protocol):
    """Who is told of a crash."""

    def report(self, error: BaseException) -> None: ...


def run_cli(command: click.Command, arguments: Sequence[str], options: Reporter) -> int:
    """Run the command line with `options` as its object, and give its exit status."""
    try:
        status = command.main(args=list(arguments), prog_name="warroom", standalone_mode=False, obj=options)
        sys.stdout.flush()
        return int(status) if isinstance(status, int) else Exit.OK
    except Stop as stop:
        say(stop.message)
        if stop.hint:
            say(f"hint: {stop.hint}")
        return stop.status
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return Exit.USAGE
    except click.ClickException as error:
        say(f"warroom: {error.format_message()}")
        say("hint: warroom --help")
        return Exit.USAGE
    except click.exceptions.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except ConfigError as error:
        say(str(error))
        return Exit.USAGE
    except StoreError as error:
        say(f"warroom: {error}")
        return Exit.STORE
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more while closing it.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:  # noqa: BLE001  the last boundary: a traceback helps nobody at night
        options.report(error)
        return crashed(error)


def crashed(error: BaseException) -> int:
    """An error nobody foresaw: one line, and the traceback in a file."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="warroom-crash-", suffix=".txt", delete=False) as file:
        file.write("".join(traceback.format_exception(error)))
    say(f"warroom: this is a bug: {type(error).__name__}: {error}")
    say(f"hint: where it happened is in {file.name}; runs and the log are not touched by it")
    return Exit.FAILED


def say(text: str) -> None:
    """A line for the person: stderr, with nothing in it that could move a cursor."""
    if text:
        click.echo(clean(text, keep_newlines=True), err=True)
