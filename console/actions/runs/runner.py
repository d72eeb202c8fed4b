"""Runs: prepared, launched, looked at and cancelled, by any console on this host."""

import errno
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from warroom.console.actions.command import Command, Prepared
from warroom.console.actions.runs import files as run_files
from warroom.console.actions.runs import transcript
from warroom.console.actions.runs.ending import MARK
from warroom.console.actions.runs.environment import unattended
from warroom.console.actions.runs.report import RunReport, RunState, from_status, not_ended
from warroom.console.actions.runs.transcript import Chunk
from warroom.console.domain.text import clean

_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TAIL_BYTES_A_LINE = 400


__all__ = ["RunDir", "RunError", "RunReport", "RunState", "Runner"]


class RunError(OSError):
    """A run can't be prepared or launched; the message says why, in one line."""


@dataclass(slots=True)
class RunDir:
    """A prepared run; whoever holds it holds the run's lock, and launches it or lets go of it."""

    run_id: str
    path: Path
    environment: Mapping[str, str]
    secrets: tuple[str, ...]
    lock: int
    """The locked descriptor; -1 once it was handed over."""
    spec: str = ""
    """The digest of what was written down: the supervisor runs that, or nothing."""

    def __repr__(self) -> str:
        return f"RunDir({self.run_id!r})"

    def release(self) -> None:
        """Let go of a run that shall not be launched: it then counts as never started."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1


class Runner:
    """The runs of one folder. Each is a folder of files, so that any console on this host can adopt any run."""

    def __init__(
        self, folder: Path, *, grace: timedelta = timedelta(seconds=2), cap_bytes: int = 16 * 1024 * 1024
    ) -> None:
        """Keep runs in `folder`; `grace`: time between a cancel's signals, `cap_bytes`: what is kept of an output."""
        self._folder = folder
        self._grace = grace
        self._cap = cap_bytes

    def prepare(self, run_id: str, prepared: Prepared, secrets: Iterable[str] = ()) -> RunDir:
        """Write down what shall run, without its secrets; `secrets` are more values to mask in the output.

        Raises:
            RunError: the id is taken or not usable, or the folder can't be written.
        """
        command, secret_env = prepared.command, prepared.secret_env
        path = self._path(run_id)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Made under another name, so that nobody sees a run that is not locked yet and takes it for abandoned.
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._folder))
        except OSError as problem:
            raise self._unwritable(problem) from problem
        lock = -1
        try:
            lock = os.open(draft / run_files.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            spec = run_files.write_json(draft / run_files.SPEC, self._spec(command))
            draft.rename(path)
        except OSError as problem:
            if lock >= 0:
                os.close(lock)
            shutil.rmtree(draft, ignore_errors=True)
            taken = problem.errno in (errno.EEXIST, errno.ENOTEMPTY)
            raise (RunError(f"run {run_id} exists already") if taken else self._unwritable(problem)) from None
        added = {**dict(command.env), **secret_env, MARK: str(path.absolute())}
        return RunDir(run_id, path, unattended(os.environ, added), (*secret_env.values(), *secrets), lock, spec)

    def launch(self, run: RunDir) -> int:
        """Start the supervisor of a prepared run, which outlives this process; its process id.

        Raises:
            RunError: it could not be started; the run then counts as never started.
        """
        if run.lock < 0:
            raise RunError(f"run {run.run_id} was launched already")
        module = "warroom.console.actions.runs.supervise"
        try:
            with (run.path / run_files.DIARY).open("ab") as diary:
                supervisor = subprocess.Popen(
                    [sys.executable, "-P", "-m", module, str(run.path.absolute()), str(run.lock)],
                    stdin=subprocess.PIPE,
                    stdout=diary,
                    stderr=diary,
                    env=dict(run.environment),
                    pass_fds=(run.lock,),
                    start_new_session=True,
                )
        except OSError as problem:
            raise RunError(f"run {run.run_id} can't be started: {problem.strerror}") from problem
        finally:
            run.release()
        # Waits so that no zombie stays; the run does not depend on it.
        threading.Thread(target=supervisor.wait, name=f"run:{run.run_id}", daemon=True).start()
        assert supervisor.stdin is not None
        try:
            with supervisor.stdin as channel:
                channel.write(json.dumps({"secrets": run.secrets, "spec": run.spec}).encode() + b"\n")
        except BrokenPipeError:
            raise RunError(
                f"run {run.run_id}: its supervisor ended at once; see {run.path / run_files.DIARY}"
            ) from None
        return supervisor.pid

    def look(self, run_id: str) -> RunReport:
        """How a run is now, whichever console launched it; unknown if nothing is known of it here."""
        path = self._path(run_id)
        if not path.is_dir():
            return RunReport(run_id=run_id, state=RunState.UNKNOWN, reason=f"nothing is known of it in {self._folder}")
        # The lock is looked at first: the status is written before the lock is let go of, so that an end between the
        # two looks is not taken for a supervisor that died.
        held = _is_held(path / run_files.LOCK)
        status = run_files.read_json(path / run_files.STATUS)
        size = transcript.size(path)
        started = run_files.read_json(path / run_files.STARTED)
        other = str((status or started or {}).get("run", run_id))
        if other != run_id:
            reason = clean(f"what lies in {path} is of another run, {other}")
            return RunReport(run_id=run_id, state=RunState.UNKNOWN, reason=reason)
        if status is not None:
            return from_status(run_id, status, size)
        report = not_ended(run_id, started, held=held, host=run_files.host(), boot_id=run_files.boot_id(), size=size)
        if report.state is RunState.RUNNING and (path / run_files.CANCEL).exists():
            return replace(report, cancelling=True)
        return report

    def cancel(self, run_id: str) -> bool:
        """Ask for a run's end (INT or TERM, at last KILL, to its process group); whether there was anything to end."""
        if self.look(run_id).ended:
            return False
        (self._path(run_id) / run_files.CANCEL).touch(mode=0o600)
        return True

    def output(self, run_id: str, offset: int = 0, limit: int = 256 * 1024) -> Chunk:
        """At most `limit` bytes of a run's output, raw but masked; begins later than `offset` where nothing is kept."""
        return transcript.read(self._path(run_id), offset, limit)

    def tail(self, run_id: str, lines: int) -> str:
        """The last lines of a run's output, harmless to show."""
        data = transcript.tail(self._path(run_id), lines * _TAIL_BYTES_A_LINE)
        text = clean(data.decode(errors="replace"), keep_newlines=True)
        return "\n".join(text.rstrip("\n").split("\n")[-lines:])

    def list(self) -> tuple[str, ...]:
        """The ids of all runs, in order."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in self._folder.iterdir() if _RUN_ID.fullmatch(path.name)))

    def _unwritable(self, problem: OSError) -> RunError:
        return RunError(f"runs can't be written down in {self._folder}: {problem.strerror}; mend that, then try again")

    def _path(self, run_id: str) -> Path:
        if not _RUN_ID.fullmatch(run_id):
            raise RunError(f"{run_id!r} can't be a run's id: letters, digits, dots, dashes, at most 100")
        return self._folder / run_id

    def _spec(self, command: Command) -> dict[str, object]:
        return {
            "action": command.action,
            "argv": list(command.run_argv),
            "cwd": command.cwd,
            "env": [*dict(command.env), *command.secret_env],
            "timeout_s": command.timeout.total_seconds(),
            "cancel_with": command.cancel_with,
            "terminal": command.terminal,
            "grace_s": self._grace.total_seconds(),
            "cap_bytes": self._cap,
            "fingerprint": command.fingerprint,
        }


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
