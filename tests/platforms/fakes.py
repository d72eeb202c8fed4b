"""The tools of the platforms as executables: each refuses any argv the real one would, and keeps its state."""

import json
import sys
from pathlib import Path
from typing import Any

PROGRAM = '''#!{python}
import json, re, sys, time
from pathlib import Path

STATE = Path({state!r})
state = json.loads(STATE.read_text())
TOOL, argv = Path(sys.argv[0]).name, sys.argv[1:]
with STATE.with_suffix(".calls").open("a") as calls:
    calls.write(json.dumps([TOOL, *argv]) + "\\n")


def refuse(why="unknown command or flag"):
    sys.stderr.write(TOOL + ": " + why + ": " + " ".join(argv) + "\\n")
    sys.exit(2)


def fits(pattern):
    """The words that stand where the pattern has <name>, if every other word is the same."""
    words = pattern.split(" ")
    if len(words) != len(argv):
        return None
    found = {{}}
    for want, have in zip(words, argv):
        rule = re.sub(r"<(\\w+)>", lambda m: "(?P<%s>[^ ]+)" % m[1], re.escape(want).replace("\\\\<", "<"))
        rule = rule.replace("_SPACE_", " ")
        match = re.fullmatch(rule, have)
        if match is None or (have.startswith("-") and not want.startswith("-")):
            return None
        found.update(match.groupdict())
    return found


def answer(value):
    print(json.dumps(value))


def keep():
    if not state.get("lies"):
        STATE.write_text(json.dumps(state))
    sys.exit(0)


def now():
    return int(time.time() * 1000)


def kubectl():
    if fits("get deployment/web -n shop-prod -o json") is not None:
        pass
    elif got := fits("set image deployment/web web=<image> -n <namespace>"):
        if got["namespace"] == "shop-prod":
            state["revisions"].append(got["image"])
        return keep()
    elif got := fits("rollout undo deployment/web -n shop-prod --to-revision=<revision>"):
        state["revisions"].append(state["revisions"][int(got["revision"]) - 1])
        return keep()
    elif fits("get applications.argoproj.io/shop -n argocd -o json") is not None:
        return answer({{"spec": {{"syncPolicy": state.get("sync", {{}})}}}})
    else:
        refuse()
    generation = len(state["revisions"])
    counts = dict.fromkeys(("replicas", "updatedReplicas", "availableReplicas"), 3)
    answer({{
        "metadata": {{"generation": generation}},
        "spec": {{"replicas": 3, "template": {{"spec": {{"containers": [
            {{"name": "log", "image": "fluentd:1"}}, {{"name": "web", "image": state["revisions"][-1]}}]}}}}}},
        "status": {{"observedGeneration": generation, **counts,
                   "conditions": [{{"type": "Progressing", "reason": "NewReplicaSetAvailable"}}]}},
    }})


def gcloud():
    where = "shop --region=eu --project=<project> --format=json --quiet"
    if fits("run services describe shop --region=eu --project=acme-prod --format=json --quiet") is not None:
        traffic = [{{"revisionName": r, "percent": p}} for r, p in state["split"].items()]
        traffic += [{{"tag": t, "revisionName": r}} for t, r in state["tags"].items()]
        traffic += [{{"tag": t, "revisionName": r, "percent": state["split"][r]}}
                    for t, r in state["tags"].items() if r in state["split"]]
        return answer({{"metadata": {{"generation": 2}}, "status": {{"observedGeneration": 2, "traffic": traffic,
                       "conditions": [{{"type": "Ready", "status": "True"}}]}}}})
    if fits("run deploy shop --image=<i> --region=eu --project=acme-staging --format=json --quiet"):
        return keep()
    deploy = "run deploy shop --image=<i> --region=eu --project=acme-prod --no-traffic --tag=<tag>"
    if got := fits(deploy + " --format=json --quiet"):
        state["tags"][got["tag"]] = "shop-00042-new"
        return keep()
    shift = "run services update-traffic shop --region=eu --project=acme-prod <to> --format=json --quiet"
    got = fits(shift.replace("<to>", "--to-tags=<tag>=<percent>"))
    if got and got["tag"] in state["tags"]:
        share = int(got["percent"])
        state["split"] = {{state["tags"][got["tag"]]: share}}
        state["split"] |= {{"shop-00041-old": 100 - share}} if share < 100 else {{}}
        return keep()
    if got := fits(shift.replace("<to>", "--to-revisions=<revision>=100")):
        state["split"] = {{got["revision"]: 100}}
        return keep()
    refuse()


def vercel():
    if fits("inspect shop.example.com --json") is not None:
        return answer(state["deployments"][state["live"]])
    if fits("deploy --yes") is not None:
        print("https://shop-preview.vercel.app")
        return keep()
    if fits("deploy --prod --yes") is not None:
        state["live"] = "dpl_new"
        state["deployments"]["dpl_new"] = {{"id": "dpl_new", "readyState": "READY", "createdAt": now()}}
        print("https://shop-new.vercel.app")
        return keep()
    if got := fits("rollback <id> --yes --timeout 3m"):
        if got["id"] not in state["deployments"]:
            refuse("no such deployment")
        state["live"] = got["id"]
        return keep()
    refuse()


def netlify():
    if fits("api getSite --data <data>".replace("<data>", '{{"site_id":_SPACE_"site-1"}}')) is not None:
        return answer({{"published_deploy": state["deploys"][state["live"]]}})
    if fits("deploy --no-build --dir dist --json --message <message>"):
        return keep()
    if got := fits("deploy --prod --no-build --dir dist --json --message <message>"):
        state["deploys"]["d2"] = {{"id": "d2", "title": got["message"], "state": "ready"}}
        state["live"] = "d2"
        return keep()
    restore = '{{"site_id":_SPACE_"site-1",_SPACE_"deploy_id":_SPACE_"<id>"}}'
    if got := fits("api restoreSiteDeploy --data " + restore):
        state["live"] = got["id"]
        return keep()
    refuse()


def railway():
    if got := fits("up --service web --environment <environment> --detach --json -y"):
        if got["environment"] == "production":
            created = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            state["list"].insert(0, {{"id": "new", "status": "SUCCESS", "createdAt": created}})
        return keep()
    if fits("deployment list -s web -e production --limit 5 --json") is not None:
        return answer(state["list"])
    refuse()


def eb():
    if got := fits("deploy <environment> --version <label> --timeout 20"):
        if got["label"] not in state["labels"]:
            refuse("no such version")
        state["running"][got["environment"]] = got["label"]
        return keep()
    refuse()


def aws():
    if fits("elasticbeanstalk describe-environments --environment-names shop-production --output json") is None:
        refuse()
    label = state["running"]["shop-production"]
    answer({{"Environments": [{{"Status": "Ready", "Health": "Green", "VersionLabel": label}}]}})


def ssh():
    start = "-oBatchMode=yes -oConnectTimeout=10 deploy@host "
    compose = "docker compose --ansi never "
    if fits(start + compose + "-f /srv/shop/docker-compose.prod.yml ps -a --format json") is not None:
        for service, image in (("web", "shop:" + state["tag"]), ("db", "postgres:17")):
            answer({{"Name": "shop-" + service, "Service": service, "Image": image, "State": "running", "Health": ""}})
        return
    up = "--progress plain -f /srv/shop/docker-compose.prod.yml up -d --wait --wait-timeout 120 --no-build web"
    if got := fits(start + "env IMAGE_TAG=<tag> " + compose + up):
        state["tag"] = got["tag"]
        return keep()
    refuse()


def gh():
    fields = "databaseId,status,conclusion,headBranch,createdAt,url"
    if fits("run list --workflow deploy.yml --limit 20 --json " + fields) is not None:
        return answer(state["runs"])
    if got := fits("workflow run deploy.yml --ref <ref>"):
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        run = {{"headBranch": got["ref"], "status": "completed", "conclusion": "success", "createdAt": created}}
        state["runs"].insert(0, run)
        return keep()
    refuse()


globals()[TOOL]()
'''


class Tools:
    """The executables in a folder, and what they remember."""

    def __init__(self, folder: Path, names: tuple[str, ...], state: dict[str, Any]) -> None:
        folder.mkdir()
        self.folder = folder
        self._state = folder / "state.json"
        self._state.write_text(json.dumps(state))
        for name in names:
            program = folder / name
            program.write_text(PROGRAM.format(python=sys.executable, state=str(self._state)))
            program.chmod(0o755)

    @property
    def state(self) -> dict[str, Any]:
        """What they remember now."""
        found: dict[str, Any] = json.loads(self._state.read_text())
        return found

    def remember(self, **more: Any) -> None:
        """Change what they remember."""
        self._state.write_text(json.dumps(self.state | more))

    def calls(self) -> list[list[str]]:
        """Every argv they were given."""
        path = self._state.with_suffix(".calls")
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
