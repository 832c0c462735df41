"""Runs the reference's model for as many measurements as it is asked for: one import of torch for all.

Takes the folder of torch_llama.py; then a JSON object a line on standard input, {"mode": "training" |
"decoding", "config", "threads", ...}, and answers each with a line, {"tokens_per_s", "tokens_per_cpu_s"}:
by the clock, and by the processor time of all threads. The loops are those of the reference's `bench` and
`decode`.
"""
import json, sys, time

sys.path.insert(0, sys.argv[1])
import torch, torch_llama as reference


def training(ask):
    config, (rows, length) = ask["config"], ask["shape"]
    weights = reference.init(config, 0)
    for tensor in weights.values():
        tensor.requires_grad_(True)
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(config["vocab_size"], (rows, length + 1), generator=generator)
    state, times, end = {"t": 0, "m": {}, "v": {}}, [], time.time() + ask["seconds"]
    while time.time() < end or len(times) < 5:
        start, cpu = time.time(), time.process_time()
        (-(reference.logps(config, weights, ids) / (rows * length)).sum()).backward()
        reference.adam_step(weights, state)
        times.append((time.time() - start, time.process_time() - cpu))
    return [rows * length / median(kind) for kind in zip(*times[2:])]


def median(times):
    return sorted(times)[len(times) // 2]


def decoding(ask):
    config, (rows, prompt, tokens) = ask["config"], ask["shape"]
    weights = reference.init(config, 0)
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(config["vocab_size"], (rows, prompt), generator=generator)
    times = []
    with torch.no_grad():
        for _ in range(ask["answers"]):
            cache, at = [None] * config["num_hidden_layers"], prompt
            start, cpu = time.time(), time.process_time()
            logits = reference.forward(config, weights, ids, cache)[:, -1]
            for _ in range(tokens):
                drawn = torch.multinomial(torch.softmax(logits, -1), 1, generator=generator)
                logits = reference.forward(config, weights, drawn, cache, at)[:, -1]
                at += 1
            times.append((time.time() - start, time.process_time() - cpu))
    return [rows * tokens / min(kind) for kind in zip(*times)]


for line in sys.stdin:
    ask = json.loads(line)
    torch.set_num_threads(ask["threads"])
    rate, cpu_rate = {"training": training, "decoding": decoding}[ask["mode"]](ask)
    print(json.dumps({"tokens_per_s": rate, "tokens_per_cpu_s": cpu_rate}), flush=True)
