/** What each metric of an update says. A test makes an update, and finds each of them and no other. */
export const updateMetrics: Readonly<Record<string, string>> = {
  episodes: "lives that taught",
  reward: "mean over lives of the sum of their rewards, as given",
  reward_std: "standard deviation of that sum",
  survival: "mean number of steps lived",
  death_rate: "share of the lives that ended in a death of their own making; the others were cut",
  "completions/mean_length": "mean number of tokens of a response, its end token included",
  unique_rate: "share of distinct responses; when it falls, the policy repeats itself",
  frac_reward_zero_std:
    "share of the lives whose group fared all alike, so that they teach nothing",
  loss: "mean loss over the optimiser's steps",
  grad_norm: "mean norm of the gradient before it is clipped",
  kl: "estimate (k3) of the KL divergence from version 0, in nats a token",
  kl_after:
    "the same of what came of the update, on some of its rows; past `klBound` no version is made",
  entropy: "mean entropy of the policy at the sampled tokens, in nats",
  clip_ratio: "share of the tokens whose ratio was clipped",
  num_tokens: "tokens learnt from",
  return_mean: "mean return of a step after the reward's transform",
  baseline: "what was subtracted from returns",
  optimizer_steps: "steps of Adam",
  step_time: "seconds that the update took",
};

/** What the policy process adds to them. */
export const processMetrics: Readonly<Record<string, string>> = {
  staleness:
    "mean number of versions between the one that wrote a response and the one that learns",
  episodes_refused:
    "lives since the version before that ended while four batches waited: they are not learnt from",
};
