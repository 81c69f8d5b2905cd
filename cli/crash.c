/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * crash.c - plugins are code in this process, and a stranger's may crash. Then the last words name its file:
 * nobody shall look for the fault in cleat, or in the unit. What was made in the kernel is as after a kill.
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "crash.h"

static void say(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n; /* there is nobody else to tell */
}

/* The innermost plugin among the callers, or NULL. */
static const char *find_plugin(void)
{
	void *callers[64];
	int n = backtrace(callers, 64);

	for (int i = 0; i < n; i++) {
		Dl_info info;
		void *object;

		if (!dladdr(callers[i], &info) || !info.dli_fname)
			continue;
		object = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
		if (object && dlsym(object, "cleat_plugin_entry"))
			return info.dli_fname;
	}
	return NULL;
}

/* None of this is safe in a signal handler; but the process is lost already. */
static void on_crash(int number)
{
	const char *file = find_plugin();

	if (file) {
		say("cleat: error: ");
		say(file);
		say(": this plugin has crashed\n  hint: 'cleat plugins --selftest ");
		say(file);
		say("' says more; an empty file of its descriptor's name in /etc/cleat/plugins.d hides it\n");
	}
	raise(number); /* SA_RESETHAND: this time it ends the process */
}

void crash_name_plugins(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction action = { .sa_handler = on_crash,
				    .sa_flags = (int)(SA_RESETHAND | SA_NODEFER) };
	void *first[1];

	backtrace(first, 1); /* loads what it needs while there is a heap */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}
