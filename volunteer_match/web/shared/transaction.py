"""One request, one commit: what a view did is stored whole before the answer leaves, or not at all."""

from flask import Flask, Response

from volunteer_match.foundation.database import db

FIRST_SERVER_ERROR = 500


def commit_after_request(app: Flask) -> None:
    """Must be registered before other after-request hooks: Flask runs them last to first, so this one runs last."""

    @app.after_request
    def commit(response: Response) -> Response:
        if response.status_code < FIRST_SERVER_ERROR:
            # A failure here raises, becomes a 500 page, and nothing was acknowledged.
            db.session.commit()
        else:
            db.session.rollback()
        return response
