"""The route of the vocabulary."""

from app.access.deps import Reader
from app.access.routing import api_router
from app.languages.negotiation import AskedLanguage
from app.vocabulary.terms import Term, vocabulary

router = api_router("/vocabulary", tags=["vocabulary"])


@router.get("")
def show_vocabulary(actor: Reader, language: AskedLanguage) -> dict[str, list[Term]]:
    """What the words in answers mean: the states, roles, kinds and error codes, each with its label."""
    return vocabulary(language)
