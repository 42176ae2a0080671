"""Known services as data: where their programs are found, how they are started and asked whether they are ready.

The wiring hands ``catalog.known`` to the native runtime and the ``probe`` functions to the stack.
"""
