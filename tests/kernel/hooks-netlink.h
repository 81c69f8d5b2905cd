/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * hooks-netlink.h - what the kernel answers to hooks.c by netlink. 0 where it has it, else -errno.
 */
#ifndef HOOKS_NETLINK_H
#define HOOKS_NETLINK_H

int probe_netfilter_hooks(void);

#endif
