# The two commands that matter: make demo, make test. Everything else is listed by make help.
PYTHON ?= python3
PORT ?= 5000
export PORT
.DEFAULT_GOAL := help
.PHONY: help demo test unit lint format bench bench-harvest down clean screenshots lock

help:  ## show what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 24

demo:  ## start the whole portal with demo content at http://127.0.0.1:5000 (PORT=… for another port)
	@$(PYTHON) stack/stack.py demo

test:  ## install what is needed and run all tests (ARGS=… is handed to pytest)
	@$(PYTHON) stack/stack.py test $(ARGS)

unit:  ## run the tests that need no services
	@$(PYTHON) stack/stack.py unit $(ARGS)

lint:  ## check format, style, types and templates
	@$(PYTHON) stack/stack.py lint

format:  ## format the Python code
	@$(PYTHON) stack/stack.py format

bench:  ## measure, each figure beside the stock way's of the same run
	@$(PYTHON) stack/stack.py bench $(ARGS)

bench-harvest:  ## measure the harvest of thousands of datasets, about 20 minutes (ARGS="rdf --datasets 300": a part of it)
	@$(PYTHON) stack/stack.py bench harvest_large $(ARGS)

screenshots:  ## make the pictures of README and documentation from the demo
	@$(PYTHON) stack/stack.py screenshots

lock:  ## renew the lock files after a change of pyproject.toml
	@$(PYTHON) stack/stack.py lock

down:  ## stop what was started
	@$(PYTHON) stack/stack.py down

clean:  ## stop what was started and remove all of it
	@$(PYTHON) stack/stack.py clean
