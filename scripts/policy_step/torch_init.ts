import { type LlamaConfig, parameterCount, parameterLayout } from "../../src/policy/llama/mod.ts";

/**
 * The weights that `torch_llama.py init` draws from a seed: standard normal numbers of PyTorch's CPU
 * generator times 0.02, gains around 1. They differ from PyTorch's in the last bit or two, since its
 * vectorised logarithm and cosine do.
 *
 * @param seed of `torch.Generator().manual_seed`: 0 to 2³² − 1
 * @returns the flat vector (see `parameterLayout`)
 * @throws {RangeError} if the seed is out of range, or the model is so narrow that PyTorch would draw its
 *   gains in another way
 */
export function torchInit(config: LlamaConfig, seed: number): Float32Array<ArrayBuffer> {
  if (config.hidden_size < 16) {
    throw new RangeError(
      `cannot draw the reference's weights: 'hidden_size' must be at least 16: received ${config.hidden_size}`,
    );
  }
  const bits = mersenneTwister(seed);
  const parameters = new Float32Array(parameterCount(config));
  for (const { shape, offset, length } of parameterLayout(config)) {
    const values = parameters.subarray(offset, offset + length);
    fillNormal(values, bits);
    const middle = shape.length === 1 ? 1 : 0;
    for (let i = 0; i < length; i++) values[i] = middle + Math.fround(values[i]! * 0.02);
  }
  return parameters;
}

/**
 * `torch.randn` for 16 numbers or more: uniform numbers of 24 bits, turned in blocks of 16 by the method of
 * Box and Muller, eight radii and eight angles a block. A rest of fewer than 16 is drawn anew together
 * with those before it.
 */
function fillNormal(values: Float32Array, bits: () => number): void {
  const uniforms = (into: Float32Array) => {
    for (let i = 0; i < into.length; i++) into[i] = (bits() & 0xffffff) / 2 ** 24;
  };
  const turn = (block: Float32Array) => {
    for (let i = 0; i < 8; i++) {
      const radius = Math.sqrt(-2 * Math.log(1 - block[i]!));
      const angle = 2 * Math.PI * block[i + 8]!;
      block[i] = radius * Math.cos(angle);
      block[i + 8] = radius * Math.sin(angle);
    }
  };
  uniforms(values);
  const whole = values.length - values.length % 16;
  for (let at = 0; at < whole; at += 16) turn(values.subarray(at, at + 16));
  if (whole === values.length) return;
  const last = values.subarray(values.length - 16);
  uniforms(last);
  turn(last);
}

/** MT19937 (M. Matsumoto and T. Nishimura, ACM Trans. Model. Comput. Simul. 8, 1998, 3–30). */
export function mersenneTwister(seed: number): () => number {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(
      `cannot draw weights: 'seed' must be a whole number below 2 ** 32: received ${seed}`,
    );
  }
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) {
    const before = state[i - 1]!;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let next = 624;
  return () => {
    if (next === 624) {
      for (let i = 0; i < 624; i++) {
        const y = (state[i]! & 0x80000000) | (state[(i + 1) % 624]! & 0x7fffffff);
        state[i] = state[(i + 397) % 624]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      next = 0;
    }
    let y = state[next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}
