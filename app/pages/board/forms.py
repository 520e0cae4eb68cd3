"""What the form that publishes a checklist sends."""

from typing import Annotated

from fastapi import Form
from pydantic import BaseModel

from app.obligations.schemas import Publication
from app.pages.days import typed_day
from app.pages.forms import shaped


class PublicationForm(BaseModel):
    audience: str = ""
    starts_on: str = ""

    def publication(self) -> Publication:
        return shaped(Publication, audience=self.audience, starts_on=typed_day(self.starts_on))


PublicationFormDep = Annotated[PublicationForm, Form()]
