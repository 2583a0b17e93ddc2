"""One section: saving it, as a page or for a script that saves while somebody types; its history."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from postmortems import difference
from postmortems.actions import sections
from postmortems.forms import RestoreForm, SectionForm
from postmortems.history import sittings
from postmortems.models import Section, SectionRevision
from postmortems.views.found import editable, visible


def review_section(request: PersonRequest, code: str, section: str) -> HttpResponse:
    found = _section(request, code, section)
    if request.method != "POST":
        return _page(request, found)
    form = SectionForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, form)
    try:
        saved = sections.write(section=found, by=request.user, at=request.subject.at, **form.cleaned_data)
    except sections.SectionChangedError as conflict:
        return _conflict(request, conflict.theirs, form.cleaned_data["text"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, found, form)
    if _for_a_script(request):
        return render(request, "postmortems/_saved.html", {"section": saved})
    messages.success(request, _("Saved."))
    return redirect(f"{found.review.get_absolute_url()}#{found.kind}")


def review_restore(request: PersonRequest, code: str, section: str) -> HttpResponse:
    found, form = _section(request, code, section), RestoreForm(request.POST)
    if not form.is_valid():
        raise Http404
    revision = get_object_or_404(found.revisions, version=form.cleaned_data["version"])
    try:
        sections.restore(revision=revision, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Restored. The wording it replaces stays in the history."))
    return redirect(f"{found.review.get_absolute_url()}#{found.kind}")


def _section(request: PersonRequest, code: str, kind: str) -> Section:
    find = editable if request.method == "POST" else visible
    return get_object_or_404(find(request, code).sections.select_related("review__incident"), kind=kind)


def _for_a_script(request: HttpRequest) -> bool:
    return "X-Fragment" in request.headers


def _page(request: PersonRequest, section: Section, status: int = 200, **more) -> HttpResponse:
    """The section alone, with its history and the changes of one sitting: the newest, or as the address asks."""
    told = sittings(section.revisions.select_related("by").defer("text"))
    asked = request.GET.get("version", "")
    chosen = next((one for one in told if str(one.last) == asked), told[0])
    texts = dict(
        SectionRevision.objects.filter(section=section, version__in=[chosen.before, chosen.last]).values_list(
            "version", "text"
        )
    )
    context = {
        "section": section,
        "review": section.review,
        "incident": section.review.incident,
        "sittings": told,
        "chosen": chosen,
        "pieces": difference.changes(texts.get(chosen.before, ""), texts[chosen.last]),
        "may_write": section.review.is_writable and section.review.may_be_written_by(request.subject),
        "form": SectionForm(initial={"text": section.text, "version": section.version}),
    }
    return render(request, "postmortems/section.html", context | more, status=status)


def _refused(request: PersonRequest, section: Section, form: SectionForm) -> HttpResponse:
    if _for_a_script(request):
        return render(request, "postmortems/_not_saved.html", {"form": form}, status=422)
    return _page(request, section, status=422, form=form, put_back=True)


def _conflict(request: PersonRequest, theirs: Section, mine: str) -> HttpResponse:
    conflict = {
        "theirs": theirs,
        "mine": mine,
        "between": difference.changes(theirs.text, mine),
        "both": difference.both(theirs.text, mine),
    }
    if _for_a_script(request):
        context = {"conflict": conflict, "section": theirs, "incident": theirs.review.incident}
        # To the script this is an answer like any other; as an error it would stand on the browser's console.
        return render(request, "postmortems/_conflict.html", context)
    return _page(request, theirs, status=409, conflict=conflict)
