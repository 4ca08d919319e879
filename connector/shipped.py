"""Where do the files lie that we ship beside the code: in the wheel, or in a checkout?"""

from pathlib import Path

from connector.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent


def shipped_mappings() -> Path:
    """The folder with the default mappings, to be read or copied, never written to.

    A wheel carries them inside the package, a checkout has them at its top. Raises ConfigError when neither is there.
    """
    for folder in (_PACKAGE / "_mappings", _PACKAGE.parent / "mappings"):
        if folder.is_dir():
            return folder
    raise ConfigError(f"{_PACKAGE}: the default mappings are missing; install the connector again")
