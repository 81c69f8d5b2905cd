// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probes - prints what libcleat finds out about this kernel, an answer a line: kind, name, and yes,
 * no or unknown. Refuses to know what the answers should be.
 *
 * "probes caps" tries each type with no more than the capabilities that it is said to need, and with
 * one of them less: a line for each that does not do, or is not needed. "probes beyond" asks about
 * numbers that no kernel has.
 */
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cleat/uapi.h>

#include "kernel/names.h"
#include "kernel/machine.h"
#include "kernel/probe-internal.h"

static void say(const char *kind, const char *name, enum probe_answer answer)
{
	printf("%s %s %s\n", kind, name ? name : "?",
	       answer == PROBE_YES  ? "yes"
	       : answer == PROBE_NO ? "no"
				    : "unknown");
}

/* These and no others, of those that this process may have. */
static int use_caps(uint64_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data))
		return -1;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		data[i].effective = data[i].permitted & (uint32_t)(mask >> 32 * i);
	return (int)syscall(SYS_capset, &header, data);
}

static void try_caps(const char *kind, const char *name, uint32_t type, uint64_t caps,
		     enum probe_answer (*try)(uint32_t type))
{
	enum probe_answer all, enough;

	use_caps(UINT64_MAX);
	all = try(type);
	if (all != PROBE_YES)
		return;
	use_caps(caps);
	enough = try(type);
	printf("%s %s %s\n", kind, name, enough == PROBE_YES ? "enough" : "more");
	for (unsigned int i = 0; i < 64; i++) {
		if (!(caps & CAP_BIT(i)))
			continue;
		use_caps(caps & ~CAP_BIT(i));
		if (try(type) == PROBE_YES)
			printf("%s %s needless %u\n", kind, name, i);
	}
	use_caps(UINT64_MAX);
}

static enum probe_answer try_program(uint32_t type)
{
	return probe_try_program(type, 0, 0);
}

static int caps(void)
{
	for (uint32_t i = 1; i < __MAX_BPF_PROG_TYPE; i++)
		try_caps("program", name_of_program_type(i), i, program_type_caps(i), try_program);
	for (uint32_t i = 1; i < __MAX_BPF_MAP_TYPE; i++)
		try_caps("map", name_of_map_type(i), i, map_type_caps(i), probe_try_map);
	return 0;
}

#define BEYOND 4000

static void say_beyond(struct prober *p)
{
	say("program", "beyond", probe_program_type(p, BEYOND, 0));
	say("map", "beyond", probe_map_type(p, BEYOND));
	say("attach", "beyond", probe_attach_type(p, BEYOND));
	say("link", "beyond", probe_link_type(p, BEYOND));
	say("helper", "beyond", probe_helper(p, BPF_PROG_TYPE_XDP, BEYOND));
	say("helper", "beyond, of what is bound", probe_helper(p, BPF_PROG_TYPE_EXT, BEYOND));
}

int main(int argc, char **argv)
{
	struct prober *p;

	if (argc > 1 && strcmp(argv[1], "caps") == 0)
		return caps();
	p = prober_new();
	if (!p)
		return 1;
	if (argc > 1 && strcmp(argv[1], "beyond") == 0) {
		say_beyond(p);
		prober_free(p);
		return 0;
	}
	for (int i = 0; i < PROBE_FEATURES; i++)
		say("feature", probe_name((enum probe_feature)i), probe(p, (enum probe_feature)i));
	for (uint32_t i = 1; i < __MAX_BPF_PROG_TYPE; i++)
		say("program", name_of_program_type(i), probe_program_type(p, i, 0));
	for (uint32_t i = 1; i < __MAX_BPF_MAP_TYPE; i++)
		say("map", name_of_map_type(i), probe_map_type(p, i));
	prober_free(p);
	return 0;
}
