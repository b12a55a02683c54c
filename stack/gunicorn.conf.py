"""gunicorn of the local stack: the application is loaded once, each worker gets connections of its own."""

import os

bind = f"127.0.0.1:{os.environ['RVR_STACK_WEB_PORT']}"
workers = int(os.environ.get("RVR_STACK_WEB_WORKERS", "2"))
threads = 4
timeout = 120
preload_app = True
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
accesslog = None


def post_fork(server, worker):
    """Leave the parent's database connections to the parent."""
    from ckan import model

    if model.meta.engine is not None:
        model.meta.engine.dispose(close=False)
