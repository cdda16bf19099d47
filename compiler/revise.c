/* A few texts anew, all else as it was: what the language server does at each stroke of a key.
 *
 * The session is not touched. The files that are edited are compiled before it, as a small program whose other names are the
 * session's. Where what others see of a relation has changed, the files of those others join them, until nothing changes. */
#include "compiler/session.h"

#include "compiler/syntax/syntax.h"

/* A change that has spread for so many rounds is taken to go all the way down. */
enum { MOST_FILES = 1500, ROUNDS_BY_STEP = 4 };

typedef VEC(const Test *) Tests;

typedef struct {
    Session *session;
    const Edit *edits;
    size_t edit_count;
    Revision *revision;
    const Edit **edited;            /* of each file, or null */
    bool *joins;                    /* of each file: it is compiled anew */
    VEC(uint32_t) files;            /* those */
    Tests declared;                 /* tests by `test … on` */
    Tests referring;                /* tests that name another relation */
    bool refused;
    uint32_t round;                 /* each compiles all files that have joined */
} Revising;

/* --------------------------------------------------------------- files */

static uint32_t file_at(const Revising *revising, uint32_t position) {
    const Source *source = source_of(&revising->session->sources, position);
    return source ? source->index : UINT32_MAX;
}

static uint32_t file_of(const Revising *revising, const Decl *decl) {
    return file_at(revising, decl->node.span.begin);
}

static bool is_in(const Revising *revising, uint32_t file) {
    return file != UINT32_MAX && revising->joins[file];
}

static void add_file(Revising *revising, uint32_t file) {
    if (file == UINT32_MAX || revising->session->sources.files.items[file]->builtin || revising->files.count == MOST_FILES) {
        revising->refused = true;
        return;
    }
    if (revising->joins[file]) return;
    revising->joins[file] = true;
    vec_push(&revising->revision->arena, &revising->files, file);
}

static void add_readers(Revising *revising, const Relation *relation) {
    for (uint32_t i = 0; i < relation->read_by.count && !revising->refused; i++)
        add_file(revising, file_of(revising, relation->read_by.items[i]->decl));
}

/* Marks all that read a relation, through any chain; `below` is by order of relation. */
static void mark_below(const Relation *relation, bool *below) {
    for (uint32_t i = 0; i < relation->read_by.count; i++) {
        const Relation *reader = relation->read_by.items[i];
        if (below[reader->order]) continue;
        below[reader->order] = true;
        mark_below(reader, below);
    }
}

static void add_all_below(Revising *revising, const Relation *relation) {
    const Program *program = revising->session->program;
    Arena *scratch = arena_scratch(&revising->revision->arena);
    ArenaMark mark = arena_mark(scratch);
    bool *below = arena_alloc(scratch, program->relations.count);
    mark_below(relation, below);
    for (uint32_t i = 0; i < program->relations.count && !revising->refused; i++)
        if (below[i]) add_file(revising, file_of(revising, program->relations.items[i]->decl));
    arena_release(scratch, mark);
}

/* --------------------------------------------------- what goes together */

/* A test by `test … on` is part of its relation. */
static void couple_tests(Revising *revising) {
    for (uint32_t i = 0; i < revising->declared.count; i++) {
        const Test *test = revising->declared.items[i];
        uint32_t own = file_of(revising, test->decl), other = test->relation ? file_of(revising, test->relation->decl) : own;
        if (is_in(revising, own) == is_in(revising, other)) continue;
        add_file(revising, own);
        add_file(revising, other);
    }
    const Program *program = revising->session->program;
    for (uint32_t i = 0; i < program->unit_tests.count; i++) {
        const UnitTest *test = program->unit_tests.items[i];
        bool concerned = test->relation && is_in(revising, file_of(revising, test->relation->decl));
        for (uint32_t k = 0; k < test->given_relations.count; k++) {
            const Relation *given = test->given_relations.items[k];
            concerned |= given && is_in(revising, file_of(revising, given->decl));
        }
        if (concerned) add_file(revising, file_of(revising, test->decl));
    }
}

/* Lineage is followed through any chain of models. */
static void couple_traces(Revising *revising) {
    for (uint32_t i = 0; i < revising->referring.count; i++) {
        const Test *test = revising->referring.items[i];
        if (test->kind == TEST_TRACES) add_file(revising, file_of(revising, test->relation->decl));
    }
}

/* What stands between two that are compiled anew must see the new one and be seen by the other. Relations are in
 * dependency order: from the last to the first, `above` is who is read by one that joins. */
