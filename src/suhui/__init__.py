"""Suhui 速回: customer service for companies that move parcels."""

__version__ = "0.1.0"
