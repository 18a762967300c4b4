"""The doors, one blueprint per audience."""

from flask import Flask

from app.views import (
    account,
    accounts,
    administration,
    agreements,
    applicant,
    cases,
    commission,
    editor,
    files,
    gates,
    health,
    jobs,
    offer_files,
    official,
    organisations,
    people,
    public,
    report_editor,
    review,
    steps,
)

BLUEPRINTS = tuple(
    module.bp
    for module in (
        *(public, accounts, account, organisations, people),
        *(applicant, editor, offer_files, report_editor),
        *(official, review, commission, agreements, administration, jobs),
        *(files, steps, cases, health),
    )
)


def init_app(app: Flask) -> None:
    """Register every blueprint and close what declares no policy."""
    gates.close(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