static void couple_between(Revising *revising) {
    const Program *program = revising->session->program;
    uint32_t count = program->relations.count;
    Arena *scratch = arena_scratch(&revising->revision->arena);
    ArenaMark mark = arena_mark(scratch);
    bool *below = arena_alloc(scratch, count), *above = arena_alloc(scratch, count);
    for (uint32_t i = 0; i < count; i++)
        if (is_in(revising, file_of(revising, program->relations.items[i]->decl))) mark_below(program->relations.items[i], below);
    for (uint32_t i = count; i-- > 0;) {
        const Relation *relation = program->relations.items[i];
        bool joins = is_in(revising, file_of(revising, relation->decl));
        if (above[i] && below[i] && !joins) add_file(revising, file_of(revising, relation->decl));
        for (uint32_t k = 0; (joins || above[i]) && k < relation->reads.count; k++) above[relation->reads.items[k]->order] = true;
    }
    arena_release(scratch, mark);
}

static void couple(Revising *revising) {
    for (uint32_t before = 0; before != revising->files.count && !revising->refused;) {
        before = revising->files.count;
        couple_tests(revising);
        if (revising->files.count > 1) couple_between(revising);
    }
}

/* -------------------------------------------------------------- reports */

/* Faults that are told once for several files: who is spared the report is not known. */
static bool is_shared(Code code) {
    return code == CODE_G0203 || code == CODE_G0209 || code == CODE_G0210 || code == CODE_G0219 || code == CODE_G0504;
}

/* Whether a report points into an edited file, whose places have moved. */
static bool points_there(const Revising *revising, const Report *report) {
    bool there = false;
#define LOOK(list, place)                                                       \
    for (uint32_t i = 0; i < report->list.count && !there; i++) {               \
        uint32_t file = file_at(revising, report->list.items[i].place.begin);   \
        there = file != UINT32_MAX && revising->edited[file];                   \
    }
    LOOK(labels, span)
    LOOK(hops, span)
    LOOK(helps, span)
#undef LOOK
    return there;
}

static void look_at_reports(Revising *revising) {
    const Diag *diag = &revising->session->diag;
    for (uint32_t i = 0; i < diag->reports.count && !revising->refused; i++) {
        const Report *report = diag->reports.items[i];
        if (is_shared(report->code)) revising->refused = true;
        if (report->subject.begin && points_there(revising, report)) add_file(revising, file_at(revising, report->subject.begin));
    }
}

static bool is_kept(const Revising *revising, const Report *report) {
    return !is_in(revising, file_at(revising, report->subject.begin));
}

/* A definition's fault is told at its first use only: if that goes, the second one's must be told. */
static bool drops_definitions(const Revising *revising) {
    const Diag *diag = &revising->session->diag;
    for (uint32_t i = 0; i < diag->reports.count; i++) {
        const Report *report = diag->reports.items[i];
        if (!is_kept(revising, report) && file_at(revising, report->subject.begin) != file_at(revising, report->primary.span.begin)) return true;
    }
    return false;
}

static void merge_reports(Revising *revising, const Diag *anew) {
    Revision *revision = revising->revision;
    const Diag *diag = &revising->session->diag;
    diag_open(&revision->diag, &revision->arena, &revision->sources);
    for (uint32_t i = 0; i < diag->reports.count; i++) {
        if (!is_kept(revising, diag->reports.items[i])) continue;
        Report *copy = arena_new(&revision->arena, Report);
        *copy = *diag->reports.items[i];
        diag_take(&revision->diag, copy);
    }
    for (uint32_t i = 0; i < anew->reports.count; i++) diag_take(&revision->diag, anew->reports.items[i]);
}

/* ------------------------------------------------------------ one round */

static bool compile_anew(Revising *revising, Diag *diag) {
    Session *session = revising->session;
    Revision *revision = revising->revision;
    Arena *arena = &revision->arena;
    diag_open(diag, arena, &revision->sources);
    Revised *files = arena_alloc(arena, revising->files.count * sizeof *files);
    for (uint32_t i = 0; i < revising->files.count; i++) {
        uint32_t file = revising->files.items[i];
        files[i].before = session->trees[file];
        files[i].after = syntax_parse(arena, &session->names, &revision->sources, revision->sources.files.items[file], diag);
        revision->trees[file] = files[i].after;
    }
    revision->program = names_revise(session->program, arena, &revision->sources, diag, files, revising->files.count);
    if (!revision->program) return false;
    types_check(revision->program);
    revision->facts = find_and_check(revision->program, session->facts);
    return true;
}

static bool reads_same(const Relation *a, const Relation *b) {
    if (a->reads.count != b->reads.count) return false;
    for (uint32_t i = 0; i < a->reads.count; i++)
        if (a->reads.items[i]->full_name != b->reads.items[i]->full_name) return false;
    return true;
}

