"""The application for `flask` and gunicorn."""

from volunteer_match.factory import create_app

app = create_app()
