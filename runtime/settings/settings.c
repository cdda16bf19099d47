#include "runtime/settings/settings.h"
#include "runtime/settings/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name that was looked up; an environment variable that is not set is not kept: each use has its own fallback. */
typedef struct {
    GovValueKind kind;
    const char *name; /* of the plan */
    char *value;
} Resolved;

struct Settings {
    const GovPlan *plan;
    Resolved *items;
    size_t count;
    Redactor redactor;
};

/* While a plan is searched for its values. */
typedef struct {
    Settings *settings;
    FILE *missing; /* one line for each value that is missing */
    bool out_of_memory;
} Search;

static const Resolved *find(const Settings *settings, GovValueKind kind, const char *name) {
    for (size_t i = 0; i < settings->count; i++)
        if (settings->items[i].kind == kind && strcmp(settings->items[i].name, name) == 0) return &settings->items[i];
    return NULL;
}

/* Takes over `value`. */
static bool keep(Settings *settings, GovValueKind kind, const char *name, char *value) {
    Resolved *grown = value ? realloc(settings->items, (settings->count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(value);
        return false;
    }
    settings->items = grown;
    settings->items[settings->count++] = (Resolved){kind, name, value};
    return kind != GOV_VALUE_SECRET || redactor_add(&settings->redactor, value);
}

static char *read_whole(FILE *file) {
    char *text = NULL;
    size_t size = 0;
    ssize_t length = getdelim(&text, &size, '\0', file);
    if (length >= 0) return text;
    free(text);
    return ferror(file) ? NULL : strdup("");
}

/* The file of that name in $GOV_SECRETS_DIR, without one newline at its end. Null: there is none. */
static char *read_secret_file(const char *name) {
    const char *folder = getenv("GOV_SECRETS_DIR");
    char *path;
    if (!folder || !*folder || strchr(name, '/') || asprintf(&path, "%s/%s", folder, name) < 0) return NULL;
    FILE *file = fopen(path, "re");
    free(path);
    if (!file) return NULL;
    char *text = read_whole(file);
    fclose(file);
    size_t length = text ? strlen(text) : 0;
    if (length && text[length - 1] == '\n') text[length - 1] = '\0';
    return text;
}

static char *read_secret(const char *name) {
    const char *value = getenv(name);
    return value && *value ? strdup(value) : read_secret_file(name);
}

char *settings_read(const GovValue *value) {
    const char *set = value->kind == GOV_VALUE_ENV ? getenv(value->text) : NULL;
    switch (value->kind) {
    case GOV_VALUE_TEXT: return strdup(value->text);
    case GOV_VALUE_ENV: return set || value->fallback ? strdup(set ? set : value->fallback) : NULL;
    case GOV_VALUE_SECRET: return read_secret(value->text);
    }
    return NULL;
}

static void report_missing(Search *search, const GovValue *value, const char *owner, const char *key) {
    if (value->kind == GOV_VALUE_ENV)
        fprintf(search->missing, "environment variable `%s` is not set: it is needed for `%s` of %s\n", value->text,
                key, owner);
    else
        fprintf(search->missing, "secret `%s` is neither in the environment nor in %s: it is needed for `%s` of %s\n",
                value->text, getenv("GOV_SECRETS_DIR") ? "$GOV_SECRETS_DIR" : "a folder named by GOV_SECRETS_DIR", key,
                owner);
}

static void resolve(Search *search, const GovValue *value, const char *owner, const char *key) {
    if (value->kind == GOV_VALUE_TEXT || find(search->settings, value->kind, value->text)) return;
    const char *set = value->kind == GOV_VALUE_ENV ? getenv(value->text) : NULL;
    char *copy = value->kind == GOV_VALUE_SECRET ? read_secret(value->text) : set ? strdup(set) : NULL;
    if (copy && (*copy || value->kind == GOV_VALUE_ENV)) {
        if (!keep(search->settings, value->kind, value->text, copy)) search->out_of_memory = true;
        return;
    }
    free(copy);
    if (set)
        search->out_of_memory = true;
    else if (value->kind == GOV_VALUE_SECRET || !value->fallback)
        report_missing(search, value, owner, key);
}

static void resolve_all(Search *search, const GovSettings *settings, const char *owner) {
    for (size_t i = 0; i < settings->count; i++)
        resolve(search, &settings->items[i].value, owner, settings->items[i].key);
}

static void search_source(Search *search, const GovStep *step) {
    char owner[300];
    snprintf(owner, sizeof owner, "source `%s`", step->name);
    resolve_all(search, &step->source->options, owner);
    if (step->source->http) {
        resolve_all(search, &step->source->http->parameters, owner);
        resolve_all(search, &step->source->http->headers, owner);
        resolve_all(search, &step->source->http->auth, owner);
    }
}

static void search_pads(Search *search, const GovPad *pads, size_t count, const char *role) {
    char owner[300];
    snprintf(owner, sizeof owner, "role `%s`", role);
    for (size_t i = 0; i < count; i++) { /* both halves of a key are of one secret: it is missing once */
        bool seen = false;
        for (size_t k = 0; !seen && k < i; k++) seen = strcmp(pads[k].secret, pads[i].secret) == 0;
        if (!seen) resolve(search, &(GovValue){GOV_VALUE_SECRET, pads[i].secret, NULL}, owner, "mask");
    }
}

static void search_plan(Search *search, const GovPlan *plan) {
    char owner[300];
    snprintf(owner, sizeof owner, "target `%s`", plan->target.name);
    resolve_all(search, &plan->target.settings, owner);
    resolve_all(search, &plan->constants, "the project's constants");
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].source) search_source(search, &plan->steps[i]);
    for (size_t i = 0; i < plan->access.view_count; i++)
        search_pads(search, plan->access.views[i].pads, plan->access.views[i].pad_count, plan->access.views[i].role);
    for (size_t i = 0; i < plan->access.share_count; i++)
        search_pads(search, plan->access.shares[i].pads, plan->access.shares[i].pad_count, plan->access.shares[i].role);
}

