"""The door for the shell: ``statusquo``. One command per file in ``commands``, one printer in ``console``."""
