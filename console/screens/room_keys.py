"""The room's own keys. Lower-case letters are for the action buttons, but for n, m, e, r; capitals are the room's."""

from typing import NamedTuple

from textual.binding import Binding


class _Key(NamedTuple):
    key: str
    prompt: str
    title: str
    tooltip: str
    acts: bool = True


SWITCH = "prompt('switch')"
"""What the command palette alone opens: going on by another protocol is no matter of one key."""

_KEYS = (
    _Key("n", "note", "Note", "Write a line into the timeline"),
    _Key("m", "message", "Message", "Write to people outside the room"),
    _Key("e", "escalate", "Escalate", "See who is next to be called, with numbers, and call them"),
    _Key("D", "decide", "Decide", "Choose between rollback, hotfix and waiting"),
    _Key("A", "acknowledge", "Acknowledge", "Say that somebody is on it"),
    _Key("S", "state", "State", "Mitigated, resolved, closed, or open again"),
    _Key("L", "level", "Level", "Change the level, with the reason"),
    _Key("T", "time", "Time", "Correct a time that was guessed wrong; every clock follows"),
    _Key("F", "fact", "Fact", "Say impact, cause, fix or eta, for messages and documents"),
    _Key("C", "conn", "Conn", "Take, hand over or accept the keys of this incident"),
    _Key("R", "role", "Role", "Say who is what"),
    _Key("W", "waive", "Waive", "Skip the chosen step, with a reason and who repays it"),
    _Key("X", "scenario", "Scenario", "Say of which kind it is: its steps, its time and its strategy join in"),
    _Key("Y", "why", "Why", "What the clocks run from, what is ahead, the last moment to go back", False),
    _Key("I", "contacts", "Contacts", "Who is to be called now, numbers, links; what the protocol holds to", False),
    _Key("E", "owed", "Owed", "What is owed: waivers, documents, follow-ups; pay one", False),
    _Key("U", "rollout", "Rollout", "Start, hold, resume or give up a staged rollout"),
    _Key("V", "values", "Values", "Run the chosen action with other values"),
    _Key("O", "output", "Output", "What a run prints; cancel it there", False),
    _Key("Z", "command_log", "Commands", "Every command as it ran, with who, when and its end", False),
    _Key("Q", "approvals", "Two people", "What waits for a second person's word", False),
    _Key("P", "document", "Documents", "Post-mortem and other documents, as they stand", False),
    _Key("B", "outbox", "Outbox", "Messages on their way out, and what became of them", False),
    _Key("H", "way_back", "Way back", "Which ways back would work now, and what stands against the others", False),
    _Key("K", "backports", "Backports", "Which live branches have the fix; carry it to the others", False),
    _Key("G", "ships", "Ships", "What would ship: the candidate against what is live", False),
)

ROOM_KEYS = (
    *(
        Binding(
            each.key,
            f"prompt('{each.prompt}')",
            each.title,
            id=f"room.{each.prompt}",
            tooltip=each.tooltip,
            # A list takes it for "go to the end".
            priority=each.key == "G",
        )
        for each in _KEYS
    ),
    Binding("r", "rollback", "ROLLBACK", id="room.rollback", tooltip="Roll production back"),
    Binding("ctrl+x", "stop_all", "Stop everything", id="room.stop", tooltip="Cancel every run, hold every rollout"),
)
"""What opens a dialog, and the rollback."""

ACTING = frozenset({"rollback", "stop_all", SWITCH, *(f"prompt('{each.prompt}')" for each in _KEYS if each.acts)})
"""Those that change something, as binding actions."""
