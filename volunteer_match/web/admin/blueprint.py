"""The blueprint that every page module of this audience adds its views to."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
