"""A shop's export of the same shape as the real one, small and made by hand; and where the real one is, if it is."""

import csv
import os
from pathlib import Path
from typing import Any

import pytest

REAL = Path(os.environ.get("SUHUI_OLIST", Path(__file__).resolve().parents[2] / "shared" / "data" / "olist"))
needs_the_real_shop = pytest.mark.skipif(
    not (REAL / "olist_orders_dataset.csv").is_file(),
    reason=f"the Olist sample is not at {REAL}; SUHUI_OLIST names another folder (docs/real-data.md)",
)

ORDER = "olist_orders_dataset.csv"
CUSTOMER = "olist_customers_dataset.csv"
REVIEW = "olist_order_reviews_dataset.csv"
ITEM = "olist_order_items_dataset.csv"
PRODUCT = "olist_products_dataset.csv"
SELLER = "olist_sellers_dataset.csv"
HEADS = {
    ORDER: "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
    "order_delivered_customer_date,order_estimated_delivery_date",
    CUSTOMER: "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state",
    REVIEW: "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,"
    "review_answer_timestamp",
    ITEM: "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
    PRODUCT: "product_id,product_category_name,product_weight_g",
    SELLER: "seller_id,seller_zip_code_prefix,seller_city,seller_state",
}


def name(number: int) -> str:
    return f"{number:012x}" + "0" * 20


class Shop:
    """Rows of each file; `write` puts them down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, list[list[Any]]] = {file: [] for file in HEADS}

    def order(self, number: int, status: str, *moments: str, promise: str = "2018-03-20", person: int = 1) -> str:
        """With up to four moments: bought, approved, handed over, delivered."""
        times = [*moments, "", "", "", ""][:4]
        self.rows[ORDER].append([name(number), name(1000 + number), status, *times, f"{promise} 00:00:00"])
        city = ("35182", "timoteo", "MG") if person == 1 else ("20231", "rio de janeiro", "RJ")
        self.rows[CUSTOMER].append([name(1000 + number), name(5000 + person), *city])
        self.rows[ITEM].append([name(number), 1, name(7), name(8), "", "1234.5", "27.65"])
        return name(number)

    def review(self, number: int, order: int, score: Any, title: str = "", words: str = "") -> None:
        at = "2018-03-25 10:00:00"
        self.rows[REVIEW].append([name(number), name(order), score, title, words, "2018-03-25 00:00:00", at])

    def write(self) -> Path:
        self.rows[PRODUCT] = [[name(7), "beleza_saude", "750"]]
        self.rows[SELLER] = [[name(8), "70740", "brasilia", "DF"]]
        for file, rows in self.rows.items():
            with (self.folder / file).open("w", encoding="utf-8", newline="") as opened:
                opened.write(HEADS[file] + "\n")
                csv.writer(opened).writerows(rows)
        return self.folder
