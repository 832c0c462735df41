import { descendants } from "./watch.ts";

/** What this process held at one moment. */
export interface Sample {
  /** By this process's clock. */
  readonly atMs: number;
  readonly rssMb: number;
  readonly descriptors: number;
  /** Processes that descend from this one. */
  readonly processes: number;
}

/** Reads, again and again, what this process holds, and remembers every process it ever started. */
export interface Gauge extends Disposable {
  readonly samples: readonly Sample[];
  /** Processes seen so far that are still there. */
  left(): number[];
}

/** Starts reading. */
export function startGauge(everyMs = 2000): Gauge {
  const samples: Sample[] = [];
  // A number may be given to another process later: with its start it is the process itself.
  const seen = new Map<number, string>();
  const read = (): void => {
    const family = descendants(Deno.pid);
    for (const pid of family) {
      const born = birthOf(pid);
      if (born !== undefined) seen.set(pid, born);
    }
    samples.push({
      atMs: performance.now(),
      rssMb: Deno.memoryUsage().rss / 2 ** 20,
      descriptors: [...Deno.readDirSync("/proc/self/fd")].length,
      processes: family.length,
    });
  };
  read();
  const timer = setInterval(read, everyMs);
  return {
    samples,
    left: () => [...seen].filter(([pid, born]) => birthOf(pid) === born).map(([pid]) => pid),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** When a process was started, in ticks since the system was; undefined where it is gone, or a zombie. */
function birthOf(pid: number): string | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Slope of a least-squares line through samples, in units a minute; 0 through fewer than two. */
export function slopeOf(
  samples: readonly Sample[],
  what: "rssMb" | "descriptors" | "processes",
): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const times = samples.map(({ atMs }) => atMs / 60_000);
  const values = samples.map((sample) => sample[what]);
  const [middle, height] = [mean(times), mean(values)];
  const spread = times.reduce((sum, time) => sum + (time - middle) ** 2, 0);
  if (!(spread > 0)) return 0;
  return times.reduce((sum, t, i) => sum + (t - middle) * ((values[i] ?? 0) - height), 0) / spread;
}

/** The value below which a share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}
