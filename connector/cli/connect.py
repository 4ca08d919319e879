"""Which CRMs and which store does a command work with? The one place that builds them."""

from dataclasses import replace

from connector.crm.base import CRM
from connector.crm.hubspot.client import HubSpot
from connector.crm.hubspot.client import Options as HubSpotOptions
from connector.crm.hubspot.login import Credentials as HubSpotCredentials
from connector.crm.hubspot.transport import Speed
from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.errors import ConfigError
from connector.jobs.parts import Parts
from connector.mappings import Mappings
from connector.settings import Settings, check_hubspot_login, check_login, chosen_crms, read_private_key
from connector.store.database import Limits
from connector.store.home import Home
from connector.store.runs import RunList

NAMES = {"salesforce": "Salesforce", "hubspot": "HubSpot"}


def connect(settings: Settings, mappings: Mappings, crm: str) -> CRM:
    """One CRM, not yet called. Raises ConfigError for everything the login still needs."""
    only = mappings.of(crm)
    return _hubspot(settings, only) if crm == "hubspot" else _salesforce(settings, only)


def _salesforce(settings: Settings, mappings: Mappings) -> CRM:
    check_login(settings)
    credentials = Credentials(
        login_url=settings.salesforce_login_url,
        method=settings.salesforce_auth,
        client_id=settings.salesforce_client_id,
        client_secret=settings.salesforce_client_secret.get_secret_value(),
        username=settings.salesforce_username,
        private_key=read_private_key(settings).get_secret_value() if settings.salesforce_auth == "jwt" else "",
        refresh_token=settings.salesforce_refresh_token.get_secret_value(),
    )
    options = Options(
        api_version=settings.salesforce_api_version,
        reserve=settings.connector_api_reserve,
        calls_per_run=settings.connector_api_calls_per_run,
        place=mappings.place,
        kinds=[(mappings.rule_place(f"kind_of.{n}"), line) for n, line in enumerate(mappings.rules.kind_of)],
    )
    return Salesforce(credentials, mappings.mapping, options)


def _hubspot(settings: Settings, mappings: Mappings) -> CRM:
    check_hubspot_login(settings)
    credentials = HubSpotCredentials(
        base_url=settings.hubspot_base_url,
        access_token=settings.hubspot_access_token.get_secret_value(),
        client_id=settings.hubspot_client_id,
        client_secret=settings.hubspot_client_secret.get_secret_value(),
        refresh_token=settings.hubspot_refresh_token.get_secret_value(),
    )
    options = HubSpotOptions(
        family=settings.hubspot_api_family,
        reserve=settings.connector_api_reserve,
        calls_per_run=settings.connector_api_calls_per_run,
        place=mappings.place,
        speed=Speed(calls=settings.hubspot_calls_per_second, searches=settings.hubspot_searches_per_second),
    )
    return HubSpot(credentials, mappings.mapping, options)


def every_part(settings: Settings, mappings: Mappings) -> list[Parts]:
    """All that a sync works with, for each CRM that has a login; each knows the others beside it."""
    alone = [_parts(settings, mappings, crm) for crm in chosen_crms(settings)]
    return [replace(one, beside=tuple(other for other in alone if other is not one)) for one in alone]


def sync_parts(settings: Settings, mappings: Mappings, *, of_run: str = "") -> Parts:
    """The same for the CRM that a run has worked with, or for the first. Raises ConfigError where its login is gone."""
    every = {parts.crm.name: parts for parts in every_part(settings, mappings)}
    run = RunList(Home(settings.connector_home).runs).run(of_run) if of_run else None
    if run is None:
        return next(iter(every.values()))
    if run.crm not in every:
        raise ConfigError(f"run {of_run} was for {NAMES.get(run.crm, run.crm)}, which has no login now; set it in .env")
    return every[run.crm]


def _parts(settings: Settings, mappings: Mappings, crm: str) -> Parts:
    return Parts(
        crm=connect(settings, mappings, crm),
        home=Home(settings.connector_home),
        rules=mappings.rules,
        personas=mappings.personas,
        mapping=mappings.of(crm).mapping,
        digest=mappings.digest,
        limits=Limits(memory=settings.connector_memory_limit),
    )
