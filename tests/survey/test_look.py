"""A look at repositories: what is found there, and that nothing is run or invented."""

import json
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.console.survey.found import Found, Part
from warroom.console.survey.hosting import find_hosting
from warroom.console.survey.look import look
from warroom.console.survey.routes import find_routes
from warroom.console.survey.scripts import find_actions
from warroom.console.survey.write import to_toml

DEPLOYMENT = """
kind: Service
metadata: {name: not-me}
---
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      containers: [{name: app, image: "registry.example.com:5000/shop/web:v1"}]
"""


def repository(folder: Path, *tags: str, branch: str = "main") -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)

    git("init", "-q", "-b", branch)
    git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "first")
    for tag in tags:
        git("tag", tag)
    git("remote", "add", "origin", "git@example.com:acme/shop.git")


def test_name_branch_and_release_tags_come_from_git(tmp_path: Path) -> None:
    repository(tmp_path, "v1.9.0", "v1.10.0", "nightly-2026-01-01", "other/v9.0.0", branch="trunk")
    found = look(tmp_path)
    assert found.service.table["name"] == "shop"
    assert found.service.table["production"] == {"branch": "trunk", "tags": "v*"}
    assert found.service.why == "newest release: v1.10.0"


def test_a_remote_whose_name_says_nothing_does_not_name_the_service(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    repository(folder)
    subprocess.run(["git", "remote", "set-url", "origin", "/srv/git/origin.git"], cwd=folder, check=True)
    assert look(folder).service.table["name"] == "shop"


def test_a_script_that_names_the_environment_comes_first(tmp_path: Path) -> None:
    scripts = {"test:smoke": "a", "test:smoke:staging": "b", "deploy": "c", "deploy:production": "d"}
    (tmp_path / "package.json").write_text(json.dumps({"scripts": scripts}), encoding="utf-8")
    found = look(tmp_path).actions
    assert found["smoke-staging"].table["argv"] == ["npm", "run", "test:smoke:staging"]
    assert found["deploy-production"].table["argv"] == ["npm", "run", "deploy:production"]


def test_the_tags_of_a_monorepo_keep_their_prefix(tmp_path: Path) -> None:
    repository(tmp_path, "shop/v1.0.0", "shop/v1.1.0", "api/v3.0.0")
    assert look(tmp_path).service.table["production"]["tags"] == "shop/v*"


def test_a_folder_without_git_is_said_to_be_one(tmp_path: Path) -> None:
    assert any("git could not be asked" in note for note in look(tmp_path).notes)


@pytest.mark.parametrize(
    ("file", "platform"),
    [
        ("vercel.json", "vercel"),
        ("netlify.toml", "netlify"),
        ("railway.json", "railway"),
        (".elasticbeanstalk/config.yml", "elastic-beanstalk"),
        ("compose.yaml", "docker-compose"),
        (".github/workflows/deploy.yml", "github-actions"),
    ],
)
def test_a_hosting_file_tells_the_platform(tmp_path: Path, file: str, platform: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text("{}", encoding="utf-8")
    assert [hosting.platform for hosting in find_hosting(tmp_path)] == [platform]


def test_a_kubernetes_manifest_tells_deployment_namespace_container_and_image(tmp_path: Path) -> None:
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "web.yaml").write_text(DEPLOYMENT, encoding="utf-8")
    (tmp_path / "k8s" / "broken.yaml").write_text("a: [", encoding="utf-8")
    (hosting,) = find_hosting(tmp_path)
    assert (hosting.platform, hosting.file) == ("kubernetes", "k8s/web.yaml")
    assert hosting.options == {
        "deployment": "web",
        "namespace": "shop",
        "container": "app",
        "image": "registry.example.com:5000/shop/web",
    }


def test_scripts_and_targets_become_buttons_of_the_right_danger(tmp_path: Path) -> None:
    scripts = {"test": "x", "deploy:production": "x", "deploy:staging": "x", "lint": "x"}
    (tmp_path / "package.json").write_text(json.dumps({"scripts": scripts}), encoding="utf-8")
    (tmp_path / "pnpm-lock.yaml").touch()
    (tmp_path / "Makefile").write_text("rollback: all\n\t./x\nVERSION := 3\ntest:\n", encoding="utf-8")
    actions = find_actions(tmp_path)
    assert sorted(actions) == ["deploy-production", "deploy-staging", "rollback", "test"]
    assert actions["test"].table["argv"] == ["pnpm", "run", "test"]
    assert actions["rollback"].table["argv"] == ["make", "rollback"]
    deploy = actions["deploy-production"].table
    assert (deploy["danger"], deploy["guards"], deploy["undo_action"]) == ("typed", ["tests-passed"], "rollback")


def test_a_guard_that_nothing_could_satisfy_is_not_proposed(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"deploy": "x"}}', encoding="utf-8")
    deploy = find_actions(tmp_path)["deploy-production"].table
    assert "guards" not in deploy
    assert "undo_action" not in deploy


