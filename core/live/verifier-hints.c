// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/*
 * verifier-hints.c - what to do about the verifier's refusals, as a table.
 *
 * Knows the words of kernel/bpf/verifier.c in their old and new forms, and what people do about
 * them. Does not read logs. To add a hint, add a row; the first row that matches wins, so a special
 * case stands above the general one.
 */
#include "live/verifier.h"

static const struct {
	const char *reason; /* parts that must follow each other, '*' between them */
	const char *insn;   /* the same for the instruction, or NULL: any */
	const char *hint;
} hints[] = {
	/* pointers that may be NULL, or are none */
	{ "invalid mem access 'map_value_or_null'", NULL,
	  "the lookup may find nothing: compare its result with NULL before using it" },
	{ "invalid mem access 'mem_or_null'", NULL,
	  "the pointer may be NULL: compare it with NULL first; a global function is checked "
	  "for any caller, make it static to have it checked with its real arguments" },
	{ "invalid mem access '*_or_null", NULL,
	  "the pointer may be NULL: compare it with NULL before using it" },
	{ "Possibly NULL pointer passed", NULL, "compare the pointer with NULL before the call" },
	{ "invalid mem access '*scalar'", NULL,
	  "this is a number to the verifier, or a pointer no longer, since a call ended what it "
	  "points to: get it again after the call; read kernel memory with BPF_CORE_READ() or "
	  "bpf_probe_read_kernel(), user memory with bpf_probe_read_user()" },
	{ "invalid mem access 'inv'", NULL, /* the name of scalars before 5.18 */
	  "this is a number to the verifier, or a pointer no longer, since a call ended what it "
	  "points to: get it again after the call; read kernel memory with BPF_CORE_READ() or "
	  "bpf_probe_read_kernel(), user memory with bpf_probe_read_user()" },
	{ "invalid mem access 'map_ptr'", NULL,
	  "a map is not memory: get at its values with bpf_map_lookup_elem()" },
	{ "pointer arithmetic on *_or_null prohibited", NULL,
	  "the pointer may be NULL: compare it with NULL before adding to it" },
	{ "pointer arithmetic on pkt_end prohibited", NULL,
	  "data_end is there to be compared with: compute from data" },
	{ "pointer arithmetic on * prohibited", NULL,
	  "add to pointers to memory only: to packets, map values, the stack" },

	/* maps */
	{ "program's hash doesn't match map's excl_prog_hash", NULL,
	  "the map is for another program alone: see its key 'exclusive'" },

	/* bounds */
	{ "invalid access to packet", NULL,
	  "compare the end of what you read with data_end before reading it, again after "
	  "each change of the pointer or the packet" },
	{ "offset is outside of the packet", NULL,
	  "compare the end of what you read with data_end before reading it, again after "
	  "each change of the pointer or the packet" },
	{ "invalid access to mem", NULL,
	  "the access goes past the memory: reserve more, or compare the offset with its size" },
	{ "math between pkt pointer and register with unbounded", NULL,
	  "bound the offset before adding it: mask it (offset &= 0x3fff), or compare it with "
	  "a constant, as an unsigned number" },
	{ "math between * pointer and register with unbounded", NULL,
	  "bound the number before adding it to the pointer, from both sides: compare it with "
	  "constants, or mask it (n &= 0xff), and keep it unsigned" },
	{ "math between * is not allowed", NULL,
	  "this sum leaves the object, or adds to a pointer that takes no number: check the "
	  "constant" },
	{ "makes * pointer be out of bounds", NULL,
	  "the offset is too large for any object: bound it before adding it" },
	{ "pointer offset * is not allowed", NULL,
	  "the offset is too large for any object: bound it before adding it" },
	{ "tried to subtract pointer from scalar", NULL,
	  "a number minus a pointer is nothing: subtract the other way round" },
	{ "pointer += pointer prohibited", NULL,
	  "two pointers cannot be added: one of them was meant to be a number" },
	{ "pointer -= pointer prohibited", NULL,
	  "only pointers into one packet can be subtracted: compute with offsets instead" },
	{ "div by zero", NULL, "the divisor is the constant 0" },
	{ "unbounded memory access", NULL,
	  "bound the index where it is used: if (i >= N) return 0, or i &= N - 1 with N a "
	  "power of two; keep it unsigned" },
	{ "min value is negative", NULL,
	  "make the number unsigned, or test that it is not negative before using it" },
	{ "max value is outside of the allowed memory range", NULL,
	  "the index can still be too large: compare it with the number of elements first, "
	  "with the same variable that indexes" },
	{ "min value is outside of the allowed memory range", NULL,
	  "the offset lies outside of the object: check the size of the map's value or of "
	  "the struct" },
	{ "invalid access to map value", NULL,
	  "the access goes past the value: check the index, and that the map's value has the "
	  "size that the program believes" },
	{ "invalid zero-sized read", NULL,
	  "the size may be zero here: test that it is at least 1" },
	{ "memory, len pair leads to invalid memory access", NULL,
	  "the length may be larger than the buffer: bound it just before the call" },
	{ "unbounded variable-offset", NULL, "bound the index into the array on the stack" },

	/* the stack and registers */
	{ "combined stack size of", NULL,
	  "the functions that call each other share 512 bytes of stack: move large variables "
	  "to a per-CPU array map, or make the functions inline" },
	{ "invalid write to stack * off=-", NULL,
	  "the stack has 512 bytes: keep large variables in a per-CPU array map" },
	{ "invalid write to stack", NULL,
	  "this is above the stack of the function: check the offset and the size" },
	{ "invalid stack off=", NULL, /* 5.10 and older */
	  "the stack has 512 bytes: keep large variables in a per-CPU array map" },
	{ "misaligned stack access", NULL,
	  "align the variable to its size; take care with packed structs and casts" },
	{ "misaligned * access", NULL,
	  "align the access to its size, or read it byte by byte or with memcpy()" },
	{ "invalid indirect read from stack", NULL,
	  "part of what is passed was never written: clear the whole variable first, its "
	  "padding too (memset, or = {})" },
	{ "invalid read from stack", NULL,
	  "this part of the stack was never written: initialise the variable; or it is a dynptr or "
	  "an iterator, which only their own functions read" },
	{ "invalid indirect access to stack", NULL,
	  "the helper would read or write past the variable: check the size that is passed" },
	{ "R0 !read_ok", "(95) exit", "set the return value on every path" },
	{ "!read_ok", NULL,
	  "the register has no value here: initialise the variable, and remember that a call "
	  "leaves nothing in r1 to r5" },
	{ "At program exit the register R0", NULL,
	  "return one of the values that this kind of program may return" },
	{ "At subprogram exit the register R0 is not a scalar", NULL,
	  "a global function returns a number: make it static to return a pointer" },

	/* context */
	{ "dereference of modified ctx ptr", NULL,
	  "the context may only be read as ctx->field: do not compute addresses from it; a "
	  "compiler that does is stopped by reading the field into a volatile variable" },
	{ "negative offset ctx ptr", NULL,
	  "the context may only be read as ctx->field: do not compute addresses from it" },
	{ "invalid bpf_context access", NULL,
	  "this kind of program may not access these bytes of its context: check the field's "
	  "name, size and direction, the type of the argument, and that the hook has so many "
	  "arguments" },
	{ "variable ctx access", NULL,
	  "the context may only be read at constant offsets: unroll the loop or use a switch" },

	/* loops and size */
	{ "infinite loop detected", NULL,
	  "nothing changes from one round to the next: count up to a constant, or use "
	  "bpf_loop() or bpf_for()" },
	{ "back-edge from insn", NULL,
	  "loops need a bound (and Linux 5.3): unroll it, or use bpf_loop()" },
	{ "BPF program is too large", NULL,
	  "a million instructions were looked at: shorten loops or use bpf_loop(), split the "
	  "program with tail calls, make functions global so that each is checked once" },
	{ "jumps is too complex", NULL,
	  "too many open branches: use fewer conditions in loops, bpf_loop(), or global "
	  "functions" },
	{ "too many states", NULL, "use fewer conditions in loops, or bpf_loop()" },

	/* the shape of the program */
	{ "unreachable insn", NULL,
	  "no path leads here: the compiler believed that something never returns or never "
	  "happens (a loop without end, undefined behaviour)" },
	{ "jump out of range", NULL,
	  "the jump leaves its function: a label in hand-written code is wrong, or the "
	  "object was not linked as a whole" },
	{ "last insn is not an exit or jmp", NULL,
	  "the function runs off its end: the compiler believed that it never gets there; "
	  "return a value" },
	{ "unknown opcode", NULL,
	  "this kernel does not know the instruction: compile with a lower -mcpu (v3, or v2 "
	  "before Linux 5.1)" },
	{ "BPF_ATOMIC uses invalid atomic opcode", NULL,
	  "this kernel does not know the atomic operation: use __sync_fetch_and_add() "
	  "without its result, or Linux 5.12" },

	/* references and locks */
	{ "Unreleased reference", NULL,
	  "what was acquired must be given back on every path: bpf_ringbuf_submit() or "
	  "discard(), bpf_sk_release(), bpf_iter_*_destroy(), or the release function that "
	  "belongs to it" },
	{ "reference leak", NULL,
	  "what was acquired must be given back on every path, or stored in a map" },
	{ "must be referenced when passed to release", NULL,
	  "release what was acquired, as it was returned, and once" },
	{ "is an unacquired reference", NULL,
	  "release what was acquired, as it was returned, and once" },
	{ "must have zero offset when passed to", NULL,
	  "pass the pointer as it was acquired, not one into the middle of the object" },
	{ "bpf_spin_unlock is missing", NULL, "unlock on every path before returning" },
	{ "bpf_preempt_enable is missing", NULL,
	  "call bpf_preempt_enable() on every path before returning" },
	{ "bpf_rcu_read_unlock is missing", NULL,
	  "call bpf_rcu_read_unlock() on every path before returning" },
	{ "inside bpf_spin_lock-ed region", NULL,
	  "call bpf_spin_unlock() before this, on every path" },
	{ "inside bpf_preempt_disable-ed region", NULL,
	  "call bpf_preempt_enable() before this, on every path" },
	{ "inside bpf_rcu_read_lock-ed region", NULL,
	  "call bpf_rcu_read_unlock() before this, on every path" },
	{ "inside bpf_local_irq_save-ed region", NULL,
	  "call bpf_local_irq_restore() before this, on every path" },
	{ "bpf_spin_unlock of different lock", NULL,
	  "unlock the very lock that was locked: one pointer for both calls, from one look-up" },
	{ "bpf_spin_unlock without taking a lock", NULL,
	  "this path has not locked: lock before, or do not unlock" },
	{ "held lock and object are not in the same allocation", NULL,
	  "hold the lock that stands beside the list or tree: in the same map value, in the "
	  "same section of variables, or in the same object" },
	{ "must be held for bpf_", NULL,
	  "call bpf_spin_lock() on the lock beside the list or tree before this, and "
	  "bpf_spin_unlock() after it" },
	{ "has no valid bpf_spin_lock", NULL,
	  "put a struct bpf_spin_lock into the map's value, and describe the value with BTF" },
	{ "tracing progs cannot use bpf_", NULL,
	  "maps with locks, timers, lists or trees are not for kprobes, tracepoints and perf "
	  "events: use a map without, and atomic operations" },
	{ "socket filter progs cannot use bpf_", NULL,
	  "maps with locks are not for socket filters: use a map without, and atomic "
	  "operations" },
	{ "cannot be accessed directly by load/store", NULL,
	  "only the helpers made for it may touch this member of the value" },
	{ "direct access to bpf_", NULL, "only the functions made for it may touch this member" },
	{ "function calls are not allowed while holding a lock", NULL,
	  "unlock before the call; only plain memory accesses may stand between lock and "
	  "unlock" },

	/* calls */
	{ "cannot call GPL-restricted function", NULL,
	  "declare a license that is compatible with the GPL: char _license[] "
	  "SEC(\"license\") = \"GPL\"" },
	{ "cannot call GPL only function", NULL, /* before 5.12 */
	  "declare a license that is compatible with the GPL: char _license[] "
	  "SEC(\"license\") = \"GPL\"" },
	{ "program of this type cannot use helper", NULL,
	  "use another helper, or another kind of program" },
	{ "unknown func", NULL, "this kernel has no such helper, or not for this kind of program" },
	{ "invalid func", NULL,
	  "this kernel has no such helper: load on a newer one, or test for it before the "
	  "call" },
	{ "sleepable helper * in non-sleepable prog", NULL,
	  "use a sleepable kind of program: fentry.s, lsm.s, uprobe.s, iter.s, syscall" },
	{ "programs can be sleepable", NULL,
	  "this kernel lets other kinds of programs sleep only: leave out the '.s' of the section, "
	  "or take a newer kernel" },
	{ "helper call might sleep in a non-sleepable", NULL,
	  "use a sleepable kind of program: fentry.s, lsm.s, uprobe.s, iter.s, syscall" },
	{ "helper call might sleep", NULL,
	  "leave the RCU read section, lock or preemption-disabled part before the call" },
	{ "kernel func* is sleepable within", NULL,
	  "leave the RCU read section, lock or preemption-disabled part before the call" },
	{ "program must be sleepable to call sleepable kfunc", NULL,
	  "use a sleepable kind of program: fentry.s, lsm.s, uprobe.s, iter.s, syscall" },
	{ "calling kernel function * is not allowed", NULL,
	  "the kernel offers this function to other kinds of programs only" },
	{ "calling kernel function from non-GPL", NULL,
	  "declare a license that is compatible with the GPL: char _license[] "
	  "SEC(\"license\") = \"GPL\"" },
	{ "failed to find the address for kernel symbol", NULL,
	  "this kernel keeps no addresses of its variables: it was built without "
	  "CONFIG_KALLSYMS_ALL" },
	{ "kernel btf_id * is not a kernel function", NULL,
	  "the kernel's BTF does not belong to the running kernel: relocate against "
	  "/sys/kernel/btf/vmlinux" },
	{ "expected pointer to stack or const struct bpf_dynptr", NULL,
	  "pass the address of a local struct bpf_dynptr" },
	{ "xpected an initialized dynptr", NULL,
	  "set the dynptr up on every path before: bpf_dynptr_from_mem(), "
	  "bpf_ringbuf_reserve_dynptr() or their like; submitting or discarding ends it" },
	{ "cannot overwrite referenced dynptr", NULL,
	  "submit or discard the record before its dynptr is used for something else" },
	{ "ynptr has to be an uninitialized dynptr", NULL,
	  "this variable holds a dynptr already: take another one" },
	{ "xpected an initialized iter_", NULL,
	  "call bpf_iter_*_new() before and bpf_iter_*_destroy() after, once each on every path, "
	  "or use bpf_for() and bpf_for_each()" },
	{ "xpected uninitialized iter_", NULL,
	  "this iterator is in use: call bpf_iter_*_destroy() first, or take another variable" },
	{ "tail_calls are not allowed", NULL,
	  "tail calls and local functions do not go together here: make the functions "
	  "inline, or use a kernel with a JIT that allows both (5.10 on x86-64, 6.0 on arm64)" },
	{ "R2 type=*scalar expected=fp", "call bpf_map_",
	  "keys and values are passed by address: put the key in a local variable and pass a "
	  "pointer to it" },
	{ "R2 type=inv expected=fp", "call bpf_map_",
	  "keys and values are passed by address: put the key in a local variable and pass a "
	  "pointer to it" },
	{ "type=*_or_null expected=", NULL, "compare the pointer with NULL before the call" },
	{ "R1 type=* expected=map_ptr", NULL, "pass the address of the map: &map" },
	{ "R1 type=* expected=ctx", NULL,
	  "pass the program's own context, unchanged; a global function needs the argument "
	  "tagged __arg_ctx" },
	{ "type=* expected=ptr_, trusted_ptr_", NULL,
	  "the pointer must come from the kernel as it is: an argument of the hook, or a "
	  "kfunc that acquires it" },
	{ "type=* expected=", NULL,
	  "pass the kind of pointer that the call wants; a number, or a pointer loaded from "
	  "memory through a cast, is none" },
	{ "doesn't return scalar", NULL,
	  "a global function returns a number or nothing: make it static to return anything "
	  "else" },
	{ "Caller passes invalid args into func#", NULL,
	  "a global function is checked for any caller: pass what its types promise, or make "
	  "it static" },

	/* attach targets and BTF */
	{ "call stack of * frames is too deep", NULL,
	  "at most 8 functions may call each other: make some inline" },
	{ "pointer in R* isn't map pointer", NULL,
	  "pass the address of the map whose value holds the timer or work queue: &map" },
	{ "cannot pass map_type", NULL, "this helper does not work on this type of map" },
	{ "helper access to the packet is not allowed", NULL,
	  "copy from the packet into a variable, and pass that" },
	{ "must be referenced or trusted", NULL,
	  "the pointer must come from the kernel as it is: an argument of the hook, or a "
	  "kfunc that acquires it" },
	{ "must be a rcu pointer", NULL,
	  "the pointer must be read between bpf_rcu_read_lock() and bpf_rcu_read_unlock(), and "
	  "used there" },
	{ "must point to scalar, or struct with scalar", NULL,
	  "pass the kernel's own object of this type, not a copy or a variable" },
	{ "xpected pointer to allocated object", NULL,
	  "pass what bpf_obj_new() returned, before it was given away" },
	{ "failed to find the address for kernel symbol", NULL,
	  "the kernel keeps no address of this variable: it was built without "
	  "CONFIG_KALLSYMS_ALL" },
	{ "same insn cannot be used with different pointers", NULL,
	  "two paths reach this access with different kinds of pointers: give each its own" },
	{ "frame pointer is read only", NULL, "r10 is not to be changed: copy it first" },
	{ "metadata kfuncs require device-bound program", NULL,
	  "these functions belong to a network device: load the program for one" },
	{ "attach_btf_id * is not a function", NULL,
	  "the target is not a function of this kernel: it may be inlined, renamed or static "
	  "with several copies" },
	{ "func * doesn't have", NULL, "the target function has fewer arguments" },
	{ "doesn't have *-th argument", NULL, "the target function has fewer arguments" },
	{ "attach to unsupported member", NULL,
	  "this kernel's struct has that operation, but programs may not implement it" },
	{ "is not modifiable", NULL,
	  "fmod_ret works on security hooks and on functions made for error injection only" },
	{ "is not a sleepable", NULL,
	  "attach to this function with a program that does not sleep" },
	{ "Tracing programs must provide btf_id", NULL,
	  "the section name must say which function: SEC(\"fentry/NAME\")" },
	{ "Invalid name", NULL,
	  "the kernel does not take this name in BTF: use letters, digits and '_', or "
	  "recompile with a newer clang" },
	{ "cannot write into ", NULL, "the memory is read-only for programs of this kind" },
	{ "write into map forbidden", NULL,
	  "the map is read-only for programs: .rodata variables and maps with the flag "
	  "rdonly-prog" },
	{ "read from map forbidden", NULL,
	  "the map is write-only for programs (flag wronly-prog)" },
	{ "only read from bpf_array is supported", NULL, "a map is not memory to write to" },
	{ "only read is supported", NULL,
	  "kernel objects may be read, not written: use the helper or kfunc made for the "
	  "change" },
	{ "leaks addr", NULL,
	  "kernel addresses may not be stored where user space sees them without CAP_PERFMON" },
	{ "is not pointing to valid bpf_map", NULL,
	  "the program names a map by a number of its own: write &map, and the loader puts the "
	  "map's descriptor there" },
};

/* True when the parts of @pattern occur in @text in this order. */
static bool matches(const char *pattern, const char *text)
{
	for (;;) {
		size_t n = strcspn(pattern, "*");
		const char *found = memmem(text, strlen(text), pattern, n);

		if (!found)
			return false;
		if (!pattern[n])
			return true;
		text = found + n;
		pattern += n + 1;
	}
}

const char *verifier_hint(const char *reason, const char *insn)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (matches(hints[i].reason, reason) &&
		    (!hints[i].insn || matches(hints[i].insn, insn)))
			return hints[i].hint;
	return NULL;
}