bool settings_open(const GovPlan *plan, Settings **ret_settings, char **ret_error) {
    *ret_settings = NULL;
    *ret_error = NULL;
    char *missing = NULL;
    size_t size = 0;
    Search search = {.settings = calloc(1, sizeof(Settings)), .missing = open_memstream(&missing, &size)};
    if (search.settings && search.missing) {
        search.settings->plan = plan;
        search_plan(&search, plan);
    }
    bool written = search.missing && fclose(search.missing) == 0;
    if (!search.settings || !written || search.out_of_memory) {
        free(missing);
    } else if (size > 0) {
        missing[size - 1] = '\0'; /* the last newline */
        *ret_error = missing;
    } else {
        free(missing);
        *ret_settings = search.settings;
        return true;
    }
    settings_close(search.settings);
    return false;
}

void settings_close(Settings *settings) {
    if (!settings) return;
    for (size_t i = 0; i < settings->count; i++) {
        explicit_bzero(settings->items[i].value, strlen(settings->items[i].value));
        free(settings->items[i].value);
    }
    free(settings->items);
    redactor_clear(&settings->redactor);
    free(settings);
}

const char *settings_value(const Settings *settings, const GovValue *value) {
    if (value->kind == GOV_VALUE_TEXT) return value->text;
    const Resolved *resolved = find(settings, value->kind, value->text);
    return resolved ? resolved->value : value->fallback;
}

const char *settings_constant(const Settings *settings, const char *name) {
    const GovSettings *constants = &settings->plan->constants;
    for (size_t i = 0; i < constants->count; i++)
        if (strcmp(constants->items[i].key, name) == 0) return settings_value(settings, &constants->items[i].value);
    return NULL;
}

char *settings_redact(const Settings *settings, const char *text) {
    return redactor_apply(&settings->redactor, text);
}
