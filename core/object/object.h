/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * object.h - what a BPF object file says: plain data, read without privilege.
 *
 * Programs, functions, maps, variables, externs, and the references between them, by pointer.
 * Nothing here knows a program type or a map type by meaning: a section name is text, a map type
 * is a number. Everything lives in the object's arena until object_free().
 *
 *   object_open()            bytes -> this (object.c; maps: mapdef.c legacy.c vars.c; refs: refs.c)
 *   object_resolve_externs() externs against a kernel (extern.c)
 *   object_core_relocate()   CO-RE: instructions of the functions patched in place (core_relo.c)
 *   object_link()            one program with the functions it needs, in one piece (link.c)
 *
 * and then core/live creates the maps, puts their descriptors in, and loads.
 */
#ifndef OBJECT_OBJECT_H
#define OBJECT_OBJECT_H

#include "base/vec.h"
#include "btf/btf.h"
#include "btf/ext.h"
#include "elf/elf.h"
#include "elf/insn.h"
#include "object/target.h"

struct object;
struct object_index;
struct func;
struct map_spec;
struct extern_spec;

enum linkage {
	LINKAGE_STATIC,
	LINKAGE_GLOBAL,
	LINKAGE_WEAK,
};

/* What an instruction refers to, found from an ELF relocation. */
enum ref_kind {
	REF_MAP, /* lddw: descriptor of 'map' */
	REF_VALUE, /* lddw: address of byte 'addend' in the value of data map 'map' */
	REF_CALL, /* call of 'func' */
	REF_FUNC, /* lddw: address of 'func' (callbacks) */
	REF_EXTERN, /* lddw: address of extern variable 'ext' + addend */
	REF_KFUNC, /* call of kernel function 'ext' */
	REF_SECTION, /* lddw: address of byte 'addend' of 'section', which a plugin must claim */
	REF_JUMPS, /* lddw: address of byte 'addend' of jump table 'table' */
};

/* Where an indirect jump of a function may lead: a table of addresses in section .jumptables. */
struct jump_table {
	uint32_t section; /* ELF index */
	uint32_t n;
	uint64_t offset; /* in the section */
	uint64_t *to; /* bytes from the start of the section that the function is in */
};

struct ref {
	uint32_t insn; /* index in the function */
	enum ref_kind kind;
	union {
		struct map_spec *map;
		struct func *func;
		struct extern_spec *ext;
		uint32_t section; /* ELF index */
		const struct jump_table *table;
	};
	int64_t addend;
};

/* Why an instruction was made invalid: shown when the verifier stumbles over it. */
struct poison {
	uint32_t insn;
	const char *why; /* "this kernel has no 'struct task_struct.real_pid'" */
};

/* A function: an entry program or a subprogram. */
struct func {
	const char *name;
	uint32_t index;	  /* in object.funcs */
	uint32_t section; /* ELF index */
	const char *section_name;
	uint64_t offset;     /* bytes from the start of the section */
	struct insn *insns;  /* own copy in this machine's byte order; CO-RE patches it */
	size_t n_insns;
	enum linkage linkage;
	bool hidden;	     /* STV_HIDDEN or STV_INTERNAL: verified with its caller, not alone */
	bool nameless;	     /* code without a symbol: never an entry program */
	bool core_done;	     /* CO-RE was applied */
	bool called; /* or its address taken, by another function */
	uint32_t btf_id;     /* BTF_FUNC, or 0 */
	struct ref *refs;    /* sorted by insn */
	size_t n_refs;
	const struct btf_line_info *lines; /* the section's records that fall into this function */
	size_t n_lines;
	const struct btf_core_relo *relos;
	size_t n_relos;
	VEC(struct poison) poisons; /* sorted by insn */
};

/* An entry program. */
struct program_spec {
	const char *name;    /* of the function; NAME-2 where another program has that one */
	const char *section; /* as written, without a leading '?' */
	bool autoload;	     /* false when the section name began with '?' */
	bool called; /* by another function: may be a subprogram and nothing else */
	struct func *entry;
	struct func *exception; /* exception callback (decl_tag "exception_callback:NAME"), or NULL */
	const char *fault; /* why it cannot be loaded, though the object's others can; or NULL */
};

