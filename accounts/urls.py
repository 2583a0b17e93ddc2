"""Administration: people, clearances, the audit; and everybody's own API tokens."""

from django.urls import path

from accounts.views import administration, audit, check, clearances, people, person, reach, tokens, twilio

urlpatterns = [
    path("admin/", administration.administration, name="administration"),
    path("admin/people/", people.people, name="people"),
    path("admin/people/add/", people.add, name="person_add"),
    path("admin/people/<int:person_id>/", person.person, name="person"),
    path("admin/people/<int:person_id>/edit/", people.edit, name="person_edit"),
    path("admin/people/<int:person_id>/invite/", people.invite, name="person_invite"),
    path("admin/people/<int:person_id>/roles/", person.roles, name="person_roles"),
    path("admin/people/<int:person_id>/deactivate/", person.deactivate, name="person_deactivate"),
    path("admin/people/<int:person_id>/reactivate/", person.reactivate, name="person_reactivate"),
    path(
        "admin/people/<int:person_id>/contact-methods/<int:method_id>/",
        person.switch_contact_method,
        name="contact_method_switch",
    ),
    path("admin/people/<int:person_id>/clearances/", clearances.give, name="clearance_give"),
    path(
        "admin/people/<int:person_id>/clearances/<int:clearance_id>/end/",
        clearances.end,
        name="clearance_end",
    ),
    path("admin/audit/", audit.audit, name="audit"),
    path("admin/audit/export/", audit.export, name="audit_export"),
    path("account/tokens/", tokens.tokens, name="tokens"),
    path("account/tokens/<int:token_id>/revoke/", tokens.revoke, name="token_revoke"),
    path("account/reach/", reach.reach, name="reach"),
    path("account/reach/add/<slug:kind>/", reach.add, name="reach_add"),
    path("account/reach/rules/", reach.rules, name="reach_rules"),
    path("account/reach/quiet-hours/", reach.quiet_hours, name="reach_quiet"),
    path("account/reach/test/", reach.try_all, name="reach_try_all"),
    path("account/reach/<int:method_id>/", reach.method, name="reach_method"),
    path("account/reach/<int:method_id>/code/", reach.send_code, name="reach_code"),
    path("account/reach/<int:method_id>/test/", reach.try_out, name="reach_try"),
    path("account/reach/<int:method_id>/switch/", reach.switch, name="reach_switch"),
    path("account/reach/<int:method_id>/remove/", reach.remove, name="reach_remove"),
    path("account/reach/<int:method_id>/move/", reach.move, name="reach_move"),
    path("t/<str:token>/", check.check_link, name="check_link"),
    path("sw.js", check.service_worker, name="service_worker"),
    path("twilio/text/", twilio.text, name="twilio_text"),
    path("twilio/<uuid:call>/status/", twilio.status, name="twilio_status"),
    path("twilio/<uuid:call>/key/", twilio.key_pressed, name="twilio_voice"),
]
