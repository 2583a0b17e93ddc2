"""Routes: the list in the order it is read, what it leaves out, and changing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from escalations import coverage
from escalations.actions import routes as actions
from escalations.forms.routes import RouteForm, conditions_of, read_order
from escalations.models import Route


def routes(request: PersonRequest) -> HttpResponse:
    found = list(Route.objects.select_related("policy").order_by("position"))
    rules = [actions.rule(route) for route in found]
    space = Route.objects.space(rules)
    silent = coverage.swallowed(rules, space)
    rows = [
        {"route": route, "silent": n in silent, "takers": [k + 1 for k in silent.get(n, [])]}
        for n, route in enumerate(found)
    ]
    order = ",".join(str(route.pk) for route in found)
    context = {"rows": rows, "gaps": coverage.gaps(rules, space), "space": space, "order": order}
    return render(request, "escalations/routes.html", context)


def add(request: PersonRequest) -> HttpResponse:
    others = Route.objects.order_by("position")
    form = RouteForm(request.POST or None, others=others, initial={"after": _above_the_last(list(others))})
    if request.method == "POST" and form.is_valid():
        policy, after = form.cleaned_data["policy"], form.cleaned_data["after"]
        actions.create(policy=policy, after=after, by=request.user, at=request.subject.at, **form.conditions)
        messages.success(request, _("Route added. Incidents declared from now on follow it."))
        return redirect("routes")
    return _sheet(request, form)


def edit(request: PersonRequest, route_id: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=route_id)
    form = RouteForm(request.POST or None, initial=conditions_of(route))
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {name: form.cleaned_data[name] for name in ("policy", "version")}
        told |= form.conditions
        try:
            actions.change(route=route, by=request.user, at=request.subject.at, **told)
            messages.success(request, _("Saved. Incidents declared from now on follow it."))
            return redirect("routes")
        except actions.ChangedMeanwhileError as refusal:
            return _below_theirs(request, form, str(refusal), route)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _sheet(request, form, route=route)


def move(request: PersonRequest, route_id: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=route_id)
    places = -1 if request.POST.get("to") == "up" else 1
    seen = read_order(request.POST.get("order", ""))
    try:
        actions.move(route=route, by_places=places, seen=seen, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("routes")


def remove(request: PersonRequest, route_id: int) -> HttpResponse:
    route = get_object_or_404(Route, pk=route_id)
    try:
        actions.remove(route=route, by=request.user, at=request.subject.at)
        messages.success(request, _("Route removed."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("routes")


def _above_the_last(routes: list[Route]) -> int | None:
    """Where a new route is usually wanted: last, but above one that takes everything else."""
    if not routes or any(actions.rule(routes[-1])):
        return routes[-1].pk if routes else None
    return routes[-2].pk if len(routes) > 1 else None


def _below_theirs(request: PersonRequest, form: RouteForm, sentence: str, route: Route) -> HttpResponse:
    """What was typed, under what is there now; the next *Save* knows of it."""
    theirs = get_object_or_404(Route.objects.select_related("policy"), pk=route.pk)
    form.add_error(None, sentence)
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(theirs.version)  # type: ignore[index]
    return _sheet(request, form, route=route, theirs=theirs)


def _sheet(request: PersonRequest, form: RouteForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "escalations/route_sheet.html", {"form": form, **context}, status=status)
