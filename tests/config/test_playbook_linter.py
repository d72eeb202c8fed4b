"""The linter finds in a playbook what would go wrong in the emergency."""

from pathlib import Path

import pytest

from warroom.config.lint import check_playbook
from warroom.config.playbook_files import load_playbook

SOUND = """
id = "sound"
title = "Sound"
[level.P0]
title = "Critical"
[decision.questions]
breach = "Did data leak?"
[contact.on-call]
title = "On call"
[[phase]]
key = "one"
title = "One"
min = "5m"
max = "10m"
[[phase.step]]
key = "look"
text = "Look"
[[ladder]]
level = 1
after = "0s"
call = ["on-call"]
[[rollback]]
title = "Back"
action = "rollback"
[document.post-mortem]
title = "Post-mortem"
section = []
"""


def said(folder: Path, text: str) -> list[str]:
    (folder / "p.toml").write_text(text)
    return [str(finding) for finding in check_playbook(load_playbook("p.toml", folder))]


def test_a_sound_playbook_is_left_alone(tmp_path: Path) -> None:
    assert said(tmp_path, SOUND) == []


CLOCK = '[[clock]]\nkey = "c"\ntitle = "C"\n'
PHASE = '[[phase]]\nkey = "two"\ntitle = "Two"\n'
STEP = 'step = [{ key = "x", text = "X" }]\n'
STAGES = '[strategy.s]\ntitle = "S"\ngate = [{ role = "error-rate" }]\n'


