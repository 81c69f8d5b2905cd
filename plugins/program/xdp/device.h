/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * device.h - the XDP programs of an interface, as route netlink has them: which are there, and
 * putting one in or out. Knows no keys, no links and no messages.
 */
#ifndef XDP_DEVICE_H
#define XDP_DEVICE_H

#include "common/netlink.h"

/* XDP_FLAGS_* of a mode; 0: the kernel chooses. */
struct device_state {
	uint32_t mtu;
	uint32_t native, generic, offload; /* ids of the programs, 0: none */
};

/* What is on the interface. Returns 0 or -errno; no diagnostic. */
int device_state(struct netlink *nl, int ifindex, struct device_state *state);

/* The id in @state for XDP_FLAGS_*_MODE; of any mode when @mode is 0. */
uint32_t device_program(const struct device_state *state, uint32_t mode);
/* XDP_FLAGS_*_MODE of a program that is there, or 0. */
uint32_t device_mode_of(const struct device_state *state, uint32_t program);
/* "native", "generic", "offload" */
const char *device_mode_name(uint32_t mode);

/*
 * Put @fd (-1: nothing) in place of @expected (-1: nothing, which means only where none is).
 * Kernels before 5.7 do not know 'expected': there the state is looked at first.
 * Returns 0 or -errno; no diagnostic.
 */
int device_set(struct netlink *nl, int ifindex, uint32_t mode, int fd, int expected,
	       uint32_t expected_id);

#endif
