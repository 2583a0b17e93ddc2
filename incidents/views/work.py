"""Tasks and functions in a room: added, taken, settled, opened again; given and ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.refusals import Refused
from accounts.requests import PersonRequest
from incidents import playbooks
from incidents.actions import functions, tasks
from incidents.forms import room as forms
from incidents.models import Assignment, Incident, Task
from incidents.people import who_may_manage, who_may_respond
from incidents.views.found import back_to, editable, kept, refusals_at
from incidents.views.incident import room


def start_playbook(request: PersonRequest, code: str) -> HttpResponse:
    found = editable(request, code)
    wanted = next((p for p in playbooks.current() if p.code == request.POST.get("playbook")), None)
    if wanted is None:
        messages.error(request, _("Choose one of the playbooks offered."))
        return back_to(found, "tasks")
    try:
        tasks.start_playbook(incident=found, playbook=wanted, by=request.user, at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to(found, "tasks")


def add_task(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), forms.TaskForm(request.POST)
    form.offer(who_may_respond(found, at=request.subject.at))
    if form.is_valid():
        with refusals_at(form, "assignee"):
            tasks.add(incident=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            kept(request, _("Task added."), f"task-{code}")
            return back_to(found, "tasks")
    return room(request, code, "tasks", status=422, task_form=form)


def settle_task(request: PersonRequest, code: str, pk: UUID) -> HttpResponse:
    task = _task(request, code, pk)
    form = forms.SettleForm(request.POST)
    if form.is_valid():
        with refusals_at(form, "outcome"):
            tasks.settle(task=task, by=request.user, at=request.subject.at, **form.cleaned_data)
            kept(request, _("Task settled."), f"outcome-{pk}")
            return back_to(task.incident, "tasks")
    return room(request, code, "tasks", status=422, settle_form=form, settling=pk)


def take_task(request: PersonRequest, code: str, pk: UUID) -> HttpResponse:
    task, form = _task(request, code, pk), forms.TakeForm(request.POST)
    form.offer(who_may_respond(task.incident, at=request.subject.at))
    if not form.is_valid():
        messages.error(request, _("Choose somebody from the list."))
        return back_to(task.incident, "tasks")
    try:
        tasks.take(task=task, assignee=form.cleaned_data["assignee"], at=request.subject.at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return back_to(task.incident, "tasks")


def reopen_task(request: PersonRequest, code: str, pk: UUID) -> HttpResponse:
    task = _task(request, code, pk)
    tasks.reopen(task=task, by=request.user, at=request.subject.at)
    return back_to(task.incident, "tasks")


def assign(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), forms.AssignForm(request.POST)
    form.offer(who_may_respond(found, at=request.subject.at))
    if form.is_valid():
        with refusals_at(form, "person"):
            functions.assign(incident=found, by=request.user, at=request.subject.at, **form.cleaned_data)
            return back_to(found, "people")
    return room(request, code, "people", status=422, assign_form=form)


def end_function(request: PersonRequest, code: str, pk: UUID) -> HttpResponse:
    found = editable(request, code)
    assignment = get_object_or_404(Assignment, incident=found, pk=pk)
    functions.end(assignment=assignment, by=request.user, at=request.subject.at)
    return back_to(found, "people")


def manager(request: PersonRequest, code: str) -> HttpResponse:
    found, form = editable(request, code), forms.ManagerForm(request.POST)
    form.offer(who_may_manage(found, at=request.subject.at))
    if form.is_valid():
        try:
            functions.name_manager(
                incident=found, by=request.user, at=request.subject.at, **form.cleaned_data
            )
            kept(request, _("The incident has another manager."), f"manager-{code}")
            return back_to(found, "people")
        except Refused as refusal:
            form.add_error("manager", str(refusal))
    return room(request, code, "people", status=422, manager_form=form)


def _task(request: PersonRequest, code: str, pk: UUID) -> Task:
    """A task of an incident the viewer may act on, which comes along."""
    found: Incident = editable(request, code)
    task = get_object_or_404(Task.objects.select_related("incident__profile"), incident=found, pk=pk)
    task.incident = found
    return task
