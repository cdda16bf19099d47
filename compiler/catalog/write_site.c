/* The list of the site's files: assets as they are, and the data that site_*.c write. */
#include "compiler/catalog/internal.h"

#include "compiler/base/embed.h"

#include <stdlib.h>
#include <string.h>

EMBEDDED_FILES(site_assets);

void site_add_script(Site *site, const char *name, const char *call, int64_t number, const Json *value) {
    Buffer text;
    buffer_open(&text, site->arena);
    buffer_format(&text, "gov.%s(", call);
    if (number >= 0) buffer_format(&text, "%lld,", (long long)number);
    buffer_add(&text, value->out.at, value->out.length);
    buffer_text(&text, ");\n");
    CatalogFile file = {arena_format(site->arena, "data/%s.js", name), (const unsigned char *)text.at, text.length};
    vec_push(site->arena, &site->files, file);
}

static int compare(uint64_t a, uint64_t b) {
    return a < b ? -1 : a > b;
}

/* Edges by where they go; CATALOG_NONE is the largest column, so "all rows" stands last. */
static int by_end(const void *a, const void *b) {
    const CatalogEdge *one = a, *two = b;
    int order = compare(one->to_relation, two->to_relation);
    if (!order) order = compare(one->to_column, two->to_column);
    if (!order) order = compare(one->from_relation, two->from_relation);
    return order ? order : compare(one->from_column, two->from_column);
}

static void sort_edges(Site *site) {
    const Catalog *catalog = site->catalog;
    CatalogEdge *edges = arena_alloc(site->arena, (catalog->edge_count + 1) * sizeof *edges);
    size_t kept = 0;
    if (catalog->edge_count) memcpy(edges, catalog->edges, catalog->edge_count * sizeof *edges);
    qsort(edges, catalog->edge_count, sizeof *edges, by_end);
    for (size_t i = 0; i < catalog->edge_count; i++) {
        if (kept && !by_end(&edges[kept - 1], &edges[i]))
            edges[kept - 1].kinds |= edges[i].kinds;
        else
            edges[kept++] = edges[i];
    }
    site->edges = edges;
    site->edge_count = kept;
}

static void number_columns(Site *site) {
    const Catalog *catalog = site->catalog;
    uint32_t *first = arena_alloc(site->arena, (catalog->relation_count + 1) * sizeof *first);
    for (size_t i = 0; i < catalog->relation_count; i++)
        first[i + 1] = first[i] + (uint32_t)catalog->relations[i].column_count;
    site->first = first;
}

static void write_data(Site *site) {
    number_columns(site);
    sort_edges(site);
    site_write_details(site);
    site_write_sql(site);
    site_write_lineage(site);
    site_write_words(site);
    site_write_tests(site);
    site_write_access(site);
    site_write_declared(site);
    site_write_runs(site);
    site_write_core(site);
}

CatalogFiles catalog_write_site(Arena *arena, const Catalog *catalog) {
    Site site = {.arena = arena, .catalog = catalog};
    for (size_t i = 0; i < site_assets_count; i++) {
        CatalogFile file = {site_assets[i].name, (const unsigned char *)site_assets[i].bytes, site_assets[i].size};
        vec_push(arena, &site.files, file);
    }
    write_data(&site);
    return (CatalogFiles){site.files.items, site.files.count};
}

/* ------------------------------------------------------------ single file */

static const CatalogFile *find_file(const CatalogFiles *files, const char *path, size_t length) {
    for (size_t i = 0; i < files->count; i++)
        if (strlen(files->items[i].path) == length && !memcmp(files->items[i].path, path, length))
            return &files->items[i];
    return NULL;
}

static bool has_suffix(const char *path, const char *suffix) {
    size_t length = strlen(path), end = strlen(suffix);
    return length >= end && !strcmp(path + length - end, suffix);
}

static void add_inline(Buffer *out, const char *before, const char *id, const CatalogFile *file, const char *after) {
    buffer_format(out, before, id);
    buffer_add(out, (const char *)file->bytes, file->size);
    buffer_text(out, after);
}

/* Scripts that are loaded when a page needs them stand in the page as text, under their path. */
static void add_waiting_scripts(Buffer *out, const CatalogFiles *files, const char *index) {
    for (size_t i = 0; i < files->count; i++) {
        const CatalogFile *file = &files->items[i];
        if (!has_suffix(file->path, ".js") || strstr(index, arena_format(out->arena, "src=\"%s\"", file->path)))
            continue;
        add_inline(out, "<script type=\"text/plain\" id=\"file:%s\">", file->path, file, "</script>\n");
    }
}

/* Copies the page, putting in the place of each `<script src="x"></script>` and of the style sheet's link what they name. */
CatalogFile catalog_write_single_file(Arena *arena, const Catalog *catalog) {
    static const char script[] = "<script src=\"", link[] = "<link rel=\"stylesheet\" href=\"",
                      policy[] = "'self' file:";
    CatalogFiles files = catalog_write_site(arena, catalog);
    const char *at = (const char *)find_file(&files, "index.html", strlen("index.html"))->bytes, *index = at;
    bool waiting = false;
    Buffer out;
    buffer_open(&out, arena);
    while (*at) {
        bool is_script = !strncmp(at, script, strlen(script)), is_link = !strncmp(at, link, strlen(link));
        if (is_script || is_link) {
            const char *path = at + strlen(is_script ? script : link);
            size_t length = strcspn(path, "\"");
            const CatalogFile *file = find_file(&files, path, length);
            if (is_script && !waiting) add_waiting_scripts(&out, &files, index), waiting = true;
            add_inline(&out, is_script ? "<script>%.0s" : "<style>%.0s", "", file,
                       is_script ? "</script>" : "</style>");
            at = path + length + strlen(is_script ? "\"></script>" : "\">");
        } else if (!strncmp(at, policy, strlen(policy))) {
            buffer_text(&out, "'unsafe-inline'");
            at += strlen(policy);
        } else
            buffer_char(&out, *at++);
    }
    return (CatalogFile){"index.html", (const unsigned char *)out.at, out.length};
}
