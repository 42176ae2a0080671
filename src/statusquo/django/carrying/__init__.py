"""Old test data carried forward by the project's own migrations, in a database made for it."""
