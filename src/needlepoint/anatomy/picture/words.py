"""The words in the pictures, in English and Spanish."""

from __future__ import annotations

from needlepoint.anatomy.load import load_atlas, split_region
from needlepoint.base.knowledge import Certainty

WORDS = {
    "en": {
        "mostly": "felt mostly",
        "sometimes": "felt sometimes",
        "x": "usual place of the point",
        "side_left": "left side",
        "side_right": "right side",
        "opposite": "{} (other side)",
        "both": "{} (both sides)",
        "sided_left": "left {}",
        "sided_right": "right {}",
        "zones": "Zones: {}",
        "figure": "Figure: own rendering of the MakeHuman base mesh, CC0 1.0",
        "pain": "Where it hurts",
        "drawn": "as drawn by the patient",
        "named": "regions named as painful",
        "intensity": "pain, 0 to 10",
        "examine": "To examine, likeliest first",
        "caution": "A ranked list of what to examine, not a diagnosis. X: usual place of the muscle's likeliest point.",
        "left_letter": "L",
        "right_letter": "R",
    },
    "es": {
        "mostly": "se siente sobre todo",
        "sometimes": "se siente a veces",
        "x": "lugar usual del punto",
        "side_left": "lado izquierdo",
        "side_right": "lado derecho",
        "opposite": "{} (otro lado)",
        "both": "{} (ambos lados)",
        "sided_left": "{}, lado izquierdo",
        "sided_right": "{}, lado derecho",
        "zones": "Zonas: {}",
        "figure": "Figura: dibujo propio a partir de la malla de MakeHuman, CC0 1.0",
        "pain": "Dónde duele",
        "drawn": "según el dibujo del paciente",
        "named": "regiones nombradas como dolorosas",
        "intensity": "dolor, de 0 a 10",
        "examine": "Por explorar, lo más probable primero",
        "caution": "Lista ordenada de qué explorar, no un diagnóstico. X: lugar usual del punto más probable.",
        "left_letter": "I",
        "right_letter": "D",
    },
}
CERTAINTY = {
    "en": {
        Certainty.SEEN: "read in the sources named in the atlas; how often each is felt is an open estimate",
        Certainty.SECONDARY: "from secondary sources; how often each is felt is an open estimate",
        Certainty.INFERRED: "inferred from what was read; how often each is felt is an open estimate",
        Certainty.PROPOSED: "proposed by this project; how often each is felt is an open estimate",
        Certainty.UNVERIFIED: "unverified, from memory; how often each is felt is an open estimate",
    },
    "es": {
        Certainty.SEEN: "leídas en las fuentes que nombra el atlas; la frecuencia es una estimación abierta",
        Certainty.SECONDARY: "de fuentes secundarias; la frecuencia es una estimación abierta",
        Certainty.INFERRED: "deducidas de lo leído; la frecuencia es una estimación abierta",
        Certainty.PROPOSED: "propuestas por este proyecto; la frecuencia es una estimación abierta",
        Certainty.UNVERIFIED: "sin verificar, de memoria; la frecuencia es una estimación abierta",
    },
}
VIEW_NAMES = {
    "en": {
        "front": "front",
        "back": "back",
        "left": "left side",
        "right": "right side",
        "head_front": "face",
        "head_back": "back of the head",
        "head_left": "head, left side",
        "head_right": "head, right side",
        "hand_left_palm": "left palm",
        "hand_right_palm": "right palm",
        "hand_left_dorsum": "back of the left hand",
        "hand_right_dorsum": "back of the right hand",
        "foot_left_dorsum": "left foot from above",
        "foot_right_dorsum": "right foot from above",
        "foot_left_sole": "left sole",
        "foot_right_sole": "right sole",
    },
    "es": {
        "front": "frente",
        "back": "espalda",
        "left": "lado izquierdo",
        "right": "lado derecho",
        "head_front": "cara",
        "head_back": "cabeza por detrás",
        "head_left": "cabeza, lado izquierdo",
        "head_right": "cabeza, lado derecho",
        "hand_left_palm": "palma izquierda",
        "hand_right_palm": "palma derecha",
        "hand_left_dorsum": "dorso de la mano izquierda",
        "hand_right_dorsum": "dorso de la mano derecha",
        "foot_left_dorsum": "pie izquierdo desde arriba",
        "foot_right_dorsum": "pie derecho desde arriba",
        "foot_left_sole": "planta izquierda",
        "foot_right_sole": "planta derecha",
    },
}


def say(key: str, lang: str) -> str:
    """Return one of the fixed phrases."""
    return WORDS[lang][key]


def with_side(words: str, side: str, lang: str) -> str:
    """Return 'right soleus', 'sóleo, lado derecho'; without a side the words alone."""
    return say(f"sided_{side}", lang).format(words) if side in ("left", "right") else words


def zone_name(key: str, lang: str) -> str:
    """Return a zone's region in words, with 'other side' or 'both sides' where the key has it."""
    where, plain = split_region(key)
    region = load_atlas().regions[plain]
    words = region.en if lang == "en" else region.es
    return words if where == "same" else say(where, lang).format(words)
