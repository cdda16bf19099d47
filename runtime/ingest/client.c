#include "runtime/ingest/client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

/* A request is never sent before the server could have counted a whole interval: clocks and networks are not exact. */
static const double rate_margin = 0.01;
static const double retry_after_maximum = 600, backoff_first = 0.5, backoff_maximum = 60, wait_slice = 0.05;
enum { REDIRECT_MAXIMUM = 5 };

/* What one attempt gave. */
typedef struct {
    CURLcode code;
    long status;
    double retry_after;
    char *redirect;
    char *body;
    size_t length, capacity;
    char *link;
    bool too_large, no_memory;
    char words[CURL_ERROR_SIZE];
} Attempt;

struct Client {
    ClientOptions options;
    CURL *curl;
    struct curl_slist *headers;
    double next_start; /* monotonic; when the rate limit lets the next request start */
    uint64_t random;
    int64_t bytes;
    Attempt *attempt; /* that the callbacks write to */
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool cancelled(const Client *client) {
    return client->options.cancel && atomic_load_explicit(client->options.cancel, memory_order_relaxed);
}

/* Sleeps until a time, unless the run is cancelled. */
static bool wait_until(const Client *client, double when, IngestFault *fault) {
    for (double left = when - now(); left > 0 && !cancelled(client); left = when - now()) {
        double slice = left < wait_slice ? left : wait_slice;
        nanosleep(&(struct timespec){0, (long)(slice * 1e9)}, NULL);
    }
    if (!cancelled(client)) return true;
    fault->interrupted = true;
    return ingest_fault(fault, "interrupted");
}

/* 0 to 1; xorshift64*, for jitter only. */
static double random_share(Client *client) {
    uint64_t state = client->random;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    client->random = state;
    return (double)(state * 2685821657736338717u >> 11) / 9007199254740992.0;
}

/* --- one attempt -------------------------------------------------------------------------------------------------- */

static size_t take_body(char *data, size_t size, size_t count, void *context) {
    Client *client = context;
    Attempt *attempt = client->attempt;
    size_t length = size * count;
    if (length > (size_t)client->options.body_maximum ||
        attempt->length > (size_t)client->options.body_maximum - length) {
        attempt->too_large = true;
        return 0;
    }
    if (attempt->length + length + 1 > attempt->capacity) {
        size_t capacity = (attempt->length + length) * 2 + 4096;
        char *larger = realloc(attempt->body, capacity);
        if (!larger) {
            attempt->no_memory = true;
            return 0;
        }
        attempt->body = larger;
        attempt->capacity = capacity;
    }
    memcpy(attempt->body + attempt->length, data, length);
    attempt->length += length;
    attempt->body[attempt->length] = 0;
    return length;
}

/* Finds the address of rel="next" in a Link header (RFC 8288): `<a>; rel="prev", <b>; rel="next"`. */
static bool find_next(const char *text, size_t length, const char **ret_start, size_t *ret_length) {
    const char *end = text + length;
    while (text < end) {
        const char *open = memchr(text, '<', (size_t)(end - text));
        const char *close = open ? memchr(open, '>', (size_t)(end - open)) : NULL;
        if (!close) return false;
        const char *following = memchr(close, '<', (size_t)(end - close));
        size_t rest = (size_t)((following ? following : end) - close);
        *ret_start = open + 1;
        *ret_length = (size_t)(close - open - 1);
        if (memmem(close, rest, "rel=\"next\"", 10) || memmem(close, rest, "rel=next", 8)) return true;
        text = close + rest;
    }
    return false;
}

static size_t take_header(char *data, size_t size, size_t count, void *context) {
    Attempt *attempt = ((Client *)context)->attempt;
    size_t length = size * count, link_length;
    const char *link;
    if (length <= 5 || strncasecmp(data, "link:", 5) != 0 || attempt->link) return length;
    if (find_next(data + 5, length - 5, &link, &link_length) && !(attempt->link = strndup(link, link_length)))
        attempt->no_memory = true;
    return length;
}

static int take_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up_done) {
    (void)total, (void)done, (void)up_total, (void)up_done;
    return cancelled(context);
}

