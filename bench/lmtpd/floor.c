// What no LMTP daemon for Twilio can do without, alone: the POSTs, or the commits.
//
//   floor posts URL N IN_FLIGHT     N form POSTs through one libcurl multi handle
//   floor commits FILE N BATCH      N rows inserted and later updated in bare SQLite, WAL and synced,
//                                   BATCH rows to a commit; rows and indexes as in lmtpd's journal,
//                                   behind those that FILE has already
//
// Prints: operations a second, microseconds of CPU an operation.
#include <curl/curl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

static double cpu(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_utime.tv_sec + use.ru_stime.tv_sec +
           (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6;
}

static void die(const char *why) {
    fprintf(stderr, "floor: %s\n", why);
    exit(1);
}

static size_t ignore(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

static void posts(const char *url, long total, long in_flight) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    // As long as lmtpd's for smtp-source's message of 1,024 octets.
    char form[1024];
    int head = snprintf(form, sizeof form, "To=%%2B15551234567&From=%%2B18085551234&Body=");
    memset(form + head, 'X', sizeof form - 1 - head);
    form[sizeof form - 1] = 0;
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);
    long begun = 0, ended = 0;
    int running = 0, left = 0;
    for (; begun < in_flight && begun < total; begun++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_USERNAME, "AC0123456789abcdef0123456789abcdef");
        curl_easy_setopt(easy, CURLOPT_PASSWORD, "secret");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, form);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
        curl_multi_add_handle(multi, easy);
    }
    while (ended < total) {
        CURLMsg *message;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *easy = message->easy_handle;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (status != 201) die("an answer other than 201");
            curl_multi_remove_handle(multi, easy);
            ended++;
            if (begun < total) {
                curl_multi_add_handle(multi, easy);
                begun++;
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (ended < total) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
}

static void run(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) die(sqlite3_errmsg(database));
}

// A number of 64 digits whose like come in no order, as digests do.
static void digest(char text[65], unsigned long n) {
    n *= 0x9E3779B97F4A7C15;
    snprintf(text, 65, "%016lx%016lx%016lx%016lx", n, ~n, n, ~n);
}

static void commits(const char *path, long total, long batch) {
    sqlite3 *database;
    if (sqlite3_open(path, &database) != SQLITE_OK) die("cannot open the database");
    // What one SMS of lmtpd's journal holds, and by what it is found.
    run(database,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS sms (key TEXT NOT NULL PRIMARY KEY, state TEXT, turn, first_claimed, claimed, changed,"
        " number TEXT, sender TEXT, text_exact TEXT, text_loose TEXT, part_index, part_count, segments,"
        " recipient TEXT, reverse_path TEXT, queue_id TEXT, message_id TEXT, route TEXT, owner TEXT,"
        " lease_ends, account TEXT, sid TEXT);"
        "CREATE UNIQUE INDEX IF NOT EXISTS sms_sid ON sms (sid) WHERE sid IS NOT NULL;"
        "CREATE INDEX IF NOT EXISTS sms_text ON sms (number, text_loose);"
        "CREATE INDEX IF NOT EXISTS sms_claimed ON sms (claimed)");
    sqlite3_stmt *insert, *update, *last;
    sqlite3_prepare_v2(database, "SELECT max(rowid) FROM sms", -1, &last, NULL);
    sqlite3_step(last);
    long before = sqlite3_column_int64(last, 0);
    sqlite3_finalize(last);
    sqlite3_prepare_v2(database,
                       "INSERT INTO sms VALUES (?1, 'claimed', 1, ?2, ?2, ?2, '+15551234567', '+18085551234',"
                       " ?1, ?1, 0, 1, 7, '15551234567@sms.example', 'a@corp.example', '4XyZ0123456',"
                       " '20261121.0123@corp.example', 'default', 'mx.corp.example/0123/4567', ?2,"
                       " 'AC0123456789abcdef0123456789abcdef', NULL)",
                       -1, &insert, NULL);
    sqlite3_prepare_v2(database,
                       "UPDATE sms SET state = 'accepted', turn = 2, changed = ?2, owner = NULL,"
                       " lease_ends = NULL, sid = ?3 WHERE key = ?1",
                       -1, &update, NULL);
    char key[65], sid[35];
    for (long first = before; first < before + total; first += batch) {
        for (int step = 0; step < 2; step++) {
            run(database, "BEGIN IMMEDIATE");
            for (long n = first; n < first + batch && n < before + total; n++) {
                digest(key, n);
                snprintf(sid, sizeof sid, "SM%.32s", key);
                sqlite3_stmt *statement = step == 0 ? insert : update;
                sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
                sqlite3_bind_int64(statement, 2, 1795000000000 + n);
                if (step == 1) sqlite3_bind_text(statement, 3, sid, -1, SQLITE_STATIC);
                if (sqlite3_step(statement) != SQLITE_DONE) die(sqlite3_errmsg(database));
                sqlite3_reset(statement);
            }
            run(database, "COMMIT");
        }
    }
}

int main(int count, char **words) {
    if (count != 5) die("usage: floor posts URL N IN_FLIGHT | floor commits FILE N BATCH");
    long total = atol(words[3]), width = atol(words[4]);
    double start = seconds();
    if (strcmp(words[1], "posts") == 0) posts(words[2], total, width);
    else commits(words[2], total, width);
    printf("%.0f %.1f\n", total / (seconds() - start), cpu() / total * 1e6);
}
