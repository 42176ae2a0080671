"""How gunicorn serves the platform; it reads this file from the folder it starts in. The caller gives ``--bind``."""

wsgi_app = "annotation.wsgi"
worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
keepalive = 75
graceful_timeout = 5
accesslog = "-"
access_log_format = "%(r)s -> %(s)s in %(M)s ms"
control_socket_disable = True