static void attempt_clear(Attempt *attempt) {
    free(attempt->body);
    free(attempt->redirect);
    free(attempt->link);
    *attempt = (Attempt){0};
}

static bool perform(Client *client, const char *url, const char *form, Attempt *attempt, IngestFault *fault) {
    if (!wait_until(client, client->next_start, fault)) return false;
    CURL *curl = client->curl;
    client->attempt = attempt;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, attempt->words);
    if (form)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, form);
    else
        curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    double start = now();
    attempt->code = curl_easy_perform(curl);
    /* The server saw the request after it was connected to, not when we began. */
    curl_off_t before = 0, bytes = 0, retry_after = 0;
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &before);
    curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &attempt->status);
    attempt->retry_after = (double)retry_after;
    client->bytes += bytes;
    if (client->options.seconds_between > 0)
        client->next_start = start + (double)before / 1e6 + client->options.seconds_between + rate_margin;
    char *redirect = NULL;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
    attempt->redirect = redirect ? strdup(redirect) : NULL;
    if (attempt->no_memory || (redirect && !attempt->redirect)) return ingest_fault_memory(fault);
    return true;
}

/* --- what it means ------------------------------------------------------------------------------------------------ */

typedef enum { VERDICT_FINE, VERDICT_EMPTY, VERDICT_REDIRECT, VERDICT_AGAIN, VERDICT_NEVER } Verdict;

static bool is_passing_code(CURLcode code) {
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_OPERATION_TIMEDOUT ||
           code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING ||
           code == CURLE_PARTIAL_FILE || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM ||
           code == CURLE_SSL_CONNECT_ERROR || code == CURLE_BAD_CONTENT_ENCODING || code == CURLE_WEIRD_SERVER_REPLY;
}

