"""Who sends an Authorization header: the holder of a key, or a person with a token of the issuer."""

from datetime import datetime

from sqlalchemy import Connection

from app.access.actors import Caller, prefix_of, token_of
from app.access.claim_rules.application import apply_rules
from app.access.keys import FoundKey, keys_of
from app.access.persons.oidc import Issuer
from app.config import Settings
from app.database.engine import Database
from app.errors import InvalidToken


class Authentication:
    """The ways to be authenticated that the settings allow."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = Issuer(settings) if settings.oidc_issuer else None
        self._audience = settings.oidc_audience
        self._read_only = settings.read_only

    def find(
        self,
        connection: Connection,
        header: str,
        at: datetime,
        cached: Caller | None,
        *,
        stamped: bool = False,
        within: str | None = None,
    ) -> FoundKey:
        """Who sends a header, as the database has it now.

        Args:
            cached: who sent it before: what their token proves was verified then, and is valid until it ends.
            stamped, within: as of `Keys.find`.

        Raises:
            Unauthenticated. IssuerUnavailable.
        """
        keys, token = keys_of(connection.dialect), token_of(header)
        if self.issuer is None or prefix_of(token) is not None:
            return keys.find(connection, token, at, stamped=stamped, within=within)
        proof = cached and cached.proof
        if proof is None or proof.until <= at:
            proof, _ = self.issuer.verify(token, self._audience, at)
        found = keys.of_account(connection, proof.account, at, stamped=stamped, within=within)
        return found._replace(caller=found.caller.proven_by(proof))

    def is_token(self, header: str) -> bool:
        """Whether a header has a token of the issuer, and not a key."""
        return self.issuer is not None and prefix_of(header.partition(" ")[2].strip()) is None

    def admit(self, database: Database, header: str, at: datetime) -> Caller:
        """Who sends a token that was not seen before. The claim rules are applied to its account first.

        Raises:
            Unauthenticated. IssuerUnavailable. What `apply_rules` raises.
        """
        token = token_of(header)
        if self.issuer is None:
            raise InvalidToken()
        proof, claims = self.issuer.verify(token, self._audience, at)
        apply_rules(database, proof.account, claims, at, read_only=self._read_only)
        with database.reading() as connection:
            found = keys_of(connection.dialect).of_account(connection, proof.account, at)
        return found.caller.proven_by(proof)

    def authenticate(self, connection: Connection, header: str, at: datetime, cached: Caller | None) -> Caller:
        """Who sends a header.

        Args:
            cached: who sent it before; they are looked up again only if a key of its jurisdiction has changed since.

        Raises:
            Unauthenticated. IssuerUnavailable.
        """
        if cached is not None and cached.is_valid(keys_of(connection.dialect).head(connection, cached), at):
            return cached
        return self.find(connection, header, at, cached).caller
