/* gmime ROUNDS FILE...: what bench-parse does, by GMime 3: the tree, subject, senders and
   recipients, and every body decoded; prints the best round's MB/s of CPU time.
   cc -O2 gmime.c -o gmime $(pkg-config --cflags --libs gmime-3.0) */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t sum;

static double cpu_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void decode(GMimeObject *node) {
    if (GMIME_IS_MULTIPART(node)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(node);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            decode(g_mime_multipart_get_part(multipart, i));
    } else if (GMIME_IS_MESSAGE_PART(node)) {
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(node));
        if (message && g_mime_message_get_mime_part(message)) decode(g_mime_message_get_mime_part(message));
    } else if (GMIME_IS_PART(node)) {
        GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(node));
        if (!content) return;
        GMimeStream *memory = g_mime_stream_mem_new();
        sum += g_mime_data_wrapper_write_to_stream(content, memory);
        g_object_unref(memory);
    }
}

static void parse(const char *bytes, size_t size) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    if (message) {
        const char *subject = g_mime_message_get_subject(message);
        sum += subject ? strlen(subject) : 0;
        InternetAddressList *from = g_mime_message_get_from(message), *to = g_mime_message_get_to(message);
        sum += from ? internet_address_list_length(from) : 0;
        sum += to ? internet_address_list_length(to) : 0;
        if (g_mime_message_get_mime_part(message)) decode(g_mime_message_get_mime_part(message));
        g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
}

int main(int argc, char **argv) {
    if (argc < 3) return 64;
    g_mime_init();
    int rounds = atoi(argv[1]), count = argc - 2;
    char **bytes = malloc(count * sizeof *bytes);
    size_t *size = malloc(count * sizeof *size), total = 0;
    for (int i = 0; i < count; i++) {
        FILE *file = fopen(argv[i + 2], "r");
        if (!file) { perror(argv[i + 2]); return 74; }
        fseek(file, 0, SEEK_END);
        size[i] = ftell(file);
        rewind(file);
        bytes[i] = malloc(size[i] + 1);
        if (fread(bytes[i], 1, size[i], file) != size[i]) return 74;
        fclose(file);
        total += size[i];
    }
    double best = 1e9;
    for (int round = 0; round < rounds; round++) {
        double start = cpu_seconds();
        for (int i = 0; i < count; i++) parse(bytes[i], size[i]);
        double taken = cpu_seconds() - start;
        if (taken < best) best = taken;
    }
    printf("%.3f %zu\n", total / best / 1e6, sum);
}
