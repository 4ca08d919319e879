"""Would a cluster take the manifests, and does what they name exist?"""

import kubernetes_validate
import pytest

from tests.deploy.files import DEPLOY, Yaml, manifests, pods

OLDEST, NEWEST = "1.31.0", kubernetes_validate.latest_version()
MAPPINGS = "connector-mappings"  # made from RevOps' own folder by a command in deploy/README.md


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("made", manifests(), ids=lambda made: f"{made['kind']} {made['metadata']['name']}")
def test_a_manifest_fits_the_strict_schema_of_its_kind(made: Yaml, version: str) -> None:
    checked = kubernetes_validate.validate(made, version, strict=True)

    assert checked == version.rpartition(".")[0]


def test_everything_a_pod_names_is_there() -> None:
    known = {made["metadata"]["name"] for made in manifests()} | {MAPPINGS}

    named = {
        *(source["name"] for pod in pods() for source in _environment(pod)),
        *(volume["configMap"]["name"] for pod in pods() for volume in pod["volumes"] if "configMap" in volume),
        *(volume["secret"]["secretName"] for pod in pods() for volume in pod["volumes"] if "secret" in volume),
        *(
            volume["persistentVolumeClaim"]["claimName"]
            for pod in pods()
            for volume in pod["volumes"]
            if "persistentVolumeClaim" in volume
        ),
    }

    assert named <= known
    assert f"create configmap {MAPPINGS} --from-file=mappings" in (DEPLOY / "README.md").read_text()


def _environment(pod: Yaml) -> list[Yaml]:
    return [reference for source in pod["containers"][0]["envFrom"] for reference in source.values()]


def test_two_workers_never_write_one_store() -> None:
    deployment = next(made for made in manifests() if made["kind"] == "Deployment")
    cron = next(made for made in manifests() if made["kind"] == "CronJob")

    assert deployment["spec"]["replicas"] == 1
    assert deployment["spec"]["strategy"] == {"type": "Recreate"}
    assert cron["spec"]["concurrencyPolicy"] == "Forbid"


def test_a_pod_may_do_nothing_but_its_work() -> None:
    for pod in pods():
        (container,) = pod["containers"]

        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_every_folder_a_setting_names_is_mounted() -> None:
    settings = next(made for made in manifests() if made["kind"] == "ConfigMap")["data"]
    folders = [settings["CONNECTOR_HOME"], settings["CONNECTOR_MAPPINGS"], settings["SALESFORCE_PRIVATE_KEY_FILE"]]

    for pod in pods():
        mounts = [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]]

        assert [folder for folder in folders if not folder.startswith(tuple(mounts))] == []
