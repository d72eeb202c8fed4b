"""The thread that owns the connection: any thread queues jobs, and writes that queue up together share a commit."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

from warroom.console.store.errors import Conflict, Full, Locked, Unreachable

T = TypeVar("T")

_LARGEST_BATCH = 1000
"""Jobs that share a commit at most, so that the first of them doesn't wait for a flood."""


class Sql(Protocol):
    """A transaction's hands. Statements are written for both dialects, with `?` for each value."""

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a query; its rows."""

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that returns nothing."""

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Run a statement once for each row."""


class Database(Protocol):
    """One connection and its dialect; used by the worker's thread alone."""

    where: str
    """The file or address, without a password."""

    @property
    def read_only(self) -> Full | None:
        """Why only reading is possible, if so."""

    def open(self) -> None:
        """Connect and bring the tables up to date. Raises a StoreError."""

    def reading(self) -> AbstractContextManager[Sql]:
        """Each statement by itself. Raises a StoreError in the place of a driver's error."""

    def writing(self) -> AbstractContextManager[Sql]:
        """A transaction that holds the only write lock from its start, so that what it reads stays true until its
        commit. Raises a StoreError in the place of a driver's error."""

    def recover(self, attempt: int) -> bool:
        """After Unreachable: wait a little and connect again; whether another attempt makes sense."""

    def breathe(self) -> None:
        """After a batch: let another writer have its turn."""

    def close(self) -> None:
        """Disconnect."""


class _Job(Generic[T]):
    def __init__(self, work: Callable[[Sql], T], writes: bool) -> None:
        self.work = work
        self.writes = writes
        self.future: Future[T] = Future()
        self._settle: Callable[[], None] = self._nothing

    def attempt(self, sql: Sql) -> None:
        """Do the work, but tell nobody before the commit. A conflict is an outcome: it has written nothing."""
        try:
            result = self.work(sql)
        except Conflict as conflict:
            refusal = conflict
            self._settle = lambda: self.future.set_exception(refusal)
        else:
            self._settle = lambda: self.future.set_result(result)

    def settle(self) -> None:
        self._settle()

    def _nothing(self) -> None:
        """A job is settled after an attempt only."""


class Worker:
    """Runs jobs in the order they were queued, on a thread and a connection of its own."""

    def __init__(self, database: Database) -> None:
        """Open the database. Raises a StoreError."""
        self._database = database
        self._queue: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        opened: Future[None] = Future()
        # A daemon, so that a program that forgets to close it can end; a commit under way is all or nothing anyway.
        self._thread = threading.Thread(target=self._serve, args=(opened,), name="warroom-store", daemon=True)
        self._thread.start()
        opened.result()

    @property
    def where(self) -> str:
        """The file or address, without a password."""
        return self._database.where

    @property
    def read_only(self) -> Full | None:
        """Why only reading is possible, if so."""
        return self._database.read_only

    def read(self, work: Callable[[Sql], T]) -> T:
        """Run a job that only reads, and wait for it."""
        return self._put(_Job(work, writes=False)).result()

    def write(self, work: Callable[[Sql], T]) -> T:
        """Run a job that writes, and wait for its commit."""
        return self.write_soon(work).result()

    def write_soon(self, work: Callable[[Sql], T]) -> "Future[T]":
        """Queue a job that writes. It may run more than once: when its commit was lost, or its batch failed."""
        return self._put(_Job(work, writes=True))

    def close(self) -> None:
        """Finish what is queued and disconnect; later jobs are refused."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _put(self, job: _Job[T]) -> "Future[T]":
        with self._lock:
            if self._closed:
                raise Unreachable(self.where, "the store is closed", "open it again")
            self._queue.put(job)
        return job.future

    def _serve(self, opened: "Future[None]") -> None:
        try:
            self._database.open()
        except BaseException as error:  # noqa: BLE001  the caller of the constructor gets it
            self._closed = True
            opened.set_exception(error)
            return
        opened.set_result(None)
        del opened
        more = True
        while more:
            jobs, more = self._next()
            for writes, run in groupby(jobs, lambda job: job.writes):
                if writes:
                    self._commit(list(run))
                    self._database.breathe()
                else:
                    for job in run:
                        self._look(job)
        self._database.close()

    def _next(self) -> tuple[list[_Job[Any]], bool]:
        """Wait for a job, and take along what has queued up behind it; and whether there will be more."""
        jobs: list[_Job[Any]] = []
        job = self._queue.get()
        while job is not None:
            if job.future.set_running_or_notify_cancel():
                jobs.append(job)
            if len(jobs) >= _LARGEST_BATCH:
                return jobs, True
            try:
                job = self._queue.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False

    def _look(self, job: _Job[Any]) -> None:
        error = self._attempt([job], self._database.reading)
        if error:
            job.future.set_exception(error)
        else:
            job.settle()

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        error = self._attempt(jobs, self._database.writing)
        if error and len(jobs) > 1 and not isinstance(error, (Locked, Unreachable)):
            # One of them is at fault, or only their sum is too large: alone, the others may pass.
            for job in jobs:
                self._commit([job])
            return
        for job in jobs:
            if error:
                job.future.set_exception(error)
            else:
                job.settle()

    def _attempt(
        self, jobs: list[_Job[Any]], transaction: Callable[[], AbstractContextManager[Sql]]
    ) -> BaseException | None:
        """Run the jobs in one transaction, again while the connection can be restored; what went wrong, if it did."""
        attempt = 0
        while True:
            try:
                with transaction() as sql:
                    for job in jobs:
                        job.attempt(sql)
                return None
            except Unreachable as error:
                attempt += 1
                lost = error
            except BaseException as error:  # noqa: BLE001  whoever waits for the future gets it
                return error
            try:
                if not self._database.recover(attempt):
                    return lost
            except BaseException as error:  # noqa: BLE001  as above
                return error
