/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * dispatchprog.h - the dispatcher: an XDP program that calls up to ten others, which take the place of
 * functions that do nothing, as libxdp's protocol has it in version 2. Knows its instructions, types and
 * configuration; refuses to know interfaces and pins.
 */
#ifndef XDP_DISPATCHPROG_H
#define XDP_DISPATCHPROG_H

#include <stdint.h>

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#define DISPATCHER_NAME "xdp_dispatcher"
#define DISPATCHER_SLOTS 10
#define DISPATCHER_MAGIC 236 /* 'X' + 'D' + 'P' */
#define DISPATCHER_VERSION 2
#define DISPATCHER_GO_ON 31 /* what a function returns that nothing took the place of */

/* What is in the map that the program has: known to all who speak the protocol, byte for byte. */
struct dispatcher_config {
	uint8_t magic;
	uint8_t version;
	uint8_t programs; /* so many functions are called */
	uint8_t frags; /* it takes packets in pieces: all programs do */
	uint32_t chain
		[DISPATCHER_SLOTS]; /* after these actions of a program, bit by bit, the next one runs */
	uint32_t priorities[DISPATCHER_SLOTS];
	uint32_t flags[DISPATCHER_SLOTS]; /* BPF_F_XDP_HAS_FRAGS of each, or 0 */
};

/*
 * Load one. Returns its descriptor or -errno, no diagnostic; its map has @config and is frozen.
 */
int dispatcher_load(const struct dispatcher_config *config);

/* The id, in its types, of the function that is the program's in this slot. */
uint32_t dispatcher_function(uint32_t slot);

/* For tests: the types as BTF, and the instructions, where @map_fd is the map; how many fill @room. */
#define DISPATCHER_ROOM 2048
size_t dispatcher_types(void *out, size_t room);
#define DISPATCHER_INSNS 192
size_t dispatcher_code(struct bpf_insn *out, int map_fd);

#endif
