#include "runtime/ingest/place.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { CAPTURE_MAXIMUM = 16, NAME_SIZE = 64, DEPTH_MAXIMUM = 8 };

/* A place taken apart: the pattern for glob(), and the regular expression that gives the columns' values. */
typedef struct {
    char *pattern;
    char *expression;
    size_t columns[CAPTURE_MAXIMUM]; /* of the groups of the expression */
    size_t column_count;
    bool is_pattern; /* it may name several files */
} Template;

static void template_clear(Template *template) {
    free(template->pattern);
    free(template->expression);
}

static size_t find_path_column(const GovSource *source, const char *name) {
    for (size_t i = 0; i < source->column_count; i++)
        if (source->columns[i].origin == GOV_COLUMN_PATH && strcasecmp(source->columns[i].name, name) == 0) return i;
    return SIZE_MAX;
}

static void write_literal(FILE *expression, char character) {
    if (strchr("\\^.$|()[]{}*+?", character)) fputc('\\', expression);
    fputc(character, expression);
}

/* Reads `{name}` or `{name:4}` at `*at`, behind which it leaves it. Width 0: none is given. */
static bool read_braces(const char **at, char ret_name[NAME_SIZE], int *ret_width, const char *place,
                        IngestFault *fault) {
    const char *end = strchr(*at, '}');
    const char *colon = end ? memchr(*at, ':', (size_t)(end - *at)) : NULL;
    const char *stop = colon ? colon : end;
    *ret_width = 0;
    if (!end || stop == *at + 1 || stop - *at - 1 >= NAME_SIZE)
        return ingest_fault(fault, "the place `%s` has a `{` that does not begin `{name}` or `{name:4}`", place);
    memcpy(ret_name, *at + 1, (size_t)(stop - *at - 1));
    ret_name[stop - *at - 1] = 0;
    for (const char *digit = colon ? colon + 1 : end; digit < end; digit++) {
        if (!isdigit((unsigned char)*digit) || *ret_width > 99)
            return ingest_fault(fault, "the place `%s`: the width of `{%s}` is not a number", place, ret_name);
        *ret_width = *ret_width * 10 + (*digit - '0');
    }
    if (colon && *ret_width == 0)
        return ingest_fault(fault, "the place `%s`: the width of `{%s}` is not a number", place, ret_name);
    *at = end + 1;
    return true;
}

static bool take_braces(const GovSource *source, const Settings *settings, const char **at, Template *template,
                        FILE *pattern, FILE *expression, IngestFault *fault) {
    char name[NAME_SIZE];
    int width;
    if (!read_braces(at, name, &width, source->place, fault)) return false;
    size_t column = find_path_column(source, name);
    const char *constant = column == SIZE_MAX && !width ? settings_constant(settings, name) : NULL;
    if (constant) {
        for (; *constant; constant++) {
            fputc(*constant, pattern);
            write_literal(expression, *constant);
        }
        return true;
    }
    if (column == SIZE_MAX)
        return ingest_fault(fault, "the place `%s`: `{%s}` is neither a constant nor a column `from path`",
                            source->place, name);
    if (template->column_count == CAPTURE_MAXIMUM)
        return ingest_fault(fault, "the place `%s` has more than %d columns", source->place, CAPTURE_MAXIMUM);
    template->columns[template->column_count++] = column;
    template->is_pattern = true;
    for (int i = 0; i < width; i++) fputc('?', pattern);
    if (width)
        fprintf(expression, "([^/]{%d})", width);
    else
        fputs("([^/]+)", expression), fputc('*', pattern);
    return true;
}

static void take_character(const char **at, Template *template, FILE *pattern, FILE *expression) {
    const char *close = **at == '[' ? strchr(*at + 1, ']') : NULL;
    bool special = **at == '*' || **at == '?' || close;
    template->is_pattern = template->is_pattern || special;
    if ((*at)[0] == '*' && (*at)[1] == '*') {
        fputs("**", pattern);
        fputs(".*", expression);
        *at += 2;
        /* Between two slashes `**` may also be nothing. */
        if (**at == '/') fputs("/?", expression), fputc('/', pattern), (*at)++;
        return;
    }
    if (close) {
        fwrite(*at, 1, (size_t)(close + 1 - *at), pattern);
        fputs((*at)[1] == '!' ? "[^" : "[", expression);
        const char *start = *at + ((*at)[1] == '!' ? 2 : 1);
        fwrite(start, 1, (size_t)(close + 1 - start), expression);
        *at = close + 1;
        return;
    }
    fputc(**at, pattern);
    if (special)
        fputs(**at == '*' ? "[^/]*" : "[^/]", expression);
    else
        write_literal(expression, **at);
    (*at)++;
}

