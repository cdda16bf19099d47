/* Lineage as OpenLineage takes it (openlineage.io/spec 2-0-2): what a model would do, known before it ever ran, is a
 * JobEvent; a source is a DatasetEvent. In the facet columnLineage (1-2-0) our direct, derived and aggregated are DIRECT, with
 * the subtypes IDENTITY, TRANSFORMATION and AGGREGATION; filters are INDIRECT: those of all rows stand in its `dataset`. */
#include "compiler/catalog/internal.h"
#include "compiler/catalog/lineage.h"

#define SPEC "https://openlineage.io/spec/"

typedef struct {
    const Facts *facts;
    const char *space;       /* the namespace of all names */
    const char *producer;
    const char *time;
    Json json;
} Writer;

static void open_facet(Writer *writer, const char *key, const char *version, const char *name) {
    json_key(&writer->json, key);
    json_open(&writer->json, '{');
    json_text_member(&writer->json, "_producer", writer->producer);
    json_text_member(&writer->json, "_schemaURL",
                     arena_format(writer->json.out.arena, SPEC "facets/%s/%s.json#/$defs/%s", version, name, name));
}

static void write_name(Writer *writer, const Relation *relation) {
    json_text_member(&writer->json, "namespace", writer->space);
    json_text_member(&writer->json, "name", relation->full_name->text);
}

/* ----------------------------------------------------------------- facets */

static void write_documentation(Writer *writer, const Relation *relation, const char *version, const char *name) {
    Text doc = relation->decl->doc;
    if (!doc.length) return;
    open_facet(writer, "documentation", version, name);
    json_text_member(&writer->json, "description", text_copy(writer->json.out.arena, doc));
    json_close(&writer->json, '}');
}

static void write_ownership(Writer *writer, const Relation *relation, const char *name) {
    if (!relation->owner) return;
    open_facet(writer, "ownership", "1-0-1", name);
    json_key(&writer->json, "owners");
    json_open(&writer->json, '[');
    json_open(&writer->json, '{');
    json_text_member(&writer->json, "name", arena_format(writer->json.out.arena, "team:%s", relation->owner->name->text));
    json_close(&writer->json, '}');
    json_close(&writer->json, ']');
    json_close(&writer->json, '}');
}

static void write_schema(Writer *writer, const Relation *relation) {
    Json *json = &writer->json;
    open_facet(writer, "schema", "1-2-0", "SchemaDatasetFacet");
    json_key(json, "fields");
    json_open(json, '[');
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        json_open(json, '{');
        json_text_member(json, "name", column->name->text);
        json_text_member(json, "type", type_text(writer->facts->program->types, column->type));
        json_text_member(json, "description", text_copy(json->out.arena, column->doc));
        json_count_member(json, "ordinal_position", i + 1);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}

static void write_column_tags(Writer *writer, const Relation *relation) {
    Json *json = &writer->json;
    const RelationFacts *facts = facts_of(writer->facts, relation);
    if (!facts || !facts->tags) return;
    open_facet(writer, "tags", "1-0-0", "TagsDatasetFacet");
    json_key(json, "tags");
    json_open(json, '[');
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        for (uint32_t k = 0; k < facts->tags[i].count; k++) {
            json_open(json, '{');
            json_text_member(json, "key", facts->tags[i].items[k]->name->text);
            json_text_member(json, "value", "true");
            json_text_member(json, "field", relation->rows->columns.items[i]->name->text);
            json_close(json, '}');
        }
    json_close(json, ']');
    json_close(json, '}');
}

/* ---------------------------------------------------------- columnLineage */

static void write_transformation(Json *json, const char *type, const char *subtype, const char *description) {
    json_open(json, '{');
    json_text_member(json, "type", type);
    json_text_member(json, "subtype", subtype);
    json_text_member(json, "description", description);
    json_close(json, '}');
}

static const char *indirect_subtype(unsigned way) {
    switch ((FilterWays)way) {
    case BY_CONDITION: case BY_ROWS: return "FILTER";
    case BY_JOIN: return "JOIN";
    case BY_GROUP: return "GROUP_BY";
    case BY_ORDER: return "SORT";
    case BY_WINDOW: return "WINDOW";
    case BY_BRANCH: return "CONDITIONAL";
    }
    return "FILTER";
}

static void write_edge(Writer *writer, const Edge *edge) {
    static const char *const SUBTYPES[] = {
        [EDGE_DIRECT] = "IDENTITY", [EDGE_DERIVED] = "TRANSFORMATION", [EDGE_AGGREGATED] = "AGGREGATION"};
    const char *text = text_copy(writer->json.out.arena, source_text(writer->facts->program->sources, edge->span));
    if (edge->kind != EDGE_FILTER) write_transformation(&writer->json, "DIRECT", SUBTYPES[edge->kind], text);
    for (unsigned way = 1; way <= edge->ways; way <<= 1)
        if (edge->ways & way) write_transformation(&writer->json, "INDIRECT", indirect_subtype(way), NULL);
}

/* Two edges of one source and one end are next to one another at most by chance. */
static bool written_before(const RelationFacts *facts, uint32_t index) {
    const Edge *edge = &facts->edges.items[index];
    for (uint32_t i = index; i-- > 0 && facts->edges.items[i].to == edge->to;)
        if (facts->edges.items[i].from == edge->from) return true;
    return false;
}

