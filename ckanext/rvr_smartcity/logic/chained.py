"""Actions of others that must not see projects."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict

from ..search import TYPE


def actions() -> dict[str, Any]:
    """Chained actions, as far as their originals are there."""
    return {"dcat_dataset_show": dcat_dataset_show} if p.plugin_loaded("dcat") else {}


@tk.chained_action
@tk.side_effect_free
def dcat_dataset_show(original: Action, context: Context, data_dict: DataDict) -> str:
    """RDF of a dataset. A project is no dataset: it has none."""
    package = model.Package.get(data_dict.get("id", ""))
    if package is not None and package.type == TYPE:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return original(context, data_dict)
