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
)  # fmt: skip

BLUEPRINTS = (
    public.bp, accounts.bp, account.bp, organisations.bp, people.bp, applicant.bp, editor.bp, offer_files.bp, official.bp, review.bp, commission.bp, agreements.bp, report_editor.bp, administration.bp,
    jobs.bp, files.bp, steps.bp, cases.bp, health.bp,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Register every blueprint and close what declares no policy."""
    gates.close(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