static void write_field(Writer *writer, const RelationFacts *facts, uint32_t index) {
    Json *json = &writer->json;
    const Edge *edge = &facts->edges.items[index];
    json_open(json, '{');
    write_name(writer, edge->from->relation);
    json_text_member(json, "field", edge->from->name->text);
    json_key(json, "transformations");
    json_open(json, '[');
    for (uint32_t i = index; i < facts->edges.count && facts->edges.items[i].to == edge->to; i++)
        if (facts->edges.items[i].from == edge->from) write_edge(writer, &facts->edges.items[i]);
    json_close(json, ']');
    json_close(json, '}');
}

/* The edges that end where that of `index` does; gives the index behind them. */
static uint32_t write_fields(Writer *writer, const RelationFacts *facts, uint32_t index) {
    const Column *to = facts->edges.items[index].to;
    json_open(&writer->json, '[');
    for (; index < facts->edges.count && facts->edges.items[index].to == to; index++)
        if (!written_before(facts, index)) write_field(writer, facts, index);
    json_close(&writer->json, ']');
    return index;
}

static void write_column_lineage(Writer *writer, const RelationFacts *facts) {
    Json *json = &writer->json;
    uint32_t index = 0;
    if (!facts->edges.count) return;
    open_facet(writer, "columnLineage", "1-2-0", "ColumnLineageDatasetFacet");
    json_key(json, "fields");
    json_open(json, '{');
    while (index < facts->edges.count && facts->edges.items[index].to) {
        json_text(json, facts->edges.items[index].to->name->text);
        buffer_char(&json->out, ':');
        json->comma = false;
        json_open(json, '{');
        json_key(json, "inputFields");
        index = write_fields(writer, facts, index);
        json_close(json, '}');
    }
    json_close(json, '}');
    if (index < facts->edges.count) {
        json_key(json, "dataset");
        write_fields(writer, facts, index);
    }
    json_close(json, '}');
}

/* ----------------------------------------------------------------- events */

static void open_event(Writer *writer, const char *of) {
    json_begin(&writer->json, writer->json.out.arena);
    json_open(&writer->json, '{');
    json_text_member(&writer->json, "eventTime", writer->time);
    json_text_member(&writer->json, "producer", writer->producer);
    json_text_member(&writer->json, "schemaURL",
                     arena_format(writer->json.out.arena, SPEC "2-0-2/OpenLineage.json#/$defs/%s", of));
}

static void write_dataset(Writer *writer, const Relation *relation, bool whole) {
    json_open(&writer->json, '{');
    write_name(writer, relation);
    json_key(&writer->json, "facets");
    json_open(&writer->json, '{');
    write_schema(writer, relation);
    if (whole) {
        const RelationFacts *facts = facts_of(writer->facts, relation);
        write_documentation(writer, relation, "1-1-0", "DocumentationDatasetFacet");
        write_ownership(writer, relation, "OwnershipDatasetFacet");
        write_column_tags(writer, relation);
        if (facts) write_column_lineage(writer, facts);
    }
    json_close(&writer->json, '}');
    json_close(&writer->json, '}');
}

static void write_job(Writer *writer, const Relation *relation) {
    Json *json = &writer->json;
    json_open(json, '{');
    write_name(writer, relation);
    json_key(json, "facets");
    json_open(json, '{');
    open_facet(writer, "jobType", "2-0-3", "JobTypeJobFacet");
    json_text_member(json, "processingType", "BATCH");
    json_text_member(json, "integration", "GOV");
    json_text_member(json, "jobType", "MODEL");
    json_close(json, '}');
    write_documentation(writer, relation, "1-1-0", "DocumentationJobFacet");
    write_ownership(writer, relation, "OwnershipJobFacet");
    json_close(json, '}');
    json_close(json, '}');
}

static void write_datasets(Writer *writer, const char *key, Relation *const *relations, uint32_t count, bool whole) {
    json_key(&writer->json, key);
    json_open(&writer->json, '[');
    for (uint32_t i = 0; i < count; i++) write_dataset(writer, relations[i], whole);
    json_close(&writer->json, ']');
}

static void write_event(Writer *writer, Relation *relation, Buffer *out) {
    bool model = relation->kind == RELATION_MODEL;
    open_event(writer, model ? "JobEvent" : "DatasetEvent");
    json_key(&writer->json, model ? "job" : "dataset");
    if (model) {
        write_job(writer, relation);
        write_datasets(writer, "inputs", relation->reads.items, relation->reads.count, false);
        write_datasets(writer, "outputs", &relation, 1, true);
    } else {
        write_dataset(writer, relation, true);
    }
    json_close(&writer->json, '}');
    buffer_add(out, writer->json.out.at, writer->json.out.length);
    buffer_char(out, '\n');
}

void lineage_openlineage(const Facts *facts, const LineageGraph *graph, const char *version, const char *event_time, Buffer *out) {
    const Program *program = facts->program;
    Writer writer = {.facts = facts, .time = event_time, .space = program->project_name ? program->project_name : "gov"};
    Map wanted;
    writer.producer = arena_format(out->arena, "urn:gov:%s", version);
    json_begin(&writer.json, out->arena);
    map_open(&wanted, out->arena);
    for (uint32_t i = 0; i < graph->points.count; i++) {
        Relation *relation = graph->points.items[i].relation;
        if (relation) map_put(&wanted, relation, relation);
    }
    for (uint32_t i = 0; i < program->relations.count; i++)
        if (map_get(&wanted, program->relations.items[i])) write_event(&writer, program->relations.items[i], out);
}
