# 腾笼 tenglong. `make` or `make help` lists what can be asked for.
# Paths are relative, so the clone may lie in any folder, with spaces or Chinese in its name.

# Candidates; the first one new enough is taken.
PYTHON ?= python3 python3.13 python3.12 python3.11
TEST_WORKERS ?= 2
# `make lock UPGRADE=--upgrade` takes the newest versions inside the bounds.
UPGRADE ?=

# `make test VENV=.venv-3.12 PYTHON=python3.12` tries another interpreter, and with it a newer Mesa.
VENV ?= .venv

BIN := $(VENV)/bin
READY := $(VENV)/.project
PYTEST := $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadscope
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.PHONY: help brief app test test-slow test-all lab lint bench golden samples calibrate lock clean

help: ## 列出这些命令
	@echo "腾笼：宁波“腾笼换鸟”目标能否实现。用法：make 命令"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

brief: $(READY) ## 生成基准情景的中文简报，末行是报告路径（首次会安装软件包）
	@$(BIN)/tenglong report baseline

test: $(READY) ## 跑测试（不含慢的）
	$(PYTEST) -m "not slow"

test-slow: $(READY) ## 只跑慢的测试
	$(PYTEST) -m slow

test-all: test test-slow ## 跑全部测试

app: $(READY) ## 打开滑块页面（不见代码）：拉动杠杆看目标；地址印在屏幕上，只在本机可用
	@$(BIN)/python -m sim.bench.serve

lab: $(READY) ## 在 JupyterLab 中打开笔记本
	$(BIN)/python -m jupyterlab notebooks

lint: $(READY) ## 检查代码：ruff、mypy、分层、笔记本不带输出
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m nbstripout --keep-id --verify notebooks/*.ipynb

bench: $(READY) ## 测速度
	$(BIN)/python -m benchmarks

golden: $(READY) ## 重写 scenarios/ 下的预期结果与情景格式（scenario.schema.json）、说明文档的表格（确实该变时；看过差异再提交）
	$(BIN)/python -m pytest tests/scenario/test_expected.py tests/scenario/test_catalogue.py tests/abm/test_odd.py tests/abm/test_golden_town.py tests/house/test_documents.py tests/house/test_licences.py --rewrite

samples: $(READY) ## 重做 reports/samples/ 里的样例：基准情景的简报与一份情景比较（先检验、算敏感性，二十来分钟）
	$(BIN)/python -m sim.report.samples

calibrate: $(READY) ## 重做校准，写出 data/calibrated/（约十分钟；模型、数据或统计量改过之后）
	$(BIN)/tenglong calibrate baseline

lock: ## 按 pyproject.toml 重写 requirements.lock
	@uv=$$(command -v uv || echo $(BIN)/uv); \
	"$$uv" pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet $(UPGRADE) -o requirements.lock
	@echo "requirements.lock：$$(grep -o '^[^ =]*==' requirements.lock | sort -u | wc -l) 个软件包"

clean: ## 删除 .venv 与各种缓存；runs/ 与 reports/ 不动
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find sim tests -name __pycache__ -prune -exec rm -rf {} +

# --- .venv: the interpreter, the locked packages, then the project itself, each only when something changed ---

$(VENV)/bin/python:
	@for python in $(PYTHON); do \
	  if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "找不到 Python 3.11 或更新的版本（试过：$(PYTHON)）。请先安装，或指明：make brief PYTHON=路径" >&2; exit 4; \
	fi; \
	echo "建立 $(VENV)（$$("$$found" --version)）……"; \
	if command -v uv >/dev/null; then uv venv --quiet --clear --python "$$found" $(VENV); \
	else "$$found" -m venv --clear $(VENV) \
	  || { echo "不能建立 $(VENV)。Debian/Ubuntu 请先运行：apt-get install python3-venv" >&2; exit 4; }; fi

$(VENV)/.packages: requirements.lock | $(VENV)/bin/python
	@$(BIN)/python -c '$(NEW_ENOUGH)' || { echo "$(VENV) 里的 Python 早于 3.11，请先运行 make clean" >&2; exit 4; }
	@echo "安装软件包（$$(grep -o '^[^ =]*==' requirements.lock | sort -u | wc -l) 个，首次需要几分钟）……"
	@$(install) --require-hashes -r requirements.lock
	@touch $@

$(READY): $(VENV)/.packages pyproject.toml
	@$(install) --no-deps --no-build-isolation -e .
	@touch $@

# uv when there is one, otherwise pip (which a .venv made by uv lacks at first).
define install
if command -v uv >/dev/null; then set -- uv pip install --quiet --compile-bytecode --python $(BIN)/python; \
	else $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
	set -- $(BIN)/python -m pip install --quiet --disable-pip-version-check; fi; "$$@"
endef
