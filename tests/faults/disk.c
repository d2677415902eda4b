/* A disk that fails while a program runs, by LD_PRELOAD: for every file whose path begins with FAULTY_PATH.
   The file FAULTY_DISK holds three 64-bit words: the error of each write, the error of a sync, and which
   syncs have it (1: each, 2: every second one). 0 is no error.
   FAULTY_KILL, as "fdatasync 12", ends the program at such a call, by its number in each thread: before it
   where the number is odd, after it where it is even. That counts for every file, and for "sendto".

   gcc -shared -fPIC -O2 -o disk.so disk.c */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int64_t none[3] = {0, 0, 0};
static volatile int64_t *fault = none;
static const char *below = NULL;
static char deadly[16] = "";
static int last = 0;
static __thread int count = 0;
static volatile int64_t syncs = 0;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULTY_DISK"), *kill_at = getenv("FAULTY_KILL");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *found = file < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0)
        close(file);
    below = getenv("FAULTY_PATH");
    if (found != MAP_FAILED)
        fault = found;
    if (kill_at)
        sscanf(kill_at, "%15s %d", deadly, &last);
}

static int is_below(const char *path) { return below && !strncmp(path, below, strlen(below)); }

static int fails(int file, int64_t error)
{
    char name[32], path[4096];
    if (!error)
        return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t size = readlink(name, path, sizeof path - 1);
    path[size < 0 ? 0 : size] = 0;
    errno = (int)error;
    return is_below(path);
}

static void die(void) { kill(getpid(), SIGKILL); }

static int is_last(const char *call)
{
    int is_it = last && !strcmp(call, deadly) && ++count == last;
    if (is_it && last % 2)
        die();
    return is_it;
}

static long done(int is_it, long answer)
{
    if (is_it)
        die();
    return answer;
}

static int opened(int at, const char *path, int flags, mode_t mode)
{
    char whole[4096];
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    if (fault[0] && writes && realpath(path, whole) && is_below(whole) && fault[0] == EROFS) {
        errno = EROFS;
        return -1;
    }
    return (int)syscall(SYS_openat, at, path, flags, mode);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }

ssize_t write(int file, const void *what, size_t size)
{
    return fails(file, fault[0]) ? -1 : syscall(SYS_write, file, what, size);
}

ssize_t pwrite64(int file, const void *what, size_t size, off64_t at)
{
    int is_it = is_last("pwrite64");
    return fails(file, fault[0]) ? -1 : done(is_it, syscall(SYS_pwrite64, file, what, size, at));
}

ssize_t pwrite(int file, const void *what, size_t size, off_t at) { return pwrite64(file, what, size, at); }

int ftruncate64(int file, off64_t size)
{
    return fails(file, fault[0]) ? -1 : (int)syscall(SYS_ftruncate, file, size);
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int synced(int file, long call)
{
    int is_it = is_last("fdatasync");
    if (fault[1] && __sync_add_and_fetch(&syncs, 1) % fault[2] == 0 && fails(file, fault[1]))
        return -1;
    return (int)done(is_it, syscall(call, file));
}

int fsync(int file) { return synced(file, SYS_fsync); }
int fdatasync(int file) { return synced(file, SYS_fdatasync); }

ssize_t sendto(int file, const void *what, size_t size, int flags, const struct sockaddr *to, socklen_t length)
{
    int is_it = is_last("sendto");
    return done(is_it, syscall(SYS_sendto, file, what, size, flags, to, length));
}

ssize_t send(int file, const void *what, size_t size, int flags)
{
    return sendto(file, what, size, flags, NULL, 0);
}
