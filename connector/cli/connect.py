"""Which CRM and which store does a command work with? The one place that builds them."""

from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.jobs.parts import Parts
from connector.mappings import Mappings
from connector.settings import Settings, check_login, read_private_key
from connector.store.database import Limits
from connector.store.home import Home


def connect(settings: Settings, mappings: Mappings) -> Salesforce:
    """The CRM, not yet called. Raises ConfigError for everything the login still needs."""
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


def sync_parts(settings: Settings, mappings: Mappings) -> Parts:
    """All that a sync works with."""
    return Parts(
        crm=connect(settings, mappings),
        home=Home(settings.connector_home),
        rules=mappings.rules,
        personas=mappings.personas,
        mapping=mappings.mapping,
        digest=mappings.digest,
        limits=Limits(memory=settings.connector_memory_limit),
    )
