"""The learned versions of the engine: what serves, what could, and an admin's decision between them."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_match.foundation.clock import utc_now
from volunteer_match.foundation.database import attempt
from volunteer_match.matching.explanations import ReasonKey
from volunteer_match.matching.features import FEATURES
from volunteer_match.matching.model import VERSION, PairModel, prior_model
from volunteer_match.matching.model_store import DataSheet, StoredModel, Unusable
from volunteer_match.people.accounts import staff_names
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals import promotion
from volunteer_match.proposals.models import MatchingModel
from volunteer_match.proposals.serving_model import open_model, serving_model, serving_row
from volunteer_match.proposals.states import ModelState
from volunteer_match.web.shared.access import current_user, requires

from . import model_words
from .blueprint import blueprint
from .forms.models import ModelForm

Page = str | Response | tuple[str, int]
MOVED_MOST = 3


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight as it serves and as the version would have it."""

    key: ReasonKey
    serving: float
    other: float

    @property
    def moved(self) -> float:
        return self.other - self.serving


@dataclass(frozen=True, slots=True)
class Window:
    """When the decisions were made that a version learned from."""

    since: datetime
    until: datetime


@blueprint.get("/motoren")
@requires(Permission.MANAGE_MATCHING)
def models() -> str:
    """Every version, newest first, and what serves now."""
    row = serving_row()
    return render_template(
        "admin/models/list.html",
        versions=promotion.versions(),
        serving=row,
        broken=row is not None and not isinstance(open_model(row), StoredModel),
        staff=staff_names(),
        words=model_words,
    )


@blueprint.route("/motoren/<int:model_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_MATCHING)
def model(model_id: int) -> Page:
    """One version beside the serving one, and the button that has it serve."""
    row, form = promotion.find_version(model_id) or abort(404), ModelForm(instead_of=_seen(serving_row()))
    if request.method == "POST" and form.validate():
        return _promote(row, form)
    page = _version_page(row, form)
    return (page, 422) if form.errors else page


@blueprint.route("/motoren/faste-vaegte", methods=["GET", "POST"])
@requires(Permission.MANAGE_MATCHING)
def prior_serves_again() -> Page:
    """Back to the reasoned weights, with a reason."""
    row, form = serving_row(), ModelForm(instead_of=_seen(serving_row()))
    if row is None:
        flash(_("De faste vægte er i brug."), "info")
        return redirect(url_for("admin.models"))
    if request.method == "POST" and form.validate():
        return _take_back(form)
    page = render_template("admin/models/take_back.html", form=form, serving=row)
    return (page, 422) if form.errors else page


def _promote(row: MatchingModel, form: ModelForm) -> Response:
    try:
        with attempt():
            promotion.promote(
                row,
                instead_of=form.instead_of.data or "",
                reason=form.reason.data or "",
                by=current_user(),
                now=utc_now(),
            )
    except promotion.SomebodyWasQuicker:
        flash(_("En anden udgave er taget i brug imens. Se den nye sammenligning, og tag stilling igen."), "error")
        return redirect(url_for("admin.model", model_id=row.id))
    except Unusable:
        flash(_("Udgaven er beskadiget og kan ikke tages i brug."), "error")
        return redirect(url_for("admin.model", model_id=row.id))
    flash(_("Udgaven er i brug fra den næste liste med forslag."), "success")
    return redirect(url_for("admin.models"))


def _take_back(form: ModelForm) -> Response:
    try:
        with attempt():
            promotion.back_to_prior(
                instead_of=form.instead_of.data or "", reason=form.reason.data or "", by=current_user(), now=utc_now()
            )
    except promotion.SomebodyWasQuicker:
        flash(_("En anden udgave er taget i brug imens. Intet er ændret."), "error")
    else:
        flash(_("De faste vægte er i brug fra den næste liste med forslag."), "success")
    return redirect(url_for("admin.models"))


def _seen(row: MatchingModel | None) -> str:
    """What a page names as serving: the promoted version, also when it is broken."""
    return row.version if row is not None else VERSION


def _version_page(row: MatchingModel, form: ModelForm) -> str:
    opened, serving = open_model(row), serving_model()
    stored = opened if isinstance(opened, StoredModel) else None
    # A version that serves, or served, is laid beside the weights that everything started from.
    other = prior_model() if row.state is ModelState.SERVING else serving
    weights = _weights(other, stored.model) if stored is not None else []
    return render_template(
        "admin/models/show.html",
        row=row,
        form=form,
        sheet=stored.sheet if stored is not None else None,
        window=_window(stored.sheet) if stored is not None else None,
        weights=weights,
        # By its own measure: what counts for much moves much.
        moved_most=sorted(weights, key=lambda weight: -abs(weight.moved) / (1.0 + abs(weight.serving)))[:MOVED_MOST],
        beside_prior=other.version == VERSION,
        kinds=_kinds(stored.sheet) if stored is not None else [],
        staff=staff_names(),
        words=model_words,
    )


def _weights(serving: PairModel, other: PairModel) -> list[Weight]:
    rows = zip(FEATURES, serving.coef_[0], other.coef_[0], strict=True)
    return [Weight(key, float(before), float(after)) for key, before, after in rows]


def _kinds(sheet: DataSheet) -> list[str]:
    """ "12 valgt fra", one a kind of decision."""
    return [f"{number} {model_words.DECISIONS[kind]}" for kind, number in sheet.kinds.items()]


def _window(sheet: DataSheet) -> Window:
    return Window(datetime.fromisoformat(sheet.decided_from), datetime.fromisoformat(sheet.decided_to))
