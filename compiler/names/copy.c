/* Copies of bound text that stay bound: what is made of a query or expression that stands elsewhere too, such as the views by
 * which roles read. A clone alone forgets what its names mean. */
#include "compiler/names/names.h"

typedef VEC(Node *) NodeList;

typedef struct Listing {
    Arena *arena;
    NodeList nodes;        /* in order of reading */
} Listing;

static void list_node(void *context, Node **place) {
    Listing *listing = context;
    vec_push(listing->arena, &listing->nodes, *place);
    node_kids(*place, list_node, listing);
}

static NodeList list_of(Arena *arena, Node *root) {
    Listing listing = {.arena = arena};
    list_node(&listing, &root);
    return listing.nodes;
}

/* `copies`: those of common table expressions and inlined calls, by what they are copies of. */
static void *copied(const Map *copies, const void *of) {
    void *copy = of ? map_get(copies, of) : NULL;
    return copy ? copy : (void *)of;
}

static void bind(const Map *copies, const Node *from, Node *to) {
    switch ((int)from->kind) {
    case NODE_TABLE_REF:
        ((TableRef *)to)->relation = ((const TableRef *)from)->relation;
        ((TableRef *)to)->cte = copied(copies, ((const TableRef *)from)->cte);
        break;
    case NODE_INLINED:
        ((Inlined *)to)->function = ((const Inlined *)from)->function;
        break;
    case NODE_PARAMETER: ((Parameter *)to)->of = copied(copies, ((const Parameter *)from)->of); break;
    default: break; /* other notes are those of types, which sees the copy anew */
    }
}

Node *names_copy(Arena *arena, const Node *node) {
    if (!node) return NULL;
    Node *copy = node_clone(arena, node);
    NodeList from = list_of(arena, (Node *)node), to = list_of(arena, copy);
    Map copies;
    map_open(&copies, arena);
    for (uint32_t i = 0; i < from.count; i++)
        if (from.items[i]->kind == NODE_CTE || from.items[i]->kind == NODE_INLINED) map_put(&copies, from.items[i], to.items[i]);
    for (uint32_t i = 0; i < from.count; i++) bind(&copies, from.items[i], to.items[i]);
    return copy;
}
