"""What does a portal answer to a request? Token, limits, scopes, then the path; refusals in HubSpot's envelope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.faults import Fault
from connector.sandbox.hubspot.access import Token, open_session, token_facts
from connector.sandbox.hubspot.calls import Call
from connector.sandbox.hubspot.control import control
from connector.sandbox.hubspot.instance import Instance
from connector.sandbox.hubspot.limits import retry_after
from connector.sandbox.hubspot.paths import RELEASES, answer, find, routes
from connector.sandbox.hubspot.refusals import Problem, no_path

SESSIONS = re.compile(rf"/oauth/(v1|v3|{'|'.join(RELEASES)})/token")
FACTS = "/oauth/v1/access-tokens/"


class PortalSite:
    """A portal as the server sees it."""

    banner = "cloudflare"
    unexpected = b'{"status":"error","message":"internal error","correlationId":"sandbox","category":"INTERNAL_ERROR"}'

    def __init__(self, instance: Instance) -> None:
        self.instance, self.portal, self.steered = instance, instance.portal, instance.portal
        self.access, self.usage = instance.access, instance.usage
        self._routes = routes()

    @property
    def gzips(self) -> bool:
        return self.portal.settings.gzip

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        """The answer, or the refusal, with the id by which support would find it."""
        with self.portal.lock:
            correlation = self.portal.correlation()
            named = {"X-HubSpot-Correlation-Id": correlation}
            try:
                self._strike(fault)
                found = self._answer(request)
            except Problem as problem:
                headers = {**named, **problem.headers, **retry_after(self.portal, problem)}
                return Answer(problem.body(correlation), problem.status, headers)
            return replace(found, headers={**found.headers, **named})

    def _strike(self, fault: Fault | None) -> None:
        if fault and fault.action == "expire_token":
            self.access.expire_all()
        if fault and fault.action == "limit_reached":
            self.usage.exhaust()

    def _answer(self, request: Request) -> Answer:
        limit = self.portal.settings.uri_limit
        if limit and len(request.target) > limit:
            raise Problem(414, "", "URI Too Long")
        path = request.path.rstrip("/")
        if request.method == "POST" and (opening := SESSIONS.fullmatch(path)):
            self._refuse_retired(opening.group(1))
            return open_session(self.access, replace(request, version=opening.group(1)))
        if request.method == "GET" and path.startswith(FACTS):
            return token_facts(self.access, self.portal, path.removeprefix(FACTS))
        token = self.access.token_of(request.headers.get("authorization", ""))
        headers = self.usage.take(token, is_search=path.endswith("/search"))
        try:
            told = self._routed(request, token)
        except Problem as problem:
            problem.headers = headers
            raise
        return replace(told, headers={**headers, **told.headers})

    def _routed(self, request: Request, token: Token) -> Answer:
        found = find(self._routes, request)
        self._refuse_retired(found.version)
        self.access.demand(token, found.route.demanded(found.names))
        try:
            return answer(found, Call(self.portal, self.access, self.usage, request, token))
        except (AttributeError, KeyError, TypeError, ValueError) as fault:
            told = f"Invalid input JSON on line 1, column 1: {type(fault).__name__}: {fault}"
            raise Problem(400, "", told) from fault

    def _refuse_retired(self, version: str) -> None:
        if version in self.portal.settings.retired:
            status = self.portal.settings.retired_status
            raise no_path() if status == 404 else Problem(status, "GONE", f"{version} is no longer served.")

    def broken(self, fault: Fault) -> Json:
        """What HubSpot in trouble says."""
        return Problem(fault.status, "", "internal error").body(self.portal.correlation())

    def control(self, request: Request) -> Answer:
        """The answer of the control plane."""
        try:
            return control(self.instance, request)
        except Refusal as refusal:
            return Answer({"status": "error", "category": refusal.code, "message": refusal.message}, refusal.status)
        except Problem as problem:
            return Answer(problem.body("control"), problem.status)

    def headers(self, _: Request, __: Answer) -> Mapping[str, str]:
        """Nothing that is not already there."""
        return {}

    def who(self, request: Request) -> str:
        """Which token it was."""
        return self.access.name_of(request.headers.get("authorization", ""))
