"""What lists of people and of the audit can be narrowed by, straight from the address."""

from typing import ClassVar

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditAction, AuditEvent, AuditObject, User
from accounts.querysets import UserQuerySet
from accounts.roles import Role

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeopleFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Name or e-mail"), method="matching", widget=forms.TextInput(attrs={"type": "search"})
    )
    role = filters.ChoiceFilter(
        label=_("Role"),
        method="holding",
        choices=[*Role.choices, ("none", _("None"))],
        empty_label=_("Any role"),
    )
    state = filters.ChoiceFilter(
        label=_("Account"),
        method="being",
        choices=[("active", _("Active")), ("deactivated", _("Deactivated"))],
        empty_label=_("Active or not"),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []

    def matching(self, people: UserQuerySet, name: str, words: str) -> UserQuerySet:
        return people.answering(words)

    def holding(self, people: UserQuerySet, name: str, role: str) -> UserQuerySet:
        if role == "none":
            return people.filter(role_assignments=None)
        return people.filter(role_assignments__role=role)

    def being(self, people: UserQuerySet, name: str, state: str) -> UserQuerySet:
        return people.filter(is_active=state == "active")


class AuditFilter(filters.FilterSet):
    action = filters.ChoiceFilter(label=_("What"), choices=AuditAction.choices, empty_label=_("Anything"))
    actor = filters.ModelChoiceFilter(
        label=_("By whom"), queryset=User.objects.order_by("name"), empty_label=_("Anybody")
    )
    object_type = filters.ChoiceFilter(
        label=_("About"), choices=AuditObject.choices, empty_label=_("Anything")
    )
    object_id = filters.NumberFilter(widget=forms.HiddenInput)
    since = filters.DateFilter(label=_("From"), field_name="occurred_at", lookup_expr="date__gte", widget=DAY)
    until = filters.DateFilter(
        label=_("Until"), field_name="occurred_at", lookup_expr="date__lte", widget=DAY
    )

    class Meta:
        model = AuditEvent
        fields: ClassVar[list[str]] = []
