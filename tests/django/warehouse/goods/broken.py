"""``python -m goods.broken``: rows that refer to nothing, as a database without foreign keys leaves them."""

import django

django.setup()

from django.db import connection  # noqa: E402 - it reads the settings

with connection.cursor() as cursor:
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("UPDATE goods_loan SET user_id = 77")
    cursor.execute("UPDATE goods_note SET \"of\" = '77' WHERE \"of\" = '1'")
