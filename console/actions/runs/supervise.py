"""The supervisor: starts one command, keeps its output and its end, and needs nobody.

Run as `python -P -m warroom.console.actions.runs.supervise RUNDIR LOCK`, in a session of its own; LOCK is the
descriptor of the run's lock, held since before this process began. The command's environment is this process's own;
the secrets to mask come as one line of JSON on standard input, so that nothing secret is in an argv or on a disk, and
with them the digest of what was written down: what is there now and was not confirmed is not run.
Standard library only, quick to start, and everything it must tell is in the run's folder before it ends.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from warroom.console.actions.runs import files as run_files
from warroom.console.actions.runs.ending import Ending, group_lives, leftovers
from warroom.console.actions.runs.intake import Intake

_GLANCE = 0.2
"""Seconds between looks at the cancel file and the clock."""
_RETRY_FOR = 300
"""Seconds in which a status that can't be written is tried again."""


def main(arguments: list[str]) -> int:
    """Supervise the run of the folder given; 0 once its end is recorded."""
    folder, lock = Path(arguments[0]), int(arguments[1])
    os.set_inheritable(lock, False)
    handed = _read_handed()
    if handed is None:
        sys.stderr.write("the console ended before it had handed over the run: nothing was started\n")
        return 1
    spec = run_files.read_as_written(folder / run_files.SPEC, handed["spec"])
    if spec is None:
        sys.stderr.write(f"{run_files.SPEC} is not what the console wrote: nothing was started\n")
        return 1
    _Supervisor(folder, spec, handed["secrets"]).run()
    return 0


def _read_handed() -> dict[str, Any] | None:
    line = sys.stdin.buffer.readline()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    if not line.endswith(b"\n"):
        return None
    handed: dict[str, Any] = json.loads(line)
    return handed


class _Supervisor:
    """One run, from the start of its command to its recorded end."""

    def __init__(self, folder: Path, spec: dict[str, Any], secrets: list[str]) -> None:
        self._folder = folder
        self._spec = spec
        # A run that an older console wrote down says neither.
        self._terminal = bool(spec.get("terminal", False))
        self._cancel_with = str(spec.get("cancel_with", "INT"))
        self._intake = Intake(folder, int(spec["cap_bytes"]), secrets, terminal=self._terminal)
        self._terminated = False
        self._verdict = ""
        self._ending: Ending | None = None
        self._about: dict[str, Any] = {
            "run": folder.name,
            "pid": os.getpid(),
            "started_at": run_files.now(),
            "boot_id": run_files.boot_id(),
            "host": run_files.host(),
        }

    def run(self) -> None:
        """Start the command, see it to its end, record that."""
        self._listen()
        run_files.reserve_status(self._folder)
        run_files.write_json(self._folder / run_files.STARTED, self._about)
        self._deadline = time.monotonic() + float(self._spec["timeout_s"])
        if self._asked_to_end():
            self._record("cancelled", code=None, error="cancelled before it was started")
            return
        try:
            child = self._start()
        except (OSError, ValueError) as problem:
            missing = isinstance(problem, FileNotFoundError)
            self._record("failed", code=127 if missing else 126, error=_plain(problem, self._spec))
            return
        code = self._attend(child)
        self._intake.drain()
        verdict = self._verdict or ("succeeded" if code == 0 else "failed")
        self._record(verdict, code=code, remains=leftovers(self._folder))

    def _listen(self) -> None:
        # Handlers, not SIG_IGN: what is ignored here would be ignored in the command too.
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        signal.signal(signal.SIGTERM, self._on_terminate)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        self._wake, waker = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)

    def _on_terminate(self, number: int, frame: FrameType | None) -> None:
        self._terminated = True

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._spec["argv"],
            cwd=self._spec["cwd"],
            stdin=self._intake.inlet if self._terminal else subprocess.DEVNULL,
            stdout=self._intake.inlet,
            stderr=self._intake.inlet,
            start_new_session=True,
        )

    def _attend(self, child: subprocess.Popen[bytes]) -> int:
        self._intake.close_inlet()
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            selector.register(self._intake.outlet, selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(_GLANCE)}
                if self._wake in ready:
                    os.read(self._wake, 4096)
                if self._intake.outlet in ready and not self._intake.take():
                    selector.unregister(self._intake.outlet)
                code = child.poll()
                at = time.monotonic()
                self._intake.write(at)
                self._intake.answer_nothing(at)
                if self._over(child.pid, code, at):
                    assert code is not None
                    return code

    def _over(self, group: int, code: int | None, at: float) -> bool:
        if self._ending is None and code is None:
            if self._asked_to_end():
                self._verdict = "cancelled"
            elif at >= self._deadline:
                self._verdict = "timed_out"
            if self._verdict:
                self._ending = Ending(group, float(self._spec["grace_s"]), at, self._cancel_with)
        if self._ending is None:
            return code is not None
        self._ending.press(at)
        return code is not None and (not group_lives(group) or self._ending.exhausted(at))

    def _asked_to_end(self) -> bool:
        return self._terminated or (self._folder / run_files.CANCEL).exists()

    def _record(
        self, state: str, *, code: int | None, error: str = "", remains: list[dict[str, Any]] | None = None
    ) -> None:
        self._intake.close()
        status = {
            **self._about,
            "state": state,
            "exit_code": None if code is None or code < 0 else code,
            "signal": None if code is None or code >= 0 else _signal_name(-code),
            "error": error,
            "ended_at": run_files.now(),
            "bytes": self._intake.offset,
            "lost": self._intake.lost,
            "lost_why": self._intake.problem,
            "leftovers": remains or [],
        }
        give_up = time.monotonic() + _RETRY_FOR
        while True:
            try:
                run_files.write_status(self._folder, status)
            except OSError:
                if time.monotonic() >= give_up:
                    raise
                time.sleep(1)
            else:
                return


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _plain(problem: OSError | ValueError, spec: dict[str, Any]) -> str:
    if not isinstance(problem, OSError):
        return str(problem)
    if not Path(spec["cwd"]).is_dir():
        return f"the folder {spec['cwd']} can't be entered"
    reason = os.strerror(problem.errno) if problem.errno else str(problem)
    return f"{spec['argv'][0]} can't be started: {reason}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
