/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * netlink.c - one netlink socket; see netlink.h.
 *
 * Knows the frame of netlink messages and the extended acknowledgement; refuses to know the
 * messages that are in it.
 */
#include "common/netlink.h"

#include <ctype.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int netlink_open_to(struct netlink *nl, int protocol)
{
	int on = 1;

	memset(nl, 0, sizeof(*nl));
	nl->buffer = malloc(NETLINK_BUFFER);
	if (!nl->buffer)
		return -ENOMEM;
	nl->socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	if (!nl->socket || mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	/* Before 4.12 there are no words, and refusals are numbers. */
	mnl_socket_setsockopt(nl->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	return 0;
}

int netlink_open(struct cleat *c, struct netlink *nl)
{
	int err = netlink_open_to(nl, NETLINK_ROUTE);

	return err ? cleat_error_sys(c, err, "cannot open a netlink socket") : 0;
}

void netlink_close(struct netlink *nl)
{
	if (nl->socket)
		mnl_socket_close(nl->socket);
	free(nl->buffer);
	nl->socket = NULL;
	nl->buffer = NULL;
}

struct nlmsghdr *netlink_begin(void *request, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *h;

	memset(request, 0, NETLINK_REQUEST);
	h = mnl_nlmsg_put_header(request);
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	return h;
}

/* The kernel's sentence becomes the end of one of ours. */
static void keep_why(struct netlink *nl, const char *text, size_t size)
{
	size_t n = strnlen(text, size);

	while (n && strchr(". \n", text[n - 1]))
		n--;
	snprintf(nl->why, sizeof(nl->why), "%.*s", (int)n, text);
	if (n > 1 && isupper((unsigned char)nl->why[0]) && islower((unsigned char)nl->why[1]))
		nl->why[0] = (char)tolower((unsigned char)nl->why[0]);
}

/* The acknowledgement: 0 or -errno, with words behind it when the flags say so. */
static int read_ack(struct netlink *nl, const struct nlmsghdr *h)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;
	size_t skip = sizeof(*e);

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*e))
		return -EBADMSG;
	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS) || !e->error)
		return e->error;
	if (!(h->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len >= sizeof(e->msg))
		skip += MNL_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	if (skip > mnl_nlmsg_get_payload_len(h))
		return e->error;
	mnl_attr_for_each(a, h, skip)
	{
		if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG)
			keep_why(nl, mnl_attr_get_payload(a), mnl_attr_get_payload_len(a));
	}
	return e->error;
}

/* One datagram. Returns 1: more is to come, 0: the end, or -errno. */
static int read_part(struct netlink *nl, uint32_t sequence,
		     void (*reply)(const struct nlmsghdr *h, void *user), void *user)
{
	ssize_t n = mnl_socket_recvfrom(nl->socket, nl->buffer, NETLINK_BUFFER);
	struct nlmsghdr *h = (struct nlmsghdr *)nl->buffer;
	int left = (int)n;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : -errno;
	for (; mnl_nlmsg_ok(h, left); h = mnl_nlmsg_next(h, &left)) {
		if (h->nlmsg_seq != sequence)
			continue; /* of an earlier request that was given up */
		if (h->nlmsg_type == NLMSG_ERROR)
			return read_ack(nl, h);
		if (h->nlmsg_type == NLMSG_DONE)
			return h->nlmsg_len >= MNL_NLMSG_HDRLEN + sizeof(int)
				       ? *(int *)mnl_nlmsg_get_payload(h)
				       : 0;
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			return -EINTR;
		if (h->nlmsg_type >= NLMSG_MIN_TYPE && reply)
			reply(h, user);
	}
	return 1;
}

int netlink_talk(struct netlink *nl, struct nlmsghdr *request,
		 void (*reply)(const struct nlmsghdr *h, void *user), void *user)
{
	int more = 1, patience = 100;

	nl->why[0] = '\0';
	request->nlmsg_seq = ++nl->sequence;
	if ((request->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		request->nlmsg_flags |= NLM_F_ACK;
	while (mnl_socket_sendto(nl->socket, request, request->nlmsg_len) < 0)
		if (errno != EINTR)
			return -errno;
	while (more > 0) {
		more = read_part(nl, nl->sequence, reply, user);
		/* What was asked for is done: its answer waits for memory, and so do we. */
		if (more == -ENOMEM && patience-- > 0)
			more = 1;
	}
	return more;
}

const char *netlink_why(const struct netlink *nl, int err)
{
	return nl->why[0] ? nl->why : strerror(err < 0 ? -err : err);
}
