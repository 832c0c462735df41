import { Ajv2020 } from "ajv/dist/2020.js";
import type { Json } from "../../src/core/json.ts";

/** A JSON Schema, as the document holds it. */
export type Schema = { readonly [key: string]: Json };

/** What a request's or a response's body may be. */
export type Content = Readonly<
  Record<string, { readonly schema?: Schema; readonly example?: Json }>
>;

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One operation of the document. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** The OpenAPI document, as far as tests read it. */
export interface ApiDescription {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Checks values against the schemas of a document; what a schema does not name is refused too. */
export class Conformity {
  readonly #ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  readonly #schemas = new Map<Schema, (value: unknown) => string | undefined>();
  readonly #components: Schema;

  constructor(document: ApiDescription) {
    this.#components = closed(document.components.schemas) as Schema;
  }

  /** What is wrong with a value; undefined where nothing is. */
  fault(schema: Schema, value: unknown): string | undefined {
    let check = this.#schemas.get(schema);
    if (check === undefined) {
      const text = JSON.stringify({ ...closed(schema) as Schema, $defs: this.#components })
        .replaceAll("#/components/schemas/", "#/$defs/");
      const validate = this.#ajv.compile(JSON.parse(text));
      check = (each) =>
        validate(each)
          ? undefined
          : this.#ajv.errorsText(validate.errors, { dataVar: "the answer" });
      this.#schemas.set(schema, check);
    }
    return check(value);
  }
}

/** A schema whose objects take no other properties than those that it names. */
function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== "object") return node;
  const each = Object.fromEntries(Object.entries(node).map(([key, child]) => [key, closed(child)]));
  const open = "properties" in node && !("additionalProperties" in node);
  return open ? { ...each, additionalProperties: false } : each;
}
