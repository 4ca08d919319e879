"""Which pipelines and stages do deals go through, and what follows from a stage?"""

from __future__ import annotations

from connector.sandbox.answers import Answer, Json
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.kinds import kind_of
from connector.sandbox.hubspot.moments import iso
from connector.sandbox.hubspot.portal import Portal
from connector.sandbox.hubspot.refusals import Problem

BORN = 1_565_059_288_204  # when the pipeline was made


def pipelines(call: Call, name: str) -> Answer:
    """GET: the pipelines of a kind; only deals have one."""
    kind = kind_of(name)
    if kind.name != "deals":
        return Answer({"results": []})
    return Answer({"results": [_told(call.portal)]})


def pipeline(call: Call, name: str, pipeline_id: str) -> Answer:
    """GET: one pipeline."""
    found = [one for one in pipelines(call, name).body["results"] if one["id"] == pipeline_id]
    if not found:
        raise Problem(404, "OBJECT_NOT_FOUND", f"There is no pipeline {pipeline_id}.")
    return Answer(found[0])


def _told(portal: Portal) -> dict[str, Json]:
    stamps = {"createdAt": iso(BORN), "updatedAt": iso(BORN), "archived": False}
    stages = [
        {
            "id": stage.id, "label": stage.label, "displayOrder": order, **stamps,
            "metadata": {"isClosed": "true" if stage.is_closed else "false", "probability": stage.probability},
        }
        for order, stage in enumerate(portal.stages.values())
    ]  # fmt: skip
    return {"id": "default", "label": "Sales Pipeline", "displayOrder": 0, "stages": stages, **stamps}
