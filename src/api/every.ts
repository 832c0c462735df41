import type { Page, PageQuery } from "../store/mod.ts";

/** Every row of a list, page by page. */
export function* every<Row>(read: (query: PageQuery) => Page<Row>): Generator<Row> {
  let cursor: string | null = null;
  do {
    const page: Page<Row> = read({ limit: 1000, ...(cursor === null ? {} : { cursor }) });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== null);
}
