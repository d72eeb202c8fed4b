"""The system clock that was set, and the machine that slept."""

from warroom.console.engine.timekeeper import Timekeeper


class Machine:
    """Three clocks that a test moves."""

    def __init__(self) -> None:
        self.wall, self.steady, self.awake = 1000.0, 500.0, 200.0
        self.keeper = Timekeeper(lambda: self.wall, lambda: self.steady, lambda: self.awake)

    def run(self, seconds: float, *, suspended: bool = False) -> None:
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds
        self.awake += 0 if suspended else seconds


def test_a_quiet_minute_is_neither_a_jump_nor_sleep() -> None:
    machine = Machine()
    machine.run(60)
    assert (machine.keeper.jumped(), machine.keeper.slept()) == (0.0, 0.0)


def test_a_machine_that_slept_tells_so_once_and_its_clock_did_not_jump() -> None:
    machine = Machine()
    machine.run(3600, suspended=True)
    assert (machine.keeper.jumped(), machine.keeper.slept()) == (0.0, 3600.0)
    machine.run(1)
    assert machine.keeper.slept() == 0.0


def test_a_clock_that_was_set_jumped_and_nothing_slept() -> None:
    machine = Machine()
    machine.wall -= 90
    assert (machine.keeper.jumped(), machine.keeper.slept()) == (-90.0, 0.0)
