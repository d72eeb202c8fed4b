"""Templates in playbooks: do they parse, and do they ask only for what there is?"""

from collections.abc import Iterator

from warroom.config.errors import nearest, quoted
from warroom.config.finding import commands
from warroom.config.placeholders import check_template
from warroom.config.vocabulary import COMMAND_OPTIONS, FACTS, PLACEHOLDERS, PROBE_ROLES
from warroom.console.domain.playbook import Playbook

_NAMES = (
    "incident",
    "title",
    "level",
    "service",
    "production_tag",
    "previous_tag",
    "next_tag",
    "next_version",
    "commit",
    "base",
    "slug",
    "ticket",
    "date",
    "stamp",
)
"""What is known when the names of branch and tag are worked out."""


def check_names(playbook: Playbook) -> Iterator[tuple[str, str, str]]:
    """Placeholders nobody fills, in names and in the playbook's own actions: key, sentence, example."""
    naming = playbook.naming
    early = {"naming.branch": naming.branch, "naming.tag": naming.tag}
    early["naming.revision"] = naming.revision
    early |= {f"scenario.{name}.branch": overlay.branch for name, overlay in playbook.scenario.items()}
    late = {
        "naming.commit": naming.commit,
        "naming.pull_request": naming.pull_request,
        **{f"naming.pull_request_at.{level}": title for level, title in naming.pull_request_at.items()},
        **{f"naming.commit_body[{index}]": line for index, line in enumerate(naming.commit_body)},
    }
    if back := playbook.merge_back:
        late["merge_back.branch"] = back.branch
        late |= {f"merge_back.branches.{target}": branch for target, branch in back.branches.items()}
    for templates, known in ((early, _NAMES), (late, PLACEHOLDERS)):
        for key, template in templates.items():
            yield from _check_placeholders(key, template, known)
    for name, action in playbook.action.items():
        if not action.argv or not action.argv[0].strip():
            yield f"action.{name}.argv", "must name a command", '["./ops/deploy", "{environment}"]'
        texts = (*action.argv, action.target, action.environment, *action.env.values())
        for text in texts:
            yield from _check_placeholders(f"action.{name}", text, (*PLACEHOLDERS, *action.parameters))
    for key, argv in commands(playbook):
        if not argv or not argv[0].strip():
            yield key, "must name a command", '["npm", "test"]'
        for word in argv:
            yield from _check_placeholders(key, word, (*PLACEHOLDERS, *COMMAND_OPTIONS))


def _check_placeholders(key: str, template: str, known: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for problem, example in check_template(template, known, '"hotfix/{incident}"'):
        yield key, problem, example


def check_words(playbook: Playbook) -> Iterator[tuple[str, str, str]]:
    """Messages that don't parse as templates, or ask for facts there are not: key, sentence, example."""
    for key, message in playbook.message.items():
        for field, template in (("subject", message.subject), ("body", message.body)):
            for sentence in _check_jinja(template):
                yield f"message.{key}.{field}", sentence, ""
        for index, role in enumerate(message.roles):
            if role not in PROBE_ROLES:
                yield f"message.{key}.roles[{index}]", f"no probe has the role {quoted(role)}", '"error-rate"'
        if message.claims_normal and not message.roles:
            yield f"message.{key}.roles", "it says that all is normal, but not which probes must agree", '["health"]'


def _check_jinja(template: str) -> Iterator[str]:
    from jinja2 import TemplateError, meta
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment()
    try:
        asked = meta.find_undeclared_variables(environment.parse(template))
        environment.compile(template)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        yield f"is no valid template{f' (line {line})' if line else ''}: {error.message}"
        return
    except RecursionError:
        yield "is no valid template: it is nested too deeply"
        return
    for name in sorted(asked - set(FACTS)):
        near = nearest(name, FACTS)
        yield f"no fact is called {name}" + (f', did you mean "{near}"?' if near else f", known: {', '.join(FACTS)}")
