import { createRoute, z } from "@hono/zod-openapi";
import { eventKinds } from "../../core/events.ts";
import { agentNameSchema } from "../../core/ids.ts";
import { causeNames } from "../../death/mod.ts";
import type { ApiContext } from "../context.ts";
import { EventFeed } from "../events/feed.ts";
import { Pulse } from "../events/pulse.ts";
import { StreamPlaces } from "../events/places.ts";
import { eventStream } from "../events/stream.ts";
import { remoteOf } from "../middleware/remote.ts";
import { problem } from "../problem.ts";
import { eventSchema, given, problems } from "../schemas.ts";

const idSchema = z.coerce.number().int().min(0);

const kindsSchema = z.string().transform((text) => text.split(",")).pipe(
  z.array(z.enum(eventKinds)),
);

const events = createRoute({
  method: "get",
  path: "/v1/events",
  operationId: "streamEvents",
  tags: ["events"],
  summary: "What happens, as it happens: server-sent events, each with its id",
  description: "Begins now, or after the event whose id is given; the ids have no gaps over all " +
    "events, so a reader who comes back with Last-Event-ID misses none. A reader who is slower than the " +
    "house is told by a message of type `lagged` how far it is behind, and misses none either.",
  request: {
    headers: z.object({
      "last-event-id": idSchema.optional().openapi({
        type: "integer",
        description: "go on after this event",
      }),
    }),
    query: z.strictObject({
      after: idSchema.optional().openapi({
        type: "integer",
        description: "the same for those who cannot set headers; 0: from the start",
      }),
      agent: agentNameSchema.optional(),
      kind: kindsSchema.optional().openapi({
        type: "string",
        description: `one or more of ${eventKinds.join(", ")}; separated by commas`,
      }),
      cause: z.enum(causeNames).optional(),
    }),
  },
  responses: {
    200: {
      description: "the stream; each message's data is an event",
      content: { "text/event-stream": { schema: eventSchema } },
    },
    ...problems,
  },
});

/** For the type of the client. */
export const eventOperations = { events };

/** The stream of events. */
export function eventRoutes(context: ApiContext): void {
  const { app, house, clock, closing, heartbeatMs, metrics, streams, byToken } = context;
  const { bus, store } = house;
  const pulse = new Pulse(clock);
  const places = new StreamPlaces(streams);

  app.openapi(events, (c) => {
    const { after, agent, kind: kinds, cause } = c.req.valid("query");
    const newest = store.lastEvent();
    const wanted = c.req.valid("header")["last-event-id"] ?? after ?? newest;
    // HEAD begins no stream.
    const caller = (byToken ? c.req.header("authorization") : undefined) ?? remoteOf(c);
    const place = c.req.method === "HEAD" ? () => {} : places.take(caller);
    if (typeof place !== "function") return problem(c, place);
    const feed = new EventFeed({
      store,
      bus,
      filter: given({ agent, kinds, cause }),
      // An id that is still to come was another database's: that reader begins now.
      after: Math.min(wanted, newest),
    });
    return c.body(
      eventStream(feed, {
        clock,
        closing,
        heartbeatMs,
        pulse,
        open: metrics.streams,
        leave: place,
      }),
      200,
      {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
      },
    );
  });
}
