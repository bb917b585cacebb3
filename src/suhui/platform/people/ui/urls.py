from django.urls import path

from suhui.platform.people.ui import views

PREFIX = ""
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("enter-as/", views.enter_as, name="enter-as"),
    path("sign-in/own-password/", views.own_password, name="own-password"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("presence/", views.presence, name="presence"),
]
