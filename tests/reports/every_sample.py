"""The samples of all documents, by name: what the tests of every document go through."""

from tests.reports import samples, samples_agreement, samples_call, samples_drawn, samples_letters

DOCUMENTS = (
    samples.DOCUMENTS
    | samples_call.DOCUMENTS
    | samples_agreement.DOCUMENTS
    | samples_drawn.DOCUMENTS
    | samples_letters.DOCUMENTS
)
