from django.urls import path

from suhui.screens.workbench.ui import absences, contact, home, team

PREFIX = ""
urlpatterns = [
    path("", home.home, name="home"),
    path("day/", home.day, name="day"),
    path("team/", team.page, name="team"),
    path("team/board/", team.board, name="board"),
    path("team/reassign/", team.reassign, name="reassign"),
    path("team/chase/", team.chase, name="chase"),
    path("team/colleagues/", team.colleagues, name="colleagues"),
    path("team/absences/<int:absence_id>/", absences.absence, name="absence"),
    path("team/absences/<int:absence_id>/hand-over/", absences.hand_over, name="hand-over"),
    path("team/absences/<int:absence_id>/take-back/", absences.take_back, name="take-back"),
    path("contact/", contact.contact, name="contact"),
    path("contact/look/", contact.look, name="contact-look"),
    path("contact/recognise/", contact.recognise, name="contact-recognise"),
]
