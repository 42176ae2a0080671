"""The settings of the shop, with test databases that outlive a run also where they are SQLite's."""

from settings import *  # noqa: F403
from settings import DATABASES

for alias, database in DATABASES.items():
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"] = {"NAME": f"test_{alias}.sqlite3"}
