"""The tables of the law and what they reckon; no command here needs a server."""

import json
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app import reckon, rights
from workflows import diagram
from workflows.catalogue import WORKFLOWS, as_rows


@click.command("workflows")
@click.option("--json", "as_json", is_flag=True, help="Every row of every table as JSON.")
def workflows_command(as_json: bool) -> None:
    """Print every row of every table; needs no server."""
    rows = as_rows()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['workflow']}: {', '.join(row['source'])} --{row['trigger']}--> {', '.join(dict.fromkeys(row['dest'].values()))}"
        )


@click.command("draw-workflows")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def draw_workflows(folder: Path) -> None:
    """Write the diagram and the table of every case type into FOLDER; needs no server."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, workflow in WORKFLOWS.items():
        (folder / f"{name}.md").write_text(diagram.page(workflow), encoding="utf-8")
    click.echo(f"{len(WORKFLOWS)} pages written.")


@click.command("draw-rights")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def draw_rights(file: Path) -> None:
    """Write the matrix of rights into FILE; needs no server."""
    file.write_text(rights.page(current_app), encoding="utf-8")
    click.echo(f"{file} written.")


@click.command("reckon")
@click.argument("question", type=click.Choice(list(reckon.QUESTIONS)))
@with_appcontext
def reckon_command(question: str) -> None:
    """Answer each line of JSON from standard input with one line of JSON; needs no server."""
    for line in reckon.answers(sys.stdin.buffer, question):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
