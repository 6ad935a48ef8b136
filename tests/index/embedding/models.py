"""Small embedding models of random weights, saved as sentence-transformers saves them."""

from __future__ import annotations

import logging
import string
from pathlib import Path

LETTERS = string.ascii_lowercase + string.digits + ".,?!'-:()" + "əıöüğşçабвгдежзийклмнопрстуфхцчшщъыьэюя"
_SEED = 7


def save_bert(folder: Path, *, limit: int = 64, dim: int = 32, prompts: dict[str, str] | None = None) -> Path:
    """A BERT with mean pooling and normalisation: what NumPy and OpenVINO compute."""
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [*marks, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    tokenizer = BertTokenizerFast(
        vocab={token: n for n, token in enumerate(vocabulary)}, model_max_length=limit
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=dim,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * dim,
        max_position_embeddings=limit,
    )
    return _save(folder, BertModel, config, tokenizer, limit, prompts, normalised=True)


def save_roberta(
    folder: Path, *, limit: int = 64, dim: int = 48, prompts: dict[str, str] | None = None
) -> Path:
    """An XLM-RoBERTa with pooling of the first token and no normalisation: left to sentence-transformers."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    folder.mkdir(parents=True, exist_ok=True)
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    pieces = [*marks, "▁", *LETTERS, *string.ascii_uppercase]
    made = Tokenizer(models.Unigram([(piece, 0.0) for piece in pieces], unk_id=3))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = ("bos_token", "pad_token", "eos_token", "unk_token", "mask_token")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made,
        model_max_length=limit,
        cls_token="<s>",
        sep_token="</s>",
        **dict(zip(names, marks, strict=True)),
    )
    config = XLMRobertaConfig(
        vocab_size=len(pieces),
        hidden_size=dim,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=2 * dim,
        max_position_embeddings=limit + 2,
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    return _save(folder, XLMRobertaModel, config, tokenizer, limit, prompts, normalised=False)


def _save(folder, kind, config, tokenizer, limit, prompts, *, normalised):  # type: ignore[no-untyped-def]
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize, Pooling, Transformer

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    torch.manual_seed(_SEED)
    plain = folder.with_name(folder.name + "-plain")
    kind(config).eval().save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=limit)
    pooling = Pooling(config.hidden_size, pooling_mode="mean" if normalised else "cls")
    modules = [transformer, pooling, *([Normalize()] if normalised else [])]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder))
    return folder
