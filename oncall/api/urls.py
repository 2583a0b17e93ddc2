from django.urls import path

from oncall.api import feeds, layers, ledger, on_duty, overrides, rosters, schedules, swaps, time_off

urlpatterns = [
    path("on-duty/", on_duty.OnDuty.as_view(), name="api_on_duty"),
    path("rosters/", rosters.Rosters.as_view(), name="api_rosters"),
    path("rosters/<slug:slug>/", rosters.RosterDetail.as_view(), name="api_roster"),
    path("rosters/<slug:slug>/layers/", layers.Layers.as_view(), name="api_layers"),
    path("rosters/<slug:slug>/layers/end/", layers.EndLayer.as_view(), name="api_end_layer"),
    path("rosters/<slug:slug>/schedule/", schedules.Schedule.as_view(), name="api_schedule"),
    path("rosters/<slug:slug>/coverage/", schedules.Coverage.as_view(), name="api_coverage"),
    path("overrides/", overrides.Overrides.as_view(), name="api_overrides"),
    path("overrides/<int:pk>/end/", overrides.EndOverride.as_view(), name="api_end_override"),
    path("swaps/", swaps.Swaps.as_view(), name="api_swaps"),
    path("swaps/<uuid:bundle>/accept/", swaps.AcceptSwap.as_view(), name="api_accept_swap"),
    path("swaps/<uuid:bundle>/settle/", swaps.SettleSwap.as_view(), name="api_settle_swap"),
    path("time-off/", time_off.TimeOffs.as_view(), name="api_time_off"),
    path("time-off/<int:pk>/end/", time_off.EndTimeOff.as_view(), name="api_end_time_off"),
    path("feeds/", feeds.Feeds.as_view(), name="api_feeds"),
    path("feeds/<int:pk>/revoke/", feeds.RevokeFeed.as_view(), name="api_revoke_feed"),
    path("ledger/shifts/", ledger.WorkedShifts.as_view(), name="api_worked_shifts"),
    path("ledger/pages/", ledger.HandledPages.as_view(), name="api_handled_pages"),
]
