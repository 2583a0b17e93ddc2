"""Policies and routes in words, and their sections on the administration screen."""

from collections import Counter
from itertools import product
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations import coverage, words
from escalations.actions import routes
from escalations.models import EscalationPolicy, Route
from incidents.choices import Region, Severity, Source
from incidents.taxonomy import HARM_TYPES

register = template.Library()


@register.filter
def sentences(policy: EscalationPolicy) -> list[str]:
    """What a policy does, step by step. No query after `with_steps()`."""
    told = [
        words.StepWords(
            step.delay, [_name(target) for target in step.targets.all()], words.asks(step.plain())
        )
        for step in policy.steps.all()
    ]
    last = policy.fallback.name if policy.fallback else ""
    return words.policy(told, repeats=policy.repeats, repeat_from=policy.repeat_from, last=last)


@register.filter
def nobody_for(asking: Any, off_call: dict[str, str]) -> str:
    """The functions that a policy, or the form of one, asks for and that nobody is on call for, in words."""
    return words.together([name for code, name in off_call.items() if code in asking.functions])


@register.filter
def asked(route: Route) -> str:
    """A route's conditions in one line."""
    return words.conditions(*(getattr(route, name) for name in routes.CONDITIONS))


@register.filter
def severity_labels(route: Route) -> list[tuple[int, str]]:
    return [(value, str(Severity(value).label)) for value in sorted(route.severities)]


@register.filter
def harm_names(route: Route) -> str:
    return _harms([harm for harm in HARM_TYPES if harm in route.harm_types])


@register.filter
def somewhere(route: Route) -> str:
    """In which regions and languages and by which doors, as far as a route asks for any."""
    names = [str(Region(code).label) if code in Region.values else code for code in route.regions]
    doors = [str(Source(code).label) if code in Source.values else code for code in route.sources]
    return " · ".join(part for part in map(", ".join, (names, route.languages, doors)) if part)


@register.simple_tag
def gap_lines(gaps: list[coverage.Gap], space: list[coverage.Values]) -> list[dict[str, Any]]:
    """What fits no route, severities that lack the same together: which harm types, and whether everywhere or only
    in some regions or languages, or from some sources."""
    everywhere = len(space[2]) * len(space[3]) * len(space[4])
    bare: dict[Any, Counter] = {severity: Counter() for severity in space[0]}
    for gap in gaps:
        severities, harm_types, regions, languages, sources = gap.values
        for severity, harm in product(severities, harm_types):
            bare[severity][harm] += len(regions) * len(languages) * len(sources)
    alike: dict[tuple, list[Any]] = {}
    for severity, harms in bare.items():
        for somewhere in (False, True):
            codes = tuple(code for code, n in harms.items() if (n < everywhere) == somewhere)
            if codes:
                alike.setdefault((codes, somewhere), []).append(severity)
    return [
        {"severities": words.severities(found), "harm_types": _harms(codes), "somewhere": somewhere}
        for (codes, somewhere), found in alike.items()
    ]


@register.inclusion_tag("accounts/_section.html")
def policies_section() -> dict[str, Any]:
    count = EscalationPolicy.objects.count()
    idle = EscalationPolicy.objects.filter(routes=None).count()
    words_for = ngettext("No route leads to %(idle)s of them.", "No route leads to %(idle)s of them.", idle)
    about = words_for % {"idle": idle} if idle else _("Routes lead to each of them.")
    return {
        "url": reverse("policies"),
        "icon": "page",
        "title": _("Policies"),
        "count": count,
        "about": about,
    }


@register.inclusion_tag("accounts/_section.html")
def routes_section() -> dict[str, Any]:
    rules = [routes.rule(route) for route in Route.objects.order_by("position")]
    gaps = coverage.gaps(rules, Route.objects.space(rules))
    about = _("Every incident finds a policy.")
    if gaps:
        about = _("Some reports fit no route and are refused.")
    return {
        "url": reverse("routes"),
        "icon": "route",
        "title": _("Routes"),
        "count": len(rules),
        "about": about,
        "wrong": bool(gaps),
    }


def _name(target: Any) -> str:
    if target.function:
        return words.function_on_call(target.get_function_display())
    if target.everyone:
        return words.everyone_on(target.roster.name)
    if target.person is None:
        return words.on_duty(target.roster.name, target.duty)
    return target.person.name if target.person.is_active else _("%s (deactivated)") % target.person.name


def _harms(codes: Any) -> str:
    if len(codes) == len(HARM_TYPES):
        return _("every harm type")
    return "; ".join(str(HARM_TYPES[code].name) for code in codes)
