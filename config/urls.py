"""The site map. Who may call each route is in `access`."""

from django.urls import include, path

from config import api_reference, api_schema, search, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("accounts.urls")),
    path("", include("incidents.urls")),
    path("", include("escalations.urls")),
    path("", include("oncall.urls")),
    path("", include("postmortems.urls")),
    path("api/", include("incidents.api.urls")),
    path("api/", include("escalations.api.urls")),
    path("api/", include("oncall.api.urls")),
    path("api/schema/", api_schema.ApiSchema.as_view(), name="api_schema"),
    path("api-reference/", api_reference.reference, name="api_reference"),
    path("account/", include("allauth.account.urls")),
    path("search/", search.search, name="search"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("language/", views.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.failed"
