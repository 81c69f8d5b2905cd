# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# What lands beside the program: pkg-config file, example units, services.

pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/cleat.pc %D%/cleat-plugin.pc

examplesdir = $(docdir)/examples
dist_examples_DATA = %D%/examples/who.ini %D%/examples/blocklist.ini \
	%D%/examples/blocked.txt %D%/examples/egress.ini
EXTRA_DIST += %D%/examples/demo

bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
dist_zshcompletion_DATA = %D%/completion/_cleat
EXTRA_DIST += %D%/completion/cleat.bash
install-data-local: install-bash-completion
install-bash-completion: # under the name that it is looked for by
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) '$(srcdir)/%D%/completion/cleat.bash' '$(DESTDIR)$(bashcompletiondir)/cleat'
uninstall-hook: uninstall-bash-completion
uninstall-bash-completion:
	rm -f '$(DESTDIR)$(bashcompletiondir)/cleat'
.PHONY: install-bash-completion uninstall-bash-completion

# What 'cleat new' copies: a folder for each kind, and those that kinds share.
templatedir = $(pkgdatadir)/templates
templates = $(addprefix %D%/templates/, \
	$(foreach kind,cgroup fentry iter kprobe lsm perf_event raw_tracepoint sk_lookup \
			socket_filter struct_ops tc tracepoint uprobe usdt xdp, \
		$(kind)/template.conf $(kind)/NAME.bpf.c $(kind)/NAME.ini) \
	counts/NAME.c events/NAME.c \
	shared/Makefile shared/README.md shared/gitignore shared/test.sh)
EXTRA_DIST += $(templates)

# Services: where systemd looks, below our prefix (systemdsystemunitdir=DIR says another place), and an example
# for another supervisor.
systemdsystemunitdir = $(prefix)/lib/systemd/system
systemdsystemunit_DATA = %D%/systemd/cleat.service %D%/systemd/cleat@.service
EXTRA_DIST += %D%/systemd/cleat.service.in %D%/systemd/cleat@.service.in
CLEANFILES += $(systemdsystemunit_DATA)
%D%/systemd/cleat.service: %D%/systemd/cleat.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/systemd && sed 's|[@]bindir[@]|$(bindir)|g' $(srcdir)/%D%/systemd/cleat.service.in >$@
%D%/systemd/cleat@.service: %D%/systemd/cleat@.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/systemd && sed 's|[@]bindir[@]|$(bindir)|g' '$(srcdir)/%D%/systemd/cleat@.service.in' >$@
dist_examples_DATA += %D%/openrc/cleat.initd

install-data-local: install-templates
install-templates:
	@for f in $(templates); do \
		to='$(DESTDIR)$(templatedir)'/$${f#%D%/templates/} && \
		$(MKDIR_P) "$${to%/*}" && $(INSTALL_DATA) "$(srcdir)/$$f" "$$to" || exit 1; \
	done
uninstall-hook: uninstall-templates
uninstall-templates:
	rm -rf '$(DESTDIR)$(templatedir)'
.PHONY: install-templates uninstall-templates
