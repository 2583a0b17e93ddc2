"""The room: one incident with everything about it, a tab at a time."""

from collections.abc import Callable
from itertools import groupby

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import PersonRequest
from incidents import playbooks
from incidents.choices import TaskState
from incidents.forms import room as forms
from incidents.forms.triage import DeclineForm, MergeForm
from incidents.models import Downgrade, Incident, Task
from incidents.people import who_may_respond
from incidents.querysets import Names
from incidents.views.found import may_take_part, visible
from incidents.views.triage import likely_survivors

MOST_ENTRIES = 60
FILTERS = {
    "written": lambda entries: entries.written(),
    "paging": lambda entries: entries.paging(),
    "pinned": lambda entries: entries.pinned(),
}


def incident(request: PersonRequest, code: str) -> HttpResponse:
    return room(request, code)


def room_tab(request: PersonRequest, code: str, tab: str) -> HttpResponse:
    return room(request, code, tab)


def room(
    request: PersonRequest, code: str, tab: str = "timeline", status: int = 200, **put_back
) -> HttpResponse:
    """The room at one of its tabs, with any form whose input was refused put back as it was sent."""
    found = visible(request, code)
    take_part = may_take_part(request, found)
    may_edit = take_part and request.subject.may("incident.edit")
    context = {
        "incident": found,
        "tab": tab,
        # Where the screen asks for itself again; a form's own address cannot be opened.
        "here": request.get_full_path() if request.method == "GET" else found.get_absolute_url(),
        "may_take_part": take_part,
        "may_edit": may_edit,
        "may_triage": request.subject.may("incident.triage"),
        "downgrade": found.downgrades.filter(state=Downgrade.State.WAITING)
        .select_related("asked_by")
        .first(),
        "open_tasks": found.tasks.open().count(),
        "refused": next(iter(put_back), ""),
        **_empty_forms(request, found),
        **TABS[tab](request, found, may_edit),
    }
    return render(request, "incidents/incident.html", context | put_back, status=status)


def _empty_forms(request: PersonRequest, found: Incident) -> dict:
    """What the action bar can open, on every tab."""
    triages = found.stage_flags.awaits_triage and request.subject.may("incident.triage")
    return {
        "decline_form": DeclineForm(),
        "merge_form": MergeForm(likely=likely_survivors(request, found) if triages else ()),
        "severity_form": forms.SeverityForm(),
        "contain_form": forms.ContainForm(),
        "resolve_form": forms.ResolveForm(),
        "reopen_form": forms.ReopenForm(),
    }


def _timeline(request: PersonRequest, found: Incident, may_edit: bool) -> dict:
    show = request.GET.get("show", "")
    entries = found.timeline.select_related("actor", "curation")
    wanted = FILTERS[show](entries) if show in FILTERS else entries
    if last := found.timeline.at_ref(request.GET.get("before", "")):
        wanted = wanted.filter(
            Q(occurred_at__lt=last.occurred_at) | Q(occurred_at=last.occurred_at, pk__lt=last.pk)
        )
    page = list(wanted.order_by("-occurred_at", "-pk")[: MOST_ENTRIES + 1])
    shown, more = page[:MOST_ENTRIES], len(page) > MOST_ENTRIES
    pinned = list(entries.pinned().order_by("occurred_at", "pk"))
    reports = found.reports.select_related("reporter", "integration").prefetch_related("content")
    return {
        "entries": shown,
        "pinned": pinned,
        "names": Names.in_entries([*shown, *pinned], found.tasks.all()),
        "show": show if show in FILTERS else "",
        "older": shown[-1].ref if more else None,
        "reports": reports if found.stage_flags.awaits_triage else [],
        "note_form": forms.NoteForm(),
    }


def _tasks(request: PersonRequest, found: Incident, may_edit: bool) -> dict:
    tasks = list(found.tasks.select_related("assignee", "settled_by"))
    form = forms.TaskForm()
    people = who_may_respond(found, at=request.subject.at) if may_edit else []
    form.offer(people)
    begun = {task.playbook for task in tasks}
    return {
        "phases": [
            (playbooks.PHASES.get(phase, ""), list(group)) for phase, group in groupby(tasks, key=_phase)
        ],
        "settled": sum(task.state != TaskState.OPEN for task in tasks),
        "total": len(tasks),
        "to_start": [playbook for playbook in playbooks.current() if playbook.code not in begun],
        "people": people,
        "task_form": form,
    }


def _phase(task: Task) -> str:
    return task.plan.phase if task.plan else ""


def _updates(request: PersonRequest, found: Incident, may_edit: bool) -> dict:
    return _written(found, "update") | {"update_form": forms.UpdateForm.for_incident(found)}


def _decisions(request: PersonRequest, found: Incident, may_edit: bool) -> dict:
    return _written(found, "decision") | {"decision_form": forms.DecisionForm()}


def _written(found: Incident, kind: str) -> dict:
    entries = found.timeline.filter(kind=kind).select_related("actor", "curation")
    return {"entries": list(entries.order_by("-occurred_at", "-pk"))}


def _people(request: PersonRequest, found: Incident, may_edit: bool) -> dict:
    assign, manager = forms.AssignForm(), forms.ManagerForm()
    people = who_may_respond(found, at=request.subject.at) if may_edit else []
    assign.offer(people)
    manager.offer(p for p in people if p.subject(at=request.subject.at).may("incident.triage"))
    return {
        "assignments": list(found.assignments.standing().select_related("person", "assigned_by")),
        "assign_form": assign,
        "manager_form": manager,
    }


def _reports(request: PersonRequest, found: Incident, may_edit: bool) -> dict:
    known = Incident.objects.visible_to(request.subject).select_related("incident_manager")
    linked = Q(links_in__from_incident=found) | Q(links_out__to_incident=found)
    return {
        "reports": found.reports.prefetch_related("content").select_related("reporter", "integration"),
        "related": known.filter(linked).distinct(),
        "absorbed": known.filter(merged_into=found),
    }


TABS: dict[str, Callable[[PersonRequest, Incident, bool], dict]] = {
    "timeline": _timeline,
    "tasks": _tasks,
    "updates": _updates,
    "decisions": _decisions,
    "people": _people,
    "reports": _reports,
}
