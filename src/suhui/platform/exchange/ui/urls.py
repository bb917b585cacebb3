from django.urls import path

from suhui.platform.exchange.ui import exports, imports

urlpatterns = [
    path("", imports.history, name="imports"),
    path("new/", imports.new, name="new"),
    path("<int:import_id>/", imports.one, name="import"),
    path("<int:import_id>/body/", imports.body, name="body"),
    path("<int:import_id>/read/", imports.read, name="read"),
    path("<int:import_id>/check/", imports.check, name="check"),
    path("<int:import_id>/start/", imports.start, name="start"),
    path("<int:import_id>/stop/", imports.stop, name="stop"),
    path("<int:import_id>/undo/", imports.undo, name="undo"),
    path("<int:import_id>/drop/", imports.drop, name="drop"),
    path("<int:import_id>/lines/", imports.lines, name="lines"),
    path("<int:import_id>/report.<str:form>", imports.report, name="report"),
    path("exports/", exports.history, name="exports"),
    path("exports/<str:view>/", exports.ask, name="ask"),
    path("exports/<str:view>/file/", exports.take, name="take"),
]
