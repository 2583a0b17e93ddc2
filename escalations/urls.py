"""Pages to the viewer, the signed link in their mail, and an incident's escalation."""

from django.urls import path

from escalations.views import link, pages, panel

urlpatterns = [
    path("pages/", pages.waiting_pages, name="waiting_pages"),
    path("pages/<uuid:pk>/", pages.page, name="page"),
    path("pages/<uuid:pk>/acknowledge/", pages.acknowledge_page, name="acknowledge_page"),
    path("p/<str:token>/", link.page_link, name="page_link"),
    path("incidents/<incident_code:code>/page/", panel.page_by_hand, name="page_by_hand"),
    path("incidents/<incident_code:code>/escalation/", panel.escalation_panel, name="escalation_panel"),
]
