"""Small models that the real libraries made and saved. Skipped where the extras are not installed."""

import random

import numpy as np
import PIL.Image
import pytest
import torch

from bench.datasets.load import load
from bench.errors import UsageError
from bench.store.reading import Reading
from bench.store.remarks import fact

pytestmark = pytest.mark.slow
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ball", "game", "team", "bank", "market", "price"]


@pytest.fixture(autouse=True)
def cache_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("DEC_BENCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def photos(tmp_path):
    generator = np.random.default_rng(0)
    (tmp_path / "photos").mkdir()
    for i in range(6):
        array = generator.integers(0, 256, (30 + i, 20, 3), dtype=np.uint8)
        PIL.Image.fromarray(array).save(tmp_path / "photos" / f"{i}.png")
    return tmp_path / "photos"


def opened(photos):
    return [PIL.Image.open(path).convert("RGB") for path in sorted(photos.iterdir())]


@pytest.mark.parametrize("pooler", [True, False])
def test_transformers(photos, tmp_path, pooler):
    transformers = pytest.importorskip("transformers", reason="the extra `features` is not installed")
    config = transformers.ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=16,
        patch_size=8,
    )
    network = transformers.ViTModel(config, add_pooling_layer=pooler).eval()
    network.save_pretrained(tmp_path / "vit")
    processor = transformers.ViTImageProcessor(size={"height": 16, "width": 16})
    processor.save_pretrained(tmp_path / "vit")
    processor = transformers.AutoImageProcessor.from_pretrained(tmp_path / "vit", backend="pil")
    states = torch.get_rng_state(), random.getstate()
    data = load(str(photos), reading=Reading(features=f"transformers:{tmp_path / 'vit'}"))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    with torch.no_grad():
        output = network(**processor(images=opened(photos), return_tensors="pt"))
    expected = output.pooler_output if pooler else output.last_hidden_state.mean(dim=1)
    np.testing.assert_allclose(data.features, expected.numpy(), atol=1e-5)


def test_transformers_without_safetensors(photos, tmp_path):
    transformers = pytest.importorskip("transformers", reason="the extra `features` is not installed")
    config = transformers.ViTConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    config.save_pretrained(tmp_path / "vit")
    torch.save({}, tmp_path / "vit" / "pytorch_model.bin")
    with pytest.raises(UsageError, match=r"'pytorch_model.bin' is a pickle"):
        load(str(photos), reading=Reading(features=f"transformers:{tmp_path / 'vit'}"))


def test_timm(photos, tmp_path):
    timm = pytest.importorskip("timm", reason="the extra `features` is not installed", exc_type=ImportError)
    network = timm.create_model("resnet10t", num_classes=3)
    timm.models.save_for_hf(network, tmp_path / "net", safe_serialization=True)
    data = load(str(photos), reading=Reading(features=f"timm:{tmp_path / 'net'}"))
    network.reset_classifier(0)
    network.eval()
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(network), is_training=False)
    with torch.no_grad():
        expected = network(torch.stack([transform(picture) for picture in opened(photos)]))
    np.testing.assert_allclose(data.features, expected.numpy(), atol=1e-5)


def test_sentence_transformers(tmp_path):
    sentence_transformers = pytest.importorskip("sentence_transformers", reason="the extra `text` is not installed")
    import transformers

    (tmp_path / "vocab.txt").write_text("\n".join(WORDS))
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    transformers.BertModel(config).save_pretrained(tmp_path / "bert")
    transformers.BertTokenizerFast(vocab=str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "bert")
    network = sentence_transformers.SentenceTransformer(str(tmp_path / "bert"), device="cpu")
    network.save(str(tmp_path / "net"))
    texts = ["ball game team", "bank market price", "game", "price bank"]
    (tmp_path / "mails").mkdir()
    for i, text in enumerate(texts):
        (tmp_path / "mails" / f"{i}.txt").write_text(text)
    data = load(str(tmp_path / "mails"), reading=Reading(features=str(tmp_path / "net")))
    np.testing.assert_allclose(data.features, network.encode(texts, show_progress_bar=False), atol=1e-5)
    assert fact("The 4 texts have 1 to 3 words, median 2.5.") in data.how_read
    assert data.row_texts == tuple(texts)
