"""The manifests are Kubernetes' own objects, give nobody more than it needs, and start what there is."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from daemon.cli.audit import act
from daemon.cli.main import parser
from daemon.settings.whole import KEYS
from tests.deploy.tools import DEPLOY, ROOT, ask

FOLDER = DEPLOY / "kubernetes"
OLDEST, NEWEST = "1.29", "1.37"
NOBODY = 10870
Manifest = dict[str, Any]


def manifests() -> list[Manifest]:
    """Return every object of every file, but for the list of the files."""
    files = sorted(set(FOLDER.glob("*.yaml")) - {FOLDER / "kustomization.yaml"})
    return [one for file in files for one in yaml.safe_load_all(file.read_text())]


def name_of(one: Manifest) -> str:
    """Return what tells an object from others."""
    return f"{one['kind']}/{one['metadata']['name']}"


def of(kind: str) -> list[Manifest]:
    """Return the objects of a kind; of none is a mistake of the test's."""
    found = [one for one in manifests() if one["kind"] == kind]
    assert found, kind
    return found


def deployment(name: str) -> Manifest:
    """Return one of the deployments."""
    (found,) = [one for one in of("Deployment") if one["metadata"]["name"] == name]
    return found


def pods() -> list[Manifest]:
    """Return what each of them has as its pods."""
    found = [one["spec"]["template"] for one in manifests() if "template" in one.get("spec", {})]
    assert len(found) == 4
    return found


def containers() -> list[Manifest]:
    """Return every container, those that go before included."""
    return [
        one
        for pod in pods()
        for part in ("containers", "initContainers")
        for one in pod["spec"][part]
    ]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("manifest", manifests(), ids=name_of)
def test_each_object_has_the_form_that_kubernetes_asks_for(manifest, version):
    assert kubernetes_validate.validate(manifest, version, strict=True) == version


def test_a_key_that_is_misspelt_is_found():
    (service,) = of("Service")
    service["spec"]["publishNotReadyAdresses"] = True

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(service, NEWEST, strict=True)


def test_kubectl_puts_them_together_with_one_image_and_a_name(tmp_path):
    if not shutil.which("kubectl"):
        pytest.skip("there is no kubectl here, and Debian's is older than the form of these files")
    shutil.copytree(FOLDER, tmp_path / "kubernetes")

    ended = ask("kubectl", "kustomize", tmp_path / "kubernetes")

    made = list(yaml.safe_load_all(ended.stdout))
    images = {one["image"] for one in containers()} - {"daykeeper"}
    assert ended.returncode == 0, ended.stderr
    assert {name_of(one) for one in made} == {
        name_of(one) for one in manifests() if one["kind"] != "Job"
    }
    assert all(one["metadata"]["labels"]["app.kubernetes.io/name"] == "daykeeper" for one in made)
    assert {
        own["image"] for one in made if "template" in one["spec" if "spec" in one else "metadata"]
        for own in one["spec"]["template"]["spec"]["containers"]
    } == images  # fmt: skip


