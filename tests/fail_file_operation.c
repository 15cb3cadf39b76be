/* For LD_PRELOAD: the n-th file operation below some folders goes wrong.
 *
 * FILE_FAULT_FOLDERS  absolute paths with a colon between them; operations elsewhere do not count
 * FILE_FAULT_LOG      a file that gets a line for every operation that counts: its number, its name, the ways in
 *                     which it may go wrong, "fails" when it does, its path
 * FILE_FAULT_CALL     the number of the operation that goes wrong; without it none does
 * FILE_FAULT_WAY      the name of an error, or "short": fewer bytes than asked for
 * FILE_FAULT_FOREVER  when set, so does every later operation that may go wrong in that way
 * FILE_FAULT_RUN      a shell command that is run before that operation, instead of letting it go wrong
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The function that this file stands in front of. */
#define NEXT(name)                                      \
  static __typeof__(&name) next;                        \
  if (next == NULL) *(void **)&next = dlsym(RTLD_NEXT, #name)

static const struct {
  const char *name;
  int number;
} kErrors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EACCES", EACCES}, {"EMFILE", EMFILE}, {"ENAMETOOLONG", ENAMETOOLONG},
               {"EROFS", EROFS},   {"EDQUOT", EDQUOT}, {"EINTR", EINTR},   {"ENOENT", ENOENT}, {"ENOLCK", ENOLCK}};

/* ENOENT is what a file's reader meets; a listing that is told so sees a folder without it. */
#define OPEN_WAYS "EIO EACCES EMFILE EINTR ENOENT ENAMETOOLONG"
#define CREATE_WAYS "EIO ENOSPC EACCES EMFILE ENAMETOOLONG EROFS EDQUOT EINTR"
#define LOOK_WAYS "EIO EACCES ENAMETOOLONG"
#define CHANGE_WAYS "EIO ENOSPC EACCES ENAMETOOLONG EROFS EDQUOT"
#define REMOVE_WAYS "EIO EACCES EROFS"
#define WRITE_WAYS "EIO ENOSPC EDQUOT EINTR short"
#define READ_WAYS "EIO EINTR short"
#define SYNC_WAYS "EIO ENOSPC EDQUOT EINTR"

enum { kPasses = 0, kShort = -1 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long num_calls;
static __thread int is_inside;

static int HasWord(const char *words, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word)) {
    if ((at == words || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' ')) return 1;
  }
  return 0;
}

static int IsBelowFolders(const char *path) {
  const char *folders = getenv("FILE_FAULT_FOLDERS");
  while (folders != NULL && *folders != '\0') {
    const size_t length = strcspn(folders, ":");
    if (strncmp(path, folders, length) == 0 && (path[length] == '/' || path[length] == '\0')) return 1;
    folders += length + (folders[length] == ':');
  }
  return 0;
}

static void Log(long number, const char *operation, const char *ways, const char *outcome, const char *path) {
  const char *log = getenv("FILE_FAULT_LOG");
  if (log == NULL) return;
  char line[PATH_MAX + 256];
  const int length = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\t%s\n", number, operation, ways, outcome, path);
  const int file = (int)syscall(SYS_open, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  syscall(SYS_write, file, line, length);
  syscall(SYS_close, file);
}

static int NumberOf(const char *way) {
  for (size_t i = 0; i < sizeof kErrors / sizeof *kErrors; ++i) {
    if (strcmp(kErrors[i].name, way) == 0) return kErrors[i].number;
  }
  return kShort;
}

/* What becomes of the operation: kPasses, kShort or the number of its error. */
static int Judge(const char *operation, const char *ways, const char *path) {
  const int saved = errno;
  if (is_inside || !IsBelowFolders(path)) return kPasses;
  is_inside = 1;
  const char *wanted = getenv("FILE_FAULT_CALL");
  const char *way = getenv("FILE_FAULT_WAY");
  const char *command = getenv("FILE_FAULT_RUN");
  pthread_mutex_lock(&mutex);
  const long number = ++num_calls;
  const long first = wanted == NULL ? LONG_MAX : atol(wanted);
  const int is_due = number == first || (number > first && getenv("FILE_FAULT_FOREVER") != NULL);
  const int fails = is_due && way != NULL && HasWord(ways, way);
  Log(number, operation, ways, fails ? "fails" : "passes", path);
  if (is_due && command != NULL) {
    unsetenv("LD_PRELOAD"); /* the command's own file operations are none of ours */
    if (system(command) != 0) abort();
  }
  pthread_mutex_unlock(&mutex);
  is_inside = 0;
  errno = saved;
  return fails ? NumberOf(way) : kPasses;
}

static const char *PathOf(int file, char *buffer) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const long length = syscall(SYS_readlink, link, buffer, PATH_MAX - 1);
  buffer[length > 0 ? length : 0] = '\0';
  return buffer;
}

