"""Declaring an incident: title, level by what qualifies for it, protocol, kind, service, and since when it hurts."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label

from warroom.console.domain.intents import AddNote, LearnFact, Refused
from warroom.console.domain.playbook import Overlay, Playbook
from warroom.console.domain.time.when import parse_when
from warroom.console.domain.triage import ASSUMED, UNKNOWN_LEVEL, Suggestion, worst_level
from warroom.console.screens.guidance import Guidance
from warroom.console.screens.kit.ask import Field, make_input
from warroom.console.screens.kit.choose import Option, OptionList
from warroom.console.screens.kit.dialog import Dialog
from warroom.console.screens.kit.foot import Hint
from warroom.console.screens.kit.pick import Pick
from warroom.widgets.glyphs import level_sign, level_tone

LEVELS = ("P0", "P1", "P2", "P3")
"""Offered until the protocols have been read."""
NO_SCENARIO = "none"
NOT_KNOWN = "the worst is assumed until L sets it"
HEIGHTS = [(0, "-short"), (30, "-high")]
"""Where there is little height the lines stand closer."""
ROOMY = 36
"""Lines from which the form also says what the protocol is for."""


class Declaring(Dialog[str]):
    """The form for a new incident; gives its id. Nothing in it costs more than a title and a level."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "declare", "Declare", id="declare.send", tooltip="Declare it"),
        Binding("f4", "triage", "Which level?", id="declare.triage", tooltip="Questions that lead to the level"),
    ]
    VERTICAL_BREAKPOINTS = HEIGHTS
    DEFAULT_CSS = """
    Declaring {
        & OptionList { max-height: 10; }
        & .scenario { display: none; }
        & .scenario.-offered { display: block; }
        &.-short OptionList { max-height: 9; }
        & Guidance { margin-bottom: 1; }
        &.-short Guidance { margin: 0; }
    }
    """
    heading = "Declare an incident"

    playbooks: Mapping[str, Playbook] = {}
    """Filled in when they have been read."""
    _asking = False
    _triaged: Suggestion | None = None
    """What the questions led to."""
    _offered: Playbook | None = None
    """The protocol whose levels and kinds are shown."""

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(classes="card", can_focus=False):
            yield from self._line("title", "what is wrong", Field("title", "", hint="Sign-in fails for everyone"))
            with Horizontal(classes="field levels"):
                yield Label(Content("how bad"), classes="label")
                yield OptionList(id="level")
            yield from self._line("playbook", "protocol", Field("playbook", "", options=("the usual one",)))
            yield from self._line("scenario", "kind", Field("scenario", "", options=(NO_SCENARIO,)))
            yield from self._line("service", "service", Field("service", "", self.view.service))
            yield from self._line(
                "impact", "felt since", Field("impact", "", hint="now; or 14:05, -20m, 2026-03-01 14:05")
            )
            yield Guidance()

    def _line(self, name: str, label: str, field: Field) -> ComposeResult:
        with Horizontal(classes=f"field {name}"):
            yield Label(Content(label), classes="label")
            yield make_input(field)

    def on_mount(self) -> None:
        self.query_one("#field-title").focus()
        self._show_levels()
        self.errand(self._read_playbooks(), "playbooks")

    async def _read_playbooks(self) -> None:
        self.playbooks = await asyncio.to_thread(self.seat.playbooks)
        if self.playbooks and self.is_mounted:
            pick = self.query_one("#field-playbook", Pick)
            pick.values = tuple(self.playbooks)
            pick.value = pick.values[0]
            self._show_playbook()

    @property
    def playbook(self) -> Playbook | None:
        """The protocol that is picked; none before they have been read."""
        return self.playbooks.get(self.query_one("#field-playbook", Pick).value)

    @property
    def scenario(self) -> Overlay | None:
        """The kind of emergency that is picked."""
        playbook = self.playbook
        return playbook.scenario.get(self.query_one("#field-scenario", Pick).value) if playbook else None

    def _show_playbook(self) -> None:
        """Each protocol has levels and kinds of its own; what was answered by another's questions is void."""
        playbook = self._offered = self.playbook
        self._triaged = None
        self._show_levels()
        pick = self.query_one("#field-scenario", Pick)
        pick.values = (NO_SCENARIO, *(playbook.scenario if playbook else ()))
        pick.value = NO_SCENARIO
        self.query_one(".scenario").set_class(len(pick.values) > 1, "-offered")
        self._guide()

    def _show_levels(self) -> None:
        options = self.query_one("#level", OptionList)
        playbook = self.playbook
        if playbook is None:
            options.options = tuple(Option(key, key) for key in LEVELS)
            return
        signs = options.signs
        options.options = (
            *(
                Option(
                    key,
                    f"{key} {level_sign(key, signs)} {level.title}",
                    "; ".join(level.criteria) or level.meaning,
                    level_tone(key),
                )
                for key, level in playbook.level.items()
            ),
            Option(UNKNOWN_LEVEL, f"{UNKNOWN_LEVEL}  not known", NOT_KNOWN, "warn"),
        )

    def _guide(self) -> None:
        guidance = self.query_one(Guidance)
        guidance.why = self._triaged.why if self._triaged else ""
        guidance.scenario, guidance.playbook = self.scenario, self.playbook
        guidance.roomy = self.size.height >= ROOMY

    def on_resize(self) -> None:
        self._guide()

    @on(Pick.Changed)
    def changed(self) -> None:
        """Another protocol, or another kind: a kind may have a level of its own."""
        if self.playbook is not self._offered:
            self._show_playbook()
            return
        scenario = self.scenario
        if scenario is not None and scenario.level:
            self.query_one("#level", OptionList).cursor = scenario.level
        self._guide()

    def action_triage(self) -> None:
        """Ask the criteria; the level they lead to stands in the form then."""
        if (playbook := self.playbook) is None:
            self.say("the protocols are still being read", "warn")
            return
        from warroom.console.screens.triaging import Triaging

        def led(found: Suggestion | None) -> None:
            if found is not None:
                self._triaged = found
                self.query_one("#level", OptionList).cursor = found.level
                self._guide()

        self.app.push_screen(Triaging(self.seat, self.view, self.now, playbook), led)

    def hints(self) -> tuple[Hint, ...]:
        return (
            Hint("enter", "next, then declare"),
            Hint("f4", "which level?"),
            Hint("tab", "next field"),
            Hint("ctrl+s", "declare"),
            Hint("esc", "back"),
        )

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        """Enter in the title goes to the level; in the last fields it declares."""
        if event.input.id == "field-title":
            self.query_one("#level").focus()
        else:
            self.action_declare()

    @on(OptionList.Picked)
    def level_picked(self) -> None:
        """Enter on a level declares: the other fields have good answers already."""
        self.action_declare()

    def action_declare(self) -> None:
        """Check what is there and declare."""
        title = self.query_one("#field-title", Input)
        impact = self.query_one("#field-impact", Input)
        if not title.value.strip():
            title.focus()
            self.refuse('what is wrong? A few words, e.g. "Sign-in fails for everyone"')
            return
        try:
            when = parse_when(impact.value, self.now)
        except ValueError as error:
            impact.focus()
            self.refuse(f"felt since: {error}")
            return
        if when > self.now:
            impact.focus()
            self.refuse("felt since: that lies in the future")
            return
        if not self._asking and self.may_act():
            self._asking = True
            self.errand(self._declare(), "declare")

    async def _declare(self) -> None:
        playbook, level, found = self.playbook, self.query_one("#level", OptionList).cursor, self._triaged
        triaged = found if found is not None and found.level == level else None
        assumed = triaged is not None and triaged.assumed
        worst = playbook is not None and level == worst_level(playbook)
        scenario = self.query_one("#field-scenario", Pick).value
        try:
            answer = await self.seat.desk.declare(
                self.query_one("#field-title", Input).value.strip(),
                UNKNOWN_LEVEL if assumed and worst else level,
                playbook=playbook.id if playbook else "",
                service=self.query_one("#field-service", Input).value.strip(),
                impact_at=self.query_one("#field-impact", Input).value.strip(),
                scenario="" if scenario == NO_SCENARIO else scenario,
            )
        finally:
            self._asking = False
        if isinstance(answer, Refused):
            self.refuse(answer.reason)
            return
        if triaged is not None:
            await self._reason(answer, triaged, still_open=assumed and not worst)
        self.dismiss(answer)

    async def _reason(self, incident: str, found: Suggestion, *, still_open: bool) -> None:
        """The log says what led to the level; one that rests on a doubt is asked for again in the room."""
        if still_open:
            await self.attempt(incident, LearnFact(name=ASSUMED, value="yes"))
        await self.attempt(incident, AddNote(text=f"level by the criteria: {found.why}"))
