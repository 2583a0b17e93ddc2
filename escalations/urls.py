"""Pages to the viewer, the signed link in their mail, an incident's escalation; policies, and the engine itself."""

from django.urls import path

from escalations.api import metrics
from escalations.views import alarm, desks, engine, link, pages, panel, policies, routes, simulator

urlpatterns = [
    path("pages/", pages.waiting_pages, name="waiting_pages"),
    path("pages/<uuid:pk>/", pages.page, name="page"),
    path("pages/<uuid:pk>/acknowledge/", pages.acknowledge_page, name="acknowledge_page"),
    path("pages/<uuid:pk>/hand-on/", pages.hand_on, name="hand_on_page"),
    path("p/<str:token>/", link.page_link, name="page_link"),
    path("incidents/<incident_code:code>/page/", panel.page_by_hand, name="page_by_hand"),
    path("incidents/<incident_code:code>/page/<uuid:pk>/take-back/", panel.take_back, name="take_back_page"),
    path("incidents/<incident_code:code>/escalation/", panel.escalation_panel, name="escalation_panel"),
    path("admin/policies/", policies.policies, name="policies"),
    path("admin/policies/add/", policies.add, name="policy_add"),
    path("admin/policies/<int:policy_id>/", policies.policy, name="policy"),
    path("admin/policies/<int:policy_id>/edit/", policies.edit, name="policy_edit"),
    path("admin/policies/<int:policy_id>/remove/", policies.remove, name="policy_remove"),
    path("admin/routes/", routes.routes, name="routes"),
    path("admin/routes/add/", routes.add, name="route_add"),
    path("admin/routes/<int:route_id>/edit/", routes.edit, name="route_edit"),
    path("admin/routes/<int:route_id>/move/", routes.move, name="route_move"),
    path("admin/routes/<int:route_id>/remove/", routes.remove, name="route_remove"),
    path("admin/functions/", desks.desks, name="function_desks"),
    path("admin/engine/", engine.engine_page, name="engine"),
    path("admin/engine/alarms/<uuid:alarm_id>/", alarm.alarm_acknowledge, name="alarm_acknowledge"),
    path("a/<str:token>/", alarm.alarm_link, name="alarm_link"),
    path("heartbeat/", engine.heartbeat, name="heartbeat"),
    path("metrics", metrics.MetricsView.as_view(), name="api_metrics"),
    path("admin/simulator/", simulator.simulator, name="simulator"),
]
