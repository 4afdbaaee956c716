"""Two offers for one need beside each other, with what differs in words."""

from flask import render_template, request
from werkzeug.wrappers import Response

from volunteer_match.cases.models import Need
from volunteer_match.foundation.clock import danish_date, utc_now
from volunteer_match.people.permissions import Permission
from volunteer_match.proposals.comparison import Pair
from volunteer_match.proposals.comparison import compare as compare_offers
from volunteer_match.proposals.gates import NoLongerOffered
from volunteer_match.web.shared.access import current_user, requires
from volunteer_match.web.shared.need_words import number_words

from .blueprint import blueprint
from .candidates import about_need, finds_by_hand_only, list_shown, own_need_or_404, row_number
from .comparison_words import differences, rows
from .match_words import against, fits

Page = str | Response | tuple[str, int]
GONE = 404


@blueprint.get("/behov/<int:need_id>/sammenlign")
@requires(Permission.WORK_ON_OWN_CASES)
def compare(need_id: int) -> Page:
    """The two that were ticked; with any other number of them it says what to do."""
    need, ranked = own_need_or_404(need_id), not finds_by_hand_only()
    shown = list_shown(request.args.get("liste", ""), need=need)
    ticked = list(dict.fromkeys(map(row_number, request.args.getlist("tilbud"))))
    if len(ticked) != 2 or None in ticked:  # noqa: PLR2004 - a pair
        return _page(need, None, list_id=shown)
    offers = (ticked[0] or 0, ticked[1] or 0)
    try:
        pair = compare_offers(need=need, offers=offers, by=current_user(), now=utc_now(), ranked=ranked)
    except NoLongerOffered:
        return _page(need, None, list_id=shown, gone=True), GONE
    return _page(need, pair, list_id=shown)


def _page(need: Need, pair: Pair | None, *, list_id: int | None, gone: bool = False) -> str:
    lines = [] if pair is None else [line for side in (pair.left, pair.right) for line in (*fits(side), *against(side))]
    return render_template(
        "staff/candidates/compare.html",
        pair=pair,
        gone=gone,
        list_id=list_id,
        ranked=not finds_by_hand_only(),
        numbered=number_words(need.text, [word for line in lines for word in line.words]),
        differences=[] if pair is None else differences(pair.left, pair.right),
        rows=[] if pair is None else rows(pair.left, pair.right, today=danish_date(utc_now())),
        **about_need(need),
    )
