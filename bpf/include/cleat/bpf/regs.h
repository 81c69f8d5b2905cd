/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * regs.h - registers at a probe, for the machine that the object is built for (-D__TARGET_ARCH_x86,
 * arm64, s390, riscv, arm, powerpc, loongarch): where arguments are, those of functions and those of
 * system calls, and what is returned. Knows the kernel's struct pt_regs, and declares it where neither
 * a vmlinux.h nor <linux/ptrace.h> did.
 *
 *	PT_REGS_PARM1(ctx) ... PT_REGS_PARM8(ctx)    arguments that are in registers (x86: 6, s390: 5, arm: 4)
 *	PT_REGS_RC(ctx)                              what a function returns
 *	PT_REGS_IP, _SP, _FP, _RET                   where it is, the stack, the frame, where it returns to
 *	PT_REGS_PARM1_SYSCALL(regs) ... 6            of a system call
 *
 * With _CORE at their end they read through a pointer that is not the context.
 */
#ifndef CLEAT_BPF_H
#include <cleat/bpf.h> /* includes this, in its place */
#endif
#ifndef CLEAT_BPF_REGS_H
#define CLEAT_BPF_REGS_H

/* <asm/ptrace.h> of the host, when it was there before, has declared the struct. */
#if defined(_ASM_X86_PTRACE_H) || defined(_ASM_POWERPC_PTRACE_H) || defined(__ASM_ARM_PTRACE_H)
#define CLEAT_HAS_PTRACE_H
#endif
#if !defined(__VMLINUX_H__) && !defined(CLEAT_HAS_PTRACE_H)
#define CLEAT_DECLARES_PT_REGS
/* And shall not declare it once more. */
#define _ASM_X86_PTRACE_H
#define _ASM_POWERPC_PTRACE_H
#define __ASM_ARM_PTRACE_H
#endif

#if defined(__TARGET_ARCH_x86)
#ifdef CLEAT_DECLARES_PT_REGS
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};
#endif
#if defined(CLEAT_HAS_PTRACE_H) && !defined(__VMLINUX_H__)
#define CLEAT_REG_(name) r##name
#else
#define CLEAT_REG_(name) name
#endif
#define CLEAT_REG_1 CLEAT_REG_(di)
#define CLEAT_REG_2 CLEAT_REG_(si)
#define CLEAT_REG_3 CLEAT_REG_(dx)
#define CLEAT_REG_4 CLEAT_REG_(cx)
#define CLEAT_REG_5 r8
#define CLEAT_REG_6 r9
#define CLEAT_SYS_4 r10
#define CLEAT_SYS_5 r8
#define CLEAT_SYS_6 r9
#define CLEAT_REG_RC CLEAT_REG_(ax)
#define CLEAT_REG_SP CLEAT_REG_(sp)
#define CLEAT_REG_IP CLEAT_REG_(ip)
#define CLEAT_REG_FP CLEAT_REG_(bp)

#elif defined(__TARGET_ARCH_arm64)
#ifdef CLEAT_DECLARES_PT_REGS
struct pt_regs {
	unsigned long regs[31], sp, pc, pstate, orig_x0;
};
#endif
#define CLEAT_REG_1 regs[0]
#define CLEAT_REG_2 regs[1]
#define CLEAT_REG_3 regs[2]
#define CLEAT_REG_4 regs[3]
#define CLEAT_REG_5 regs[4]
#define CLEAT_REG_6 regs[5]
#define CLEAT_REG_7 regs[6]
#define CLEAT_REG_8 regs[7]
#define CLEAT_SYS_1 orig_x0
#define CLEAT_SYS_4 regs[3]
#define CLEAT_SYS_5 regs[4]
#define CLEAT_SYS_6 regs[5]
#define CLEAT_REG_RC regs[0]
#define CLEAT_REG_SP sp
#define CLEAT_REG_IP pc
#define CLEAT_REG_FP regs[29]
#define CLEAT_REG_RET regs[30]

#elif defined(__TARGET_ARCH_s390)
#ifdef CLEAT_DECLARES_PT_REGS
struct pt_regs {
	unsigned long args[1];
	struct {
		unsigned long mask, addr;
	} psw;
	unsigned long gprs[16], orig_gpr2;
};
#endif
#define CLEAT_REG_1 gprs[2]
#define CLEAT_REG_2 gprs[3]
#define CLEAT_REG_3 gprs[4]
#define CLEAT_REG_4 gprs[5]
#define CLEAT_REG_5 gprs[6]
#define CLEAT_SYS_1 orig_gpr2
#define CLEAT_SYS_4 gprs[5]
#define CLEAT_SYS_5 gprs[6]
#define CLEAT_SYS_6 gprs[7]
#define CLEAT_REG_RC gprs[2]
#define CLEAT_REG_SP gprs[15]
#define CLEAT_REG_IP psw.addr
#define CLEAT_REG_FP gprs[11]
#define CLEAT_REG_RET gprs[14]

