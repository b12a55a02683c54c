"""Settings of gunicorn; `WEB_PROCESSES` and `WEB_THREADS` fit it to the machine."""

from __future__ import annotations

import os

bind = "0.0.0.0:5000"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat file that must not wait for a disk
timeout = 120
graceful_timeout = 30
# A worker is renewed now and then, so that memory cannot creep up for weeks.
max_requests = 5000
max_requests_jitter = 500
# nginx is the only peer; it sets X-Forwarded-Proto.
forwarded_allow_ips = "*"
accesslog = None
errorlog = "-"
# Nobody steers it from outside; its socket would lie in the volume that web server and worker share.
control_socket_disable = True
