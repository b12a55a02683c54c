"""Failures of a harvest, each with a sentence for people."""

from __future__ import annotations

from .domain.sentence import Sentence

__all__ = ["AlreadyRunningError", "HarvestError", "StoppedError"]


class HarvestError(Exception):
    """A run cannot go on. `sentence` may be shown, the exception's text is for the log."""

    sentence = Sentence(
        "Der Lauf ist an einem inneren Fehler gescheitert; die Betreuung des Portals findet ihn im Protokoll.",
        "The run failed because of an internal error; the operators of the portal find it in the log.",
    )


class AlreadyRunningError(HarvestError):
    """Another process harvests the same source."""

    sentence = Sentence("Für diese Quelle läuft gerade schon ein Abgleich.", "This source is being harvested already.")


class StoppedError(HarvestError):
    """Somebody stopped the run."""

    sentence = Sentence(
        "Der Lauf wurde angehalten. Was bis dahin kam, bleibt; der nächste Lauf macht weiter.",
        "The run was stopped. What had come by then stays; the next run goes on.",
    )
