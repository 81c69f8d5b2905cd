// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * probes - prints what libcleat finds out about this kernel, an answer a line: kind, name, and yes,
 * no or unknown. Refuses to know what the answers should be.
 */
#include <stdio.h>

#include <cleat/uapi.h>

#include "kernel/names.h"
#include "kernel/probe.h"

static void say(const char *kind, const char *name, enum probe_answer answer)
{
	printf("%s %s %s\n", kind, name ? name : "?",
	       answer == PROBE_YES  ? "yes"
	       : answer == PROBE_NO ? "no"
				    : "unknown");
}

int main(void)
{
	struct prober *p = prober_new();

	if (!p)
		return 1;
	for (int i = 0; i < PROBE_FEATURES; i++)
		say("feature", probe_name((enum probe_feature)i), probe(p, (enum probe_feature)i));
	for (uint32_t i = 1; i < __MAX_BPF_PROG_TYPE; i++)
		say("program", name_of_program_type(i), probe_program_type(p, i, 0));
	for (uint32_t i = 1; i < __MAX_BPF_MAP_TYPE; i++)
		say("map", name_of_map_type(i), probe_map_type(p, i));
	prober_free(p);
	return 0;
}
