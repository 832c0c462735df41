/** Characters of a prompt that are sent. The policy reads far fewer, and only the last of them. */
const maxPrompt = 65_536;

/**
 * A prompt as the embedded policy is given it, whoever asks: an agent by the gateway, or a stranger by
 * a compatible endpoint. So the same words and the same seed have the same answer.
 */
export function policyPrompt(text: string): string {
  return text.slice(-maxPrompt);
}
