/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * map.h - one BPF map: of an object, or found in the kernel by id, name or pin.
 */
#ifndef CLEAT_MAP_H
#define CLEAT_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cleat/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cleat;
struct cleat_link;
struct cleat_map;
struct cleat_object;

/* What is known of a map. Strings live as long as the handle. */
struct cleat_map_info {
	size_t size;
	const char *name;
	const char *type;   /* the kernel's name in lower case, "lpm_trie"; NULL unknown */
	const char *plugin; /* NULL: no plugin knows the type */
	uint32_t type_number;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t max_entries;
	uint32_t flags;
	uint64_t extra;
	bool data;	      /* made from a data section */
	bool frozen;	      /* user space may no longer write; needs /proc */
	uint32_t id;	      /* 0: not created yet */
	size_t value_bytes;   /* what lookup and update move: per-CPU values are rounded up to 8
				 bytes and there is one for each possible CPU */
	const char *key_type; /* C type by BTF, or NULL */
	const char *value_type;
};

/* Fill *info (its 'size' set by the caller). Returns 0 or -EINVAL. */
CLEAT_API int cleat_map_info(struct cleat_map *m, struct cleat_map_info *info);
/* The map's name. */
CLEAT_API const char *cleat_map_name(const struct cleat_map *m);
/* The descriptor, or -1 before the map is created; stays the map's. */
CLEAT_API int cleat_map_fd(const struct cleat_map *m);
/* The object that it came from, or NULL for a map found in the kernel. */
CLEAT_API struct cleat_object *cleat_map_object(const struct cleat_map *m);

/*
 * Set a key of the map before it is created: "max-entries", "flags", "pin" and the like, and the
 * keys of its plugin, as in a unit file's [map] section. "create" says whether it is made at all: no is
 * the default of maps whose section's name begins with '?'. "pin" may be "no": then a map that the
 * object says is to be pinned by its name is neither looked for nor pinned. Of a map that is there, created
 * or found, only such keys of its plugin that say how it is read and shown: -EBUSY for all others.
 */
CLEAT_API int cleat_map_set_param(struct cleat_map *m, const char *key, const char *value);
/* Use this descriptor (duplicated) instead of creating; the plugin checks that it fits. */
CLEAT_API int cleat_map_adopt(struct cleat_map *m, int fd);

/*
 * Attach a map that is itself attached to the kernel (struct_ops), once its object is loaded. *out, when
 * not NULL, is the link. -EOPNOTSUPP for all other maps: their programs are attached.
 */
CLEAT_API int cleat_map_attach(struct cleat_map *m, struct cleat_link **out);

/* Find a map in the kernel: an id ("17"), a pinned path, or a name. Release with cleat_map_close(). */
CLEAT_API int cleat_map_find(struct cleat *c, const char *what, struct cleat_map **out);
/*
 * Make a map of its own, without an object. @type is the kernel's name in lower case, "lru_hash";
 * @params is NULL or an array of "key=value" that ends with NULL: what cleat_map_set_param() takes, of
 * which key-size, value-size and max-entries are what most types need. With "pin" it stays when it is
 * closed, and a map that is pinned there already is taken instead when it is the same; without it is gone
 * when its last user is. "key-type" and "value-type" name types ("struct flow", "u32") of the kernel's BTF, or
 * of the file that the context was given as btf_path, which may be an object; sizes need not be said, then.
 * Without types keys and values are as text numbers, or bytes, or what the type's plugin makes of them. On failure nothing is left, and *out is NULL. Release with
 * cleat_map_close().
 */
CLEAT_API int cleat_map_create(struct cleat *c, const char *type, const char *name,
			       const char *const *params, struct cleat_map **out);
/* Release a map of no object; maps of an object go with the object. NULL is allowed. */
CLEAT_API void cleat_map_close(struct cleat_map *m);

/*
 * Raw operations. @key has key_size bytes, @value has value_bytes (see struct cleat_map_info).
 * @flags are the kernel's (BPF_ANY, BPF_NOEXIST, BPF_EXIST, ...).
 * Errors: the kernel's, -ENOENT without a diagnostic when there is no such entry; -ERANGE when the
 * index of an array is too high.
 * These and cleat_map_each() may be called from any thread. Diagnostics are left for the thread
 * that used the context last; others see the return value only.
 * Each is a system call, for every type: the kernel copies a value the same way whoever reads it. Without
 * system calls: cleat_map_memory().
 */
CLEAT_API int cleat_map_lookup(struct cleat_map *m, const void *key, void *value, uint64_t flags);
/* Set an entry; see above. */
CLEAT_API int cleat_map_update(struct cleat_map *m, const void *key, const void *value,
			       uint64_t flags);
/* Delete an entry; see above. */
CLEAT_API int cleat_map_delete(struct cleat_map *m, const void *key);
/*
 * Maps without keys: queues, stacks, Bloom filters. Push puts a value in (BPF_EXIST: the oldest of
 * a full map makes room), pop takes the next one out, peek leaves it there; a Bloom filter is asked
 * for *value instead, and 0 means that it may be in. -ENOENT without a diagnostic when there is
 * none; -EOPNOTSUPP when the map has keys. From any thread, as above.
 */
CLEAT_API int cleat_map_push(struct cleat_map *m, const void *value, uint64_t flags);
/* See cleat_map_push(). */
CLEAT_API int cleat_map_pop(struct cleat_map *m, void *value);
/* See cleat_map_push(). */
CLEAT_API int cleat_map_peek(struct cleat_map *m, void *value);
/*
 * A record of @bytes into a ring that programs read (user_ringbuf). One thread of all processes at a
 * time. -ENOSPC when programs have not read enough yet; -EOPNOTSUPP when the map is no such ring.
 */