def step(more: str) -> str:
    return f'{PHASE}step = [{{ key = "x", text = "X", {more} }}]\n'


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (
            CLOCK + 'limit = "1h"\nstarts = "detectd"\n',
            'error: clock[0].starts: no moment is called "detectd", did you mean "detected"?',
        ),
        (
            CLOCK + 'limit = "1h"\nstops = ["phase:two:done"]\n',
            'error: clock[0].stops[0]: no moment is called "phase:two:done", did you mean "phase:one:done"?',
        ),
        (
            CLOCK + 'limit = "1h"\nrestarts = "audience:nobody"\n',
            'error: clock[0].restarts: no moment is called "audience:nobody", e.g. "detected"',
        ),
        (
            step('after = ["rollout:don"]'),
            'error: phase[1].step[0].after[0]: no moment is called "rollout:don", did you mean "rollout:done"?',
        ),
        (CLOCK + 'limit = "0s"\n', 'error: clock[0].limit: must be longer than 0, e.g. "30m"'),
        (
            CLOCK + 'limits = { P0 = { min = "2h", max = "1h" } }\n',
            "error: clock[0].limits.P0: its min is not below its max",
        ),
        (CLOCK + 'limits = { P9 = "1h" }\n', 'error: clock[0].limits: no level is called "P9", known: P0'),
        (CLOCK, 'warning: clock[0]: has no limit at any level, so it never runs, e.g. limit = "30m"'),
        (
            CLOCK + 'limit = "1h"\nwarn = 75.0\n',
            "error: clock[0].warn: must be a share of the limit, above 0 and at most 1, e.g. 0.75",
        ),
        (
            CLOCK + 'limit = "1h"\nonly_if = "breech"\n',
            'error: clock[0].only_if: no question asks for "breech", did you mean "breach"?',
        ),
        (
            CLOCK + 'limits = { P0 = "8m" }\n',
            "warning: clock[0].limits.P0: P0 C: holds only with luck: the phases up to there take",
        ),
        (
            CLOCK + 'limits = { P0 = "4m" }\n',
            "error: clock[0].limits.P0: P0 C: can't be kept: the phases up to there take",
        ),
        (
            CLOCK + 'limits = { P0 = "10m" }\n',
            "warning: clock[0].limits.P0: P0 C: leaves nothing to spare: the phases up to there take",
        ),
        (
            CLOCK + 'limit = "1h"\n' + CLOCK + 'limit = "1h"\n',
            'error: clock: 2 of them have the key "c", e.g. key = "c-2"',
        ),
        (
            CLOCK.replace('"c"', '"objections"') + 'limit = "1h"\n',
            'error: clock[0].key: "objections" is a clock of the room, e.g. "fix"',
        ),
        (
            PHASE + 'step = [{ key = "review", text = "Review", waivable = false }]\n[review]\nwaivable_at = ["P0"]\n',
            "error: phase[1].step[0].waivable: never skips what review.waivable_at lets skip at P0, e.g. "
            "review.waivable_at = []",
        ),
        (
            '[staging]\nrequired = false\nwaivable_at = ["P0"]\n',
            "warning: staging.waivable_at: says nothing where staging is not required, e.g. required = true",
        ),
        (
            '[[compliance]]\nname = "Audit"\nduty = "Keep it"\n' * 2,
            'error: compliance: 2 of them have the key "Audit", e.g. key = "Audit-2"',
        ),
        (
            '[[phase]]\nkey = "one"\ntitle = "Again"\nstep = [{ key = "x", text = "X" }]\n',
            'error: phase: 2 of them have the key "one", e.g. key = "one-2"',
        ),
        (
            '[[phase]]\nkey = "two"\ntitle = "Two"\nstep = [{ key = "look", text = "X" }]\n',
            'error: step: 2 of them have the key "look", e.g. key = "look-2"',
        ),
        ('[[phase]]\nkey = "two"\ntitle = "Two"\n', "warning: phase[1]: has no steps"),
        (
            PHASE + 'min = "9m"\nmax = "5m"\n' + STEP,
            'error: phase[1].min: is more than max (5m), e.g. min = "10m", max = "15m"',
        ),
        (
            PHASE + 'at = "9m"\nby = "9m"\n' + STEP,
            'error: phase[1].by: is not after at (9m), e.g. at = "15m", by = "30m"',
        ),
        (
            step('ticked_by = "action:tst"'),
            'error: phase[1].step[0].ticked_by: there is no action "tst", did you mean "test"?',
        ),
        (step('ticked_by = "message:m"'), 'error: phase[1].step[0].ticked_by: there is no message "m"'),
        (step('ticked_by = "document:d"'), 'error: phase[1].step[0].ticked_by: there is no document "d"'),
        (
            step('ticked_by = "git:merge"'),
            'error: phase[1].step[0].ticked_by: there is no git "merge", did you mean "merged"?',
        ),
        (step('ticked_by = "magic"'), 'error: phase[1].step[0].ticked_by: nothing ticks by "magic", known: action'),
        (step('ticked_by = "rollout:x"'), 'error: phase[1].step[0].ticked_by: rollout stands alone, e.g. "rollout"'),
        (step('levels = ["P7"]'), 'error: phase[1].step[0].levels: no level is called "P7", known: P0'),
        (
            step('decision = "hotfx"'),
            'error: phase[1].step[0].decision: "hotfx" is no decision, did you mean "hotfix"?',
        ),
        (step('action = "flush"'), 'warning: phase[1].step[0].action: the action "flush" must come from the project'),
        (
            '[[ladder]]\nlevel = 3\nafter = "15m"\ncall = ["on-call"]\n',
            "error: ladder[1].level: the rungs are not numbered in order: 3, e.g. 2",
        ),
        (
            '[[ladder]]\nlevel = 2\nafter = "0s"\ncall = ["on-call"]\n',
            "error: ladder[1].after: is not later than the rung before (0s)",
        ),
        (
            '[[ladder]]\nlevel = 2\nafter = "30m"\nuntil = "20m"\ncall = ["on-call"]\n',
            "error: ladder[1].until: is not later than after (30m)",
        ),
        (
            PHASE + 'at = "15m"\nby = "1h"\nstep = [{ key = "x", text = "X", at = "20m", by = "20m" }]\n',
            'error: phase[1].step[0].by: is not after at (20m), e.g. at = "5m", by = "10m"',
        ),
        (
            PHASE + 'at = "15m"\nby = "1h"\nstep = [{ key = "x", text = "X", at = "10m" }]\n',
            "warning: phase[1].step[0].at: 10m is outside its phase",
        ),
        (
            '[[ladder]]\nlevel = 2\nafter = "1h"\ncall = []\n',
            'error: ladder[1].call: a gap: nobody is called, e.g. ["on-call"]',
        ),
        (
            '[[ladder]]\nlevel = 2\nafter = "1h"\ncall = ["cto"]\n',
            'warning: ladder[1].call[0]: neither a role nor a contact is called "cto", known: on-call',
        ),
        (
            '[[decision.rule]]\nwhen = ["!breech"]\nchoose = "rollback"\nwhy = "x"\n',
            'error: decision.rule[0].when[0]: no question asks for "breech", did you mean "breach"?',
        ),
        (
            STAGES + "stage = [{ percent = 50 }, { percent = 20 }, { percent = 100 }]\n",
            "error: strategy.s.stage[1].percent: 20 does not rise above 50, e.g. 60",
        ),
        (
            STAGES + "stage = [{ percent = 50 }]\n",
            "error: strategy.s.stage[0].percent: ends at 50, not at 100, e.g. 100",
        ),
        (STAGES + "stage = []\n", "error: strategy.s.stage: has no stages, e.g. [{ percent = 100 }]"),
        (
            '[strategy.s]\ntitle = "S"\nstage = [{ percent = 100 }]\ngate = [{ role = "errors" }]\n',
            'error: strategy.s.gate[0].role: no probe has the role "errors", did you mean "error-rate"?',
        ),
        (
            '[message.m]\ntitle = "M"\nbody = "{{ titel }}"\n',
            'error: message.m.body: no fact is called titel, did you mean "title"?',
        ),
        (
            '[message.m]\ntitle = "M"\nbody = "{% if %}"\n',
            "error: message.m.body: is no valid template (line 1): Expected an expression",
        ),
        (
            '[message.m]\ntitle = "M"\nbody = "ok"\nclaims_normal = true\n',
            "error: message.m.roles: it says that all is normal, but not which",
        ),
        (
            '[document.d]\ntitle = "D"\nsection = [{ title = "S", source = "timelin" }]\n',
            'error: document.d.section[0].source: nothing fills "timelin", did you mean "timeline"?',
        ),
        (
            '[naming]\nbranch = "hotfix/{incidnt}"\n',
            'error: naming.branch: unknown placeholder {incidnt}, did you mean "{incident}"?',
        ),
        (
            "[staging]\nrequired = false\n",
            "warning: staging: production is the first place where the fix runs, e.g. required = true",
        ),
        (
            '[scenario.s]\ntitle = "S"\nphase = "two"\nstep = [{ key = "x", text = "X" }]\n',
            'error: scenario.s.phase: no phase is called "two", known: one',
        ),
        (
            '[scenario.s]\ntitle = "S"\nstep = [{ key = "x", text = "X", phase = "two" }]\n',
            'error: scenario.s.step[0].phase: no phase is called "two", known: one',
        ),
        (
            '[scenario.s]\ntitle = "S"\nphase = "one"\nstep = [{ key = "x", text = "X", below = "lok" }]\n',
            'error: scenario.s.step[0].below: no step of that phase is called "lok", did you mean "look"?',
        ),
        ('[scenario.s]\ntitle = "S"\nlevel = "P4"\n', 'error: scenario.s.level: no level is called "P4", known: P0'),
        (
            CLOCK + 'limits = { P0 = "4h" }\n[scenario.s]\ntitle = "S"\nlevel = "P0"\nresolve = "6h"\n',
            "warning: scenario.s.resolve: allows more time than P0 does",
        ),
        (
            '[document.d]\ntitle = "D"\nsection = [{ title = "S", stamps = { Found = "detectd" } }]\n',
            'error: document.d.section[0].stamps.Found: no moment is called "detectd", did you mean "detected"?',
        ),
        (
            '[naming]\npull_request_at = { P7 = "x" }\n',
            'error: naming.pull_request_at: no level is called "P7", known: P0',
        ),
        (
            '[command]\ntest = ["npm", "{fil}"]\n',
            'error: command.test: unknown placeholder {fil}, did you mean "{file}"?',
        ),
        ("[command]\ntest = []\n", 'error: command.test: must name a command, e.g. ["npm", "test"]'),
        (
            '[platform.vercl]\ndeploy-production = ["vercel", "--prod"]\n',
            'error: platform.vercl: no platform is called "vercl", did you mean "vercel"?',
        ),
        (
            '[[hazard]]\ntitle = "H"\nharm = "x"\ninstead = "y"\nguard = "stagin"\n',
            'error: hazard[0].guard: no guard is called "stagin", did you mean "staging"?',
        ),
    ],
)
def test_a_flaw_is_found(tmp_path: Path, more: str, found: str) -> None:
    assert any(each.startswith(found) for each in said(tmp_path, SOUND + more))