enum map_origin {
	MAP_FROM_BTF, /* SEC(".maps") */
	MAP_FROM_LEGACY, /* SEC("maps") */
	MAP_FROM_DATA, /* .data .rodata .bss and the like: type 0, the data plugin says which */
	MAP_FROM_KCONFIG, /* .kconfig externs: as read-only data */
	MAP_FROM_CLAIM, /* a variable in a section that a plugin claims */
};

/* A slot of a map that the object fills: another map, or a program (tail calls). */
struct map_slot {
	uint32_t index; /* MAP_FROM_CLAIM: byte of 'data' where the address was to be */
	struct map_spec *map; /* or NULL */
	struct func *func;    /* or NULL */
};

struct map_spec {
	const char *name; /* 'symbol'; NAME-2 where another map has that one */
	const char *symbol; /* of the variable; of a data map: the section's name (".bss") */
	bool is_static; /* another file's map may have the same name */
	enum map_origin origin;
	uint32_t index;	     /* in object.maps */
	uint32_t section;    /* ELF index */
	uint64_t offset;     /* of the variable in the section */
	uint32_t type;	     /* kernel number; 0 for data */
	uint32_t key_size;
	uint32_t value_size;
	uint32_t max_entries;
	uint32_t flags;
	uint32_t numa_node;
	uint64_t extra;	     /* map_extra */
	uint32_t key_btf;    /* type ids in the object's BTF, or 0 */
	uint32_t value_btf;
	bool pin_by_name;
	const char *pin_dir; /* where, below the root of the BPF file system; NULL: in the root */
	bool optional; /* made only where somebody asks: its section's name began with '?' */
	struct map_spec *inner; /* template of the inner maps, or NULL */
	struct map_spec *maybe_inner; /* the same, if the type is one that needs a template */
	VEC(struct map_slot) slots;
	/* data maps, and those that a plugin claims a section for */
	void *data;	     /* initial contents, value_size bytes; NULL: all zero */
	uint64_t data_size; /* of a claimed section or variable; else see value_size */
	uint32_t data_btf; /* MAP_FROM_CLAIM: type of 'data' */
	bool read_only;	     /* .rodata, .kconfig: frozen once filled */
	bool numbers; /* code has distances from the section's start, and never the contents: LOG_SITES */
	bool mappable;	     /* has a variable that user space may name (not all static) */
	struct var_spec **vars;
	size_t n_vars;
};

/* A global variable. */
struct var_spec {
	const char *name;
	struct map_spec *map;
	uint64_t offset; /* in the map's value */
	uint64_t size;
	uint32_t btf_id; /* the variable's type (not the BTF_VAR), or 0 */
	enum linkage linkage;
	bool given; /* somebody has set it */
};

enum extern_kind {
	EXTERN_KCONFIG, /* variable in .kconfig */
	EXTERN_KSYM,	/* kernel variable: typed when btf_id is set, else its address */
	EXTERN_KFUNC,
};

struct extern_spec {
	const char *name;
	uint32_t index;	  /* in object.externs */
	enum extern_kind kind;
	bool weak;
	bool undeclared; /* an undefined symbol without BTF: nobody can say what it is, */
	bool constant; /* and code loads it as a number: see object_constant() */
	bool given; /* the number: it is 'address' */
	uint32_t btf_id;  /* the variable's type or the FUNC; 0: typeless ("extern const void") */
	uint64_t size;	  /* kconfig */
	uint64_t offset;  /* kconfig: in the .kconfig map's value */
	/* set by object_resolve_externs() */
	bool resolved;
	bool missing;	  /* weak and not there: reads as zero, a call of it is poisoned */
	uint64_t address; /* typeless ksym */
	uint32_t target_id; /* typed ksym, kfunc: id in the kernel's or module's BTF */
	const struct target_module *module; /* NULL: vmlinux */
};

