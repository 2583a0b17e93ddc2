from django.urls import path

from oncall.api import on_duty

urlpatterns = [
    path("on-duty/", on_duty.OnDuty.as_view(), name="api_on_duty"),
]
