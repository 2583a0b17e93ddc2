"""The board of improvements across reviews, and one improvement."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from accounts.models import User
from accounts.refusals import Refused
from accounts.requests import PersonRequest
from postmortems.actions import improvements as actions
from postmortems.choices import ImprovementState
from postmortems.filters import ImprovementFilter
from postmortems.forms import ImprovementForm, MoveForm
from postmortems.models import Improvement

MOST_CARDS = 50


def improvements(request: PersonRequest) -> HttpResponse:
    visible = Improvement.objects.visible_to(request.subject)
    owners = User.objects.filter(improvements__in=visible).distinct().order_by("name")
    narrowed = ImprovementFilter(
        request.GET, visible, person_id=request.user.pk, on=_today(request), owners=list(owners)
    )
    context = {
        "columns": [_column(narrowed.qs, state, request) for state in ImprovementState],
        "filter": narrowed,
        "is_narrowed": any(narrowed.form.data.get(name) for name in narrowed.filters),
    }
    return render(request, "postmortems/improvements.html", context)


def improvement(request: PersonRequest, pk) -> HttpResponse:
    found = _visible(request, pk)
    if request.method != "POST":
        return _page(request, found)
    get_object_or_404(Improvement.objects.editable_by(request.subject), pk=pk)
    form = ImprovementForm(request.POST, incident=found.review.incident, at=request.subject.at)
    if form.is_valid():
        version, at = form.cleaned_data["version"] or 0, request.subject.at
        try:
            actions.change(improvement=found, plan=form.plan(), version=version, by=request.user, at=at)
            return redirect(found)
        except actions.ImprovementChangedError as conflict:
            form.go_on_from(conflict.theirs.version, str(conflict))
            return _page(request, found, status=409, form=form)
    return _page(request, found, status=422, form=form)


def improvement_move(request: PersonRequest, pk) -> HttpResponse:
    movable = Improvement.objects.movable_by(request.subject)
    found = get_object_or_404(movable, pk=pk)
    form = MoveForm(request.POST)
    if form.is_valid():
        try:
            actions.move(improvement=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            return redirect(_from(request, found))
        except Refused as refusal:
            form.add_error("outcome", str(refusal))
    return _page(request, _visible(request, pk), status=422, move_form=form)


def _column(narrowed, state: ImprovementState, request: PersonRequest) -> dict:
    """The cards of one state; settled ones newest first, for the old ones matter least."""
    order = ["-settled_at"] if state in {ImprovementState.DONE, ImprovementState.DROPPED} else []
    chosen = narrowed.filter(state=state).with_names().order_by(*order, "due_on", "priority", "pk")
    found = list(chosen[: MOST_CARDS + 1])
    cards = [
        {"improvement": one, "may_move": one.may_be_moved_by(request.subject) and not one.is_settled}
        for one in found[:MOST_CARDS]
    ]
    return {"state": state, "cards": cards, "has_more": len(found) > MOST_CARDS}


def _page(request: PersonRequest, found: Improvement, status: int = 200, **forms) -> HttpResponse:
    may_edit = Improvement.objects.editable_by(request.subject).filter(pk=found.pk).exists()
    context = {"improvement": found, "incident": found.review.incident, "may_edit": may_edit}
    context["may_move"] = found.may_be_moved_by(request.subject)
    if may_edit and "form" not in forms:
        initial = {name: getattr(found, name) for name in ("title", "detail", "kind", "priority", "due_on")}
        initial |= {"owner": found.owner_id, "version": found.version}
        context["form"] = ImprovementForm(
            initial=initial, incident=found.review.incident, at=request.subject.at
        )
    return render(request, "postmortems/improvement.html", context | forms, status=status)


def _visible(request: PersonRequest, pk) -> Improvement:
    visible = Improvement.objects.visible_to(request.subject).with_names()
    return get_object_or_404(
        visible.select_related("review__incident__profile", "owner", "settled_by"), pk=pk
    )


def _from(request: PersonRequest, found: Improvement) -> str:
    """Back to where the button was pressed: the board as it was narrowed, or the improvement itself."""
    narrowed = request.POST.get("board")
    return f"/improvements/?{narrowed}" if narrowed is not None else found.get_absolute_url()


def _today(request: PersonRequest):
    return localdate(request.subject.at)
