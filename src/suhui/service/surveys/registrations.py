from suhui.engines.rules.registry import register_table
from suhui.platform.desk import panels, timeline
from suhui.records.customers.merging import Mover, register_mover
from suhui.service.surveys import moving, showing, tables

register_table(tables.SPEC)
panels.register_panel("waybill", "surveys", showing.waybill_panel, order=15)
panels.register_panel("customer", "surveys", showing.customer_panel, order=30)
timeline.register_provider("customer", "surveys", showing.customer_story)
timeline.register_provider("waybill", "surveys", showing.waybill_story)
register_mover(Mover("surveys", moving.move, moving.put_back))
