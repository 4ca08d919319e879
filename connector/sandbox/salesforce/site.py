"""What does an org answer to a request? Login first, then the path; every refusal in Salesforce's own shape."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from connector.sandbox.answers import Answer, Json, Refusal, Request
from connector.sandbox.faults import Fault
from connector.sandbox.salesforce.control import control
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.oauth import EXPIRED
from connector.sandbox.salesforce.org import Org
from connector.sandbox.salesforce.routes import dispatch, versions
from connector.sandbox.salesforce.soap import PATH as SOAP_PATH
from connector.sandbox.salesforce.soap import soap_login
from connector.sandbox.transport import HTML

URI_MAX = 16_384  # bytes of the address, and of address and headers together


@dataclass(frozen=True, slots=True)
class OrgSite:
    """An org as the server sees it."""

    instance: Instance
    banner: str = "sfdcedge"
    unexpected: bytes = b'[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred."}]'

    @property
    def steered(self) -> Org:
        return self.instance.org

    @property
    def gzips(self) -> bool:
        return self.instance.org.settings.gzip

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        """The answer to a request that is not too long."""
        size = len(request.target)
        if size > URI_MAX:
            return Answer(Refusal(414, "URI_TOO_LONG", "URI Too Long").body(), 414)
        if size + sum(len(name) + len(value) for name, value in request.headers.items()) > URI_MAX:
            return Answer(Refusal(431, "HEADER_TOO_LARGE", "Request Header Fields Too Large").body(), 431)
        if fault and fault.action == "expire_token":
            self.instance.logins.expire_all()
        if fault and fault.action == "limit_reached":
            self.instance.usage.exhaust()
        with self.instance.usage.one_running():
            return answered(self.instance, request, rest)

    def broken(self, _: Fault) -> Json:
        """What an org in trouble says."""
        return [{"errorCode": "SERVER_UNAVAILABLE", "message": "Server Unavailable"}]

    def control(self, request: Request) -> Answer:
        """The answer of the control plane."""
        return answered(self.instance, request, control)

    def headers(self, request: Request, _: Answer) -> Mapping[str, str]:
        """The API calls used so far, with every answer of the API."""
        is_api = request.path.startswith("/services/data")
        return {"Sforce-Limit-Info": self.instance.usage.header()} if is_api else {}

    def who(self, request: Request) -> str:
        """The id of the user whose session it is."""
        return self.instance.logins.peek(request.headers.get("authorization", ""))


def answered(instance: Instance, request: Request, resource: Json) -> Answer:
    """The resource's answer, or its refusal as an answer."""
    try:
        answer = resource(instance, request)
        assert isinstance(answer, Answer)  # noqa: S101 - resources promise it
    except Refusal as refusal:
        if refusal.code == EXPIRED:
            return unauthorized(instance, refusal)
        return Answer(refusal.body(), refusal.status)
    return answer


def unauthorized(instance: Instance, refusal: Refusal) -> Answer:
    """A 401 in the shape the org's settings ask for: the API's array, an object, or a proxy's page."""
    shape = instance.org.settings.unauthorized_as
    if shape == "html":
        return Answer(HTML.encode(), 401, content_type="text/html")
    body = refusal.body()
    return Answer(body[0] if shape == "object" else body, 401)


def rest(instance: Instance, request: Request) -> Answer:
    """The answer of a real org's path: login first, then one call of the day's allowance."""
    path = request.path.rstrip("/")
    if path == "/services/data":
        return versions()
    request = unzipped(request)
    if request.method == "POST" and (opened := login(instance, request, path)):
        return opened
    user = instance.logins.user_of(request.headers.get("authorization", ""))
    instance.usage.count()
    with instance.org.lock:
        return dispatch(instance, replace(request, user_id=user))


def unzipped(request: Request) -> Request:
    """The request with its body as it was before it was compressed."""
    if "gzip" not in request.headers.get("content-encoding", ""):
        return request
    try:
        return replace(request, body=gzip.decompress(request.body))
    except (OSError, EOFError, zlib.error) as fault:
        raise Refusal(400, "MALFORMED_REQUEST", f"The body is not compressed with gzip: {fault}") from fault


def login(instance: Instance, request: Request, path: str) -> Answer | None:
    """The answer of a path that opens or ends sessions; None for any other."""
    if path == "/services/oauth2/token":
        return instance.logins.token(request)
    if path == "/services/oauth2/revoke":
        return instance.logins.revoke(request)
    soap = SOAP_PATH.fullmatch(path)
    return soap_login(instance, request, soap.group(1)) if soap else None
