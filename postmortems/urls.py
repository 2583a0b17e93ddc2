"""Reviews and the improvements that come of them."""

from django.urls import path

from postmortems.views import editor, improvements, lists, parts, sections, states

REVIEW = "incidents/<incident_code:code>/review/"

urlpatterns = [
    path("reviews/", lists.reviews, name="reviews"),
    path("improvements/", improvements.improvements, name="improvements"),
    path("improvements/<uuid:pk>/", improvements.improvement, name="improvement"),
    path("improvements/<uuid:pk>/move/", improvements.improvement_move, name="improvement_move"),
    path(REVIEW, editor.review, name="review"),
    path(REVIEW + "print/", editor.review_print, name="review_print"),
    path(REVIEW + "start/", editor.review_start, name="review_start"),
    path(REVIEW + "owner/", states.review_owner, name="review_owner"),
    path(REVIEW + "submit/", states.review_submit, name="review_submit"),
    path(REVIEW + "send-back/", states.review_send_back, name="review_send_back"),
    path(REVIEW + "approve/", states.review_approve, name="review_approve"),
    path(REVIEW + "sections/<slug:section>/", sections.review_section, name="review_section"),
    path(REVIEW + "sections/<slug:section>/restore/", sections.review_restore, name="review_restore"),
    path(REVIEW + "factors/", parts.review_factors, name="review_factors"),
    path(REVIEW + "factors/<uuid:pk>/", parts.review_factor, name="review_factor"),
    path(REVIEW + "remarks/", parts.review_remarks, name="review_remarks"),
    path(REVIEW + "remarks/<uuid:pk>/settle/", parts.review_remark_settle, name="review_remark_settle"),
    path(REVIEW + "improvements/", parts.review_improvements, name="review_improvements"),
]