static bool template_read(const GovSource *source, const Settings *settings, Template *ret_template,
                          IngestFault *fault) {
    size_t pattern_size, expression_size;
    FILE *pattern = open_memstream(&ret_template->pattern, &pattern_size);
    FILE *expression = open_memstream(&ret_template->expression, &expression_size);
    bool ok = pattern && expression;
    if (!ok) ingest_fault_memory(fault);
    if (ok) fputc('^', expression);
    for (const char *at = source->place; ok && *at;) {
        if (*at == '{')
            ok = take_braces(source, settings, &at, ret_template, pattern, expression, fault);
        else
            take_character(&at, ret_template, pattern, expression);
    }
    if (ok) fputs("(\\.gz)?$", expression);
    bool closed = (!pattern || fclose(pattern) == 0) & (!expression || fclose(expression) == 0);
    return ok && (closed || ingest_fault_memory(fault));
}

static char *join(const char *folder, const char *path) {
    if (path[0] == '/' || !folder || !folder[0] || strcmp(folder, ".") == 0) return strdup(path);
    return ingest_print("%s/%s", folder, path);
}

static bool may_be_compressed(const GovSource *source, const char *path) {
    size_t length = strlen(path);
    return source->kind != GOV_ORIGIN_PARQUET && !(length > 3 && strcmp(path + length - 3, ".gz") == 0);
}

static void note_size(IngestFound *found) {
    struct stat status;
    if (stat(found->path, &status) != 0) status = (struct stat){0};
    found->bytes = status.st_size;
    found->changed = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
}

bool ingest_found_set_path(IngestFound *found, char *path) {
    free(found->path);
    found->path = path;
    note_size(found);
    return true;
}

bool ingest_found_add(IngestFoundFiles *files, const char *path, const char *name, IngestFault *fault) {
    IngestFound *larger = realloc(files->items, (files->count + 1) * sizeof *larger);
    if (!larger) return ingest_fault_memory(fault);
    files->items = larger;
    IngestFound *found = &larger[files->count++];
    *found = (IngestFound){
        .path = strdup(path),
        .name = strdup(name),
        .values = calloc(files->column_count + 1, sizeof *found->values),
    };
    if (!found->path || !found->name || !found->values) return ingest_fault_memory(fault);
    note_size(found);
    return true;
}

static bool add_found(IngestFoundFiles *files, const char *path, size_t skip, IngestFault *fault) {
    return ingest_found_add(files, path, path + skip, fault);
}

/* Writes the pattern with the n-th choice for `**`: nothing, then one to DEPTH_MAXIMUM folders. */
static char *pattern_at_depth(const char *pattern, int depth) {
    const char *stars = strstr(pattern, "**");
    char *text;
    size_t size;
    FILE *stream = stars ? open_memstream(&text, &size) : NULL;
    if (!stars) return depth ? NULL : strdup(pattern);
    if (!stream) return NULL;
    const char *rest = stars + 2 + (depth == 0 && stars[2] == '/');
    fwrite(pattern, 1, (size_t)(stars - pattern), stream);
    for (int i = 0; i < depth; i++) fputs(i ? "/*" : "*", stream);
    fputs(rest, stream);
    return fclose(stream) == 0 ? text : NULL;
}

static bool glob_one(const char *pattern, size_t skip, IngestFoundFiles *files, IngestFault *fault) {
    glob_t matches;
    int code = glob(pattern, GLOB_NOSORT, NULL, &matches);
    if (code == GLOB_NOSPACE) return ingest_fault_memory(fault);
    bool ok = true;
    for (size_t i = 0; code == 0 && ok && i < matches.gl_pathc; i++) {
        struct stat status;
        if (stat(matches.gl_pathv[i], &status) == 0 && S_ISREG(status.st_mode))
            ok = add_found(files, matches.gl_pathv[i], skip, fault);
    }
    if (code == 0) globfree(&matches);
    return ok;
}

