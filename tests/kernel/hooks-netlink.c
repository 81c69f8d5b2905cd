/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooks-netlink.c - what the kernel answers to hooks.c by netlink. Knows no programs.
 */
#include "hooks-netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <sys/socket.h>

/* Does nfnetlink list the hooks of netfilter: asked for one, a kernel that does has an answer. */
int probe_netfilter_hooks(void)
{
	struct {
		struct nlmsghdr h;
		uint8_t family, version;
		uint16_t resource;
		struct nlattr a;
		uint32_t hook;
	} request = {
		.h = { .nlmsg_len = sizeof(request), .nlmsg_type = 12 << 8,
		       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.family = 2,
		.a = { .nla_len = 8, .nla_type = 1 },
		.hook = htonl(1),
	};
	union {
		struct nlmsghdr h;
		char bytes[4096];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);

	if (fd < 0 || send(fd, &request, sizeof(request), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.h))
		return -errno;
	return answer.h.nlmsg_type == NLMSG_ERROR ? ((struct nlmsgerr *)(&answer.h + 1))->error : 0;
}
