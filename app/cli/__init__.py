"""The commands of `flask --app wsgi …`, one module per subject."""

from flask import Flask

from app.cli import accounts, backup, data, installation, law, people, proof

COMMANDS = (
    *(law.workflows_command, law.draw_workflows, law.reckon_command),
    law.draw_rights,
    *(installation.build_static, installation.check_config),
    accounts.make_administrator,
    *(data.import_calls, data.demo_command, data.export, data.set_return_account),
    *people.COMMANDS,
    *(backup.backup, backup.restore, backup.verify_backup, backup.verify_blobs),
    *(backup.hold_mail, backup.release_mail),
    *(proof.verify_audit, proof.write_head, proof.verify_package, proof.check_invariants),
)


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)
