"""The table of scans is divided by the month in which the waybill was registered (ADR 6)."""

from suhui.platform.core.dividing import Division

SCANS = Division(
    table="shipments_scanevent",
    column="waybill_created_at",
    owner="shipments_waybill",
    key="waybill_id",
    time="created_at",
    unique=[("scan_once", "waybill_id, key", "")],
)
