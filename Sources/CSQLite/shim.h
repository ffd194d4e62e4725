#pragma once
#include <sqlite3.h>

// sqlite3_db_config is variadic, which Swift does not see. The last connection to close then leaves
// the write-ahead log to the next one instead of copying it into the database and removing it.
static inline int smsmda_sqlite_keep_log(sqlite3 *handle) {
    return sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// sqlite3_config is variadic too. Nobody asks SQLite how much memory it has; counting it takes a lock
// with each piece. Before the first use of SQLite.
static inline int smsmda_sqlite_count_no_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
