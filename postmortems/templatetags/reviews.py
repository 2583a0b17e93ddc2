"""Review fragments that other apps' screens include by tag, and the words reviews are shown with."""

from datetime import date, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from accounts.templatetags.moments import span
from postmortems.choices import FactorCategory, SectionKind
from postmortems.forms import FactorForm
from postmortems.models import Improvement, Review

register = template.Library()

PROMPTS = {
    SectionKind.SUMMARY: _("Three or four sentences that somebody can read alone: what it was, how far it went, how it ended."),
    SectionKind.IMPACT: _("Who was harmed or could have been, and how far it reached: people, views, places, time. Say what is not known."),
    SectionKind.HAPPENED: _("The course of events in the order it happened. It begins with what the timeline says; add what the timeline cannot know."),
    SectionKind.FOUND: _("What told us, and what could have told us sooner."),
    SectionKind.WELL: _("What helped, so that it is kept."),
    SectionKind.BADLY: _("What was slow, missing or in the way. Describe the conditions people worked in, not the people."),
    SectionKind.LUCKY: _("What kept it from getting worse that we cannot count on next time."),
}  # fmt: skip
FORMULAS = {
    "acknowledged": (_("Acknowledged after"), _("first acknowledgement minus declaration")),
    "managed": (_("Incident manager named after"), _("acceptance minus declaration")),
    "contained": (_("Contained after"), _("containment minus declaration")),
    "resolved": (_("Resolved after"), _("resolution minus declaration")),
}
GROUP_NAMES = {
    "story": _("The story"),
    "decisions": _("Decisions"),
    "updates": _("Status updates"),
    "notes": _("Notes"),
    "paging": _("Paging"),
    "tasks": _("Tasks"),
    "all": _("Everything"),
}


@register.filter
def prompt(kind: str) -> str:
    """What a section is for, in words that look for conditions and not for somebody to blame."""
    return str(PROMPTS[SectionKind(kind)])


@register.filter
def category(code: str) -> str:
    return str(FactorCategory(code).label)


@register.filter
def formula(measure) -> dict:
    """A measure in words: its name, its formula, how long it took, how long it should have."""
    name, said = FORMULAS[measure.code]
    return {
        "name": name,
        "formula": said,
        "took": _in_words(measure.seconds),
        "target": _in_words(measure.target),
        "is_over": measure.is_over,
    }


@register.filter
def oneline(text: str) -> str:
    return " ".join(text.split())


@register.simple_tag
def factor_form(factor) -> FactorForm:
    """The form that rewords a factor; its ids are the factor's own."""
    told = {"category": factor.category, "text": factor.text}
    return FactorForm(initial=told, auto_id=f"factor_{factor.pk}_%s")


@register.simple_tag
def evidence_groups() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in GROUP_NAMES.items()]


@register.simple_tag(takes_context=True)
def due_day(context, day: date, settled: bool = False) -> SafeString:
    """`due 3 Dec`, `due today`; `2 days overdue` once it has passed. Only the day where what was due is done."""
    today = localdate(context["subject"].at)
    written = date_format(
        day, pgettext("date format", "j M") if day.year == today.year else pgettext("date format", "j M Y")
    )
    late = 0 if settled else (today - day).days
    if settled:
        words = written
    elif late > 0:
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", late) % {"days": late}
    else:
        words = _t("due today") if late == 0 else _t("due %(day)s") % {"day": written}
    full = date_format(day, pgettext("date format", "l j F Y"))
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        day.isoformat(),
        full,
        SafeString(" data-late") if late > 0 else "",
        words,
    )


@register.inclusion_tag("postmortems/_state.html", takes_context=True)
def review_state(context, incident):
    """The review of an incident the viewer sees: its state, owner and due day, or the way to start one."""
    subject = context["subject"]
    review = Review.objects.filter(incident=incident).select_related("owner").first()
    ended = not incident.stage_flags.is_open and not incident.decline_reason and not incident.merged_into_id
    return {
        "incident": incident,
        "review": review,
        "may_start": ended and subject.may("review.edit"),
        "subject": subject,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("postmortems/_mine.html", takes_context=True)
def my_reviews(context):
    """What the viewer owes: reviews, approvals, improvements. Four queries."""
    subject = context["subject"]
    reviews = Review.objects.visible_to(subject)
    improvements = Improvement.objects.filter(review__in=reviews, owner=subject.person_id)
    return {
        "owed": reviews.owed_by(subject.person_id).with_names().due_order(),
        "to_approve": reviews.approvable_by(subject).with_names().due_order(),
        "improvements": improvements.unsettled().with_names().board_order(),
        "subject": subject,
    }


def _in_words(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return span(timedelta(seconds=seconds)) if seconds >= 0 else _t("before the declaration")
