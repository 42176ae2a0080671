"""An app that brings one command, ``loaddata``: Django's own, with rows loaded as ``statusquo load`` does.

Whatever loads fixtures by that command (``TestCase.fixtures`` among others) is faster and otherwise as it was.
"""
