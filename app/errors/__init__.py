"""All errors, each with a stable code, and their common shape (RFC 9457). The page /problems lists them.

DubanError
├── BadRequest 400
├── Unauthenticated 401
├── Forbidden 403
├── NotFound 404
├── Conflict 409
├── Gone 410
├── Unprocessable 422
├── Unavailable 503
└── one class each for the other statuses: requests.py (405 to 431), server.py (500, 503)

Each file has the errors of one subject: `requests`, `callers`, `registers`, `obligations`, `updates`, `server`;
`constraints` has those of the database's constraints. All are imported from here: `from app.errors import NotFound`.
"""

from app.errors.base import *
from app.errors.callers import *
from app.errors.constraints import *
from app.errors.obligations import *
from app.errors.registers import *
from app.errors.requests import *
from app.errors.server import *
from app.errors.updates import *
