#pragma once
#include <microhttpd.h>

// MHD_start_daemon(3) is variadic: Swift cannot call it. The callbacks that the simulator needs
// are named here, the rest comes as an array that ends with MHD_OPTION_END.
static inline struct MHD_Daemon *smsmda_mhd_start(
    unsigned int flags, MHD_AccessHandlerCallback handler,
    void *(*target)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback completed, void *context, struct MHD_OptionItem *options) {
    return MHD_start_daemon(
        flags, 0, 0, 0, handler, context,
        MHD_OPTION_URI_LOG_CALLBACK, target, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

// MHD_get_connection_info(3) is variadic too. -1 when there is no descriptor.
static inline int smsmda_mhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}
