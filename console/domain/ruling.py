"""What a protocol says about a decision: the rule that the answers lead to, and the decision written down with it."""

from collections.abc import Mapping

from warroom.console.domain.intents import Choice, Decide
from warroom.console.domain.playbook import Decision, Rule


def asked(decision: Decision) -> tuple[str, ...]:
    """The questions, those first that the first rules turn on; the log keeps the table without its order."""
    turning = [fact.removeprefix("!") for rule in decision.rule for fact in rule.when]
    return tuple(dict.fromkeys((*(key for key in turning if key in decision.questions), *decision.questions)))


def rule_for(decision: Decision, answers: Mapping[str, bool]) -> Rule | None:
    """The first rule all of whose facts are answered as it asks."""
    return next((rule for rule in decision.rule if all(_holds(fact, answers) for fact in rule.when)), None)


def _holds(fact: str, answers: Mapping[str, bool]) -> bool:
    key = fact.removeprefix("!")
    return key in answers and answers[key] is not fact.startswith("!")


def ruled(decision: Decision, answers: Mapping[str, bool], choice: Choice, why: str, panels: tuple[str, ...]) -> Decide:
    """The decision, with the rule that fired; if it said something else, why that was not taken.

    The matrix has one row a kind of case; the person knows which it is, so only the rule says what was refused.
    """
    rule = rule_for(decision, answers)
    fired = f"{', '.join(rule.when)}: {rule.choose}" if rule else ""
    refused: dict[str, str] = {rule.choose: f"the rule said so; {why}"} if rule and rule.choose != choice else {}
    return Decide(choice=choice, why=why, rule=fired, refused=refused, panels=panels)
