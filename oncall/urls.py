from django.urls import path

from oncall.views import on_duty, shifts

urlpatterns = [
    path("on-duty/", on_duty.on_duty, name="on_duty"),
    path("s/<str:token>/", shifts.shifts_link, name="shifts_link"),
]
