from suhui.platform.desk import filters
from suhui.platform.privacy import masks

for mask in (
    masks.mask_name,
    masks.mask_phone,
    masks.mask_address,
    masks.mask_email,
    masks.mask_handle,
    masks.mask_text,
):
    filters.register(mask.__name__, mask)
