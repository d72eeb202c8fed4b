"""A look at repositories: what is found there, and that nothing is run or invented."""

import json
import subprocess
from pathlib import Path

import pytest

from warroom.console.survey.hosting import find_hosting
from warroom.console.survey.look import look
from warroom.console.survey.routes import find_routes
from warroom.console.survey.scripts import find_actions

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
