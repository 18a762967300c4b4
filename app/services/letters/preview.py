"""How a letter would look for a real offer: printed from the same content, marked as a draft, stored nowhere."""

from dataclasses import replace
from datetime import datetime

from flask_babel import force_locale, gettext

from app.models import Application, LetterTemplateVersion, User
from app.services.documents import LANGUAGE
from app.services.documents.notification_letter import of_version
from reports import notification_letter as report
from reports.content import Content


def content(version: LetterTemplateVersion, offer: Application, user: User, at: datetime) -> Content:
    """What this version says to the offeror at `at`, in the name of the person who looks."""
    with force_locale(LANGUAGE):
        data = of_version(version, offer, user, at)
        return report.content(replace(data, frame=replace(data.frame, standing="draft")), gettext)
