from django.urls import path

from suhui.platform.search.ui import views

urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("index/", views.index, name="index"),
    path("index/<slug:kind>/rebuild/", views.rebuild, name="rebuild"),
]
