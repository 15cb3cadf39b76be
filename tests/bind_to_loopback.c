/* For LD_PRELOAD: a server that would listen on every IPv4 address listens on 127.0.0.1. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

int bind(int socket, const struct sockaddr *address, socklen_t size) {
  int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  if (address->sa_family != AF_INET) return next(socket, address, size);
  struct sockaddr_in loopback = *(const struct sockaddr_in *)address;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return next(socket, (const struct sockaddr *)&loopback, sizeof loopback);
}
