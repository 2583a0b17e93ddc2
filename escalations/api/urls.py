from django.urls import path

from escalations.api import pages, room, simulator

urlpatterns = [
    path("pages/", pages.Pages.as_view(), name="api_pages"),
    path("pages/<uuid:pk>/acknowledge/", pages.AcknowledgePage.as_view(), name="api_acknowledge_page"),
    path("pages/<uuid:pk>/hand-on/", pages.HandOnPage.as_view(), name="api_hand_on_page"),
    path("incidents/<incident_code:code>/pages/", room.IncidentPages.as_view(), name="api_incident_pages"),
    path(
        "incidents/<incident_code:code>/pages/<uuid:pk>/take-back/",
        room.TakeBackPage.as_view(),
        name="api_take_back_page",
    ),
    path("simulator/", simulator.Simulator.as_view(), name="api_simulator"),
]