#elif defined(__TARGET_ARCH_riscv)
#ifdef CLEAT_DECLARES_PT_REGS
struct pt_regs {
	unsigned long epc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7;
	unsigned long s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
	unsigned long status, badaddr, cause, orig_a0;
};
#endif
#define CLEAT_REG_1 a0
#define CLEAT_REG_2 a1
#define CLEAT_REG_3 a2
#define CLEAT_REG_4 a3
#define CLEAT_REG_5 a4
#define CLEAT_REG_6 a5
#define CLEAT_REG_7 a6
#define CLEAT_REG_8 a7
#define CLEAT_SYS_1 orig_a0
#define CLEAT_SYS_4 a3
#define CLEAT_SYS_5 a4
#define CLEAT_SYS_6 a5
#define CLEAT_REG_RC a0
#define CLEAT_REG_SP sp
#define CLEAT_REG_IP epc
#define CLEAT_REG_FP s0
#define CLEAT_REG_RET ra

#elif defined(__TARGET_ARCH_arm)
#ifdef CLEAT_DECLARES_PT_REGS
/* The machine's words, not those of BPF. */
struct pt_regs {
	__u32 uregs[18];
};
#endif
#define CLEAT_REG_1 uregs[0]
#define CLEAT_REG_2 uregs[1]
#define CLEAT_REG_3 uregs[2]
#define CLEAT_REG_4 uregs[3]
#define CLEAT_SYS_1 uregs[17]
#define CLEAT_SYS_4 uregs[3]
#define CLEAT_SYS_5 uregs[4]
#define CLEAT_SYS_6 uregs[5]
#define CLEAT_REG_RC uregs[0]
#define CLEAT_REG_SP uregs[13]
#define CLEAT_REG_IP uregs[15]
#define CLEAT_REG_FP uregs[11]
#define CLEAT_REG_RET uregs[14]

#elif defined(__TARGET_ARCH_powerpc)
#ifdef CLEAT_DECLARES_PT_REGS
struct pt_regs {
	unsigned long gpr[32], nip, msr, orig_gpr3, ctr, link, xer, ccr, softe, trap, dar, dsisr;
	unsigned long result;
};
#endif
#define CLEAT_REG_1 gpr[3]
#define CLEAT_REG_2 gpr[4]
#define CLEAT_REG_3 gpr[5]
#define CLEAT_REG_4 gpr[6]
#define CLEAT_REG_5 gpr[7]
#define CLEAT_REG_6 gpr[8]
#define CLEAT_REG_7 gpr[9]
#define CLEAT_REG_8 gpr[10]
#define CLEAT_SYS_1 orig_gpr3
#define CLEAT_SYS_4 gpr[6]
#define CLEAT_SYS_5 gpr[7]
#define CLEAT_SYS_6 gpr[8]
#define CLEAT_REG_RC gpr[3]
#define CLEAT_REG_SP gpr[1]
#define CLEAT_REG_IP nip
#define CLEAT_REG_FP gpr[1]
#define CLEAT_REG_RET link

#elif defined(__TARGET_ARCH_loongarch)
#ifdef CLEAT_DECLARES_PT_REGS
struct pt_regs {
	unsigned long regs[32], orig_a0, csr_era, csr_badvaddr, csr_crmd, csr_prmd, csr_euen;
	unsigned long csr_ecfg, csr_estat;
};
#endif
#define CLEAT_REG_1 regs[4]
#define CLEAT_REG_2 regs[5]
#define CLEAT_REG_3 regs[6]
#define CLEAT_REG_4 regs[7]
#define CLEAT_REG_5 regs[8]
#define CLEAT_REG_6 regs[9]
#define CLEAT_REG_7 regs[10]
#define CLEAT_REG_8 regs[11]
#define CLEAT_SYS_1 orig_a0
#define CLEAT_SYS_4 regs[7]
#define CLEAT_SYS_5 regs[8]
#define CLEAT_SYS_6 regs[9]
#define CLEAT_REG_RC regs[4]
#define CLEAT_REG_SP regs[3]
#define CLEAT_REG_IP csr_era
#define CLEAT_REG_FP regs[22]
#define CLEAT_REG_RET regs[1]
#endif

/* libbpf's macros, where they are there already. */
#if defined(CLEAT_REG_1) && !defined(__BPF_TRACING_H__)
#ifndef CLEAT_SYS_1
#define CLEAT_SYS_1 CLEAT_REG_1
#endif

#define CLEAT_PT(regs, reg) (((const struct pt_regs *)(regs))->reg)
#define CLEAT_PT_CORE(regs, reg)                                                               \
	({                                                                                     \
		const struct pt_regs *cleat_regs = (const void *)(regs);                       \
		unsigned long cleat_reg = 0;                                                   \
		bpf_probe_read_kernel(&cleat_reg, sizeof(cleat_regs->reg),                     \
				      CLEAT_AT(&cleat_regs->reg));                             \
		cleat_reg;                                                                     \
	})

