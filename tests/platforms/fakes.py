"""The tools of the platforms as executables: each refuses any argv the real one would, and keeps its state."""

import json
import sys
from pathlib import Path
from typing import Any

PROGRAM = '''#!{python}
import json, re, sys, time
from pathlib import Path

sys.path.insert(0, {root!r})
from tests.platforms.grammar import Wrong, check

STATE = Path({state!r})
state = json.loads(STATE.read_text())
TOOL, argv = Path(sys.argv[0]).name, sys.argv[1:]
with STATE.with_suffix(".calls").open("a") as calls:
    calls.write(json.dumps([TOOL, *argv]) + "\\n")
try:
    VERB = check([TOOL, *argv])
except Wrong as wrong:
    sys.stderr.write(TOOL + ": unknown command or flag: " + str(wrong) + "\\n")
    sys.exit(2)


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


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def owned(kind, prefix):
    """An application or Kustomization: read, or patched."""
    if got := fits("get " + prefix + "/<name> -n <namespace> -o json"):
        if got["name"] not in state.get(kind, {{}}):
            refuse("NotFound")
        return answer({{"spec": state[kind][got["name"]]}})
    got = fits("patch " + prefix + "/<name> -n <namespace> --type merge -p <patch>")
    if got is None:
        return None
    merge(state[kind][got["name"]], json.loads(got["patch"])["spec"])
    keep()


def merge(into, patch):
    for name, value in patch.items():
        merge(into.setdefault(name, {{}}), value) if isinstance(value, dict) else into.update({{name: value}})


def kubectl():
    for kind, prefix in (("apps", "applications.argoproj.io"), ("flux", "kustomizations.kustomize.toolkit.fluxcd.io"),
                         ("helm", "helmreleases.helm.toolkit.fluxcd.io")):
        if prefix + "/" in argv[1]:
            return owned(kind, prefix)
    marks = state.get("marks", {{}})
    if argv[:2] == ["get", "deployment/web"] and argv[-1].startswith("jsonpath="):
        paths = re.findall(r"[{{][.]metadata[.](?:annotations|labels)[.]((?:[^}}\\\\]|\\\\.)+)[}}]", argv[-1])
        return print(" ".join(marks.get(path.replace("\\\\", ""), "") for path in paths), end="")
    if argv[1] == "replicasets":
        for number, image in enumerate(state["revisions"], 1):
            print("revision", number, image)
        return
    if got := fits("rollout history deployment/web -n shop-prod --revision=<revision>"):
        if int(got["revision"]) not in range(1, len(state["revisions"]) + 1):
            refuse("unable to find the specified revision")
        return print("deployment.apps/web with revision #" + got["revision"])
    images = state["revisions"]
    if fits("get deployment/web -n shop-prod -o json") is not None:
        pass
    elif fits("get deployment/web -n shop-staging -o json") is not None:
        images = [state["staging"]]
    elif got := fits("set image deployment/web web=<image> -n <namespace>"):
        if got["namespace"] == "shop-prod":
            state["revisions"].append(got["image"])
            state["changed"] = stamp()
        else:
            state["staging"] = got["image"]
        return keep()
    elif got := fits("rollout undo deployment/web -n shop-prod --to-revision=<revision>"):
        state["revisions"].append(state["revisions"][int(got["revision"]) - 1])
        state["changed"] = stamp()
        return keep()
    else:
        refuse()
    generation = len(images)
    counts = dict.fromkeys(("replicas", "updatedReplicas", "availableReplicas"), 3)
    changed = state.get("changed", "2020-01-01T00:00:00Z")
    answer({{
        "metadata": {{"generation": generation}},
        "spec": {{"replicas": 3, "template": {{"spec": {{"containers": [
            {{"name": "log", "image": "fluentd:1"}}, {{"name": "web", "image": images[-1]}}]}}}}}},
        "status": {{"observedGeneration": generation, **counts,
                   "conditions": [{{"type": "Progressing", "reason": "NewReplicaSetAvailable",
                                   "lastUpdateTime": changed}}]}},
    }})


def gcloud():
    if fits("run services describe shop --region=eu --project=acme-prod --format=json --quiet") is not None:
        traffic = [{{"revisionName": r, "percent": p}} for r, p in state["split"].items()]
        traffic += [{{"tag": t, "revisionName": r}} for t, r in state["tags"].items()]
        traffic += [{{"latestRevision": True, "revisionName": "latest", "percent": 100}}] * state.get("follows", False)
        traffic += [{{"tag": t, "revisionName": r, "percent": state["split"][r]}}
                    for t, r in state["tags"].items() if r in state["split"]]
        return answer({{"metadata": {{"generation": 2}}, "status": {{"observedGeneration": 2, "traffic": traffic,
                       "conditions": [{{"type": "Ready", "status": "True"}}]}}}})
    if got := fits("run deploy shop --image=<i> --region=eu --project=acme-staging --format=json --quiet"):
        state["staging"] = got["i"]
        return keep()
    if fits("run services describe shop --region=eu --project=acme-staging --format=json --quiet") is not None:
        return answer({{"metadata": {{"generation": 1}},
            "spec": {{"template": {{"spec": {{"containers": [{{"image": state["staging"]}}]}}}}}},
            "status": {{"observedGeneration": 1, "latestReadyRevisionName": "s-1", "latestCreatedRevisionName": "s-1",
                       "traffic": [{{"latestRevision": True, "revisionName": "s-1", "percent": 100}}],
                       "conditions": [{{"type": "Ready", "status": "True"}}]}}}})
    if got := fits("run revisions describe <name> --region=eu --project=acme-prod --format=json --quiet"):
        return answer({{}}) if got["name"] in ("shop-00041-old", "shop-00042-new") else refuse("no such revision")
    deploy = "run deploy shop --image=<i> --region=eu --project=acme-prod --no-traffic --tag=<tag>"
    if got := fits(deploy + " --format=json --quiet"):
        state["tags"][got["tag"]] = "shop-00042-new"
        return keep()
    if VERB == "gcloud run services update-traffic" and "--to-latest" in argv:
        state["split"], state["follows"] = {{}}, True
        return keep()
    shift = "run services update-traffic shop --region=eu --project=acme-prod <to> --format=json --quiet"
    state["follows"] = False
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
    if got := fits("inspect <id> --json"):
        return answer(state["deployments"][got["id"]]) if got["id"] in state["deployments"] else refuse("not found")
    if fits("deploy --yes") is not None:
        print("https://shop-preview.vercel.app")
        return keep()
    if fits("deploy --prod --yes") is not None:
        state["live"] = "dpl_new"
        state["deployments"]["dpl_new"] = {{"id": "dpl_new", "readyState": "READY", "createdAt": now()}}
        print("https://shop-new.vercel.app")
        return keep()
    if got := fits("rollback <id> --yes --timeout 3m") or fits("promote <id> --yes --timeout 3m"):
        if got["id"] not in state["deployments"]:
            refuse("no such deployment")
        state["live"] = got["id"]
        return keep()
    refuse()


def netlify():
    if fits("api getSite --data <data>".replace("<data>", '{{"site_id":_SPACE_"site-1"}}')) is not None:
        return answer({{"published_deploy": state["deploys"][state["live"]]}})
    if argv[:2] == ["api", "listSiteDeploys"]:
        return answer([*state.get("drafts", []), *state["deploys"].values()])
    if argv[:2] == ["api", "getDeploy"]:
        found = state["deploys"].get(json.loads(argv[-1])["deploy_id"])
        return answer(found) if found else refuse("Not Found")
    if argv[:2] in (["api", "lockDeploy"], ["api", "unlockDeploy"]):
        state["deploys"][json.loads(argv[-1])["deploy_id"]]["locked"] = argv[1] == "lockDeploy"
        return keep()
    if got := fits("deploy --no-build --dir dist --json --message <message>"):
        state["drafts"] = [{{"id": "draft", "title": got["message"], "state": "ready", "created_at": stamp()}}]
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
    made = {{"id": "new", "status": "SUCCESS", "createdAt": stamp().replace("Z", ".000Z")}}
    if got := fits("up --service web --environment <environment> --detach --json -y"):
        state["list" if got["environment"] == "production" else "staged"].insert(0, made)
        return keep()
    if got := fits("deployment list -s web -e <environment> --limit <limit> --json"):
        return answer(state["list" if got["environment"] == "production" else "staged"][: int(got["limit"])])
    if VERB == "railway api" and argv[1].startswith("mutation($id: String!) {{ deploymentRollback("):
        id = argv[argv.index("--raw-var") + 1].removeprefix("id=")
        if id not in [one["id"] for one in state["list"]]:
            refuse("Deployment not found")
        state["list"].insert(0, made | {{"id": id}})
        return keep()
    refuse()


def eb():
    if got := fits("deploy <environment> --version <label> --timeout 20"):
        if got["label"] not in state["labels"]:
            refuse("no such version")
        state["running"][got["environment"]] = got["label"]
        return keep()
    refuse()


def aws():
    if got := fits("elasticbeanstalk describe-application-versions --version-labels <label> --output json"):
        found = [{{"VersionLabel": one}} for one in state["labels"] if one == got["label"]]
        return answer({{"ApplicationVersions": found}})
    got = fits("elasticbeanstalk describe-environments --environment-names <environment> --output json")
    if got is None or got["environment"] not in state["running"]:
        refuse()
    label = state["running"][got["environment"]]
    answer({{"Environments": [{{"Status": "Ready", "Health": "Green", "VersionLabel": label}}]}})


def ssh():
    start = "-oBatchMode=yes -oConnectTimeout=10 deploy@<host> "
    compose = "docker compose --ansi never "
    if got := fits(start + compose + "-f /srv/shop/docker-compose.prod.yml ps -a --format json"):
        tag = state["tag"] if got["host"] == "host" else state["staging"]
        for service, image in (("web", "shop:" + tag), ("db", "postgres:17")):
            answer({{"Name": "shop-" + service, "Service": service, "Image": image, "State": "running", "Health": ""}})
        return
    up = "--progress plain -f /srv/shop/docker-compose.prod.yml up -d --wait --wait-timeout 120 --no-build web"
    if got := fits(start + "env IMAGE_TAG=<tag> " + compose + up):
        state["tag" if got["host"] == "host" else "staging"] = got["tag"]
        return keep()
    refuse()


def gh():
    fields = "databaseId,status,conclusion,headBranch,createdAt,url"
    if got := fits("run list --workflow <workflow> --limit 20 --json " + fields):
        return answer([run for run in state["runs"] if run["workflow"] == got["workflow"]])
    if got := fits("workflow run <workflow> --ref <ref>"):
        run = {{"headBranch": got["ref"], "status": "completed", "conclusion": "success", "createdAt": stamp()}}
        state["runs"].insert(0, run | {{"workflow": got["workflow"]}})
        return keep()
    refuse()


if VERB.split()[-1] in ("logs", "events", "read", "logs:function", "logs:deploy"):
    print("GET /health 200", "POST /sign-in 500 error", "GET / 200", sep="\\n")
else:
    globals()[TOOL]()
'''


ROOT = Path(__file__).resolve().parents[2]


class Tools:
    """The executables in a folder, and what they remember."""

    def __init__(self, folder: Path, names: tuple[str, ...], state: dict[str, Any]) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._state = folder / "state.json"
        self._state.write_text(json.dumps(state))
        for name in names:
            program = folder / name
            program.write_text(PROGRAM.format(python=sys.executable, state=str(self._state), root=str(ROOT)))
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
