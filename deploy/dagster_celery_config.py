"""What a Celery worker of dagster-celery reads, where this folder is on its PYTHONPATH; dagster.yaml says the same."""

import os

broker_url = result_backend = os.environ["DAGSTER_BROKER"]
task_default_queue = os.environ["KPI_QUEUE"]
worker_prefetch_multiplier = 1
broker_transport_options = {"visibility_timeout": 43200}
worker_hijack_root_logger = False
broker_connection_retry_on_startup = True
# A broker that goes away for a while ends no run that is under way.
worker_cancel_long_running_tasks_on_connection_loss = False
