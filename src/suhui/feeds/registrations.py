from suhui.feeds import mapping
from suhui.records.shipments.choices import Source
from suhui.records.shipments.mapping import teach

for name in mapping.names():
    teach(Source.SHOP, mapping.feed(name).codes)
