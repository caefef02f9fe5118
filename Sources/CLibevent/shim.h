#pragma once
#include <features.h> /* must be first: event-config.h defines _GNU_SOURCE, which would change the definition of fd_set in Swift's Glibc module */
#include <netinet/tcp.h> /* TCP_NODELAY */
#include <event2/event.h>
#include <event2/event_struct.h> /* complete type: Swift imports event * as UnsafeMutablePointer<event> */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/bufferevent_struct.h>
#include <event2/dns.h>
#include <event2/listener.h>
#include <event2/util.h>
