"""A first configuration, written from what a repository holds."""

import json
import subprocess

from tests.cli.conftest import Shell

GATUS = """
endpoints:
  - {name: a, url: 'https://a.example', conditions: ['[STATUS] == 200']}
  - {name: b, url: 'tcp://b.example:5432', interval: 5s}
  - {name: c, url: '10.0.0.2', dns: {query-name: c.example, query-type: A}, conditions: ['[DNS_RCODE] == NOERROR']}
"""


def furnished(shell: Shell) -> None:
    shell.write(json.dumps({"scripts": {"test": "x", "deploy": "x", "rollback": "x"}}), "package.json")
    shell.write("'/healthz'", "server.ts")
    shell.write("{}", "vercel.json")
    subprocess.run(["git", "init", "-q"], cwd=shell.folder, check=True, env=shell.env)


def test_what_init_writes_is_a_good_configuration(shell: Shell) -> None:
    furnished(shell)
    shell.write(GATUS, "gatus.yaml")
    shell.write("groups: [{rules: [{alert: Down, expr: up < 1}]}]", "rules.yml")
    done = shell.warroom("init", "--url", "https://example.com", "--gatus", "gatus.yaml", "--rules", "rules.yml")
    assert done.status == 0, done.err
    assert "5 probes, 3 actions" in done.err
    assert "good" in shell.ok("config", "check")


def test_a_title_in_a_foreign_file_can_not_break_the_written_one(shell: Shell) -> None:
    name = '"]]\\n[store]\\u001b[2J # x'
    shell.write(f'endpoints: [{{name: "{name[1:]}", url: "https://a.example"}}]', "gatus.yaml")
    shell.ok("init", "--gatus", "gatus.yaml")
    assert "\x1b" not in (shell.folder / "warroom.toml").read_text(encoding="utf-8")


def test_init_never_overwrites(shell: Shell) -> None:
    shell.write("# mine\n")
    done = shell.warroom("init")
    assert (done.status, (shell.folder / "warroom.toml").read_text(encoding="utf-8")) == (2, "# mine\n")
    assert "[service]" in shell.ok("init", "--print")


def test_a_file_that_is_not_there_is_named(shell: Shell) -> None:
    done = shell.warroom("init", "--gatus", "nowhere.yaml")
    assert done.status == 2
    assert "nowhere.yaml" in done.err
    assert not (shell.folder / "warroom.toml").exists()
