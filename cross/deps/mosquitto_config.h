/* libmosquitto reaches its broker through a socket that net/ gave it, and looks no name up: with getaddrinfo() it would
 * bring all of musl's resolver. */
#include <netdb.h>
#include <sys/random.h>

#define getaddrinfo(host, service, hints, result) (*(result) = 0, EAI_FAIL)
#define freeaddrinfo(list) ((void)(list))