static const char *status_words(long status) {
    static const struct {
        long status;
        const char *words;
    } known[] = {
        {400, "bad request"},         {401, "not authenticated"}, {403, "forbidden"},       {404, "not found"},
        {405, "method not allowed"},  {406, "not acceptable"},    {408, "request timeout"}, {410, "gone"},
        {422, "unprocessable"},       {429, "too many requests"}, {500, "internal error"},  {502, "bad gateway"},
        {503, "service unavailable"}, {504, "gateway timeout"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status) return known[i].words;
    return status >= 500 ? "server error" : "not a success";
}

/* Parses the body (numbers as doubles: the values are taken from its text); what it is instead of JSON goes to
 * `words`. */
static bool parse(Attempt *attempt, ClientAnswer *answer, const char **words) {
    static const char mark[] = "\xef\xbb\xbf";
    if (attempt->length >= 3 && memcmp(attempt->body, mark, 3) == 0) {
        attempt->length -= 3;
        memmove(attempt->body, attempt->body + 3, attempt->length + 1);
    }
    const size_t flags = JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL;
    answer->json = attempt->body ? json_loadb(attempt->body, attempt->length, flags, NULL) : NULL;
    if (answer->json) return true;
    const char *start = attempt->body ? attempt->body : "";
    while (isspace((unsigned char)*start)) start++;
    bool html = strncasecmp(start, "<!doctype html", 14) == 0 || strncasecmp(start, "<html", 5) == 0;
    *words = !*start ? "nothing" : html ? "HTML" : *start == '<' ? "XML" : "text that is not JSON";
    return false;
}

static Verdict judge_failure(const Client *client, const Attempt *attempt, char words[256]) {
    if (attempt->too_large) {
        snprintf(words, 256, "answered with more than %lld bytes; the option `max_response` allows more",
                 (long long)client->options.body_maximum);
        return VERDICT_NEVER;
    }
    if (attempt->code == CURLE_OPERATION_TIMEDOUT)
        snprintf(words, 256, "did not answer within %g seconds", client->options.timeout_seconds);
    else
        snprintf(words, 256, "failed: %.200s", attempt->words[0] ? attempt->words : curl_easy_strerror(attempt->code));
    return is_passing_code(attempt->code) ? VERDICT_AGAIN : VERDICT_NEVER;
}

static Verdict judge(const Client *client, Attempt *attempt, ClientAnswer *answer, char words[256]) {
    const char *instead = "";
    if (attempt->code != CURLE_OK) return judge_failure(client, attempt, words);
    if (client->options.empty_status && attempt->status == client->options.empty_status) return VERDICT_EMPTY;
    if (attempt->redirect) return VERDICT_REDIRECT;
    if (attempt->status == 204) return VERDICT_EMPTY;
    if (attempt->status / 100 != 2) {
        snprintf(words, 256, "answered %ld (%s)", attempt->status, status_words(attempt->status));
        return attempt->status == 408 || attempt->status == 429 || attempt->status / 100 == 5 ? VERDICT_AGAIN
                                                                                              : VERDICT_NEVER;
    }
    if (parse(attempt, answer, &instead)) return VERDICT_FINE;
    snprintf(words, 256, "answered %s instead of JSON", instead);
    return VERDICT_AGAIN;
}

static double retry_delay(Client *client, int retry, double retry_after) {
    double delay = client->options.backoff ? fmin(backoff_first * pow(2, retry), backoff_maximum) : 1;
    if (client->options.backoff) delay *= 0.5 + random_share(client) / 2;
    return fmax(delay, retry_after);
}

/* --- addresses ---------------------------------------------------------------------------------------------------- */

static char *url_part(const char *url, CURLUPart part) {
    CURLU *handle = curl_url();
    char *text = NULL, *copy = NULL;
    if (handle && curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(handle, part, &text, CURLU_DEFAULT_PORT) == CURLUE_OK)
        copy = strdup(text);
    curl_free(text);
    curl_url_cleanup(handle);
    return copy;
}

static bool same_part(const char *url, const char *other, CURLUPart part) {
    char *a = url_part(url, part), *b = url_part(other, part);
    bool same = a && b && strcasecmp(a, b) == 0;
    free(a);
    free(b);
    return same;
}

bool client_same_place(const char *url, const char *other) {
    return same_part(url, other, CURLUPART_SCHEME) && same_part(url, other, CURLUPART_HOST) &&
           same_part(url, other, CURLUPART_PORT);
}

/* May this redirect be followed? `words` says why not. */
static bool may_follow(const Client *client, const char *from, const char *to, char words[256]) {
    bool secret = client->options.user || client->options.header_count > 0;
    bool scheme = same_part(from, to, CURLUPART_SCHEME);
    if (scheme && (!secret || client_same_place(from, to))) return true;
    char *host = url_part(to, CURLUPART_HOST), *name = url_part(to, CURLUPART_SCHEME);
    snprintf(words, 256, "redirects to another %s, which is not followed: `%.20s://%.150s`", scheme ? "host" : "scheme",
             name ? name : "", host ? host : "");
    free(host);
    free(name);
    return false;
}

/* An absolute address from one that may be relative to `url`. */
static char *resolve(const char *url, const char *relative) {
    CURLU *handle = curl_url();
    char *text = NULL, *copy = NULL;
    if (handle && curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_set(handle, CURLUPART_URL, relative, 0) == CURLUE_OK &&
        curl_url_get(handle, CURLUPART_URL, &text, 0) == CURLUE_OK)
        copy = strdup(text);
    curl_free(text);
    curl_url_cleanup(handle);
    return copy;
}

/* --- asking
 * ---------------------------------------------------------------------------------------------------------- */

/* One attempt with the redirects that it leads to. */
static Verdict attempt_following(Client *client, const char *url, const char *form, Attempt *attempt,
                                 ClientAnswer *answer, char words[256], IngestFault *fault) {
    char *at = strdup(url);
    Verdict verdict = VERDICT_NEVER;
    for (int i = 0; at; i++) {
        attempt_clear(attempt);
        if (!perform(client, at, form, attempt, fault)) break;
        verdict = judge(client, attempt, answer, words);
        if (verdict == VERDICT_FINE && attempt->link && !(answer->next = resolve(at, attempt->link)))
            ingest_fault(fault, "the address of the next page is none");
        if (verdict != VERDICT_REDIRECT) break;
        verdict = VERDICT_NEVER;
        if (i == REDIRECT_MAXIMUM || form) {
            snprintf(words, 256, form ? "redirects a POST, which is not followed" : "redirects more than %d times",
                     REDIRECT_MAXIMUM);
            break;
        }
        if (!may_follow(client, at, attempt->redirect, words)) break;
        free(at);
        at = strdup(attempt->redirect);
    }
    if (!at) ingest_fault_memory(fault);
    free(at);
    return verdict;
}

static bool give_up(const char *name, const char *words, int attempts, IngestFault *fault) {
    if (attempts > 1) return ingest_fault(fault, "%s %s, after %d attempts", name, words, attempts);
    return ingest_fault(fault, "%s %s", name, words);
}

bool client_ask(Client *client, const char *url, const char *form, const char *name, ClientAnswer *ret_answer,
                IngestFault *fault) {
    *ret_answer = (ClientAnswer){0};
    Attempt attempt = {0};
    for (int retry = 0;; retry++) {
        char words[256] = "";
        Verdict verdict = attempt_following(client, url, form, &attempt, ret_answer, words, fault);
        bool interrupted = cancelled(client);
        if (interrupted) wait_until(client, 0, fault);
        if (fault->text[0]) break;
        if (verdict == VERDICT_FINE) {
            ret_answer->body = attempt.body;
            ret_answer->length = attempt.length;
            attempt.body = NULL;
        }
        if (verdict == VERDICT_FINE || verdict == VERDICT_EMPTY) break;
        if (verdict != VERDICT_AGAIN || retry >= client->options.retries || attempt.retry_after > retry_after_maximum) {
            give_up(name, words, retry + 1, fault);
            break;
        }
        double delay = retry_delay(client, retry, attempt.retry_after);
        if (!wait_until(client, now() + delay, fault)) break;
    }
    attempt_clear(&attempt);
    return !fault->text[0];
}

void client_answer_clear(ClientAnswer *answer) {
    free(answer->body);
    free(answer->next);
    json_decref(answer->json);
    *answer = (ClientAnswer){0};
}

int64_t client_bytes(const Client *client) {
    return client->bytes;
}

static void initialize(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool add_header(Client *client, const char *header) {
    struct curl_slist *list = curl_slist_append(client->headers, header);
    client->headers = list ? list : client->headers;
    return list != NULL;
}

static void set_options(Client *client) {
    CURL *curl = client->curl;
    const ClientOptions *options = &client->options;
    long milliseconds = (long)(options->timeout_seconds * 1000);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds < 10000 ? milliseconds : 10000L);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "gov");
    curl_easy_setopt(curl, CURLOPT_PROXY, options->proxy ? options->proxy : "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, client->headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, client);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, take_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, client);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    if (options->certificates) curl_easy_setopt(curl, CURLOPT_CAINFO, options->certificates);
    if (options->user) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, options->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, options->password ? options->password : "");
    }
}

bool client_open(const ClientOptions *options, Client **ret_client, IngestFault *fault) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize);
    Client *client = calloc(1, sizeof *client);
    *ret_client = client;
    if (!client) return ingest_fault_memory(fault);
    client->options = *options;
    client->curl = curl_easy_init();
    bool ok = client->curl && add_header(client, "Accept: application/json");
    for (size_t i = 0; ok && i < options->header_count; i++) ok = add_header(client, options->headers[i]);
    if (!ok) {
        client_close(client);
        *ret_client = NULL;
        return ingest_fault_memory(fault);
    }
    if (getrandom(&client->random, sizeof client->random, GRND_NONBLOCK) != sizeof client->random || !client->random)
        client->random = (uint64_t)time(NULL) | 1;
    set_options(client);
    return true;
}

void client_close(Client *client) {
    if (!client) return;
    curl_slist_free_all(client->headers);
    curl_easy_cleanup(client->curl);
    free(client);
}
