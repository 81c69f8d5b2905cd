# SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
#
# One line per plugin; README.md in this folder says what a plugin's own
# local.mk holds.

EXTRA_DIST += %D%/README.md

include %D%/common/local.mk

include %D%/program/cgroup_skb/local.mk
include %D%/program/cgroup_device/local.mk
include %D%/program/cgroup_sock/local.mk
include %D%/program/cgroup_sock_addr/local.mk
include %D%/program/cgroup_sockopt/local.mk
include %D%/program/cgroup_sysctl/local.mk
include %D%/program/extension/local.mk
include %D%/program/lsm/local.mk
include %D%/program/lsm_cgroup/local.mk
include %D%/program/sock_ops/local.mk
include %D%/program/struct_ops/local.mk
include %D%/program/syscall/local.mk
include %D%/program/iter/local.mk
include %D%/program/kprobe/local.mk
include %D%/program/lirc_mode2/local.mk
include %D%/program/netkit/local.mk
include %D%/program/perf_event/local.mk
include %D%/program/raw_tracepoint/local.mk
include %D%/program/sched_act/local.mk
include %D%/program/socket_filter/local.mk
include %D%/program/tc/local.mk
include %D%/program/tracing/local.mk
include %D%/program/uprobe/local.mk
include %D%/program/uprobe_multi/local.mk
include %D%/program/usdt/local.mk
include %D%/program/xdp/local.mk
include %D%/program/tracepoint/local.mk
include %D%/program/netfilter/local.mk
include %D%/program/flow_dissector/local.mk
include %D%/program/lwt/local.mk
include %D%/program/lwt_seg6local/local.mk
include %D%/program/ksyscall/local.mk
include %D%/program/kprobe_multi/local.mk
include %D%/program/sk_lookup/local.mk
include %D%/program/sk_skb/local.mk
include %D%/program/sk_msg/local.mk
include %D%/program/sk_reuseport/local.mk

include %D%/map/arena/local.mk
include %D%/map/array/local.mk
include %D%/map/array_of_maps/local.mk
include %D%/map/bloom_filter/local.mk
include %D%/map/cgroup_array/local.mk
include %D%/map/cgroup_storage/local.mk
include %D%/map/cgrp_storage/local.mk
include %D%/map/cpumap/local.mk
include %D%/map/devmap/local.mk
include %D%/map/devmap_hash/local.mk
include %D%/map/hash/local.mk
include %D%/map/hash_of_maps/local.mk
include %D%/map/inode_storage/local.mk
include %D%/map/insn_array/local.mk
include %D%/map/lpm_trie/local.mk
include %D%/map/lru_hash/local.mk
include %D%/map/lru_percpu_hash/local.mk
include %D%/map/percpu_array/local.mk
include %D%/map/percpu_cgroup_storage/local.mk
include %D%/map/percpu_hash/local.mk
include %D%/map/perf_event_array/local.mk
include %D%/map/prog_array/local.mk
include %D%/map/queue/local.mk
include %D%/map/reuseport_sockarray/local.mk
include %D%/map/rhash/local.mk
include %D%/map/ringbuf/local.mk
include %D%/map/sk_storage/local.mk
include %D%/map/sockhash/local.mk
include %D%/map/sockmap/local.mk
include %D%/map/stack/local.mk
include %D%/map/stack_trace/local.mk
include %D%/map/struct_ops_map/local.mk
include %D%/map/task_storage/local.mk
include %D%/map/user_ringbuf/local.mk
include %D%/map/xskmap/local.mk

include %D%/output/journal/local.mk
include %D%/output/json/local.mk
include %D%/output/syslog/local.mk
include %D%/output/text/local.mk
