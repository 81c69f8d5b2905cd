/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * internal.h - what the files of core/object share: the roles of sections, and look-ups by place
 * and name. Knows how an object is put together; refuses to be included from anywhere else.
 */
#ifndef OBJECT_INTERNAL_H
#define OBJECT_INTERNAL_H

#include <elf.h>

#include "object/object.h"

/* What a section is for us. */
enum section_role {
	SECTION_OTHER, /* debug information, symbols, relocations, empty ones */
	SECTION_CODE,
	SECTION_DATA,
	SECTION_RODATA,
	SECTION_BSS,
	SECTION_MAPS, /* .maps: definitions in BTF */
	SECTION_LEGACY, /* maps: definitions in bytes */
	SECTION_NOTES, /* license, version */
	SECTION_JUMPS, /* .jumptables */
	SECTION_UNCLAIMED, /* of the program, but nobody here knows it */
};

/* A map definition in its section, to find it from a relocation. */
struct map_place {
	uint32_t section;
	uint64_t offset;
	uint64_t size;
	uint64_t slots; /* offset of the first slot ("values") in the definition; 0: none */
	struct map_spec *map;
};

struct object_index {
	uint8_t *roles; /* enum section_role of each ELF section */
	struct map_spec **bytes; /* the map that holds the bytes of each ELF section, or NULL */
	VEC(struct map_place) places; /* sorted by section, offset */
	struct strmap *funcs;
	struct strmap *programs;
	struct strmap *maps;
	struct strmap *vars;
	struct strmap *externs;
	bool **targets; /* of each code section, once somebody asked: see object_call_targets() */
	/* Of each function, for the program that is linked just now: */
	uint32_t *reached; /* the number of the walk that met it last */
	uint32_t *start; /* its first instruction */
	uint32_t walk;
	uint64_t budget; /* bytes of code and data still to be copied before we call it a lie */
};

/* SECTION_OTHER for an index that does not exist. */
enum section_role section_role(const struct object *o, uint32_t section);
/* True for ".text" and ".text.*": subprograms only. */
bool section_is_text(const char *name);

/* The map definition that begins exactly there, or that contains the byte, or NULL. */
const struct map_place *map_place_at(const struct object *o, uint32_t section, uint64_t offset);

/* Take @size bytes from the budget; reports when the object claims more than a file can hold. */
int object_spend(struct object *o, uint64_t size, struct report *r);

/* Zeroed memory from the object's arena, with overflow check; reports when there is none. */
void *object_alloc(struct object *o, size_t n, size_t size, struct report *r);

/* Register a map under its name; a second one of the same name is an error. */
int object_add_map(struct object *o, struct map_spec *m, struct report *r);
int object_add_var(struct object *o, struct var_spec *v, struct report *r);

/*
 * targets.c: which instructions of code section @section are called from somewhere in the object,
 * or have their address taken: an array of one bool each, in the object's arena.
 */
int object_call_targets(struct object *o, uint32_t section, const bool **out, struct report *r);

/* merged.c: the types list each constant in the section that it is in. */
int object_place_merged(struct object *o, struct report *r);

/*
 * vars.c: the variables of section @s, which is @m's data, under their names. @m->vars is sorted by
 * their place.
 */
int object_read_section_vars(struct object *o, const struct elf_section *s, struct map_spec *m,
			     struct report *r);

/* refs.c: slots of @m from the relocations in bytes [offset, offset + size) of section @s. */
int object_read_value_slots(struct object *o, const struct elf_section *s, struct map_spec *m,
			    struct report *r);

/* jumps.c: the table that byte @at of the section is in, or NULL. */
struct jump_table *object_jump_table(const struct object *o, uint32_t section, uint64_t at);

/* dialect.c: an immediate beside a relocation has the symbol's place in it already, in bytes. */
bool object_immediates_are_places(const struct object *o);

/* legacy.c, called by object_read_maps(). */
int object_read_legacy(struct object *o, struct report *r);

/* kconfig-value.c: may a variable of type @id hold a configuration value; its size. */
int kconfig_check_type(const struct btf *b, uint32_t id, uint64_t *size);
/* The bytes of "CONFIG_X=@text" for a variable of type @id. Reports. */
int kconfig_set(const struct btf *b, uint32_t id, const char *name, const char *text, void *data,
		uint64_t size, struct report *r);
int kconfig_set_number(const struct btf *b, uint32_t id, const char *name, uint64_t number,
		       void *data, uint64_t size, struct report *r);

/* btfinfo.c: the id of a DATASEC with that name, or 0. */
uint32_t object_datasec(const struct object *o, const char *name);
/* The linkage word of a VAR whose BTF is ours to change. */
void object_set_var(struct object *o, uint32_t var_id, uint32_t type, uint32_t linkage);

#endif
