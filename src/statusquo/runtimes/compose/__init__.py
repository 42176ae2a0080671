"""Services as containers of a compose project: the files of the project are referenced, an override says the rest.

``runtime`` is the door: ``Compose``. ``project`` reads what the files say, ``override`` decides what to lay over them,
``places`` where each service answers (all pure); ``chart`` knows which service is which. ``copy`` makes a run's own
copy of the project, by ``client`` (Docker Compose) and ``engine`` (the engine's API); ``running`` and ``follower``
watch one container; ``leftovers`` removes what a dead run has left.
"""
