"""Recognition of waybill numbers: what other rooms call. `recognise` ranks, `find_in_text` finds; neither decides."""

from suhui.records.shipments.candidates import Candidate, normalise, recognise
from suhui.records.shipments.findings import FoundNumber, find_in_text, phones_in_text

__all__ = ["Candidate", "FoundNumber", "find_in_text", "normalise", "phones_in_text", "recognise"]
