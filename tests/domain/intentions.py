"""Strategies: anything anybody might ask for, in any order, from two consoles."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.domain.playbooks import KAI, LEE, OTHER, RAMP, SMALL, START, ask_approval, proposal, request
from warroom.console.domain import intents as i
from warroom.console.domain.git.change import Proof
from warroom.console.domain.git.pull_request import PullRequest
from warroom.console.domain.intents import By, Intent
from warroom.console.domain.time.moments import PLAIN
from warroom.console.domain.watch.alert import Alert
from warroom.console.domain.way_back import Seen, judge

TEXT = st.sampled_from(["", " ", "because", "<b>`x`|"])
APPROVALS = st.sampled_from(["approval-1", "approval-2", ""])
RUNS = st.sampled_from(["run-1", "run-2", "run-3"])
ROLLOUTS = st.sampled_from(["ro-1", "ro-2"])
STEPS = st.sampled_from([step.key for phase in SMALL.phase for step in phase.step] + ["no-such-step"])
PEOPLE = st.sampled_from(["kai", "lee", ""])
STATUSES = st.sampled_from(["ok", "failing", "unknown"])
WHEN = st.integers(-7200, 7200).map(lambda seconds: START + timedelta(seconds=seconds))
SUBJECTS = st.one_of(
    STEPS.map(lambda key: f"step:{key}"),
    st.sampled_from(["clock:fix", "gate:ramp", "odd", "staging", "review", "duty:Audit", "backport:develop"]),
)
PROOFS = st.builds(Proof, live=TEXT, candidate=TEXT, verdict=st.sampled_from(["ok", "warn", "red", "unknown"]))
PULL_REQUESTS = st.builds(
    PullRequest, number=st.just(7), url=TEXT, state=st.sampled_from(["open", "merged", "closed"]), head=TEXT
)
PROBES = st.sampled_from(["api", "web"])
ALERTS = st.sampled_from(["a1", "a2"])
WAYS = st.builds(judge, title=TEXT, action=st.sampled_from(["rollback", ""]), seen=st.just(Seen()))
MOMENTS = st.sampled_from([*PLAIN, "deployed", "phase:assess:done", "phase:assess:entered", "action:deploy", "nothing"])

INTENTS: SearchStrategy[Intent] = st.one_of(
    st.builds(i.Acknowledge, note=TEXT),
    st.builds(i.CorrectTime, moment=MOMENTS, to=WHEN, why=TEXT),
    st.builds(i.ChangeLevel, level=st.sampled_from(["P0", "P1", "P2", "P9"]), why=TEXT),
    st.builds(i.LearnFact, name=st.sampled_from(["impact", "data-breach"]), value=TEXT),
    st.builds(i.FixNames, names=st.dictionaries(st.sampled_from(["branch", "tag"]), TEXT)),
    st.builds(i.Assign, role=st.sampled_from(["lead", "commander"]), name=PEOPLE),
    st.builds(i.TakeConn),
    st.builds(i.OfferConn, to=PEOPLE, card=TEXT),
    st.builds(i.AcceptConn),
    st.builds(i.EnterPhase, phase=st.sampled_from([phase.key for phase in SMALL.phase] + ["nowhere"])),
    st.builds(i.Tick, step=STEPS, note=TEXT),
    st.builds(i.Untick, step=STEPS, why=TEXT),
    st.builds(i.Waive, subject=SUBJECTS, why=TEXT, owner=PEOPLE, due=st.none() | WHEN),
    st.builds(i.Repay, subject=SUBJECTS, note=TEXT),
    st.builds(i.AddNote, text=TEXT),
    st.builds(i.Decide, choice=st.sampled_from(["rollback", "hotfix", "wait"]), why=TEXT),
    st.builds(i.Object, why=TEXT),
    st.builds(i.LayScenario, scenario=st.sampled_from(["flood", "leak", "nothing"]), why=TEXT),
    st.builds(i.SwitchPlaybook, playbook=st.sampled_from([SMALL, OTHER]), why=TEXT),
    st.builds(i.RecordWayBack, way=WAYS),
    st.builds(i.LinkAlert, alert=st.builds(Alert, fingerprint=ALERTS, name=TEXT, started_at=WHEN)),
    st.builds(i.EndAlert, fingerprint=ALERTS),
    st.builds(i.MuteProbe, probe=PROBES, until=WHEN, why=TEXT),
    st.builds(i.UnmuteProbe, probe=PROBES),
    st.builds(i.Escalate, level=st.none() | st.integers(-1, 6)),
    st.builds(
        i.RequestRun,
        run=RUNS,
        action=st.sampled_from(["branch", "deploy", "rollback"]),
        title=TEXT,
        target=TEXT,
        environment=st.sampled_from(["", "staging", "production"]),
        command=TEXT,
        fingerprint=TEXT,
        danger=st.sampled_from(["free", "confirm", "typed", "two"]),
        host=TEXT,
        marks=st.sampled_from(["", "deployed"]),
        approval=APPROVALS,
    ),
    st.builds(
        i.RequestApproval,
        request=APPROVALS,
        proposal=st.builds(
            proposal,
            action=st.sampled_from(["deploy", "restore"]),
            target=st.sampled_from(["production", " "]),
            incident=st.sampled_from(["INC-1", "INC-2"]),
            danger=st.sampled_from(["two", "typed"]),
            fingerprint=TEXT,
        ),
        account=TEXT,
    ),
    st.builds(i.IssueCode, request=APPROVALS, hash=TEXT, salt=TEXT, account=TEXT),
    st.builds(i.RedeemCode, request=APPROVALS, code=TEXT),
    st.builds(i.GrantApproval, request=APPROVALS, typed=st.sampled_from(["production", ""]), account=TEXT),
    st.builds(i.DenyApproval, request=APPROVALS, account=TEXT, why=TEXT),
    st.builds(i.WithdrawApproval, request=APPROVALS),
    st.builds(i.StartRun, run=RUNS),
    st.builds(i.CancelRun, run=RUNS),
    st.builds(
        i.EndRun,
        run=RUNS,
        outcome=st.sampled_from(["succeeded", "failed", "cancelled"]),
        exit_code=st.none() | st.integers(-15, 255),
        ended_at=WHEN,
        reason=TEXT,
    ),
    st.builds(i.LoseRun, run=RUNS, why=TEXT),
    st.builds(i.SettleRun, run=RUNS, outcome=st.sampled_from(["succeeded", "failed"]), why=TEXT, gone=TEXT),
    st.builds(i.StartRollout, rollout=ROLLOUTS, strategy=st.just(RAMP), values=st.just({"tag": "v1"})),
    st.builds(i.EnterStage, rollout=ROLLOUTS, stage=st.integers(-2, 3), run=RUNS),
    st.builds(
        i.ReadGate,
        rollout=ROLLOUTS,
        stage=st.integers(-2, 3),
        verdict=st.sampled_from(["passing", "failing", "unknown"]),
        reason=TEXT,
    ),
    st.builds(i.SkipGate, rollout=ROLLOUTS, why=TEXT, owner=PEOPLE),
    st.builds(i.PromoteStage, rollout=ROLLOUTS, why=TEXT, owner=PEOPLE),
    st.builds(i.HoldRollout, rollout=ROLLOUTS, reason=TEXT),
    st.builds(i.ResumeRollout, rollout=ROLLOUTS),
    st.builds(i.CompleteRollout, rollout=ROLLOUTS),
    st.builds(i.AbortRollout, rollout=ROLLOUTS, why=TEXT),
    st.builds(i.ProveChange, proof=PROOFS),
    st.builds(i.SeePullRequest, pull_request=PULL_REQUESTS),
    st.builds(
        i.RecordGitFact,
        fact=st.sampled_from(["branch", "merged", "nonsense"]),
        holds=st.none() | st.booleans(),
        why=TEXT,
        commit=st.sampled_from(["", "abc"]),
    ),
    st.builds(
        i.RecordBackport,
        branch=st.sampled_from(["main", "develop"]),
        state=st.sampled_from(["fixed", "fixed-by-patch", "missing", "unknown"]),
        why=TEXT,
        files=st.sampled_from([(), ("a.py",)]),
    ),
    st.builds(
        i.RecordVerdict,
        probe=st.sampled_from(["api", "web"]),
        role=st.sampled_from(["health", "error-rate"]),
        status=STATUSES,
        reason=TEXT,
    ),
    st.builds(
        i.SendMessage,
        message=st.sampled_from(["initial", "progress", "resolution"]),
        audience=st.just("stakeholders"),
        channel=st.just("chat"),
        text=TEXT,
    ),
    st.builds(i.SignDocument, document=st.just("post-mortem"), text=TEXT, checkpoint=TEXT),
    st.builds(i.NoticeClockStep, seconds=st.floats(-1e6, 1e6)),
    st.builds(i.Mitigate, how=TEXT),
    st.builds(i.Resolve, summary=TEXT),
    st.builds(i.Reopen, why=TEXT),
    st.builds(i.Close, note=TEXT),
)

DECLARE = st.builds(
    i.Declare,
    incident=st.just("INC-1"),
    title=st.sampled_from(["Sign-in fails", " "]),
    level=st.sampled_from(["P0", "P1", "P2", "P9"]),
    playbook=st.just(SMALL),
    impact_at=st.none() | WHEN,
    detected_at=st.none() | WHEN,
    drill=st.booleans(),
    scenario=st.sampled_from(["", "flood", "nothing"]),
)

Asked = tuple[Intent, By, timedelta]

ASKED: SearchStrategy[Asked] = st.tuples(
    st.one_of(*[INTENTS] * 9, DECLARE),
    st.sampled_from([KAI, LEE]),
    st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(minutes=7)]),
)
"""An intent, who wants it, and how much later than the one before."""

OPENING = i.Declare(incident="INC-1", title="Sign-in fails", level="P0", playbook=SMALL, service="shop")
STAGED: tuple[Intent, ...] = (
    i.Decide(choice="hotfix", why="no way back"),
    i.StartRollout(rollout="ro-1", strategy=RAMP, values={"tag": "v1"}),
    i.EnterStage(rollout="ro-1", stage=0, run="run-1"),
)
BUSY: tuple[Intent, ...] = (
    request("deploy", "run-1", marks="deployed"),
    i.StartRun(run="run-1"),
    i.RecordVerdict(probe="api", role="health", status="ok", reason=""),
)
APPROVED: tuple[Intent, ...] = (ask_approval(incident="INC-1", fingerprint=""),)
SETTLED: tuple[Intent, ...] = (
    *(i.Tick(step=step.key) for phase in SMALL.phase for step in phase.step),
    i.Resolve(summary="over"),
    i.Close(),
)
PREFACES = st.sampled_from([(), STAGED, BUSY, APPROVED, (*STAGED, *BUSY), SETTLED])
"""Rooms that chance alone would seldom lead to."""

STREAMS: SearchStrategy[list[Asked]] = st.builds(
    lambda preface, asked: [(intent, KAI, timedelta(minutes=1)) for intent in preface] + asked,
    PREFACES,
    st.lists(ASKED, max_size=30),
)
NOW = st.integers(0, 400_000).map(lambda seconds: datetime(2026, 11, 19, tzinfo=UTC) + timedelta(seconds=seconds))
