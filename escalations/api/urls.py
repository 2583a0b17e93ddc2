from django.urls import path

from escalations.api import pages, simulator

urlpatterns = [
    path("pages/", pages.Pages.as_view(), name="api_pages"),
    path("pages/<uuid:pk>/acknowledge/", pages.AcknowledgePage.as_view(), name="api_acknowledge_page"),
    path("simulator/", simulator.Simulator.as_view(), name="api_simulator"),
]
