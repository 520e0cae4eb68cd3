from app.languages.catalogue import Language, translated
from app.vocabulary.schemas import Term
from app.vocabulary.terms import vocabularies


def vocabulary(language: Language) -> dict[str, list[Term]]:
    return {
        name: [Term(value=word, label=translated(label, language)) for word, label in words.items()]
        for name, words in vocabularies().items()
    }
