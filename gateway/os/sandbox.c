/* The cage of a worker. What a modem or a remote sender says can crash libgammu and perhaps make it
 * run foreign code; then it must reach neither store nor key nor network, and must not disturb the
 * daemon, which runs as the same user. Four layers, since each has holes the next one closes:
 * resource limits; no new privileges; Landlock, which knows paths, but not chmod, kill or all
 * sockets; a system call filter, which knows calls, but not paths.
 * The filter names what is forbidden, not what is allowed: libgammu and the C library may use
 * other harmless calls in other versions. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <payung/log.h>
#include <payung/process.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#if defined(__x86_64__)
#define FILTER_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCH AUDIT_ARCH_AARCH64
#endif

/* Newer than the kernel headers we build with. */
#define FS_TRUNCATE (1ULL << 14)  /* since ABI 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* since ABI 5 */
#define FS_ALL_ABI_1 ((1ULL << 13) - 1)
#define NET_ALL_ABI_4 3ULL /* bind and connect of TCP */
#define SCOPE_ABI_6 3ULL   /* abstract sockets, signals */
struct ruleset {
	__u64 fs, net, scoped;
};

static rc_t failed(const char *step)
{
	log_err("sandbox_failed step=%s error=%s", step, strerror(errno));
	return RC_IO;
}

static bool is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static rc_t limit_resources(void)
{
	const struct {
		rlim_t max;
		int what;
		bool skip;
	} limits[] = {
		{ 0, RLIMIT_CORE, false },
		{ 16, RLIMIT_NOFILE, false }, /* libgammu uses select(): never above 1023 */
		{ 0, RLIMIT_NPROC, false },
		/* A log in a file is the one file a worker may still write. */
		{ 0, RLIMIT_FSIZE, is_regular(STDOUT_FILENO) || is_regular(STDERR_FILENO) },
#ifndef WITH_ASAN /* its shadow memory is counted too */
		{ 256u << 20, RLIMIT_DATA, false },
#endif
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		struct rlimit r = { limits[i].max, limits[i].max };

		if (!limits[i].skip && setrlimit((__rlimit_resource_t)limits[i].what, &r))
			return failed("limits");
	}
	return RC_OK;
}

static size_t ruleset_for(long abi, struct ruleset *r)
{
	*r = (struct ruleset){ .fs = FS_ALL_ABI_1 };
	if (abi >= 2)
		r->fs |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		r->fs |= FS_TRUNCATE;
	if (abi >= 4)
		r->net = NET_ALL_ABI_4;
	if (abi >= 5)
		r->fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		r->scoped = SCOPE_ABI_6;
	return abi >= 6 ? sizeof(*r) : abi >= 4 ? offsetof(struct ruleset, scoped) : sizeof(r->fs);
}

static rc_t allow_device(int rules, const struct ruleset *r, const char *device)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = r->fs & (LANDLOCK_ACCESS_FS_READ_FILE |
		                                  LANDLOCK_ACCESS_FS_WRITE_FILE | FS_IOCTL_DEV),
		.parent_fd = open(device, O_PATH | O_CLOEXEC),
	};
	long bad;

	if (rule.parent_fd < 0)
		return failed("device");
	bad = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	if (bad)
		log_err("sandbox_failed step=rule error=%s", strerror(errno));
	close(rule.parent_fd);
	return bad ? RC_IO : RC_OK;
}