/* The absolute path of `name` in an open folder. */
static const char *PathIn(int folder, const char *name, char *buffer) {
  if (name[0] == '/' || folder == AT_FDCWD) return name;
  PathOf(folder, buffer);
  if (name[0] != '\0') {
    strncat(buffer, "/", PATH_MAX - strlen(buffer) - 1);
    strncat(buffer, name, PATH_MAX - strlen(buffer) - 1);
  }
  return buffer;
}

#define FAIL_IF(verdict, value) \
  if ((verdict) > 0) {          \
    errno = (verdict);          \
    return (value);             \
  }

/* int NAME(PARAMETERS), which calls the next one with ARGUMENTS. */
#define PATH_OPERATION(name, ways, path, parameters, arguments) \
  int name parameters {                                         \
    NEXT(name);                                                 \
    const int verdict = Judge(#name, ways, path);               \
    FAIL_IF(verdict, -1)                                        \
    return next arguments;                                      \
  }
#define FOLDER_OPERATION(name, ways, folder, path, parameters, arguments)             \
  int name parameters {                                                               \
    NEXT(name);                                                                       \
    char buffer[PATH_MAX];                                                            \
    const int verdict = Judge(#name, ways, PathIn(folder, path, buffer));             \
    FAIL_IF(verdict, -1)                                                              \
    return next arguments;                                                            \
  }
#define FILE_OPERATION(name, ways, parameters, arguments)           \
  int name parameters {                                             \
    NEXT(name);                                                     \
    char buffer[PATH_MAX];                                          \
    const int verdict = Judge(#name, ways, PathOf(file, buffer));   \
    FAIL_IF(verdict, -1)                                            \
    return next arguments;                                          \
  }

static const char *WaysOfOpen(int flags) {
  if (flags & O_CREAT) return CREATE_WAYS;
  return flags & O_DIRECTORY ? LOOK_WAYS " EMFILE" : OPEN_WAYS;
}

#define OPEN(name)                                                \
  int name(const char *path, int flags, ...) {                    \
    NEXT(name);                                                   \
    va_list list;                                                 \
    va_start(list, flags);                                        \
    const mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0; \
    va_end(list);                                                 \
    const int verdict = Judge(#name, WaysOfOpen(flags), path);    \
    FAIL_IF(verdict, -1)                                          \
    return next(path, flags, mode);                               \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                     \
  int name(int folder, const char *path, int flags, ...) {                               \
    NEXT(name);                                                                          \
    va_list list;                                                                        \
    va_start(list, flags);                                                               \
    const mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;                      \
    va_end(list);                                                                        \
    char buffer[PATH_MAX];                                                               \
    const int verdict = Judge(#name, WaysOfOpen(flags), PathIn(folder, path, buffer));   \
    FAIL_IF(verdict, -1)                                                                 \
    return next(folder, path, flags, mode);                                              \
  }
OPENAT(openat)
OPENAT(openat64)

#define TRANSFER(name, ways, parameters, arguments)                 \
  ssize_t name parameters {                                         \
    NEXT(name);                                                     \
    char buffer[PATH_MAX];                                          \
    const int verdict = Judge(#name, ways, PathOf(file, buffer));   \
    FAIL_IF(verdict, -1)                                            \
    if (verdict == kShort && size > 1) size /= 2;                   \
    return next arguments;                                          \
  }
TRANSFER(read, READ_WAYS, (int file, void *data, size_t size), (file, data, size))
TRANSFER(pread, READ_WAYS, (int file, void *data, size_t size, off_t at), (file, data, size, at))
TRANSFER(pread64, READ_WAYS, (int file, void *data, size_t size, off64_t at), (file, data, size, at))
TRANSFER(write, WRITE_WAYS, (int file, const void *data, size_t size), (file, data, size))
TRANSFER(pwrite, WRITE_WAYS, (int file, const void *data, size_t size, off_t at), (file, data, size, at))
TRANSFER(pwrite64, WRITE_WAYS, (int file, const void *data, size_t size, off64_t at), (file, data, size, at))

/* The descriptor is gone all the same. */
int close(int file) {
  NEXT(close);
  char buffer[PATH_MAX];
  const int verdict = Judge("close", "EIO ENOSPC EDQUOT", PathOf(file, buffer));
  const int result = next(file);
  FAIL_IF(verdict, -1)
  return result;
}

FILE_OPERATION(fsync, SYNC_WAYS, (int file), (file))
FILE_OPERATION(fdatasync, SYNC_WAYS, (int file), (file))
FILE_OPERATION(syncfs, SYNC_WAYS, (int file), (file))
FILE_OPERATION(ftruncate, CHANGE_WAYS, (int file, off_t size), (file, size))
FILE_OPERATION(ftruncate64, CHANGE_WAYS, (int file, off64_t size), (file, size))
FILE_OPERATION(flock, "EIO EINTR ENOLCK", (int file, int operation), (file, operation))
FILE_OPERATION(fstat, "EIO", (int file, struct stat *info), (file, info))
FILE_OPERATION(fstat64, "EIO", (int file, struct stat64 *info), (file, info))

PATH_OPERATION(rename, CHANGE_WAYS, from, (const char *from, const char *to), (from, to))
PATH_OPERATION(link, CHANGE_WAYS, to, (const char *from, const char *to), (from, to))
PATH_OPERATION(mkdir, CHANGE_WAYS, path, (const char *path, mode_t mode), (path, mode))
PATH_OPERATION(unlink, REMOVE_WAYS, path, (const char *path), (path))
PATH_OPERATION(rmdir, REMOVE_WAYS, path, (const char *path), (path))
PATH_OPERATION(remove, REMOVE_WAYS, path, (const char *path), (path))
PATH_OPERATION(access, LOOK_WAYS, path, (const char *path, int mode), (path, mode))
PATH_OPERATION(stat, LOOK_WAYS, path, (const char *path, struct stat *info), (path, info))
PATH_OPERATION(stat64, LOOK_WAYS, path, (const char *path, struct stat64 *info), (path, info))
PATH_OPERATION(lstat, LOOK_WAYS, path, (const char *path, struct stat *info), (path, info))
PATH_OPERATION(lstat64, LOOK_WAYS, path, (const char *path, struct stat64 *info), (path, info))

FOLDER_OPERATION(mkdirat, CHANGE_WAYS, folder, path, (int folder, const char *path, mode_t mode), (folder, path, mode))
FOLDER_OPERATION(unlinkat, REMOVE_WAYS, folder, path, (int folder, const char *path, int flags), (folder, path, flags))
FOLDER_OPERATION(fstatat, LOOK_WAYS, folder, path, (int folder, const char *path, struct stat *info, int flags),
                 (folder, path, info, flags))
FOLDER_OPERATION(fstatat64, LOOK_WAYS, folder, path, (int folder, const char *path, struct stat64 *info, int flags),
                 (folder, path, info, flags))
FOLDER_OPERATION(statx, LOOK_WAYS, folder, path,
                 (int folder, const char *path, int flags, unsigned mask, struct statx *info),
                 (folder, path, flags, mask, info))
FOLDER_OPERATION(renameat, CHANGE_WAYS, old_folder, from, (int old_folder, const char *from, int folder, const char *to),
                 (old_folder, from, folder, to))

FOLDER_OPERATION(renameat2, CHANGE_WAYS, old_folder, from,
                 (int old_folder, const char *from, int folder, const char *to, unsigned flags),
                 (old_folder, from, folder, to, flags))
FOLDER_OPERATION(linkat, CHANGE_WAYS, folder, to,
                 (int old_folder, const char *from, int folder, const char *to, int flags),
                 (old_folder, from, folder, to, flags))
FOLDER_OPERATION(faccessat, LOOK_WAYS, folder, path, (int folder, const char *path, int mode, int flags),
                 (folder, path, mode, flags))

DIR *opendir(const char *path) {
  NEXT(opendir);
  const int verdict = Judge("opendir", LOOK_WAYS " EMFILE", path);
  FAIL_IF(verdict, NULL)
  return next(path);
}

DIR *fdopendir(int file) {
  NEXT(fdopendir);
  char buffer[PATH_MAX];
  const int verdict = Judge("fdopendir", "EIO", PathOf(file, buffer));
  FAIL_IF(verdict, NULL)
  return next(file);
}

#define READDIR(name, entry)                                                \
  struct entry *name(DIR *stream) {                                         \
    NEXT(name);                                                             \
    char buffer[PATH_MAX];                                                  \
    const int verdict = Judge(#name, "EIO", PathOf(dirfd(stream), buffer)); \
    FAIL_IF(verdict, NULL)                                                  \
    return next(stream);                                                    \
  }
READDIR(readdir, dirent)
READDIR(readdir64, dirent64)