def test_every_container_runs_as_nobody_on_a_root_that_it_cannot_write():
    for pod in pods():
        own = pod["spec"]["securityContext"]
        assert (own["runAsNonRoot"], own["runAsUser"], own["runAsGroup"]) == (True, NOBODY, NOBODY)
        assert own["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not pod["spec"].keys() & {"hostNetwork", "hostPID", "hostIPC"}
    for one in containers():
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert one["resources"]["requests"].keys() == {"cpu", "memory"}
        assert "memory" in one["resources"]["limits"]
    assert f"USER {NOBODY}:{NOBODY}" in (DEPLOY / "Dockerfile").read_text()


def test_nobody_has_a_token_for_the_cluster_and_no_variable_of_its_overrides_a_setting():
    (account,) = of("ServiceAccount")

    assert account["automountServiceAccountToken"] is False
    for pod in pods():
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False
        assert pod["spec"]["serviceAccountName"] == account["metadata"]["name"]


def test_each_starts_a_verb_that_there_is_by_settings_that_are_mounted():
    for pod in pods():
        (one,) = pod["spec"]["containers"]
        mounts = [mount["mountPath"] for mount in one["volumeMounts"]]

        config = Path(parser().parse_args(one["args"]).config)

        assert str(config.parent) in mounts
        assert "/tmp" in mounts


def test_every_variable_is_a_setting_or_postgresqls():
    for one in containers():
        for variable in one.get("env", []):
            name = variable["name"]
            key = name.removeprefix("DAYKEEPER_").partition("__")[0].lower()
            assert name == "PGPASSFILE" or key in KEYS, name


def test_secrets_are_copied_so_that_they_are_their_users_alone(tmp_path):
    """Run the very command: a secret's file is its group's, too, and both Daykeeper and libpq refuse such a one."""
    given, own = tmp_path / "given", tmp_path / "own"
    given.mkdir()
    own.mkdir()
    for name in ("link.key", "smtp.password", "pgpass"):
        (given / f"..{name}").write_text(name)
        (given / f"..{name}").chmod(0o440)
        (given / name).symlink_to(f"..{name}")  # as a mounted secret lies there
    commands = {tuple(pod["spec"]["initContainers"][0]["command"]) for pod in pods()}
    (command,) = commands
    shell = [
        word.replace("/given", str(given)).replace("/run/daykeeper", str(own)) for word in command
    ]

    for _ in range(2):  # a pod may begin again
        subprocess.run(shell, check=True)

    assert {file.name for file in own.iterdir()} == {"link.key", "smtp.password", "pgpass"}
    assert {file.stat().st_mode & 0o777 for file in own.iterdir()} == {0o400}
    assert (own / "pgpass").read_text() == "pgpass"


def test_the_run_is_asked_whether_it_lives_and_is_ready_where_it_answers_that():
    (runs,) = of("StatefulSet")
    (one,) = runs["spec"]["template"]["spec"]["containers"]
    doors = (ROOT / "daemon" / "web" / "health.py").read_text()

    asked = {word: one[f"{word}Probe"]["httpGet"] for word in ("startup", "liveness", "readiness")}

    assert {probe["port"] for probe in asked.values()} == {"web"}
    assert asked["liveness"]["path"] == asked["startup"]["path"] == "/health/live"
    assert asked["readiness"]["path"] == "/health/ready"
    assert all(f'Route("{probe["path"]}"' in doors for probe in asked.values())


def test_pages_open_although_no_run_is_ready_and_no_drain_waits_for_that():
    (service,), budgets = of("Service"), of("PodDisruptionBudget")
    (runs,) = of("StatefulSet")

    own = next(one["spec"] for one in budgets if one["metadata"]["name"] == "daykeeper")
    assert service["spec"]["publishNotReadyAddresses"] is True
    assert service["spec"]["selector"] == runs["spec"]["selector"]["matchLabels"]
    assert own["minAvailable"] < runs["spec"]["replicas"]
    assert own["unhealthyPodEvictionPolicy"] == "AlwaysAllow"


def test_the_autoscaler_finds_the_workers_and_says_alone_how_many():
    (scaler,), workers = of("HorizontalPodAutoscaler"), deployment("daykeeper-worker")

    target = scaler["spec"]["scaleTargetRef"]
    assert target == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": workers["metadata"]["name"],
    }
    assert "replicas" not in workers["spec"]
    assert scaler["spec"]["minReplicas"] >= 2
    assert "cpu" in workers["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]


def test_one_auditor_is_there_and_reaches_the_database_its_mail_server_and_the_monitor_alone():
    auditor = deployment("daykeeper-auditor")["spec"]
    policies = {one["metadata"]["name"]: one["spec"] for one in of("NetworkPolicy")}

    (own,) = auditor["template"]["spec"]["containers"]
    labels = auditor["template"]["metadata"]["labels"]
    shared, ways = policies["daykeeper-out"], policies["daykeeper-auditor-out"]
    assert auditor["replicas"] == 1
    assert parser().parse_args(own["args"]).act is act
    assert not [key for key in own if key.endswith("Probe") or key == "ports"]  # it has no door
    assert ways["podSelector"]["matchLabels"].items() <= labels.items()
    (apart,) = shared["podSelector"]["matchExpressions"]
    assert (apart["operator"], apart["values"]) == ("NotIn", [labels[apart["key"]]])
    reached = {port["port"] for rule in ways["egress"] for port in rule["ports"]}
    assert reached == {53, 5432, 587, 443}
    assert all(rule.get("to") for rule in ways["egress"])


def test_the_auditor_is_given_no_secret_of_the_runs():
    """What `[audit]` names and the database's password are all that it reads (tests/auditor/test_process.py)."""
    page = (ROOT / "docs" / "how-to" / "install.md").read_text()
    given = {
        pod["metadata"]["labels"]["app.kubernetes.io/component"]: [
            volume["secret"]["secretName"]
            for volume in pod["spec"]["volumes"]
            if "secret" in volume
        ]
        for pod in pods()
    }
    made = {
        name: set(re.findall(r"--from-file=(\S+)", files))
        for name, files in re.findall(r"kubectl create secret generic (\S+) (.+)", page)
    }

    auditors = given.pop("auditor")
    assert auditors == ["daykeeper-auditor-secrets"]
    assert all(names == ["daykeeper-secrets"] for names in given.values())
    assert made.keys() == {"daykeeper-auditor-secrets", "daykeeper-secrets"}
    assert made["daykeeper-auditor-secrets"] & made["daykeeper-secrets"] == {"pgpass"}


def test_every_file_is_put_together_but_for_the_job_that_is_started_by_hand():
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]

    there = {file.name for file in FOLDER.glob("*.yaml")}
    assert sorted(listed) == sorted(there - {"kustomization.yaml", "database.yaml"})


def test_every_pod_is_shut_in_by_default_and_workers_are_reached_by_nobody():
    policies = {one["metadata"]["name"]: one["spec"] for one in of("NetworkPolicy")}

    nobody = policies["daykeeper-nobody"]
    assert sorted(nobody["policyTypes"]) == ["Egress", "Ingress"]
    assert not nobody.keys() & {"ingress", "egress"}
    for pod in pods():
        assert nobody["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    reached = [one["podSelector"]["matchLabels"] for one in policies.values() if "ingress" in one]
    assert reached == [{"app.kubernetes.io/component": "run"}]
    assert all(rule.get("to") and rule.get("ports") for rule in policies["daykeeper-out"]["egress"])
