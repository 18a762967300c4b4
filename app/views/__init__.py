"""The doors, one blueprint per audience."""

from flask import Flask

from app.views import (
    absences,
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
    exclusions,
    files,
    gates,
    grant_desk,
    health,
    history,
    imports,
    intakes,
    jobs,
    kept_forms,
    leads,
    letter_runs,
    letters,
    limit_meter,
    offer_files,
    official,
    operation,
    organisation_limits,
    organisations,
    own_data,
    pace,
    packages,
    passkeys,
    people,
    provider,
    public,
    registers,
    report_editor,
    requests,
    retention,
    review,
    small_grants,
    steps,
    verification,
)

BLUEPRINTS = tuple(
    module.bp
    for module in (
        *(
            public,
            calculators,
            small_grants,
            accounts,
            account,
            passkeys,
            own_data,
            retention,
            provider,
            organisation_limits,
            organisations,
            people,
        ),
        *(applicant, editor, limit_meter, offer_files, report_editor),
        *(
            official,
            intakes,
            grant_desk,
            city_register,
            imports,
            case_marks,
            leads,
            exclusions,
            absences,
            requests,
            review,
            commission,
            agreements,
            administration,
            account_administration,
            departments,
            jobs,
            operation,
        ),
        *(letters, letter_runs, registers),
        *(files, verification, packages, history, steps, cases, health),
    )
)


def init_app(app: Flask) -> None:
    """Register every blueprint and close what declares no policy."""
    gates.close(app)
    pace.init_app(app)
    kept_forms.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
