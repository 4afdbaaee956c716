"""Rows of the vocabulary that a municipality may import for itself."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from volunteer_match.foundation.database import Model


class Postcode(Model):
    """An imported postcode; it wins over the built-in one (see `imported_places`)."""

    __tablename__ = "postcode"

    postcode: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float]
    lon: Mapped[float]
    municipality: Mapped[str] = mapped_column(String(80))