#define PT_REGS_PARM1(regs) CLEAT_PT(regs, CLEAT_REG_1)
#define PT_REGS_PARM2(regs) CLEAT_PT(regs, CLEAT_REG_2)
#define PT_REGS_PARM3(regs) CLEAT_PT(regs, CLEAT_REG_3)
#define PT_REGS_PARM4(regs) CLEAT_PT(regs, CLEAT_REG_4)
#define PT_REGS_PARM5(regs) CLEAT_PT(regs, CLEAT_REG_5)
#define PT_REGS_PARM6(regs) CLEAT_PT(regs, CLEAT_REG_6)
#define PT_REGS_PARM7(regs) CLEAT_PT(regs, CLEAT_REG_7)
#define PT_REGS_PARM8(regs) CLEAT_PT(regs, CLEAT_REG_8)
#define PT_REGS_RC(regs) CLEAT_PT(regs, CLEAT_REG_RC)
#define PT_REGS_SP(regs) CLEAT_PT(regs, CLEAT_REG_SP)
#define PT_REGS_IP(regs) CLEAT_PT(regs, CLEAT_REG_IP)
#define PT_REGS_FP(regs) CLEAT_PT(regs, CLEAT_REG_FP)

#define PT_REGS_PARM1_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_1)
#define PT_REGS_PARM2_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_2)
#define PT_REGS_PARM3_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_3)
#define PT_REGS_PARM4_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_4)
#define PT_REGS_PARM5_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_5)
#define PT_REGS_PARM6_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_6)
#define PT_REGS_PARM7_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_7)
#define PT_REGS_PARM8_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_8)
#define PT_REGS_RC_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_RC)
#define PT_REGS_SP_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_SP)
#define PT_REGS_IP_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_IP)
#define PT_REGS_FP_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_FP)

/* Where the function returns to: a register, when it has just begun; the stack on x86. */
#ifdef CLEAT_REG_RET
#define PT_REGS_RET(regs) CLEAT_PT(regs, CLEAT_REG_RET)
#define PT_REGS_RET_CORE(regs) CLEAT_PT_CORE(regs, CLEAT_REG_RET)
#define BPF_KPROBE_READ_RET_IP(ip, ctx) ((ip) = PT_REGS_RET(ctx))
#else
#define PT_REGS_RET(regs) PT_REGS_SP(regs)
#define PT_REGS_RET_CORE(regs) PT_REGS_SP_CORE(regs)
#define BPF_KPROBE_READ_RET_IP(ip, ctx) \
	bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)PT_REGS_SP(ctx))
#endif
/* The same once it has returned, on the kernel's stack. */
#define BPF_KRETPROBE_READ_RET_IP(ip, ctx) \
	bpf_probe_read_kernel(&(ip), sizeof(ip), (void *)(PT_REGS_FP(ctx) + sizeof(ip)))

#define PT_REGS_PARM1_SYSCALL(regs) CLEAT_PT(regs, CLEAT_SYS_1)
#define PT_REGS_PARM2_SYSCALL(regs) CLEAT_PT(regs, CLEAT_REG_2)
#define PT_REGS_PARM3_SYSCALL(regs) CLEAT_PT(regs, CLEAT_REG_3)
#define PT_REGS_PARM4_SYSCALL(regs) CLEAT_PT(regs, CLEAT_SYS_4)
#define PT_REGS_PARM5_SYSCALL(regs) CLEAT_PT(regs, CLEAT_SYS_5)
#define PT_REGS_PARM6_SYSCALL(regs) CLEAT_PT(regs, CLEAT_SYS_6)
#define PT_REGS_PARM1_CORE_SYSCALL(regs) CLEAT_PT_CORE(regs, CLEAT_SYS_1)
#define PT_REGS_PARM2_CORE_SYSCALL(regs) CLEAT_PT_CORE(regs, CLEAT_REG_2)
#define PT_REGS_PARM3_CORE_SYSCALL(regs) CLEAT_PT_CORE(regs, CLEAT_REG_3)
#define PT_REGS_PARM4_CORE_SYSCALL(regs) CLEAT_PT_CORE(regs, CLEAT_SYS_4)
#define PT_REGS_PARM5_CORE_SYSCALL(regs) CLEAT_PT_CORE(regs, CLEAT_SYS_5)
#define PT_REGS_PARM6_CORE_SYSCALL(regs) CLEAT_PT_CORE(regs, CLEAT_SYS_6)

/*
 * At a probe in the kernel's function of a system call: the caller's registers. Where system calls have
 * no wrappers (arm, powerpc before 6.2), the context itself has the arguments.
 */
#if defined(__TARGET_ARCH_arm)
#define PT_REGS_SYSCALL_REGS(ctx) (ctx)
#else
#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)PT_REGS_PARM1(ctx))
#endif

#endif

/* The context of perf_event programs. */
#if defined(CLEAT_REG_1) && defined(CLEAT_DECLARES_PT_REGS) && \
	!defined(__LINUX_BPF_PERF_EVENT_H__)
#define __LINUX_BPF_PERF_EVENT_H__
struct bpf_perf_event_data {
	struct pt_regs regs;
	__u64 sample_period;
	__u64 addr;
};
#endif

#endif
