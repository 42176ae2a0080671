"""For tests of Statusquo itself and of stores that others write: private servers, and the store laws as a suite."""
