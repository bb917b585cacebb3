from django.urls import path

from suhui.platform.desk.ui import views

PREFIX = ""
urlpatterns = [
    path("undo/<uuid:token>/", views.undo, name="undo"),
]
