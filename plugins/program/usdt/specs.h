/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * specs.h - what programs find out about the probe they run at: its arguments and cookie, in a map of
 * their object, under a number that is the probe's attach cookie, or, on kernels without cookies,
 * that is found in a second map by the instruction's address.
 */
#ifndef USDT_SPECS_H
#define USDT_SPECS_H

#define CLEAT_ABI 1
#include <cleat/plugin.h>

#include "args.h"

/* What is the same at all sites that share a number. */
struct spec {
	struct arg args[ARGS_MAX];
	size_t n;
	uint64_t cookie;
};

struct specs {
	struct cleat *c;
	struct cleat_map *map, *by_ip; /* NULL: the object has none */
	uint32_t value_size;
	uint32_t n;
	bool no_index; /* programs do not know ARG_INDEXED */
	uint8_t *slots; /* all of the map */
};

/* Finds the maps of the object. Reports. Close in any case. */
int specs_open(struct cleat_program *prog, struct specs *out);
void specs_close(struct specs *s);

/* A number for the spec: that of an equal one, or a free one. Reports. */
int specs_take(struct specs *s, const struct spec *spec, uint32_t *id);
/* One user less of each of them. No diagnostic. */
void specs_give(const struct specs *s, const uint32_t *ids, size_t n);

/* Programs at the address find this number. Reports. */
int specs_put_ip(const struct specs *s, uint64_t ip, uint32_t id);

/*
 * Gives back what belongs to the link made last when that is undone: numbers, and addresses. At once
 * when this fails.
 */
int specs_give_after(struct cleat_attach *a, const struct specs *s, const uint32_t *ids,
		     size_t n_ids, const uint64_t *ips, size_t n_ips);

/* The bytes of a spec in a map with values of so many bytes: false when they are none that we know. */
bool specs_encode(const struct spec *spec, void *value, size_t value_size);

#endif
