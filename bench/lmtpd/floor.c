// What no LMTP daemon for Twilio can do without, alone: the POSTs, or the commits.
//
//   floor posts URL N IN_FLIGHT     N form POSTs through one libcurl multi handle
//   floor commits FILE N BATCH      N rows inserted and later updated in bare SQLite, WAL and synced,
//                                   BATCH rows to a commit
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
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);
    long begun = 0, ended = 0;
    int running = 0, left = 0;
    for (; begun < in_flight && begun < total; begun++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_USERNAME, "AC0123456789abcdef0123456789abcdef");
        curl_easy_setopt(easy, CURLOPT_PASSWORD, "secret");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                         "To=%2B15551234567&From=%2B18085551234&Body=Disk%20full%20on%20db1");
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

static void commits(const char *path, long total, long batch) {
    sqlite3 *database;
    if (sqlite3_open(path, &database) != SQLITE_OK) die("cannot open the database");
    run(database, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                  "CREATE TABLE sent (key TEXT PRIMARY KEY, state TEXT, recipient TEXT, sid TEXT)");
    sqlite3_stmt *insert, *update;
    sqlite3_prepare_v2(database, "INSERT INTO sent VALUES (?, 'claimed', '+15551234567', NULL)", -1,
                       &insert, NULL);
    sqlite3_prepare_v2(database, "UPDATE sent SET state = 'accepted', sid = ? WHERE key = ?", -1,
                       &update, NULL);
    char key[65], sid[35];
    for (long first = 0; first < total; first += batch) {
        for (int step = 0; step < 2; step++) {
            run(database, "BEGIN IMMEDIATE");
            for (long n = first; n < first + batch && n < total; n++) {
                snprintf(key, sizeof key, "%064lx", n * 2654435761L);
                snprintf(sid, sizeof sid, "SM%032lx", n);
                sqlite3_stmt *statement = step == 0 ? insert : update;
                sqlite3_bind_text(statement, 1, step == 0 ? key : sid, -1, SQLITE_STATIC);
                if (step == 1) sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
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
