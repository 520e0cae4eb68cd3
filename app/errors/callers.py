"""Who sends a request, and what they may not do: keys, tokens, sign-ins and roles."""

from app.errors.base import Conflict, Forbidden, Unauthenticated
from app.languages.messages import say


class MissingKey(Unauthenticated):
    title = say("This needs a key: send the header Authorization: Bearer <key>")


class InvalidKey(Unauthenticated):
    title = say("This key is not valid")


class KeyExpired(Unauthenticated):
    title = say("This key has expired")


class KeyRevoked(Unauthenticated):
    title = say("This key was revoked")


class InvalidToken(Unauthenticated):
    title = say("This token is not one that the issuer signed; sign in again")


class TokenAlgorithmNotAllowed(Unauthenticated):
    title = say("This token is signed in a way that is not taken here")


class TokenOfOtherIssuer(Unauthenticated):
    title = say("This token is of another issuer")


class TokenOfOtherAudience(Unauthenticated):
    title = say("This token was issued for another server")


class TokenExpired(Unauthenticated):
    title = say("This token has expired; sign in again")


class TokenNotYetValid(Unauthenticated):
    title = say("This token is not valid yet; a clock is wrong")


class TokenOfOtherSignIn(Unauthenticated):
    title = say("This token was issued for another sign-in; sign in again")


class SignInExpired(Unauthenticated):
    title = say("This sign-in was not begun in this browser, has taken too long, or is finished; sign in again")


class SignInDenied(Unauthenticated):
    title = say("The identity provider has not signed you in")


class ClaimMissing(Unauthenticated):
    title = say("Your account has no longer what made you a person here; ask whoever manages the persons")


class ClaimRulesDisagree(Unauthenticated):
    title = say("Several claim rules match your account and give different roles or places; ask whoever manages them")


class PersonUnknown(Unauthenticated):
    title = say("This account signs nobody in here; ask whoever manages the persons")


class RoleNotAllowed(Forbidden):
    title = say("Your role may not do this")


class NotYourUnit(Forbidden):
    title = say("A unit answers only for itself")


class OutsideScope(Forbidden):
    title = say("This lies outside the scope of your key")


class FormNotOurs(Forbidden):
    title = say("This form was not sent from a page of this session; open the page again and send it from there")


class MetricsForbidden(Forbidden):
    title = say("Metrics are read at the server itself, or with DUBAN_METRICS_TOKEN as a bearer token")


class PersonEnded(Conflict):
    title = say("This person's access was ended; enter them anew")
