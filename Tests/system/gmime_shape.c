/* Reads file names from standard input and prints, for each, "ok" and section and media type of every leaf,
   parted by tabs, as GMime 3 finds them; "none" where it finds no message. For test_mail_differential.py. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

static void print_node(GMimeObject *node, const char *path, int is_body);

static void print_leaf(GMimeObject *node, const char *path, int is_body) {
    GMimeContentType *type = g_mime_object_get_content_type(node);
    char *kind = g_ascii_strdown(g_mime_content_type_get_mime_type(type), -1);
    printf("\t%s%s%s %s", path, is_body && *path ? "." : "", is_body ? "1" : "", kind);
    g_free(kind);
}

static void print_node(GMimeObject *node, const char *path, int is_body) {
    if (GMIME_IS_MULTIPART(node) && g_mime_multipart_get_count(GMIME_MULTIPART(node)) > 0) {
        for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(node)); i++) {
            char *inner = g_strdup_printf("%s%s%d", path, *path ? "." : "", i + 1);
            print_node(g_mime_multipart_get_part(GMIME_MULTIPART(node), i), inner, 0);
            g_free(inner);
        }
        return;
    }
    print_leaf(node, path, is_body);
    if (GMIME_IS_MESSAGE_PART(node)) {
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(node));
        char *inner = g_strdup_printf("%s%s%s", path, is_body && *path ? "." : "", is_body ? "1" : "");
        if (message && g_mime_message_get_mime_part(message)) print_node(g_mime_message_get_mime_part(message), inner, 1);
        g_free(inner);
    }
}

int main(void) {
    char name[4096];
    g_mime_init();
    while (fgets(name, sizeof name, stdin)) {
        name[strcspn(name, "\n")] = 0;
        GMimeStream *stream = g_mime_stream_file_open(name, "r", NULL);
        GMimeParser *parser = stream ? g_mime_parser_new_with_stream(stream) : NULL;
        GMimeMessage *message = parser ? g_mime_parser_construct_message(parser, NULL) : NULL;
        if (message && g_mime_message_get_mime_part(message)) {
            printf("ok");
            print_node(g_mime_message_get_mime_part(message), "", 1);
            printf("\n");
        } else {
            printf("none\n");
        }
        if (message) g_object_unref(message);
        if (parser) g_object_unref(parser);
        if (stream) g_object_unref(stream);
    }
    return 0;
}
