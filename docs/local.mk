# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# Pages that belong to no single folder.

dist_examples_DATA += %D%/examples/watch.h %D%/examples/watch.c %D%/examples/watch-uv.c \
	%D%/examples/watch-event.c %D%/examples/watch-glib.c %D%/examples/watch-sd-event.c \
	%D%/examples/watch-thread.c

# Plugins to begin one's own from: a folder each, complete, and built from what is installed alone.
example_plugins = $(addprefix %D%/examples/plugins/, \
	$(foreach name,tunfilter buckets csv, \
		$(addprefix $(name)/,$(name).c $(name).plugin Makefile cleat-$(name).7.scd \
			example.bpf.c example.ini test.sh)))
guides = $(addprefix %D%/guides/,first-unit.md fleet.md from-aya.md from-libbpf.md plugin.md promises.md verifier.md)
EXTRA_DIST += $(guides) $(example_plugins)

install-data-local: install-example-plugins
install-example-plugins:
	@for f in $(example_plugins); do \
		to='$(DESTDIR)$(examplesdir)'/$${f#%D%/examples/} mode=644 && \
		case $$f in *.sh) mode=755 ;; esac && \
		$(MKDIR_P) "$${to%/*}" && $(INSTALL) -m $$mode "$(srcdir)/$$f" "$$to" || exit 1; \
	done
uninstall-hook: uninstall-example-plugins
uninstall-example-plugins:
	rm -rf '$(DESTDIR)$(examplesdir)/plugins'
.PHONY: install-example-plugins uninstall-example-plugins

man_scd += %D%/man/cleat.8.scd
# a page for each verb
man_scd += %D%/man/cleat-apply.8.scd
man_scd += %D%/man/cleat-attach.8.scd
man_scd += %D%/man/cleat-btf.8.scd
man_scd += %D%/man/cleat-check.8.scd
man_scd += %D%/man/cleat-dump.8.scd
man_scd += %D%/man/cleat-embed.8.scd
man_scd += %D%/man/cleat-features.8.scd
man_scd += %D%/man/cleat-graph.8.scd
man_scd += %D%/man/cleat-inspect.8.scd
man_scd += %D%/man/cleat-link.8.scd
man_scd += %D%/man/cleat-list.8.scd
man_scd += %D%/man/cleat-log.8.scd
man_scd += %D%/man/cleat-map.8.scd
man_scd += %D%/man/cleat-metrics.8.scd
man_scd += %D%/man/cleat-new.8.scd
man_scd += %D%/man/cleat-plan.8.scd
man_scd += %D%/man/cleat-plugins.8.scd
man_scd += %D%/man/cleat-program.8.scd
man_scd += %D%/man/cleat-remove.8.scd
man_scd += %D%/man/cleat-run.8.scd
man_scd += %D%/man/cleat-show.8.scd
man_scd += %D%/man/cleat-status.8.scd
man_scd += %D%/man/cleat-top.8.scd
man_scd += %D%/man/cleat-verify.8.scd
man_scd += %D%/man/cleat-log.7.scd
man_scd += %D%/man/cleat-map.7.scd
man_scd += %D%/man/cleat-plugin.3.scd
man_scd += %D%/man/cleat-plugin.5.scd
man_scd += %D%/man/cleat-unit.5.scd
man_scd += %D%/man/libcleat.3.scd

# the API reference: ./dev doc
EXTRA_DIST += %D%/doxygen/Doxyfile %D%/doxygen/headers.awk

EXTRA_DIST += %D%/design.md %D%/engine.md %D%/maps.md %D%/testing.md %D%/kernels.md %D%/performance.md
