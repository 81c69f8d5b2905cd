/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * kill.bpf.h - what the tracepoint of kill(2)'s beginning gives to a program.
 */
struct kill_entry {
	u64 common;
	u64 number;
	u64 pid;
	u64 signal;
};
