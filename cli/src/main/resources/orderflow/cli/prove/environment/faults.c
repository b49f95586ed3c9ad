/*
 * Preloaded into a service: makes its disk and its clock fail.
 *
 * Before each write to a SQLite database or write-ahead log (*.db, *.db-wal) the bytes that it
 * replaces are appended to FILE.undo; a sync of the file empties FILE.undo. After a kill, the
 * records applied in reverse order leave what a power cut would have left at worst.
 *
 * A record: offset, size of the file before, length n (each 8 bytes, native order), n bytes.
 *
 * $ORDERFLOW_FAULT_SWITCHES is a file of at least 16 bytes, mapped: 8 bytes of seconds to add to
 * the wall clock, one byte "writes to the log fail: no space left", one byte "syncs hang".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))
#define MOST 16

struct switches { int64_t seconds; volatile uint8_t full, frozen; };
struct file { dev_t dev; ino_t ino; int undo, is_log; };

static struct file files[MOST];
static int count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct switches *switches(void) {
  static struct switches none, *mapped;
  if (!mapped) {
    const char *path = getenv("ORDERFLOW_FAULT_SWITCHES");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED : mmap(0, sizeof none, PROT_READ, MAP_SHARED, fd, 0);
    mapped = map == MAP_FAILED ? &none : map;
    if (fd >= 0) close(fd);
  }
  return mapped;
}

static int ends(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

/* The record of a database or its log; null for any other file. Called with the lock. */
static struct file *tracked(int fd, off_t *size) {
  struct stat st;
  char link[64], path[PATH_MAX + 8];
  if (fstat(fd, &st) || !S_ISREG(st.st_mode)) return 0;
  *size = st.st_size;
  for (int i = 0; i < count; i++)
    if (files[i].ino == st.st_ino && files[i].dev == st.st_dev) return &files[i];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, PATH_MAX);
  if (n <= 0 || count == MOST) return 0;
  path[n] = 0;
  int is_log = ends(path, ".db-wal");
  if (!is_log && !ends(path, ".db")) return 0;
  strcat(path, ".undo");
  int undo = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (undo < 0) return 0;
  files[count] = (struct file){st.st_dev, st.st_ino, undo, is_log};
  return &files[count++];
}

/* Saves what a write of n bytes at this offset, or a truncation to it, replaces. */
static void save(int fd, struct file *file, off_t size, off_t at, size_t n) {
  size_t old = at >= size ? 0 : (size_t) (size - at) < n ? (size_t) (size - at) : n;
  uint64_t *record = malloc(24 + old);
  record[0] = at, record[1] = size, record[2] = old;
  ssize_t got = old ? pread(fd, record + 3, old, at) : 0;
  if (got != (ssize_t) old || REAL(write)(file->undo, record, 24 + old) < 0) abort();
  free(record);
}

/* Returns whether the write must fail. Called with the lock. */
static int before_write(int fd, off_t at, size_t n) {
  off_t size;
  struct file *file = tracked(fd, &size);
  if (!file) return 0;
  if (file->is_log && switches()->full) return errno = ENOSPC;
  save(fd, file, size, at < 0 ? lseek(fd, 0, SEEK_CUR) : at, n);
  return 0;
}

ssize_t pwrite(int fd, const void *from, size_t len, off_t at) {
  pthread_mutex_lock(&lock);
  ssize_t n = before_write(fd, at, len) ? -1 : REAL(pwrite)(fd, from, len, at);
  pthread_mutex_unlock(&lock);
  return n;
}

ssize_t pwrite64(int fd, const void *from, size_t len, off64_t at) {
  return pwrite(fd, from, len, at);
}

/* Sockets and pipes may block in a write; the standard streams are logs. */
ssize_t write(int fd, const void *from, size_t len) {
  static __typeof__(&write) real;
  struct stat st;
  if (!real) real = REAL(write);
  if (fd <= STDERR_FILENO || fstat(fd, &st) || !S_ISREG(st.st_mode)) return real(fd, from, len);
  pthread_mutex_lock(&lock);
  ssize_t n = before_write(fd, -1, len) ? -1 : real(fd, from, len);
  pthread_mutex_unlock(&lock);
  return n;
}

int ftruncate(int fd, off_t to) {
  off_t size;
  pthread_mutex_lock(&lock);
  struct file *file = tracked(fd, &size);
  if (file) save(fd, file, size, to, size > to ? size - to : 0);
  int result = REAL(ftruncate)(fd, to);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate64(int fd, off64_t to) { return ftruncate(fd, to); }

static int sync_with(int fd, int (*real)(int)) {
  off_t size;
  pthread_mutex_lock(&lock);
  struct file *file = tracked(fd, &size);
  while (file && switches()->frozen) usleep(20000);
  int result = real(fd);
  if (file && result == 0 && REAL(ftruncate)(file->undo, 0)) abort();
  pthread_mutex_unlock(&lock);
  return result;
}

int fsync(int fd) { return sync_with(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_with(fd, REAL(fdatasync)); }

/* A new file of the same name has nothing to undo. */
int unlink(const char *path) {
  char undo[PATH_MAX + 8];
  int result = REAL(unlink)(path);
  if (result == 0 && ends(path, ".db-wal") && strlen(path) < PATH_MAX) {
    REAL(unlink)(strcat(strcpy(undo, path), ".undo"));
    pthread_mutex_lock(&lock);
    for (int i = 0; i < count; i++)
      if (files[i].is_log) {
        close(files[i].undo);
        files[i] = files[--count];
        break;
      }
    pthread_mutex_unlock(&lock);
  }
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static __typeof__(&clock_gettime) real;
  if (!real) real = REAL(clock_gettime);
  int result = real(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += switches()->seconds;
  return result;
}

int gettimeofday(struct timeval *time, void *zone) {
  int result = REAL(gettimeofday)(time, zone);
  if (result == 0) time->tv_sec += switches()->seconds;
  return result;
}
