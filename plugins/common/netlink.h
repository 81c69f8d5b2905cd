/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * netlink.h - one netlink socket: a request, its answers, and the kernel's own words when it refuses.
 * Knows nothing of what is asked.
 */
#ifndef COMMON_NETLINK_H
#define COMMON_NETLINK_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>
#include <libmnl/libmnl.h>

#define NETLINK_BUFFER 65536 /* an interface with its virtual functions fills many pages */
#define NETLINK_REQUEST 1024 /* enough for what plugins ask */

struct netlink {
	struct mnl_socket *socket;
	char *buffer;
	uint32_t sequence;
	char why[160]; /* what the kernel said of the last request, or "" */
};

/* Route netlink in the caller's network namespace. Returns 0 or -errno after saying why; close in any case. */
int netlink_open(struct cleat *c, struct netlink *nl);
/* The same of another @protocol (NETLINK_...). Returns 0 or -errno without a diagnostic. */
int netlink_open_to(struct netlink *nl, int protocol);
void netlink_close(struct netlink *nl);

/* Begin a request of @type in @request (NETLINK_REQUEST bytes). NLM_F_REQUEST is added. */
struct nlmsghdr *netlink_begin(void *request, uint16_t type, uint16_t flags);

/*
 * Send a request and read its answer to the end: an acknowledgement, or for dumps all parts.
 * @reply, when not NULL, sees each message. Returns 0 or -errno without a diagnostic.
 */
int netlink_talk(struct netlink *nl, struct nlmsghdr *request,
		 void (*reply)(const struct nlmsghdr *h, void *user), void *user);

/* Why the last request was refused: the kernel's words, or what @err means. */
const char *netlink_why(const struct netlink *nl, int err);

#endif