/* Who reads something else may close a circle: then the order of all is another question. Sound, because a circle has a
 * relation that reads one which, in the old order, comes behind it. */
static bool keeps_order(const Revising *revising, const Relation *before, const Relation *after) {
    if (reads_same(before, after)) return true;
    const Program *base = revising->session->program;
    for (uint32_t i = 0; i < after->reads.count; i++) {
        const Relation *read = map_get(&base->by_name, after->reads.items[i]->full_name);
        if (!read || !read->rows || read->order >= before->order) return false;
    }
    return true;
}

/* Grants, dashboards and the like hold on to a relation as it was. */
static bool is_held(const Revising *revising, const Relation *relation) {
    const Program *program = revising->session->program;
    if (relation->used_by.count) return true;
    for (uint32_t i = 0; i < program->grants.count; i++)
        for (uint32_t k = 0; k < program->grants.items[i]->relations.count; k++)
            if (program->grants.items[i]->relations.items[k] == relation) return true;
    for (uint32_t i = 0; i < program->handed.count; i++)
        if (program->handed.items[i]->relation == relation) return true;
    return false;
}

static void spread(Revising *revising, const Relation *relation, Change change) {
    if (is_held(revising, relation)) revising->refused = true;
    if (change == CHANGE_DEEP || revising->round > ROUNDS_BY_STEP) add_all_below(revising, relation);
    else add_readers(revising, relation);
    for (uint32_t i = 0; i < revising->referring.count; i++) {
        const Test *test = revising->referring.items[i];
        bool concerned = test->referenced == relation;
        for (uint32_t k = 0; k < test->reads.count; k++) concerned |= test->reads.items[k] == relation;
        if (concerned) add_file(revising, file_of(revising, test->relation->decl));
    }
}

/* Follows every change that others see; gives whether more files have joined. */
static bool follow(Revising *revising) {
    uint32_t before = revising->files.count;
    const Revision *revision = revising->revision;
    const Program *base = revising->session->program;
    for (uint32_t i = 0; i < revision->facts->relations.count && !revising->refused; i++) {
        const RelationFacts *after = revision->facts->relations.items[i];
        const Relation *relation = map_get(&base->by_name, after->relation->full_name);
        if (!keeps_order(revising, relation, after->relation)) revising->refused = true;
        Change change = relation_change(facts_of(revising->session->facts, relation), after);
        if (change != CHANGE_NONE) spread(revising, relation, change);
    }
    couple(revising);
    return revising->files.count != before;
}

static void sort_tests(Revising *revising) {
    const Program *program = revising->session->program;
    for (uint32_t i = 0; i < program->tests.count; i++) {
        const Test *test = program->tests.items[i];
        if (test->decl) vec_push(&revising->revision->arena, &revising->declared, test);
        if (test->relation && (test->referenced || test->reads.count)) vec_push(&revising->revision->arena, &revising->referring, test);
    }
}

static bool revise(Revising *revising) {
    Diag diag;
    sort_tests(revising);
    for (size_t i = 0; i < revising->edit_count; i++) {
        const Edit *edit = &revising->edits[i];
        revising->edited[edit->file] = edit;
        add_file(revising, edit->file);
        if (!sources_replace(&revising->revision->sources, edit->file, edit->text, edit->length)) return false;
    }
    look_at_reports(revising);
    if (revising->edit_count) couple_traces(revising);
    couple(revising);
    for (; !revising->refused; revising->round++) {
        if (!compile_anew(revising, &diag)) return false;
        if (follow(revising)) continue;
        if (revising->refused || drops_definitions(revising)) return false;
        merge_reports(revising, &diag);
        revising->revision->files = revising->files.count;
        return true;
    }
    return false;
}

bool session_revise(Session *session, const Edit *edits, size_t count, Revision *ret_revision) {
    uint32_t files = session->sources.files.count;
    *ret_revision = (Revision){0};
    arena_open(&ret_revision->arena, session->arena.escape);
    Arena *arena = &ret_revision->arena;
    ret_revision->sources = sources_copy(&session->sources, arena);
    Revising revising = {.session = session, .edits = edits, .edit_count = count, .revision = ret_revision};
    revising.edited = arena_alloc(arena, files * sizeof *revising.edited);
    revising.joins = arena_alloc(arena, files);
    ret_revision->trees = arena_alloc(arena, files * sizeof(Tree *));
    if (session->program && revise(&revising)) return true;
    revision_close(ret_revision);
    return false;
}

void revision_close(Revision *revision) {
    arena_close(&revision->arena);
}
