from django.urls import path

from suhui.platform.files.ui import views

urlpatterns = [
    path("<uuid:file_id>/", views.open_file, name="open"),
    path("<uuid:file_id>/thumb/", views.open_thumb, name="thumb"),
    path("link/<str:token>/", views.open_signed, name="signed"),
    path("link/<str:token>/thumb/", views.open_signed_thumb, name="signed-thumb"),
]
