import { assert } from "@std/assert";

/** Looks again and again until it holds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert(waited < 60_000, "it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
