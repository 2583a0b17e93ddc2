from django.urls import path

from oncall.views import coverage, feeds, handovers, layers, ledger, notices, on_duty, rosters, shifts, time_off_import

urlpatterns = [
    path("on-duty/", on_duty.on_duty, name="on_duty"),
    path("calendars/<str:token>.ics", feeds.feed, name="feed"),
    path("shifts/feeds/", feeds.feeds, name="feeds"),
    path("shifts/feeds/<int:feed_id>/revoke/", feeds.revoke, name="feed_revoke"),
    path("shifts/time-off/import/", time_off_import.time_off_import, name="time_off_import"),
    path("s/<str:token>/", shifts.shifts_link, name="shifts_link"),
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/add/", rosters.add, name="roster_add"),
    path("rosters/<int:roster_id>/", rosters.roster, name="roster"),
    path("rosters/<int:roster_id>/edit/", rosters.edit, name="roster_edit"),
    path("rosters/<int:roster_id>/coverage/", coverage.coverage, name="roster_coverage"),
    path("rosters/<int:roster_id>/layers/add/", layers.add, name="layer_add"),
    path("rosters/<int:roster_id>/layers/<int:layer_id>/", layers.edit, name="layer_edit"),
    path("rosters/<int:roster_id>/layers/<int:layer_id>/end/", layers.end, name="layer_end"),
    path("c/<str:token>/", notices.coverage_link, name="coverage_link"),
    path("rosters/ledger/", ledger.ledger, name="ledger"),
    path("rosters/ledger/csv/", ledger.ledger_csv, name="ledger_csv"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/<int:handover_id>/accept/", handovers.accept_handover, name="accept_handover"),
]
