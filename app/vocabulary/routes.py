"""The route of the vocabulary."""

from app.access.deps import Reader
from app.access.routing import api_router
from app.languages.negotiation import LanguageDep
from app.vocabulary.terms import Term, vocabulary

router = api_router("/vocabulary", tags=["vocabulary"])


@router.get("")
def show_vocabulary(actor: Reader, language: LanguageDep) -> dict[str, list[Term]]:
    """The labels of the words in responses: states, roles, kinds and error codes."""
    return vocabulary(language)
