from django.urls import path

from oncall.views import mine, on_duty, overrides, person, shift, swaps

urlpatterns = [
    path("on-duty/", on_duty.on_duty, name="on_duty"),
    path("on-duty/people/<int:person_id>/", person.person, name="person_on_duty"),
    path("on-duty/<slug:slug>/shift/", shift.shift, name="shift"),
    path("overrides/<slug:slug>/", overrides.make, name="override_make"),
    path("overrides/<int:override_id>/end/", overrides.end, name="override_end"),
    path("swaps/<slug:slug>/offer/", swaps.offer, name="swap_offer"),
    path("swaps/<slug:slug>/ask/", swaps.ask, name="swap_ask"),
    path("swaps/<uuid:pk>/", swaps.swap, name="swap"),
    path("swaps/<uuid:pk>/accept/", swaps.accept, name="swap_accept"),
    path("swaps/<uuid:pk>/settle/", swaps.settle, name="swap_settle"),
    path("shifts/", mine.shifts, name="shifts"),
    path("shifts/time-off/", mine.enter_time_off, name="time_off_enter"),
    path("shifts/time-off/<int:time_off_id>/end/", mine.end_time_off, name="time_off_end"),
    path("shifts/office-days/", mine.choose_office_days, name="office_days"),
    path("s/<str:token>/", mine.shifts_link, name="shifts_link"),
]
