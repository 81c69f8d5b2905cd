/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * perffds.h - programs on probes that some process holds by the descriptor of a perf event: without a
 * link (before 5.15, and whoever uses the ioctl), or by a link that does not say where it is (before 6.6).
 */
#ifndef COMMON_PERFFDS_H
#define COMMON_PERFFDS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

struct perffd {
	uint32_t kind; /* BPF_FD_TYPE_... */
	const char *name; /* symbol, or path; "" when the kernel has none */
	uint64_t offset; /* in it */
	uint64_t address; /* of a kprobe */
};

/*
 * For 'query': cleat_query_links(), and then what that did not tell. @say says in keys what such a
 * descriptor is, or returns false when it is not the plugin's; @is_meant as there. Returns 0 or -errno,
 * reported.
 */
int perffds_query(struct cleat *c, const struct cleat_params *p,
		  bool (*say)(const struct perffd *fd, struct cleat_facts *facts),
		  bool (*is_meant)(void *user, const struct cleat_facts *facts), void *user,
		  struct cleat_facts *out);

#endif
