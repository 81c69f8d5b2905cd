// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * bad-plugin.c - a program plugin for tests/kernel/bad-input.sh that attaches nothing: it waits
 * when told to, and then does not succeed when told to. Built once as it is, and once for each way
 * in which a plugin can be wrong that its descriptor cannot show.
 */
#undef CLEAT_BUILTIN /* a file of its own, also where cleat has its plugins inside */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static const struct cleat_section sections[] = {
	{ .pattern = "cleat_test" },
};

static const struct cleat_key keys[] = {
	{ .name = "wait",
	  .help = "make this file, and go on when it is gone",
	  .type = CLEAT_TYPE_PATH },
	{ .name = "succeed", .help = "attach", .type = CLEAT_TYPE_BOOL, .preset = "yes" },
};

static int wait_for(struct cleat *c, const char *path)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		return cleat_error_sys(c, errno, "cannot make %s", path);
	close(fd);
	while (access(path, F_OK) == 0)
		nanosleep(&nap, NULL);
	return 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	struct cleat *c = cleat_attach_context(a);
	const char *path = cleat_param(p, "wait");
	int err = path ? wait_for(c, path) : 0;

	if (err)
		return err;
	if (!cleat_param_bool(p, "succeed"))
		return cleat_error(c, EBUSY, "nothing can be attached where there is nothing");
	return cleat_attach_hold(a, dup(cleat_attach_fd(a)), "test");
}

#ifdef BAD_SYMBOL
int cleat_of_the_future(void);

static int begin(void)
{
	return cleat_of_the_future();
}
#else
static int begin(void)
{
	return 0;
}
#endif

#ifdef BAD_ABI
#define ABI (CLEAT_ABI + 1)
#else
#define ABI CLEAT_ABI
#endif

static const struct cleat_program_plugin test = {
	.base = { sizeof(test), ABI, CLEAT_KIND_PROGRAM, "test", "for tests only" },
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SOCKET_FILTER,
	.init = begin,
	.attach = attach,
};

#ifdef BAD_ENTRY
extern CLEAT_API const struct cleat_plugin *const something_else;
CLEAT_API const struct cleat_plugin *const something_else = &test.base;
#else
CLEAT_PLUGIN(test)
#endif
