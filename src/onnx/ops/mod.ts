/** The operators: what graphs are made of. Each stands beside its gradient. */
export { add, addN, div, mul, neg, onesLike, sub, sumTo } from "./arithmetic.ts";
export {
  and,
  equal,
  greater,
  less,
  lessOrEqual,
  maximum,
  minimum,
  not,
  or,
  where,
} from "./choice.ts";
export { gather, gatherElements, scatterAdd } from "./indexing.ts";
export { concat, pad, slice, split, splitBy, zerosLike } from "./joining.ts";
export { loop, type LoopOptions, type Turn } from "./loop.ts";
export { gemm, matmul, type ProductOptions } from "./matrix.ts";
export { rmsNorm } from "./norm.ts";
export { cumulativeSum, reduceMax, reduceMean, reduceMin, reduceSum } from "./reduction.ts";
export { rotary } from "./rotary.ts";
export { aboveDiagonal, expand, expandTo, reshape, transpose } from "./shape.ts";
export { logSoftmax, pick, pickLogSoftmax, softmax } from "./softmax.ts";
export { cast, erf, exp, log, sigmoid, silu, sqrt, stopGradient, tanh } from "./unary.ts";
