// What the installed folder's libstdc++ has beside Debian's objects of it (Libstdcxx.cmake).
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

// The only function that these objects ask of a glibc newer than 2.34: std::random_device takes its numbers from it.
uint32_t arc4random(void) {
  uint32_t number = 0;
  // So few bytes come at once or, while the kernel still gathers them at boot, after a signal not at all.
  while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
    if (errno != EINTR) abort();  // as glibc's does: nothing that is less random is handed out
  }
  return number;
}

// std::condition_variable::wait under the version that it had until GCC 12, by which Arrow's wheel asks for it. The objects have
// the new one alone, the shared library of Debian both.
void NewWait(void* condition, void* lock)
    __asm__("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE");
void OldWait(void* condition, void* lock) { NewWait(condition, lock); }
__asm__(".symver OldWait, _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");