static bool glob_all(const GovSource *source, const char *pattern, size_t skip, IngestFoundFiles *files,
                     IngestFault *fault) {
    for (int depth = 0; depth <= (strstr(pattern, "**") ? DEPTH_MAXIMUM : 0); depth++) {
        char *plain = pattern_at_depth(pattern, depth);
        char *compressed = NULL;
        bool ok = plain && glob_one(plain, skip, files, fault);
        if (ok && may_be_compressed(source, plain))
            ok = (compressed = ingest_print("%s.gz", plain)) && glob_one(compressed, skip, files, fault);
        free(plain);
        free(compressed);
        if (!ok) return ingest_fault_memory(fault);
    }
    return true;
}

bool ingest_is_partitioned(const GovSource *source) {
    const char *name = strrchr(source->place, '/');
    bool has_columns = false;
    for (size_t i = 0; i < source->column_count; i++) has_columns = has_columns || source->columns[i].origin == GOV_COLUMN_PATH;
    return name && !strchr(name, '{') && has_columns;
}

bool ingest_same_folder(const char *one, const char *other) {
    const char *end = strrchr(one, '/');
    size_t length = end ? (size_t)(end + 1 - one) : 0;
    return strncmp(one, other, length) == 0 && !strchr(other + length, '/');
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const IngestFound *)a)->name, ((const IngestFound *)b)->name);
}

void ingest_found_clear_one(IngestFound *found, size_t column_count) {
    for (size_t i = 0; found->values && i < column_count; i++) free(found->values[i]);
    free(found->values);
    free(found->path);
    free(found->name);
    free(found->sha256);
}

void ingest_found_clear(IngestFoundFiles *files) {
    for (size_t i = 0; i < files->count; i++) ingest_found_clear_one(&files->items[i], files->column_count);
    free(files->items);
    *files = (IngestFoundFiles){0};
}

/* Sorts, and drops what is there twice, as `a.csv.gz` beside `a.csv`. */
static void settle(IngestFoundFiles *files) {
    if (files->count) qsort(files->items, files->count, sizeof *files->items, by_name);
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++) {
        const char *name = files->items[i].name, *last = kept ? files->items[kept - 1].name : NULL;
        size_t length = last ? strlen(last) : 0;
        bool again = last && strncmp(name, last, length) == 0 && (!name[length] || strcmp(name + length, ".gz") == 0);
        if (again)
            ingest_found_clear_one(&files->items[i], files->column_count);
        else
            files->items[kept++] = files->items[i];
    }
    files->count = kept;
}

/* The value of a folder `name=value` of the path, or null if there is none; `*ret_ok` false: out of memory. */
static char *folder_value(const char *path, const char *name, bool *ret_ok) {
    size_t length = strlen(name);
    for (const char *at = path; at; at = strchr(at, '/')) {
        at += *at == '/';
        const char *slash = strchr(at, '/');
        if (!slash || strncasecmp(at, name, length) != 0 || at[length] != '=') continue;
        char *value = strndup(at + length + 1, (size_t)(slash - at) - length - 1);
        *ret_ok = value != NULL;
        return value;
    }
    return NULL;
}

static bool capture(const GovSource *source, const Template *template, const regex_t *expression, IngestFound *found,
                    IngestFault *fault) {
    regmatch_t groups[CAPTURE_MAXIMUM + 1];
    if (template->column_count && regexec(expression, found->name, template->column_count + 1, groups, 0) != 0)
        return ingest_fault(fault, "`%s` does not fit the place `%s`", found->name, source->place);
    for (size_t i = 0; i < template->column_count; i++) {
        char *value = strndup(found->name + groups[i + 1].rm_so, (size_t)(groups[i + 1].rm_eo - groups[i + 1].rm_so));
        if (!value) return ingest_fault_memory(fault);
        free(found->values[template->columns[i]]);
        found->values[template->columns[i]] = value;
    }
    for (size_t i = 0; i < source->column_count; i++) {
        bool ok = true;
        if (source->columns[i].origin != GOV_COLUMN_PATH || found->values[i]) continue;
        found->values[i] = folder_value(found->name, source->columns[i].name, &ok);
        if (!ok) return ingest_fault_memory(fault);
        if (!found->values[i])
            return ingest_fault(fault,
                                "`%s` says nothing of `%s`, which is read from the path: write `{%s}` in the place",
                                found->name, source->columns[i].name, source->columns[i].name);
    }
    return true;
}

