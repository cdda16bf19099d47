/* Name spaces: who is called what, and what to say of a name that nobody has. */
#include "compiler/names/internal.h"

#include <string.h>

/* Near names are looked for among all names of a space: after so many misses the fault is elsewhere. */
enum { MANY_UNKNOWN = 200 };

static const struct {
    const char *word;
    Code code;
} SPACES[] = {
#define SPACE(kind, word, code) {word, CODE_G##code},
#include "compiler/names/spaces.def"
#undef SPACE
};

bool is_builtin(const Binder *binder, Span span) {
    return span.begin < binder->builtin_end;
}

Span parts_span(Parts parts) {
    if (!parts.count) return NOWHERE;
    return span_join(parts.items[0].span, parts.items[parts.count - 1].span);
}

Name *dotted_name(Binder *binder, Parts parts) {
    if (!parts.count) return NULL;
    if (parts.count == 1) return parts.items[0].name;
    char small[256];
    size_t length = 0;
    for (uint32_t i = 0; i < parts.count; i++) {
        size_t part = parts.items[i].name->length;
        if (length + part + 1 > sizeof small) return name_of(binder->names, parts_text(binder->arena, parts));
        if (i) small[length++] = '.';
        memcpy(small + length, parts.items[i].name->text, part);
        length += part;
    }
    return names_intern(binder->names, small, length);
}

/* Both of one template's text: the uses are the places that matter. */
static bool report_used_twice(Binder *binder, Space space, const Name *name, const Decl *first) {
    const Expansion *again = binder->diag->expansion, *before = map_get(&binder->program->expansions, first);
    if (!again || !before) return false;
    binder->diag->expansion = again->outer;
    Report *report = diag_report(binder->diag, CODE_G0209, again->use, "%s `%s` is declared twice", SPACES[space].word, name->text);
    report_says(binder->diag, report, "declared again by this use");
    report_label(binder->diag, report, before->use, "first declared by this use");
    report_label(binder->diag, report, first->name.count ? parts_span(first->name) : first->node.span, "the template declares it");
    binder->diag->expansion = again;
    return true;
}

static void report_twice(Binder *binder, Space space, const Name *name, const Decl *first, Span span) {
    if (first->node.span.begin <= span.begin && span.begin < first->node.span.end && report_used_twice(binder, space, name, first)) return;
    Report *report = diag_report(binder->diag, CODE_G0209, span, "%s `%s` is declared twice", SPACES[space].word,
                                 name->text);
    report_says(binder->diag, report, "declared again here");
    report_label(binder->diag, report, first->name.count ? parts_span(first->name) : first->node.span,
                 "first declared here");
    report_help(binder->diag, report, "give one of them another name, or take it away");
}

bool symbol_put(Binder *binder, Space space, Name *name, Decl *decl, Span span) {
    if (!name) return false;
    Decl *first = map_get(&binder->spaces[space], name);
    bool replaces = first && is_builtin(binder, first->node.span) && !is_builtin(binder, span) && space != SPACE_FUNCTION;
    if (first && !replaces) {
        report_twice(binder, space, name, first, span);
        return false;
    }
    map_put(&binder->spaces[space], name, decl);
    return true;
}

Decl *symbol_find(const Binder *binder, Space space, const Name *name) {
    return name ? map_get(&binder->spaces[space], name) : NULL;
}

/* The names of a space, with or without stdlib's. */
static const char **names_of_space(Binder *binder, Space space, bool builtin, size_t *ret_count) {
    const Map *map = &binder->spaces[space];
    const char **names = arena_alloc(binder->arena, (map->count + 1) * sizeof *names);
    size_t count = 0;
    for (uint32_t i = 0; i < map->count; i++)
        if (builtin || !is_builtin(binder, ((const Decl *)map->values[i])->node.span)) names[count++] = ((const Name *)map->keys[i])->text;
    *ret_count = count;
    return names;
}

Report *symbol_unknown(Binder *binder, Space space, const char *wrong, Span span) {
    Report *report = diag_report(binder->diag, SPACES[space].code, span, "there is no %s `%s`", SPACES[space].word, wrong);
    if (binder->unknown++ > MANY_UNKNOWN) return report;
    size_t count;
    const char **names = names_of_space(binder, space, true, &count);
    if (report_near(binder->diag, report, span, wrong, names, count) || space == SPACE_RELATION) return report;
    names = names_of_space(binder, space, false, &count);
    if (count && count <= 8) {
        Buffer list;
        buffer_open(&list, binder->arena);
        for (size_t i = 0; i < count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", names[i]);
        report_note(binder->diag, report, "declared are %s", buffer_string(&list));
    } else if (!count) {
        report_help(binder->diag, report, "declare it: `%s %s …;`", SPACES[space].word, wrong);
    }
    return report;
}

void *symbol_need(Binder *binder, Space space, Part part) {
    if (!part.name) return NULL;
    Decl *decl = symbol_find(binder, space, part.name);
    if (decl) return decl->entity;
    symbol_unknown(binder, space, part.name->text, part.span);
    return NULL;
}

void *symbol_need_dotted(Binder *binder, Space space, Parts parts) {
    if (!parts.count) return NULL;
    return symbol_need(binder, space, (Part){dotted_name(binder, parts), parts_span(parts)});
}

int word_among(Binder *binder, Part part, const char *what, const char *const *words, int count) {
    if (!part.name) return -1;
    for (int i = 0; i < count; i++)
        if (!strcmp(part.name->text, words[i])) return i;
    Report *report = diag_report(binder->diag, CODE_G0218, part.span, "there is no %s `%s`", what, part.name->text);
    if (report_near(binder->diag, report, part.span, part.name->text, words, (size_t)count)) return -1;
    Buffer list;
    buffer_open(&list, binder->arena);
    for (int i = 0; i < count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", words[i]);
    report_note(binder->diag, report, "it is one of %s", buffer_string(&list));
    return -1;
}