struct object {
	struct arena *arena;
	const char *path;
	const char *name; /* file name without ".bpf.o" or ".o" */
	struct file_view *view;
	struct elf_file *elf;
	struct btf *btf;      /* owned bytes, fixed up (DATASEC sizes, linkage of hidden functions); or NULL */
	struct btf *read_btf; /* what it was made from, when types were added: names point there; or NULL */
	struct btf_ext *ext;  /* or NULL */
	bool core_lost;	      /* there are CO-RE relocations, but they cannot be read */
	const char *license;  /* "" when there is none */
	uint32_t version;
	VEC(struct func *) funcs;
	VEC(struct program_spec *) programs; /* in file order */
	VEC(struct map_spec *) maps;	     /* in creation order: inner and slot maps before outer ones where possible */
	VEC(struct var_spec *) vars;
	VEC(struct extern_spec *) externs;
	VEC(struct jump_table *) tables; /* sorted by section, offset */
	struct map_spec *kconfig; /* also in maps; or NULL */
	/* Sections nobody knows, for plugins that claim them ('.struct_ops'): kept, not an error. */
	VEC(const struct elf_section *) unclaimed;
	struct object_index *index; /* look-ups, private to core/object */
};

/*
 * Open a file or bytes (copied). An object of the other byte order opens (for inspection):
 * o->elf->foreign. Reports every problem; returns 0 or -errno.
 */
int object_open(struct object **out, const char *path, struct report *r);
int object_open_memory(struct object **out, const void *data, size_t size, const char *name,
		       struct report *r);
void object_free(struct object *o);

/* Is it a relocatable file for BPF, of 64 bits. Reports; returns 0 or -ENOEXEC. */
int object_check_header(const struct elf_file *elf, struct report *r);

struct program_spec *object_program(const struct object *o, const char *name);
struct map_spec *object_map(const struct object *o, const char *name);
struct var_spec *object_var(const struct object *o, const char *name);
/*
 * The symbol that assembler code loads ("%0 = NAME ll") and nothing defines or declares: who loads the
 * object says what number it is. NULL when there is no such.
 */
struct extern_spec *object_constant(const struct object *o, const char *name);
struct func *object_func(const struct object *o, const char *name);
/*
 * Another number of elements for a global array, the last variable of its section: contents and BTF
 * follow. Pointers to types are void afterwards, ids hold. Reports.
 */
int object_resize_var(struct object *o, struct var_spec *v, uint64_t elements, struct report *r);
/* The function that contains byte @offset of section @section, or NULL. */
struct func *object_func_at(const struct object *o, uint32_t section, uint64_t offset);

/*
 * How maps are defined in BTF. The struct of a map variable's type @id, or NULL; its id to *out when
 * that is not NULL. The number that an attribute holds, or false when it holds none.
 */
const struct btf_type *object_map_definition(const struct btf *b, uint32_t id, uint32_t *out);
bool object_map_number(const struct btf *b, uint32_t id, uint64_t *number);

/* ---- sections that plugins claim: claim.c ---- */

/* A variable in a section, by its types. */
struct section_var {
	const char *name;
	uint64_t offset;
	uint64_t size;
	uint32_t btf_id;
};

/* The @i-th of a section. Returns 0, -ENOENT past the end or without types, -EINVAL (reported). */
int object_section_var(const struct object *o, const struct elf_section *s, size_t i,
		       struct section_var *v, struct report *r);
/* A map of its own from this variable of section @s: with a copy of its bytes, and slots. */
int object_claim_var(struct object *o, const struct elf_section *s, const struct section_var *v,
		     struct map_spec **out, struct report *r);
/*
 * The whole section is in the memory of @m: its bytes become m->data, its variables are found by
 * name, and references to it are linked like those to a data section, from byte 0 of it on.
 */
int object_claim_section(struct object *o, const struct elf_section *s, struct map_spec *m,
			 struct report *r);

