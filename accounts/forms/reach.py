"""What people enter about how to reach them. A form for each kind of contact method, which knows what it stands for:
`told()` is what the action takes."""

import base64
import binascii
import hashlib
import json
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.channels import chat, egress
from accounts.models import ContactMethod, NotificationRule, Urgency

Kind = ContactMethod.Kind
# Whoever sent the form waits for the name to be looked up.
LOOK_SECONDS = 2.0
NUMBER = re.compile(r"\+[1-9]\d{7,14}\Z")


class MethodForm(forms.Form):
    label = forms.CharField(
        label=_("What you call it"),
        max_length=80,
        required=False,
        help_text=_("Such as “work phone”. May stay empty."),
    )

    def told(self) -> dict[str, str]:
        return {"address": self.cleaned_data["address"], "label": self.cleaned_data["label"]}


class EmailForm(MethodForm):
    address = forms.EmailField(
        label=_("E-mail address"), max_length=254, error_messages={"required": _("Give the address.")}
    )
    field_order = ("address", "label")


class NumberForm(MethodForm):
    address = forms.CharField(
        label=_("Number"),
        max_length=32,
        help_text=_("With the country's code, as in +353 1 555 0100."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Give the number.")},
    )
    field_order = ("address", "label")

    def clean_address(self) -> str:
        number = re.sub(r"[\s().\-–/]", "", self.cleaned_data["address"])
        number = re.sub(r"\A00", "+", number)
        if not NUMBER.match(number):
            raise ValidationError(_("Write it with a plus and the country's code, as in +353 1 555 0100."))
        return number


class WebhookForm(MethodForm):
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Where we POST to. It begins with https:// and is on the public internet."),
        widget=forms.TextInput(attrs={"type": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Give the address.")},
    )
    field_order = ("address", "label")

    def clean_address(self) -> str:
        address = self.cleaned_data["address"].strip()
        check_address(address)
        return address

    def told(self) -> dict[str, str]:
        return super().told() | {"secret": "whs_" + secrets.token_urlsafe(32)}


class ChatForm(MethodForm):
    secret = forms.CharField(
        label=_("Apprise address of the room"),
        max_length=500,
        help_text=_(
            "As Apprise writes it, such as slack://… or ntfys://…. It is kept sealed and never shown again."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Give the address.")},
    )
    field_order = ("secret", "label")

    def clean_secret(self) -> str:
        address = self.cleaned_data["secret"].strip()
        found = chat.service(address)
        if found is None:
            names = ", ".join(sorted({name for name, _place in chat.SERVICES.values()}))
            raise ValidationError(
                _("This is no address of a service that can be used. There are: %(names)s."),
                params={"names": names},
            )
        self.service = found[0]
        return address

    def told(self) -> dict[str, str]:
        secret = self.cleaned_data["secret"]
        return {
            "address": _unlike(self.service, secret),
            "secret": secret,
            "label": self.cleaned_data["label"],
        }


class PushForm(MethodForm):
    """`browser` is what this browser calls itself, for a label nobody has to type."""

    subscription = forms.CharField(
        widget=forms.HiddenInput,
        max_length=2000,
        error_messages={"required": _("Allow notifications in this browser first.")},
    )

    def clean_subscription(self) -> dict[str, Any]:
        try:
            told = json.loads(self.cleaned_data["subscription"])
            endpoint, keys = str(told["endpoint"]), told["keys"]
            if [len(_read(keys[name])) for name in ("p256dh", "auth")] != [65, 16]:
                raise ValueError
        except (ValueError, TypeError, LookupError, RecursionError, binascii.Error) as error:
            raise ValidationError(_("The browser sent something that cannot be used. Try again.")) from error
        check_address(endpoint)
        return {"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}}

    def told(self) -> dict[str, str]:
        subscription = self.cleaned_data["subscription"]
        endpoint = subscription["endpoint"]
        return {
            "address": _unlike(urlsplit(endpoint).hostname or "", endpoint),
            "secret": json.dumps(subscription),
            "label": self.cleaned_data["label"],
        }


FORMS: dict[str, type[MethodForm]] = {
    Kind.EMAIL: EmailForm,
    Kind.SMS: NumberForm,
    Kind.VOICE: NumberForm,
    Kind.PUSH: PushForm,
    Kind.WEBHOOK: WebhookForm,
    Kind.CHAT: ChatForm,
}


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code"}
        ),
        error_messages={"required": _("Type the six digits that were sent there.")},
    )


class QuietForm(forms.Form):
    starts = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and (told.get("starts") is None) != (told.get("ends") is None):
            missing = "starts" if told.get("starts") is None else "ends"
            self.add_error(missing, _("Give both times, or neither for no quiet hours."))
        elif not self.errors and told.get("starts") is not None and told["starts"] == told["ends"]:
            self.add_error("ends", _("Choose an end that differs from the beginning."))
        return told


class RulesForm(forms.Form):
    """A choice for each method and urgency: after how long, or no rule. Without any for an urgency, each method has its
    turn."""

    DELAYS = (0, 60, 120, 180, 300, 600, 900, 1800, 3600)
    URGENCIES = (Urgency.HIGH, Urgency.LOW)

    def __init__(
        self, *args: Any, methods: list[ContactMethod], rules: list[NotificationRule], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.methods = methods
        standing = {(rule.urgency, rule.method_id): rule.delay for rule in rules}
        ruled = {urgency for urgency, _method in standing}
        for method in methods:
            for urgency in self.URGENCIES:
                without = _("not used") if urgency in ruled else _("in its turn")
                self._add(method, urgency, standing.get((urgency.value, method.pk)), without)

    def rows(self) -> list[tuple[ContactMethod, list[Any]]]:
        return [
            (method, [self[f"{urgency}_{method.pk}"] for urgency in self.URGENCIES])
            for method in self.methods
        ]

    def delays(self) -> dict[tuple[str, int], int | None]:
        return {
            (urgency.value, method.pk): int(chosen)
            if (chosen := self.cleaned_data[f"{urgency}_{method.pk}"])
            else None
            for method in self.methods
            for urgency in self.URGENCIES
        }

    def _add(self, method: ContactMethod, urgency: Urgency, standing: int | None, without: Any) -> None:
        delays = sorted({*self.DELAYS, *([] if standing is None else [standing])})
        self.fields[f"{urgency}_{method.pk}"] = forms.ChoiceField(
            required=False,
            choices=[("", without), *((str(delay), told_delay(delay)) for delay in delays)],
            initial="" if standing is None else str(standing),
            widget=forms.Select(attrs={"class": "input"}),
        )


def told_delay(seconds: int) -> Any:
    if not seconds:
        return _("at once")
    return _("after %(minutes)s min") % {"minutes": f"{seconds / 60:g}"}


def check_address(address: str) -> None:
    """A validator of what we are asked to send to. Where its name leads is looked at here, so that nobody keeps a way
    that nothing will ever leave by, and again each time something is sent."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise ValidationError(_("This is not an address.")) from error
    allowed = egress.is_allowed(host, port)
    if parts.scheme not in {"https", "http"} or not host or (parts.scheme == "http" and not allowed):
        raise ValidationError(_("Give an address that begins with https://."))
    if parts.username or parts.password:
        raise ValidationError(_("Leave name and password out of the address; what we send is signed."))
    if not allowed and _leads_inside(host, port):
        raise ValidationError(
            _(
                "Nothing is sent to a private network, and %(host)s is in one. Give an address on the public internet, "
                "or ask whoever runs the console to allow this host."
            ),
            params={"host": host},
        )


def _leads_inside(host: str, port: int) -> bool:
    """Whether the guard will refuse where it leads. A name that leads nowhere just now may do so later."""
    try:
        with egress.guarded(seconds=LOOK_SECONDS) as way:
            found = egress._addresses(host, port, way)
    except (OSError, UnicodeError):
        return False
    return not all(egress._is_public(address[0]) for _family, address in found)


def _unlike(name: str, secret: str) -> str:
    """Told apart from others of its kind, telling nothing."""
    return f"{name} · {hashlib.sha256(secret.encode()).hexdigest()[:6]}"


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
