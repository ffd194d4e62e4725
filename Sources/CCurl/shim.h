#pragma once
#include <curl/curl.h>

// curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic macros: Swift sees none of
// them. One function for each type of value.
static inline CURLcode smsmda_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode smsmda_curl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode smsmda_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode smsmda_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *v) {
    return curl_easy_setopt(handle, option, v);
}
static inline CURLcode smsmda_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
// The shape of a callback that takes what was received: bytes, size, count, context.
typedef size_t (*smsmda_curl_transfer)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode smsmda_curl_set_transfer(
    CURL *handle, CURLoption option, smsmda_curl_transfer function) {
    return curl_easy_setopt(handle, option, function);
}
static inline CURLcode smsmda_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode smsmda_curl_get_size(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode smsmda_curl_get_text(CURL *handle, CURLINFO info, char **value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode smsmda_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode smsmda_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode smsmda_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *v) {
    return curl_multi_setopt(multi, option, v);
}
static inline CURLMcode smsmda_curl_multi_set_socket(
    CURLM *multi, int (*function)(CURL *, curl_socket_t, int, void *, void *)) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}
static inline CURLMcode smsmda_curl_multi_set_timer(
    CURLM *multi, int (*function)(CURLM *, long, void *)) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}
// Called when a connection is ready for a request, before its first octet: context, addresses and
// ports of both ends. 7.80.
static inline CURLcode smsmda_curl_set_prerequest(
    CURL *handle, int (*function)(void *, char *, char *, int, int), void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
    return code ? code : curl_easy_setopt(handle, CURLOPT_PREREQDATA, context);
}
// CURLVERSION_NOW is a macro that names an enumerator: Swift does not see it.
static inline const char *smsmda_curl_version(void) {
    return curl_version_info(CURLVERSION_NOW)->version;
}
