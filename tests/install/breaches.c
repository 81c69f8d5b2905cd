// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * breaches.c - a plugin that keeps the contract, and with each define one that breaks it in one way, for
 * tests/install/selftest.sh.
 */
#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cleat_section sections[] = {
	{ .pattern = "breaches+" },
};

#ifdef NO_HELP
#define HELP ""
#else
#define HELP "a word"
#endif

static const struct cleat_key keys[] = {
	{ .name = "word", .help = HELP },
};

#ifdef CRASH_IN_INIT
static int begin(void)
{
	*(volatile int *)NULL = 1;
	return 0;
}
#elif defined REFUSE_INIT
static int begin(void)
{
	return -ENODEV;
}
#elif defined ONCE_ONLY
static int begin(void)
{
	static int times;

	return times++ ? -EBUSY : 0;
}
#else
#define begin NULL
#endif

static int parse_target(struct cleat *c, struct cleat_params *p,
			const struct cleat_section *section, const char *text)
{
	(void)section;
#ifdef CRASH_ON_ODD_TEXT
	if (strchr(text, '%'))
		abort();
#endif
#ifdef EXIT
	exit(3);
#endif
#ifdef PRINT
	puts("here I am");
#endif
	if (strcmp(text, "-1") == 0)
#ifdef SILENT
		return -EINVAL;
#elif defined CAPITAL
		return cleat_error(c, EINVAL, "Cannot Be");
#elif defined FULL_STOP
		return cleat_error(c, EINVAL, "this cannot be.");
#else
		return cleat_error(c, EINVAL, "'%s' cannot be", text);
#endif
	return *text ? cleat_param_set(p, "word", text) : 0;
}

static int check(struct cleat_program *prog, const struct cleat_params *p)
{
	const char *word = cleat_param(p, "word");

#ifdef KEEP_OPEN
	if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
		return 0;
#endif
#ifdef CRASH_ON_NO_WORD
	return word[0] == 'x';
#endif
	if (word && !*word)
		return cleat_param_error(cleat_program_context(prog), p, "word", EINVAL, "no word");
	return 0;
}

static int attach(struct cleat_attach *a, const struct cleat_params *p)
{
	(void)p;
	return cleat_error(cleat_attach_context(a), EOPNOTSUPP, "nothing is attached here");
}

#ifdef EXPORT
CLEAT_API int breaches_are_public(void);
int breaches_are_public(void)
{
	return 0;
}
#endif

static const struct cleat_program_plugin breaches = {
	.base = CLEAT_HEAD(struct cleat_program_plugin, CLEAT_KIND_PROGRAM, "breaches",
			   "for tests only"),
	CLEAT_TABLE(sections, sections),
	CLEAT_TABLE(keys, keys),
	.program_type = BPF_PROG_TYPE_SOCKET_FILTER,
	.init = begin,
	.parse_target = parse_target,
	.check = check,
	.attach = attach,
};
CLEAT_PLUGIN(breaches)
