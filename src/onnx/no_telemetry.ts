/**
 * ONNX Runtime 1.30 would write what it does to a database in the user's cache folder, a log to `/tmp`, and
 * send it to its maker. It asks for this variable as it is loaded, so this module comes before it.
 */
Deno.env.set("ORT_DISABLE_TELEMETRY", "1");