CLEAT_API int cleat_map_write(struct cleat_map *m, const void *data, size_t bytes);
/* The key after @key (NULL: the first). -ENOENT at the end. */
CLEAT_API int cleat_map_next_key(struct cleat_map *m, const void *key, void *next);

/*
 * The values of an array with BPF_F_MMAPABLE (5.5), or of a map of global variables, in memory that is
 * shared with the kernel: read and written in place, without system calls. Value i begins i times the
 * value's size, rounded up to 8 bytes, from the beginning. Only for reading when the map is frozen. NULL
 * with a diagnostic when there is none; *bytes, when not NULL, is its size. Valid until the map is
 * closed.
 */
CLEAT_API void *cleat_map_memory(struct cleat_map *m, size_t *bytes);

/*
 * Calls @fn for each entry, in batches where the kernel can (5.6). While others change the map, an
 * entry that is there from beginning to end comes exactly once; one that comes or goes meanwhile
 * comes once or not; where the table changes its size meanwhile, as cleat-rhash(7) says, one may be left out.
 * @fn may change and delete entries, that of @key too. It returns 0 to go on; anything else stops and is
 * returned.
 * Errors: -EAGAIN when the map changes faster than it can be read.
 */
CLEAT_API int cleat_map_each(struct cleat_map *m,
			     int (*fn)(void *user, const void *key, const void *value), void *user);

/*
 * Many entries at once: *count of them, keys and values one behind the other. In batches where the
 * kernel has them (5.6), one by one elsewhere. Returns 0 when all are done; else *count is how many
 * were done before the one that the error is for.
 */
CLEAT_API int cleat_map_update_batch(struct cleat_map *m, const void *keys, const void *values,
				     size_t *count, uint64_t flags);
/* The same for deleting; keys that are not there count as done. */
CLEAT_API int cleat_map_delete_batch(struct cleat_map *m, const void *keys, size_t *count);
/*
 * Delete all entries that are there when it begins; what others add meanwhile may stay. *deleted, when
 * not NULL, is how many went, also after an error.
 */
CLEAT_API int cleat_map_clear(struct cleat_map *m, size_t *deleted);

#define CLEAT_KEY 0
#define CLEAT_VALUE 1
#define CLEAT_SUM 2 /* for cleat_map_format(): what cleat_map_sum() made */

/*
 * Text to the bytes of a key or a value (key_size or value_bytes). Directed by the plugin, then
 * BTF, else a number for keys and values of 1, 2, 4 or 8 bytes, else hex bytes, "0x0a1b0c" or
 * "0a 1b 0c". A per-CPU value is a list, "[ 1, 2 ]", with a value for each possible CPU, or one
 * value that all get. Takes what cleat_map_format() makes, JSON too. Works before the map is
 * created. Where the text names something that is open for a moment only (a process, a socket), the
 * bytes are a descriptor: it stays open until the next text is parsed, or the map is closed.
 */
CLEAT_API int cleat_map_parse(struct cleat_map *m, int which, const char *text, void *data);
/* The reverse; JSON when @json; the caller frees *text. */
CLEAT_API int cleat_map_format(struct cleat_map *m, int which, const void *data, bool json,
			       char **text);
/* Parse and update: "KEY", "VALUE". -EBADF before the map is created. */
CLEAT_API int cleat_map_set(struct cleat_map *m, const char *key, const char *value, uint64_t flags);

/*
 * A per-CPU value (value_bytes) to what it is on all CPUs together, member by member, in value_size
 * bytes. Without a diagnostic -EOPNOTSUPP when it is not all numbers or the map is not per CPU, and
 * -ERANGE when a sum does not fit its type.
 */
CLEAT_API int cleat_map_sum(struct cleat_map *m, const void *value, void *sum);

/*
 * An entry as text: KEY -> VALUE, or { "key": KEY, "value": VALUE } as JSON; where there is a sum over
 * CPUs, it stands behind: "# sum SUM", a comment, or the member "sum". The caller frees *text.
 */
CLEAT_API int cleat_map_format_entry(struct cleat_map *m, const void *key, const void *value,
				     bool json, char **text);
/*
 * All entries in that form, a line for each; JSON is a list. @write gets the text in large pieces and
 * returns 0 to go on; anything else stops and is returned. See cleat_map_each() for maps that change.
 */
CLEAT_API int cleat_map_dump(struct cleat_map *m, bool json,
			     int (*write)(void *user, const char *text, size_t bytes), void *user);

/* How cleat_map_load() is to go about it. */
struct cleat_map_load_options {
	size_t size;
	uint64_t flags; /* of updates; BPF_NOEXIST: no entry may be there already */
	bool replace;	/* delete what is not in the list */
};

/* What cleat_map_load() did, also after an error. */
struct cleat_map_loaded {
	size_t size;
	size_t listed;	/* entries in the list; 0: it is wrong, and nothing was done */
	size_t entries; /* that are in now, from the first on */
	size_t deleted; /* with 'replace' */
};

/*
 * Put in what cleat_map_dump() writes, in either form, or a list as the entries files of units: a line
 * "KEY -> VALUE" for each ("VALUE" when the map has no keys), comments behind '#' or ';'. All of it is
 * read and checked before the first entry goes in. In batches where the kernel has them. When an entry
 * cannot be put in, the message says where it is in the text, its number, and how many are in before it.
 * With 'replace' what is new goes in first, so that an entry that is in both is never missing; only
 * when the map has no room for both, what is not in the list goes before.
 * @name is for messages, NULL: the map's alone. @options and @done may be NULL.
 */
CLEAT_API int cleat_map_load(struct cleat_map *m, const char *name, const char *text, size_t bytes,
			     const struct cleat_map_load_options *options, struct cleat_map_loaded *done);

#ifdef __cplusplus
}
#endif

#endif
