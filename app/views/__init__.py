"""The doors, one blueprint per audience."""

from flask import Flask

from app.views import (
    account,
    account_administration,
    accounts,
    administration,
    agreements,
    applicant,
    calculators,
    case_marks,
    cases,
    city_register,
    commission,
    departments,
    editor,
    files,
    gates,
    grant_desk,
    health,
    imports,
    intakes,
    jobs,
    letter_runs,
    letters,
    limit_meter,
    offer_files,
    official,
    organisation_limits,
    organisations,
    packages,
    people,
    provider,
    public,
    registers,
    report_editor,
    requests,
    review,
    small_grants,
    steps,
    verification,
)

BLUEPRINTS = tuple(
    module.bp
    for module in (
        *(public, calculators, small_grants, accounts, account, organisation_limits, organisations, people),
        *(applicant, editor, limit_meter, offer_files, report_editor),
        *(
            official,
            intakes,
            grant_desk,
            city_register,
            imports,
            case_marks,
            requests,
            review,
            commission,
            agreements,
            administration,
            account_administration,
            departments,
            jobs,
        ),
        *(letters, letter_runs, registers),
        *(provider, files, verification, packages, steps, cases, health),
    )
)


def init_app(app: Flask) -> None:
    """Register every blueprint and close what declares no policy."""
    gates.close(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
