"""The permission matrix: what each role may do. `queries` of each room say to which rows.

                       anonymous   reporter          coordinator, admin   auditor
READ_PUBLISHED         public¹     public and units  all in scope         all in scope      checklists, tasks, units
READ_OBLIGATIONS       –           own units'        all in scope         all in scope      obligations, updates
POST_UPDATE            –           own units'        –                    –                 reports
RELEASE                –           own units'⁴       –                    –                 what waits inside the unit
EDIT_REGISTER          –           –                 in scope             –                 checklists, tasks, parts
ENTER_EVENT            –           own parts³        in scope             –                 what days are counted from
REVIEW                 –           –                 in scope             –                 claims, waivers
AUDIT                  –           –                 –                    in scope          findings
EDIT_UNITS             –           –                 in scope             –                 the directory
EDIT_CONTACTS          –           own units'        in scope             –                 a unit's contacts
EDIT_CALENDAR          –           –                 admin only²          –                 working days, holidays
READ_JOURNAL           –           –                 in scope             in scope          streams and entries
READ_ACCESS_JOURNAL    –           –                 admin only           yes               streams `access`, heads
REDACT                 –           –                 admin only           –                 erase personal data
MANAGE_REPORTERS       –           –                 in scope             –                 keys of units
MANAGE_KEYS            –           –                 admin only, in scope –                 keys of every role

¹ unless DUBAN_PUBLIC_READING is off. What a role may not do is 403; a row that it may not see is 404.
² of a scope that is everything: there is one calendar for all. Everyone who may read published registers reads it.
³ where the task's schedule says so.
⁴ a person who releases (审核人): no key, and nobody their own report, unless the unit has one person.
"""

from enum import StrEnum, auto

from app.access.models import ActorRole


class Permission(StrEnum):
    READ_PUBLISHED = auto()
    READ_OBLIGATIONS = auto()
    POST_UPDATE = auto()
    RELEASE = auto()
    EDIT_REGISTER = auto()
    ENTER_EVENT = auto()
    REVIEW = auto()
    AUDIT = auto()
    EDIT_UNITS = auto()
    EDIT_CONTACTS = auto()
    EDIT_CALENDAR = auto()
    READ_JOURNAL = auto()
    READ_ACCESS_JOURNAL = auto()
    REDACT = auto()
    MANAGE_REPORTERS = auto()
    MANAGE_KEYS = auto()


_OFFICE = {
    Permission.READ_PUBLISHED,
    Permission.READ_OBLIGATIONS,
    Permission.EDIT_REGISTER,
    Permission.ENTER_EVENT,
    Permission.REVIEW,
    Permission.EDIT_UNITS,
    Permission.EDIT_CONTACTS,
    Permission.READ_JOURNAL,
    Permission.MANAGE_REPORTERS,
}

MATRIX: dict[ActorRole, set[Permission]] = {
    ActorRole.ANONYMOUS: {Permission.READ_PUBLISHED},
    ActorRole.REPORTER: {
        Permission.READ_PUBLISHED,
        Permission.READ_OBLIGATIONS,
        Permission.POST_UPDATE,
        Permission.RELEASE,
        Permission.ENTER_EVENT,
        Permission.EDIT_CONTACTS,
    },
    ActorRole.COORDINATOR: _OFFICE,
    ActorRole.AUDITOR: {
        Permission.READ_PUBLISHED,
        Permission.READ_OBLIGATIONS,
        Permission.AUDIT,
        Permission.READ_JOURNAL,
        Permission.READ_ACCESS_JOURNAL,
    },
    ActorRole.ADMIN: _OFFICE
    | {Permission.EDIT_CALENDAR, Permission.READ_ACCESS_JOURNAL, Permission.REDACT, Permission.MANAGE_KEYS},
}


class Requirement:
    """The permission that a route requires, and whether it receives the caller's units."""

    def __init__(self, permission: Permission, *, gives_actor: bool = True) -> None:
        self.permission = permission
        self.gives_actor = gives_actor
