from django.urls import path

from oncall.views import on_duty

urlpatterns = [
    path("on-duty/", on_duty.on_duty, name="on_duty"),
]