/* Parts of object_open(), each in a file of its own, in this order: */
int object_read_funcs(struct object *o, struct report *r);   /* funcs.c: functions, programs */
int object_read_btf(struct object *o, struct report *r);     /* btfinfo.c: .BTF, .BTF.ext, fix-ups, func btf_id, lines, relos */
int object_read_externs(struct object *o, struct report *r); /* extern.c */
int object_read_vars(struct object *o, struct report *r);    /* vars.c: data sections as maps, variables */
int object_read_maps(struct object *o, struct report *r);    /* mapdef.c, legacy.c */
int object_read_jumps(struct object *o, struct report *r); /* jumps.c: tables of indirect jumps */
int object_read_refs(struct object *o, struct report *r);    /* refs.c: relocations of code and of map slots */

/* Every function that @p needs, itself first, in the order in which they will be appended. */
typedef VEC(struct func *) func_list;
int object_reach(struct object *o, struct program_spec *p, func_list *out, struct report *r);

/*
 * Names of kernel types that these functions will ask for (values unused): CO-RE into @core, externs
 * into @kernel, which may be the same map.
 */
int object_wanted_names(struct object *o, struct func *const *funcs, size_t n,
			struct strmap *core, struct strmap *kernel);

/*
 * Apply CO-RE to these functions (each once). What cannot be resolved is poisoned or an error by
 * the rules of the relocation's kind; all failures are reported, not the first. Without a kernel
 * BTF in @t: -ESRCH when a function has relocations.
 */
int object_core_relocate(struct object *o, struct func *const *funcs, size_t n,
			 const struct target *t, struct report *r);

/* Resolve the externs that these functions use, and all kconfig values. */
int object_resolve_externs(struct object *o, struct func *const *funcs, size_t n,
			   const struct target *t, struct report *r);

/*
 * What the kernel needs of the object's BTF, with the strings of all source lines; (*moved)[id] is
 * what became of a type's id (the caller frees it). -EOPNOTSUPP when instructions carry ids,
 * -ENODATA when nothing is needed.
 */
int object_pruned_btf(const struct object *o, struct btf **out, uint32_t **moved);

/* What is left to do when descriptors are known. */
struct fixup {
	uint32_t insn;
	struct map_spec *map;
	bool value; /* REF_VALUE (offset already in the second half), else REF_MAP */
};

/* A jump table of this program, and the instructions that load its address. */
struct linked_table {
	const struct jump_table *table;
	const uint32_t *to; /* instruction indexes, table->n of them; in the object's arena */
};

struct table_fixup {
	uint32_t insn; /* offset already in the second half */
	uint32_t table; /* in linked.tables */
};

/* A program in one piece. */
struct linked {
	struct insn *insns;
	size_t n_insns;
	VEC(struct fixup) fixups;
	VEC(struct linked_table) tables;
	VEC(struct table_fixup) table_fixups;
	VEC(struct btf_func_info) funcs; /* insn_off: instruction index */
	VEC(struct btf_line_info) lines; /* insn_off: instruction index */
	VEC(struct poison) poisons;	 /* final instruction index */
	VEC(const struct target_module *) modules; /* for fd_array: slot i + 1 is modules.v[i]->btf_fd */
};

/*
 * Calls of helpers that read kernel or user memory become calls of those that read either, as kernels
 * before 5.5 have it. Returns the number of calls; changes nothing when !@apply.
 */
size_t linked_use_old_reads(struct linked *l, bool apply);

/*
 * Decide gates (gate.c), and remove what is not reached from instructions @roots then. Returns 0 or
 * -ENOMEM.
 */
int object_fold_gates(const struct object *o, struct linked *l, const uint32_t *roots, size_t n);
/*
 * For it: of the instructions that are reached and not dropped, drop those whose results nobody reads.
 * Returns 0 or -ENOMEM.
 */
int object_drop_dead(const struct linked *l, const uint8_t *reached, uint8_t *dropped);

int object_link(struct object *o, struct program_spec *p, struct linked *out, struct report *r);
/* Instead of a descriptor: @why (which must outlive @l) the map is not there. 0 or -ENOMEM. */
int linked_poison_map(struct linked *l, const struct fixup *f, const char *why);
void linked_free(struct linked *l);

#endif
