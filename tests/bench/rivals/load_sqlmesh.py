"""Loads a SQLMesh project with the types of every column: python load_sqlmesh.py FOLDER"""

import sys

from sqlmesh import Context

context = Context(paths=sys.argv[1])
print(len(context.models), "models", sum(len(model.columns_to_types or {}) for model in context.models.values()), "columns")