static bool capture_all(const GovSource *source, const Template *template, IngestFoundFiles *files,
                        IngestFault *fault) {
    regex_t expression;
    if (regcomp(&expression, template->expression, REG_EXTENDED) != 0)
        return ingest_fault(fault, "the place `%s` is not a pattern of file names", source->place);
    bool ok = true;
    for (size_t i = 0; ok && i < files->count; i++)
        ok = capture(source, template, &expression, &files->items[i], fault);
    regfree(&expression);
    return ok;
}

/* Tells what is wrong with a place that names one file. */
static bool refuse(const char *path, const char *name, IngestFault *fault) {
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode)
                   ? ingest_fault(fault, "`%s` is a folder: name the files, such as `%s/*`", name, name)
                   : ingest_fault(fault, "`%s` is not a file", name);
    if (errno != ENOENT && errno != ENOTDIR)
        return ingest_fault(fault, "`%s` cannot be read: %s", name, strerror(errno));
    const char *slash = strrchr(path, '/');
    char *parent = slash ? strndup(path, (size_t)(slash - path)) : NULL;
    bool no_folder = parent && parent[0] && stat(parent, &status) != 0;
    free(parent);
    fault->missing = true;
    return ingest_fault(fault, no_folder ? "`%s` does not exist, nor does its folder" : "`%s` does not exist", name);
}

static bool find_single(const GovSource *source, const char *path, size_t skip, IngestFoundFiles *files,
                        IngestFault *fault) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) return add_found(files, path, skip, fault);
    char *compressed = NULL;
    if (may_be_compressed(source, path) && !(compressed = ingest_print("%s.gz", path)))
        return ingest_fault_memory(fault);
    bool there = compressed && stat(compressed, &status) == 0 && S_ISREG(status.st_mode);
    bool ok = there ? add_found(files, compressed, skip, fault) : refuse(path, path + skip, fault);
    free(compressed);
    return ok;
}

/* What was found, in order, with the columns of the path. */
static bool take_found(const GovSource *source, const Template *template, IngestFoundFiles *files, IngestFault *fault) {
    settle(files);
    fault->missing = fault->missing || files->count == 0;
    return (files->count > 0 || ingest_fault(fault, "no file matches `%s`", source->place)) && capture_all(source, template, files, fault);
}

/* A list may be of more than what fits. */
static bool drop_others(const Template *template, IngestFoundFiles *files, const GovSource *source, IngestFault *fault) {
    regex_t expression;
    size_t kept = 0;
    if (regcomp(&expression, template->expression, REG_EXTENDED | REG_NOSUB) != 0)
        return ingest_fault(fault, "the place `%s` is not a pattern of file names", source->place);
    for (size_t i = 0; i < files->count; i++)
        if (regexec(&expression, files->items[i].name, 0, NULL, 0) == 0)
            files->items[kept++] = files->items[i];
        else
            ingest_found_clear_one(&files->items[i], files->column_count);
    files->count = kept;
    regfree(&expression);
    return true;
}

bool ingest_place_find_by(const GovSource *source, const Settings *settings, IngestList list, void *context,
                          IngestFoundFiles *ret_files, IngestFault *fault) {
    Template template = {0};
    *ret_files = (IngestFoundFiles){.column_count = source->column_count};
    bool ok = template_read(source, settings, &template, fault) && list(context, template.pattern, ret_files, fault) &&
              drop_others(&template, ret_files, source, fault) && take_found(source, &template, ret_files, fault);
    template_clear(&template);
    return ok;
}

bool ingest_place_find(const GovSource *source, const Settings *settings, const char *folder,
                       IngestFoundFiles *ret_files, IngestFault *fault) {
    *ret_files = (IngestFoundFiles){.column_count = source->column_count};
    const char *scheme = strstr(source->place, "://");
    if (scheme)
        return ingest_fault(fault, "files at `%.*s:` addresses are not read by this version: copy them to a folder",
                            (int)(scheme - source->place), source->place);
    Template template = {0};
    char *path = NULL;
    bool ok = template_read(source, settings, &template, fault);
    if (ok) {
        path = join(folder, template.pattern);
        ok = path || ingest_fault_memory(fault);
    }
    if (ok) {
        struct stat status;
        size_t skip = strlen(path) - strlen(template.pattern);
        bool single = !template.is_pattern || (template.column_count == 0 && stat(path, &status) == 0);
        ok =
            single ? find_single(source, path, skip, ret_files, fault) : glob_all(source, path, skip, ret_files, fault);
    }
    ok = ok && take_found(source, &template, ret_files, fault);
    template_clear(&template);
    free(path);
    return ok;
}
