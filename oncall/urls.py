from django.urls import path

from oncall.views import handovers, ledger, notices, on_duty, shifts

urlpatterns = [
    path("on-duty/", on_duty.on_duty, name="on_duty"),
    path("s/<str:token>/", shifts.shifts_link, name="shifts_link"),
    path("c/<str:token>/", notices.coverage_link, name="coverage_link"),
    path("rosters/ledger/", ledger.ledger, name="ledger"),
    path("rosters/ledger/csv/", ledger.ledger_csv, name="ledger_csv"),
    path("handovers/", handovers.handovers, name="handovers"),
    path("handovers/<int:handover_id>/accept/", handovers.accept_handover, name="accept_handover"),
]