def test_health_routes_are_found_in_sources_and_not_in_dependencies(tmp_path: Path) -> None:
    for file, text in {
        "src/app.py": '@get("/api/health")\n@get("/orders")',
        "node_modules/x/index.js": '"/healthz"',
        "server.ts": "app.get('/healthz')",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_routes(tmp_path) == (("/healthz", "server.ts"), ("/api/health", "src/app.py"))


def test_probes_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "server.ts").write_text("'/healthz'", encoding="utf-8")
    rules = tmp_path / "rules.yml"
    rule = "{alert: production /healthz, expr: up < 1}"
    rules.write_text(f"groups: [{{rules: [{rule}]}}]", encoding="utf-8")
    from warroom.console.survey.rules import read_rules

    found = look(tmp_path, "https://example.com/", (read_rules(rules, "http://p"),))
    assert [probe.table["name"] for probe in found.probes] == ["production /healthz", "production /healthz (2)"]
    assert found.probes[0].table["url"] == "https://example.com/healthz"


def test_a_health_route_is_found_however_a_repository_says_it(tmp_path: Path) -> None:
    for file, text in {
        "app/api/(public)/health/route.ts": "export function GET() {}",
        "pages/api/status.js": "export default () => {}",
        "Dockerfile": "HEALTHCHECK CMD curl -f http://localhost:8000/healthz || exit 1",
        "k8s/web.yaml": "readinessProbe: {httpGet: {path: /ready, port: 8080}}",
        "docs.md": "see http://localhost/livez",
        "other.py": "ask(http://elsewhere.example.com/ping)",
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert find_routes(tmp_path) == (
        ("/healthz", "Dockerfile"),
        ("/api/health", "app/api/(public)/health/route.ts"),
        ("/ready", "k8s/web.yaml"),
        ("/api/status", "pages/api/status.js"),
    )


INGRESS = """
kind: Ingress
spec:
  tls: [{hosts: [shop.example.com]}]
  rules: [{host: shop.example.com}]
"""


def test_an_ingress_tells_where_production_answers(tmp_path: Path) -> None:
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "web.yaml").write_text(f"{DEPLOYMENT}---{INGRESS}", encoding="utf-8")
    found = look(tmp_path)
    assert found.service.table["environments"] == {"production": "https://shop.example.com"}
    assert [probe.table["url"] for probe in found.probes] == ["https://shop.example.com/"]
    assert look(tmp_path, "https://example.com").probes[0].table["url"] == "https://example.com/"


@pytest.mark.parametrize("host", ["'*.example.com'", "''", "null", "[1]"])
def test_an_ingress_that_names_no_host_invents_none(tmp_path: Path, host: str) -> None:
    text = f"{DEPLOYMENT}---\nkind: Ingress\nspec: {{rules: [{{host: {host}}}, 7]}}"
    (tmp_path / "web.yaml").write_text(text, encoding="utf-8")
    assert "environments" not in look(tmp_path).service.table


def test_workflows_that_are_started_by_hand_become_options(tmp_path: Path) -> None:
    flows = tmp_path / ".github" / "workflows"
    flows.mkdir(parents=True)
    (flows / "ci.yml").write_text("on: [push]", encoding="utf-8")
    (flows / "deploy-staging.yml").write_text("on: [workflow_dispatch]", encoding="utf-8")
    (flows / "deploy.yaml").write_text("on: {workflow_dispatch: {}}", encoding="utf-8")
    (flows / "release.yml").write_text("on: push", encoding="utf-8")
    (hosting,) = find_hosting(tmp_path)
    assert hosting.options == {"workflow": "deploy.yaml", "staging_workflow": "deploy-staging.yml"}


GATUS = 'endpoints: [{name: web, url: "https://example.com", conditions: ["[STATUS] == 200"]}]'


def test_a_gatus_configuration_that_lies_here_is_carried_over_and_rules_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(GATUS, encoding="utf-8")
    (tmp_path / "config" / "other.yaml").write_text("endpoints: {a: 1}\ngroups: 7", encoding="utf-8")
    (tmp_path / "rules.yml").write_text("groups: [{rules: [{alert: A, expr: up < 1}]}]", encoding="utf-8")
    found = look(tmp_path)
    assert [probe.table["name"] for probe in found.probes] == ["web"]
    assert "rules.yml holds rules of a Prometheus: `warroom init --print --rules rules.yml" in " ".join(found.notes)


def test_lists_stand_on_one_line_where_they_fit(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"test": "x"}}', encoding="utf-8")
    (tmp_path / "server.ts").write_text("'/healthz'", encoding="utf-8")
    text = to_toml(look(tmp_path, "https://example.com"), "release-protocol")
    assert 'argv = ["npm", "run", "test"]\n' in text
    assert 'conditions = ["[STATUS] == 200", "[RESPONSE_TIME] < 1000"]\n' in text
    assert tomllib.loads(text)["action"]["test"]["argv"] == ["npm", "run", "test"]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_no_list_changes_by_standing_on_one_line(words: list[str]) -> None:
    found = Found(
        service=Part(table={"name": "x"}, why="a test"),
        actions={"a": Part(table={"title": "A", "argv": words, "env": {"X": "= [\n    1,\n]"}}, why="a test")},
    )
    table = tomllib.loads(to_toml(found, "release-protocol"))["action"]["a"]
    assert (table["argv"], table["env"]["X"]) == (words, "= [\n    1,\n]")
