"""What an address finds, and for whom: one sentence for each kind of thing that an address can name.

A view whose address names something declares which of these it finds (`gates.of`). docs/rights.md is written from the
declarations, and a test opens every address as everybody.
"""

from collections.abc import Mapping

OBJECTS: Mapping[str, str] = {
    "case": "A case, for those who may know of it (table 3). Otherwise 404.",
    "step": "A case, for those who may know of it (table 3), otherwise 404; then the step, for a role that may take it in "
    "this state (table 2), otherwise 403.",
    "case in the office": "A case, for its office and the auditor, otherwise 404; others who may know of it get 403.",
    "led case": "A case, for those who may know of it, otherwise 404; its lead is named by the director and by the lead, "
    "otherwise 403.",
    "case with exclusions": "A case, for those who may know of it, otherwise 404; grounds and doubts are for those who act in "
    "it or answer for them, otherwise 403.",
    "absence": "An absence of somebody of the own department. Otherwise 404.",
    "colleague": "An official of the own department. Otherwise 404.",
    "account": "An account that the administrator or auditor may see, otherwise 404; changed by administrators, otherwise 403.",
    "department": "A department, for its own people and those of the whole city, otherwise 404; changed by its director and by "
    "administrators, otherwise 403.",
    "letter that did not go out": "An e-mail, for administrators. Otherwise 404.",
    "term": "The term of one kind of personal data, for the administrator; the auditor reads the list and gets 403 here.",
    "own passkey": "A passkey of one's own. Otherwise 404.",
    "marked case": "A case of the department, for its clerks and officials. Others who may know of it get 403, the rest 404.",
    "procedure": "An announced call or intake; a draft only for the office of its department. Otherwise 404.",
    "results": "A call whose announcement is public. Otherwise 404.",
    "published small grant": "A small grant that was published for comments. Otherwise 404.",
    "document": "A document whose kind the reader may open (table 4) of a case that the reader may know of. Otherwise 404.",
    "own application": "An offer or a small grant of an own organisation. Otherwise 404.",
    "own small grant": "A small grant of an own organisation. Otherwise 404.",
    "own report": "A report of an agreement of an own organisation. Otherwise 404.",
    "attachment": "A file of an offer: for the offeror; for those with a role on the offer once a version that holds the file "
    "was submitted. Otherwise 404.",
    "own organisation": "An organisation of which the person is a member, otherwise 404; what its people may change depends "
    "on owner and editor, otherwise 403.",
    "invitation": "An invitation, for whoever holds the letter with its token. Otherwise 404.",
    "token": "What the token of a letter opens, for whoever holds it.",
    "code": "A document's verification, for whoever holds the paper with its code.",
    "own session": "A session of one's own.",
    "own seat": "A call in whose commission the person sits. Otherwise 404.",
    "own card": "An own card of an own call, after the statement of impartiality. Otherwise 404; of an offer from which the "
    "person is excluded 403.",
    "call of the department": "A call of the department, for its office, unless an own organisation has an offer in it. "
    "Otherwise 404.",
    "procedure of the department": "A call or an announced intake of the department, for its office, unless an own "
    "organisation has an offer in it. Otherwise 404.",
    "checked call": "A call, for those with a role on it. Otherwise 404.",
    "application in the office": "An offer or a small grant that came in to the department, unless an own organisation "
    "stands behind it or has an offer in the same call. Otherwise 404.",
    "draft of the department": "A draft of a call or an intake, for the officials of its department. Otherwise 404; for those "
    "who may read it 403.",
    "packed case": "A case that has packages, for its office and the auditor, unless an own organisation applies in the same "
    "call, or an exclusion from the call or from one of its offers is recorded. Otherwise 404.",
    "letters of a call": "A call or an intake, for its office and the auditor, unless an own organisation applies in it or an "
    "exclusion from it or from one of its offers is recorded. Otherwise 404.",
    "letter template": "A letter of the department, or any for a person of the whole city. Otherwise 404.",
    "job": "A job of a case, for the office of the case and the auditor; a register only for the person who asked, and its "
    "file only within the department in which it was asked. Otherwise 404.",
    "register": "A register that the person's roles may ask for, with the cases of the own department, without those of calls "
    "and intakes in which an own organisation applies or an exclusion is recorded. Otherwise 404.",
    "own view": "A saved choice of one's own. Otherwise 404.",
    "request": "A request or complaint of the department, otherwise 404; files are added by clerks and officials, "
    "otherwise 403.",
    "entry of the department": "An entry that somebody of the own department made. Otherwise 404.",
    "import": "An import that the person's roles may use; one about a call only with a signed seat in its commission. "
    "Otherwise 404.",
    "letter of the test set-up": "A letter, only where letters go to a folder instead of a mail server. Otherwise 404.",
    "file of the product": "A style, a script or a font.",
}
