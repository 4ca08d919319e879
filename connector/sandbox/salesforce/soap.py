"""Can old clients still log in? The SOAP login call, where the org allows it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, unescape

from connector.sandbox.answers import Answer, Request
from connector.sandbox.salesforce.instance import Instance
from connector.sandbox.salesforce.org import ORG_ID
from connector.sandbox.salesforce.users import user_id

PATH = re.compile(r"/services/Soap/u/(\d+\.\d)")
LAST_VERSION = 64.0  # from 65.0 on the call is gone
ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
    'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" '
    'xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)
FAULT = (
    "<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{code}: {message}</faultstring><detail>"
    "<sf:LoginFault><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage>"
    "</sf:LoginFault></detail></soapenv:Fault>"
)
SUCCESS = (
    "<loginResponse><result><metadataServerUrl>{url}/services/Soap/m/{version}/{org}</metadataServerUrl>"
    "<passwordExpired>false</passwordExpired><sandbox>true</sandbox>"
    "<serverUrl>{url}/services/Soap/u/{version}/{org}</serverUrl><sessionId>{session}</sessionId>"
    "<userId>{user}</userId><userInfo><userName>{name}</userName></userInfo></result></loginResponse>"
)
WRONG = "Invalid username, password, security token; or user locked out."


def soap_login(instance: Instance, request: Request, version: str) -> Answer:
    """POST /services/Soap/u/NN.0: a session for a user and the password `{secret}` of an app, token or not."""
    text = request.body.decode("utf-8", "replace")
    name, password = _element(text, "username"), _element(text, "password")
    apps = instance.logins.apps.values()
    fits = any(app.username == name and password.startswith(app.client_secret) for app in apps)
    user = user_id(instance.org, name) if fits else ""
    if not instance.org.settings.soap_login or float(version) > LAST_VERSION:
        return _answer(FAULT.format(code="UNSUPPORTED_API_VERSION", message="SOAP login is switched off"), 500)
    if not user:
        return _answer(FAULT.format(code="INVALID_LOGIN", message=WRONG), 500)
    session, org = instance.logins.open(user), ORG_ID[:15]
    values = {"url": instance.logins.url, "version": version, "org": org, "session": session}
    return _answer(SUCCESS.format(**values, user=user, name=escape(name)), 200)


def _element(text: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>(.*?)</(?:\w+:)?{name}>", text, re.DOTALL)
    return unescape(found.group(1), {"&quot;": '"', "&apos;": "'"}) if found else ""


def _answer(body: str, status: int) -> Answer:
    return Answer(ENVELOPE.format(body=body).encode(), status, content_type="text/xml; charset=UTF-8")