@pytest.mark.parametrize(
    ("cut", "found"),
    [
        ('[[rollback]]\ntitle = "Back"\naction = "rollback"\n', "error: rollback: names no way back"),
        (
            '[[ladder]]\nlevel = 1\nafter = "0s"\ncall = ["on-call"]\n',
            "warning: ladder: nobody is called when it takes",
        ),
        ('[document.post-mortem]\ntitle = "Post-mortem"\nsection = []\n', "warning: document: asks for no post-mortem"),
    ],
)
def test_what_is_missing_is_found(tmp_path: Path, cut: str, found: str) -> None:
    assert cut in SOUND
    assert any(each.startswith(found) for each in said(tmp_path, SOUND.replace(cut, "")))


def test_a_ladder_that_begins_late_has_a_gap(tmp_path: Path) -> None:
    text = SOUND.replace('after = "0s"', 'after = "15m"')
    assert said(tmp_path, text) == ['warning: ladder[0].after: a gap: nobody is called in the first 15m, e.g. "0s"']


def test_errors_come_before_warnings(tmp_path: Path) -> None:
    found = said(tmp_path, SOUND + "[staging]\nrequired = false\n[naming]\nbranch = '{x'\n")
    assert [each.split(":")[0] for each in found] == ["error", "warning"]


def test_names_from_the_file_can_not_steer_the_terminal(tmp_path: Path) -> None:
    text = 'resolved_after = "x"\n' + SOUND.replace('key = "one"', 'key = "\\u001b[2J"')
    assert said(tmp_path, text)[0] == 'error: resolved_after: no phase is called "x", known: \\u001b[2J'
