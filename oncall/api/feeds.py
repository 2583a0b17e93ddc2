"""`/api/feeds/`: secret addresses of calendars. One's own alone: made, listed without their secrets, revoked."""

from datetime import timedelta

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.pagination import PageQuery, page, page_of
from accounts.api.permissions import Holds
from accounts.api.requests import CallerRequest, nothing_asked
from accounts.api.serializers import StrictSerializer
from accounts.site import absolute
from oncall.actions import feeds
from oncall.api.asking import asked, given
from oncall.api.fields import InstantField, RosterField
from oncall.models import Feed

MOST_DAYS = 365


class NewFeedSerializer(StrictSerializer):
    label = serializers.CharField(max_length=80, help_text="Where it will be opened.")  # type: ignore[assignment]
    roster = RosterField(
        allow_null=True,
        default=None,
        help_text="Everything on this roster; null: your own shifts on every roster.",
    )
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, default=MOST_DAYS, help_text="How long it works."
    )


class FeedSerializer(serializers.ModelSerializer):
    roster = serializers.CharField(source="roster.slug", allow_null=True)
    made_at = InstantField()
    expires_at = InstantField()
    read_at = InstantField(allow_null=True, help_text="When a calendar asked last, to the hour.")

    class Meta:
        model = Feed
        fields = ("id", "label", "roster", "made_at", "expires_at", "read_at")


class MadeFeedSerializer(FeedSerializer):
    """A new feed, with the one showing of its address."""

    address = serializers.URLField(help_text="Keep it secret, and keep it: nobody can ask for it again.")

    class Meta:
        model = Feed
        fields = ("address", *FeedSerializer.Meta.fields)


class Feeds(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="list_feeds", parameters=[PageQuery], responses=page_of(FeedSerializer))
    def get(self, request: CallerRequest) -> Response:
        """Your own that are not revoked, the latest first."""
        asked(request, PageQuery)
        mine = Feed.objects.standing().filter(person=request.user).select_related("roster")
        return page(request, mine, key=("-pk",), shape=FeedSerializer)

    @extend_schema(operation_id="make_feed", request=NewFeedSerializer, responses={201: MadeFeedSerializer})
    def post(self, request: CallerRequest) -> Response:
        """The address is told in this answer and nowhere else. A roster's takes a role that may see who is on duty."""
        fields, at = given(request, NewFeedSerializer), request.subject.at
        if fields["roster"] and not request.subject.may("duty.view"):
            raise PermissionDenied("Your roles do not show you who is on duty.")
        expires_at = at + timedelta(days=fields.pop("days"))
        feed, secret = feeds.make(person=request.user, expires_at=expires_at, at=at, **fields)
        address = absolute(reverse("feed", args=[secret]))
        return Response({"address": address, **FeedSerializer(feed).data}, status=201)


class RevokeFeed(APIView):
    permission_classes = (Holds,)

    @extend_schema(operation_id="revoke_feed", request=None, responses={204: None})
    def post(self, request: CallerRequest, pk: int) -> Response:
        """It shows nothing any more. Revoking twice changes nothing."""
        feed = get_object_or_404(Feed, pk=pk, person=request.user)
        nothing_asked(request)
        feeds.revoke(feed=feed, by=request.user, at=request.subject.at)
        return Response(status=204)
