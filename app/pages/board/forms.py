"""What the form that publishes a checklist sends."""

from typing import Annotated

from fastapi import Form
from pydantic import BaseModel

from app.obligations.schemas import Publication
from app.pages.forms import shaped


class PublicationForm(BaseModel):
    audience: str = ""
    starts_on: str = ""

    def publication(self) -> Publication:
        return shaped(Publication, audience=self.audience, starts_on=self.starts_on)


PublicationFormDep = Annotated[PublicationForm, Form()]