/* RC_NOENT: not in this kernel, or switched off. */
static rc_t restrict_files(const char *device)
{
	long abi = syscall(
	        SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r;
	size_t size;
	rc_t rc;
	int rules;

	if (abi < 1)
		return errno == ENOSYS || errno == EOPNOTSUPP ? RC_NOENT : failed("landlock");
	size = ruleset_for(abi, &r);
	rules = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (rules < 0)
		return failed("ruleset");
	rc = allow_device(rules, &r, device);
	if (rc == RC_OK && syscall(SYS_landlock_restrict_self, rules, 0))
		rc = failed("restrict");
	close(rules);
	return rc;
}

#ifdef FILTER_ARCH

enum test { ALWAYS, HAS_BITS, IS, IS_NOT };
struct rule {
	unsigned nr;
	enum test test;
	unsigned arg, value; /* the low half is enough: all these arguments are int */
	unsigned error;
};
#define DENY(name)                              \
	{                                       \
		SYS_##name, ALWAYS, 0, 0, EPERM \
	}
#define NOT_HERE(name)                           \
	{                                        \
		SYS_##name, ALWAYS, 0, 0, ENOSYS \
	} /* the C library has a fallback */
#define CREATES (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))

/* clang-format off */
static const struct rule rules[] = {
	/* the network and other processes' sockets */
	DENY(socket), DENY(socketpair), DENY(connect), DENY(bind), DENY(listen), DENY(accept),
	DENY(accept4),
	/* programs and processes; the worker has one thread */
	DENY(execve), DENY(execveat), DENY(clone), NOT_HERE(clone3), DENY(unshare), DENY(setns),
	/* other processes' memory, signals, limits */
	DENY(ptrace), DENY(process_vm_readv), DENY(process_vm_writev), DENY(kcmp),
	DENY(process_madvise), DENY(kill), DENY(tkill), DENY(rt_sigqueueinfo),
	DENY(rt_tgsigqueueinfo), DENY(pidfd_open), DENY(pidfd_getfd), DENY(pidfd_send_signal),
	DENY(setpriority), DENY(sched_setaffinity), DENY(sched_setscheduler), DENY(sched_setparam),
	DENY(sched_setattr), DENY(migrate_pages), DENY(move_pages), DENY(ioprio_set),
	{ SYS_prlimit64, IS_NOT, 0, 0, EPERM },
	{ SYS_prctl, IS, 0, PR_SET_PDEATHSIG, EPERM },
	/* keystrokes put into the terminal that stderr may be */
	{ SYS_ioctl, IS, 1, TIOCSTI, EPERM },
	{ SYS_ioctl, IS, 1, TIOCLINUX, EPERM },
	/* files: what Landlock leaves open */
	{ SYS_openat, HAS_BITS, 2, CREATES, EPERM },
	NOT_HERE(openat2), DENY(name_to_handle_at), DENY(open_by_handle_at), DENY(mkdirat),
	DENY(mknodat), DENY(unlinkat), DENY(renameat2), DENY(linkat), DENY(symlinkat),
	DENY(fchmodat), DENY(fchownat), DENY(fchmod), DENY(fchown), DENY(truncate), DENY(ftruncate),
	DENY(utimensat), DENY(setxattr), DENY(lsetxattr), DENY(fsetxattr), DENY(removexattr),
	DENY(lremovexattr), DENY(fremovexattr), DENY(memfd_create), DENY(fanotify_init),
	DENY(renameat),
	/* shared memory and queues */
	DENY(shmget), DENY(shmat), DENY(shmctl), DENY(msgget), DENY(semget), DENY(mq_open),
	/* the kernel at large */
	DENY(bpf), DENY(perf_event_open), DENY(userfaultfd), DENY(io_uring_setup),
	DENY(io_uring_enter), DENY(io_uring_register), DENY(keyctl), DENY(add_key),
	DENY(request_key), DENY(mount), DENY(umount2), DENY(pivot_root), DENY(chroot),
	DENY(init_module), DENY(finit_module), DENY(delete_module), DENY(kexec_load), DENY(reboot),
	DENY(swapon), DENY(swapoff), DENY(quotactl), DENY(acct), DENY(syslog), DENY(personality),
	DENY(sethostname), DENY(setdomainname), DENY(settimeofday), DENY(clock_settime),
	DENY(adjtimex), DENY(clock_adjtime),
#ifdef __x86_64__ /* the older names of the same */
	{ SYS_open, HAS_BITS, 1, CREATES, EPERM },
	DENY(creat), DENY(fork), DENY(vfork), DENY(mkdir), DENY(mknod), DENY(rmdir), DENY(unlink),
	DENY(rename), DENY(link), DENY(symlink), DENY(chmod), DENY(chown), DENY(lchown),
	DENY(utime), DENY(utimes), DENY(futimesat), DENY(ioperm), DENY(iopl), DENY(modify_ldt),
#endif
};
/* clang-format on */

#define RULES (sizeof(rules) / sizeof(rules[0]))
#define CODE_MAX (RULES * 5 + 16)

struct code {
	unsigned short n;
	struct sock_filter op[CODE_MAX];
};

static void emit(struct code *c, unsigned short op, unsigned k, unsigned char yes, unsigned char no)
{
	c->op[c->n++] = (struct sock_filter){ op, yes, no, k };
}

static void emit_load(struct code *c, size_t offset)
{
	emit(c, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

/* Expects the call's number in the accumulator and leaves it there. */
static void emit_rule(struct code *c, const struct rule *r)
{
	bool always = r->test == ALWAYS;

	emit(c, BPF_JMP | BPF_JEQ | BPF_K, r->nr, 0, always ? 1 : 4);
	if (!always) {
		unsigned short op = r->test == HAS_BITS ? BPF_JSET : BPF_JEQ;
		unsigned char skip = r->test == IS_NOT;

		emit_load(c, offsetof(struct seccomp_data, args) + 8 * r->arg); /* little endian */
		emit(c, BPF_JMP | op | BPF_K, r->value, skip, !skip);
	}
	emit(c, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | r->error, 0, 0);
	if (!always)
		emit_load(c, offsetof(struct seccomp_data, nr));
}

static rc_t restrict_calls(void)
{
	/* abort() signals itself this way; other processes of our user are out of bounds */
	const struct rule others = { SYS_tgkill, IS_NOT, 0, (unsigned)getpid(), EPERM };
	struct code c = { .n = 0 };
	struct sock_fprog prog;

	emit_load(&c, offsetof(struct seccomp_data, arch));
	emit(&c, BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCH, 1, 0);
	emit(&c, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	emit_load(&c, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__ /* the x32 numbers of the same calls */
	emit(&c, BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1);
	emit(&c, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
#endif
	for (size_t i = 0; i < RULES; i++)
		emit_rule(&c, &rules[i]);
	emit_rule(&c, &others);
	emit(&c, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	prog = (struct sock_fprog){ .len = c.n, .filter = c.op };
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog))
		return errno == ENOSYS || errno == EINVAL ? RC_NOENT : failed("filter");
	return RC_OK;
}

#else

static rc_t restrict_calls(void)
{
	return RC_NOENT;
}

#endif

rc_t process_sandbox_worker(const char *device)
{
	rc_t files, calls;

	/* Only after this may an unprivileged process restrict itself. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return failed("no_new_privs");
	files = restrict_files(device);
	if (files == RC_IO)
		return RC_IO;
	if (limit_resources() != RC_OK)
		return RC_IO;
	calls = restrict_calls();
	return files != RC_OK ? files : calls;
}
