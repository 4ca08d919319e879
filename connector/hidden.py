"""What may no line, message or file of ours repeat? Secrets by their value, and what looks like one by its shape."""

import re
from collections.abc import Iterable

HIDDEN = "[hidden]"
SHORTEST = 8  # signs of a secret; a shorter one would tear words apart
_SHAPES = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # a mail address
    r"|(?:Bearer|Basic)\s+\S+"  # an HTTP credential
    r"|\b00D\w{12,15}!\S+"  # a Salesforce session id
    r"|\bpat-\w{2,4}-[\w-]{8,}"  # a HubSpot token
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JWT
    r"|-----BEGIN [\s\S]*?(?:-----END [A-Z ]+-----|$)"  # a key
)


def strike_out(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with a word in the place of each of `secrets`, and of all that has the shape of one."""
    for secret in sorted((one for one in secrets if len(one) >= SHORTEST), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)
