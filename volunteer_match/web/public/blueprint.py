"""The blueprint that every page module of this audience adds its views to."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
