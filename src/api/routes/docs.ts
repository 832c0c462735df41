import type { ApiContext } from "../context.ts";

/**
 * The reference page: Swagger UI, from the package as it is installed. It loads nothing from
 * elsewhere, and may not: its policy names this house only.
 */
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Vivarium: the HTTP API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <main id="reference"><noscript>The reference needs JavaScript; <a href="/openapi.json">the
    document</a> does not.</noscript></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `"use strict";
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  queryConfigEnabled: false,
});
`;

/** Pictures in its style sheet are data: URLs. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const packageFiles = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/** The reference page and its files. */
export function docsRoutes({ app }: ApiContext): void {
  app.get("/docs", (c) => c.html(page, 200, { "content-security-policy": policy }));
  app.get(
    "/docs/start.js",
    (c) => c.body(start, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  for (const [name, type] of Object.entries(packageFiles)) {
    app.get(`/docs/${name}`, async (c) => {
      const bytes = await Deno.readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
      return c.body(bytes, 200, { "content-type": type });
    });
  }
}
