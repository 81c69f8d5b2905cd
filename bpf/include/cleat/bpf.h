/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bpf.h - what a BPF program includes. Here is the order of its parts; each says what it is for, and
 * what it needs from the kernel. Included beside it, where they are wanted:
 *
 *	<cleat/bpf/packet.h>    packets, with their bounds
 *	<cleat/bpf/kfuncs.h>    functions of the kernel: tasks, cgroups, iterators, locks, strings
 *	<cleat/bpf/dynptr.h>    memory whose size the verifier does not know
 *	<cleat/bpf/arena.h>     memory that is shared with a process
 *	<cleat/usdt.h>          probes in programs
 *
 * The kernel's BPF interface (contexts, flags, return values) comes from <cleat/uapi.h>. Kernel
 * structs are declared by the program itself, with just the members it uses, inside
 * CLEAT_KERNEL_TYPES_BEGIN/END: CO-RE finds where they are on the kernel that runs it. No
 * vmlinux.h is needed; with one, include it first and these headers take its types. libbpf's headers
 * can be beside these, before or after.
 *
 * clang 14 and newer; gcc for BPF from 12, as far as each part says.
 */
#ifndef CLEAT_BPF_H
#define CLEAT_BPF_H

#include <cleat/bpf/types.h>
#include <cleat/bpf/section.h>
#include <cleat/bpf/map.h>
#include <cleat/bpf/helpers.h>
#include <cleat/bpf/kernel.h>
#include <cleat/bpf/print.h>
#include <cleat/bpf/endian.h>
#include <cleat/bpf/core.h>
#include <cleat/bpf/regs.h>
#include <cleat/bpf/tracing.h>
#include <cleat/bpf/iter.h>
#include <cleat/bpf/atomic.h>
#include <cleat/bpf/lock.h>
#include <cleat/bpf/call.h>
#include <cleat/bpf/libbpf.h>

#endif
