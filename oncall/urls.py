from django.urls import path

from oncall.views import feeds, on_duty, shifts, time_off_import

urlpatterns = [
    path("on-duty/", on_duty.on_duty, name="on_duty"),
    path("calendars/<str:token>.ics", feeds.feed, name="feed"),
    path("shifts/feeds/", feeds.feeds, name="feeds"),
    path("shifts/feeds/<int:feed_id>/revoke/", feeds.revoke, name="feed_revoke"),
    path("shifts/time-off/import/", time_off_import.time_off_import, name="time_off_import"),
    path("s/<str:token>/", shifts.shifts_link, name="shifts_link"),
]
