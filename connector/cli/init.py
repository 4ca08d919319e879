"""`connector init`: what does a new folder need?"""

import os
from pathlib import Path

import click

from connector.errors import ConfigError
from connector.settings import ENV_FILE, env_template
from connector.shipped import shipped_mappings

PRIVATE = 0o600  # only its owner may read a file that will hold secrets
SHARED = 0o644


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option("--force", is_flag=True, help="Overwrite what is there; the old file stays as NAME.old.")
def command(folder: Path, force: bool) -> None:
    """Write .env and the default mappings into FOLDER.

    Without FOLDER that is this one. What is there already is kept.
    """
    texts = {ENV_FILE: env_template()} | {
        Path("mappings") / source.name: source.read_text(encoding="utf-8")
        for source in sorted(shipped_mappings().iterdir())
        if source.is_file()
    }
    written = [name for name, text in texts.items() if _write(folder / name, text, force=force)]
    for name in texts:
        click.echo(f"{'wrote' if name in written else 'kept '} {folder / name}")
    click.echo("Next: fill in .env, then run connector doctor.", err=True)


def _write(path: Path, text: str, *, force: bool) -> bool:
    """Whether `path` was written, in one step. What stands there is kept, or with `force` set aside first."""
    if path.exists() and not force:
        return False
    new = path.with_name(f"{path.name}.new")
    mode = PRIVATE if path.name == ENV_FILE.name else SHARED
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            file.write(text)
        if path.exists():
            path.replace(path.with_name(f"{path.name}.old"))
        new.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}; choose a folder that is yours") from None
    return True
